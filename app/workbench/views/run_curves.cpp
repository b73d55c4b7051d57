// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run_curves.h"

#include "jobs/project_service.h"
#include "text.h"
#include "widgets/card.h"
#include "widgets/empty_state.h"
#include "widgets/metric_plot.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QVBoxLayout>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kPollMs = 500;
constexpr std::int64_t kMostPoints = 20'000; // of all curves at a time, about 15 ms; the rest follows with the next ticks

// The curves that stand first, in this order; others follow by name.
const QStringList kOrder{u"bytes_per_second"_s, u"memory_bytes"_s, u"tensors"_s};

QString metricTitle(const QString& metric)
{
    if (metric == "bytes_per_second"_L1)
        return RunCurves::tr("Throughput");
    if (metric == "memory_bytes"_L1)
        return RunCurves::tr("Memory of the worker");
    if (metric == "tensors"_L1)
        return RunCurves::tr("Tensors done");
    return metric;
}

} // namespace

RunCurves::RunCurves(Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_layout(new QVBoxLayout(this)),
      m_empty(new widgets::EmptyState(u"chart"_s, tr("No curves yet"),
                                      tr("Throughput, memory and progress appear here as soon as the run tells them.")))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(Theme::px(12));
    m_layout->addWidget(m_empty, 1);
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &RunCurves::grow);
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
    // Charts keep their order whichever metric arrives first.
    int place = 1;
    const auto rank = [](const QString& name) {
        const qsizetype index = kOrder.indexOf(name);
        return index < 0 ? kOrder.size() : index;
    };
    for (auto other = m_charts.cbegin(); other != m_charts.cend(); ++other) {
        if (other.key() == metric)
            continue;
        const bool before = rank(other.key()) < rank(metric) || (rank(other.key()) == rank(metric) && other.key() < metric);
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
    if (!isVisible() && !m_charts.isEmpty())
        return;
    std::int64_t room = kMostPoints;
    for (qsizetype i = 0; i < m_ids.size() && room > 0; ++i) {
        const QString& id = m_ids[i];
        m_services.project->with([&](project::Project& project) {
            for (const project::MetricSeries& series : project.metricSeries(toStd(id))) {
                Chart& chart = chartOf(toQString(series.name));
                qint64& received = chart.received[id];
                if (received >= series.points || room <= 0)
                    continue;
                if (!chart.series.contains(id))
                    chart.series[id] = chart.plot->addSeries(m_names.value(i), static_cast<int>(i));
                for (const project::MetricPoint& point : project.metrics(toStd(id), series.name, received, room)) {
                    chart.plot->append(chart.series[id], point.x, point.value);
                    ++received;
                    --room;
                }
            }
        });
    }
}

} // namespace crucible::workbench
