// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run_curves.h"

#include "jobs/project_service.h"
#include "text.h"
#include "widgets/card.h"
#include "widgets/empty_state.h"
#include "widgets/metric_plot.h"
#include "widgets/number_format.h"
#include "widgets/plain_scroll_area.h"
#include "widgets/theme.h"

#include <QVBoxLayout>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kPollMs = 500;
constexpr std::int64_t kMostPoints =
    20'000; // of all curves at a time, about 15 ms; the rest follows with the next ticks

// The curves that stand first, in this order; others follow by name.
const QStringList kOrder{u"bytes_per_second"_s, u"memory_bytes"_s, u"tensors"_s, u"perplexity"_s};

QString metricTitle(const QString& metric)
{
    if (metric == "bytes_per_second"_L1)
        return RunCurves::tr("Throughput");
    if (metric == "memory_bytes"_L1)
        return RunCurves::tr("Memory of the worker");
    if (metric == "tensors"_L1)
        return RunCurves::tr("Tensors done");
    if (metric == "perplexity"_L1)
        return RunCurves::tr("Perplexity so far");
    if (metric == "tokens"_L1)
        return RunCurves::tr("Tokens written");
    if (metric == "texts"_L1)
        return RunCurves::tr("Texts answered");
    if (metric == "windows"_L1)
        return RunCurves::tr("Windows measured");
    return metric;
}

} // namespace

RunCurves::RunCurves(Services& services, QWidget* parent)
    : QWidget(parent), m_reader(*services.project), m_empty(new widgets::Card)
{
    auto* content = new QWidget;
    m_layout = new QVBoxLayout(content);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(Theme::px(12));
    m_empty->addWidget(
        new widgets::EmptyState(u"chart"_s, tr("No curves yet"),
                                tr("Throughput, memory and progress appear here as soon as the run tells them.")),
        1);
    m_layout->addWidget(m_empty, 1);
    auto* scroll = new widgets::PlainScrollArea;
    scroll->setContent(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (!m_reader.isBusy())
            grow();
    });
}

void RunCurves::dropCharts()
{
    for (const Chart& chart : m_charts)
        delete chart.card;
    m_charts.clear();
    m_empty->show();
}

void RunCurves::setRuns(const QStringList& ids, const QStringList& names)
{
    if (ids == m_ids && names == m_names)
        return grow();
    m_ids = ids;
    m_names = names;
    dropCharts();
    grow();
    if (ids.isEmpty())
        m_timer.stop();
    else
        m_timer.start();
}

RunCurves::Chart& RunCurves::chartOf(const QString& metric)
{
    Chart& chart = m_charts[metric];
    if (chart.card)
        return chart;
    chart.card = new widgets::Card(metricTitle(metric));
    chart.plot = new widgets::MetricPlot;
    chart.plot->setAccessibleName(metricTitle(metric));
    chart.plot->setZeroBased(true);
    const auto seconds = [](double value) { return format::duration(value); };
    if (metric == "bytes_per_second"_L1)
        chart.plot->setFormats(seconds, [](double value) { return format::byteRate(value); });
    else if (metric == "memory_bytes"_L1)
        chart.plot->setFormats(seconds, [](double value) { return format::bytes(value); });
    else
        chart.plot->setFormats(seconds, [](double value) { return format::number(value); });
    chart.plot->setBinarySteps(metric.contains("bytes"_L1));
    chart.card->addWidget(chart.plot, 1);
    chart.card->setMinimumHeight(Theme::px(160)); // below it a curve tells nothing; the column scrolls instead
    // Charts keep their order whichever metric arrives first.
    int place = 1;
    const auto rank = [](const QString& name) {
        const qsizetype index = kOrder.indexOf(name);
        return index < 0 ? kOrder.size() : index;
    };
    for (auto other = m_charts.cbegin(); other != m_charts.cend(); ++other) {
        if (other.key() == metric)
            continue;
        const bool before =
            rank(other.key()) < rank(metric) || (rank(other.key()) == rank(metric) && other.key() < metric);
        place += before ? 1 : 0;
        connect(chart.plot, &widgets::MetricPlot::crosshairMoved, other->plot, &widgets::MetricPlot::setCrosshair);
        connect(other->plot, &widgets::MetricPlot::crosshairMoved, chart.plot, &widgets::MetricPlot::setCrosshair);
    }
    m_layout->insertWidget(place, chart.card, 1);
    m_empty->hide();
    return chart;
}

void RunCurves::grow()
{
    if (m_ids.isEmpty() || (!isVisible() && !m_charts.isEmpty()))
        return;
    QHash<std::pair<int, QString>, qint64> received;
    for (auto chart = m_charts.cbegin(); chart != m_charts.cend(); ++chart)
        for (auto run = chart->received.cbegin(); run != chart->received.cend(); ++run)
            received[{static_cast<int>(m_ids.indexOf(run.key())), chart.key()}] = run.value();
    m_reader.read(
        [ids = m_ids, received](project::Project& project) {
            std::vector<Piece> pieces;
            std::int64_t room = kMostPoints;
            for (int run = 0; run < ids.size(); ++run) {
                const std::string id = toStd(ids[run]);
                for (const project::MetricSeries& series : project.metricSeries(id)) {
                    Piece piece{run, toQString(series.name), received.value({run, toQString(series.name)}), {}};
                    if (piece.from >= series.points || room <= 0)
                        continue;
                    piece.points = project.metrics(id, series.name, piece.from, room);
                    room -= static_cast<std::int64_t>(piece.points.size());
                    pieces.push_back(std::move(piece));
                }
            }
            return pieces;
        },
        [this, ids = m_ids](const std::vector<Piece>& pieces) {
            if (ids == m_ids)
                append(pieces);
        });
}

void RunCurves::append(const std::vector<Piece>& pieces)
{
    std::size_t points = 0;
    for (const Piece& piece : pieces) {
        const QString& id = m_ids[piece.run];
        Chart& chart = chartOf(piece.metric);
        qint64& received = chart.received[id];
        if (received != piece.from)
            continue; // the charts were made anew meanwhile
        if (!chart.series.contains(id))
            chart.series[id] =
                chart.plot->addSeries(m_ids.size() > 1 ? m_names.value(piece.run) : QString(), piece.run);
        for (const project::MetricPoint& point : piece.points)
            chart.plot->append(chart.series[id], point.x, point.value);
        received += static_cast<qint64>(piece.points.size());
        points += piece.points.size();
    }
    if (points >= static_cast<std::size_t>(kMostPoints))
        grow();
}

} // namespace crucible::workbench
