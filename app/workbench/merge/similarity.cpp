// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/similarity.h"

#include "base/parallel.h"
#include "base/progress.h"
#include "text.h"
#include "widgets/heat_map.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QPushButton>

#include <limits>

namespace crucible::workbench {

using widgets::Theme;
namespace format = widgets::format;

namespace {

// What two fast cores read in about a second.
constexpr std::uint64_t kReadAtOnce = std::uint64_t(3) << 30;
// The window and a running merge keep their processors.
constexpr int kThreads = 2;
constexpr double kQuickSeconds = 1; // of which nobody needs to know

struct Compared {
    analyze::ModelComparison comparison;
    double seconds = 0;
};

} // namespace

SimilarityCard::SimilarityCard(QWidget* parent) : Card(tr("How alike the models are"), parent)
{
    m_measure = new QComboBox(this);
    m_measure->setAccessibleName(tr("Measure of likeness"));
    m_measure->addItem(tr("cosine"));
    m_measure->addItem(tr("relative difference"));
    addAction(m_measure);
    m_map = new widgets::HeatMap(this);
    m_map->setObjectName(QStringLiteral("similarity"));
    m_map->setAccessibleName(tr("Likeness of the models by layer and kind of tensor"));
    m_map->setEmptyText(tr("With two models chosen, their likeness appears here layer by layer."));
    addWidget(m_map, 1);
    m_read = new QPushButton(tr("Read and compare"), this);
    m_read->hide();
    auto* line = new QHBoxLayout;
    line->addStretch(1);
    line->addWidget(m_read);
    line->addStretch(1);
    addLayout(line);
    connect(m_read, &QPushButton::clicked, this, &SimilarityCard::start);
    connect(m_measure, &QComboBox::currentIndexChanged, this, &SimilarityCard::show);
    connect(&m_work, &Background::started, this, &SimilarityCard::busyChanged);
    connect(&m_work, &Background::finished, this, &SimilarityCard::busyChanged);
}

void SimilarityCard::setModels(Folder a, Folder b, const QString& nameA, const QString& nameB)
{
    const auto same = [](const Folder& x, const Folder& y) { return (!x && !y) || (x && y && x->path() == y->path()); };
    if (same(a, m_a) && same(b, m_b))
        return;
    m_work.cancel();
    m_a = std::move(a);
    m_b = std::move(b);
    m_comparison.reset();
    m_map->clear();
    m_read->hide();
    setHint({});
    if (!m_a || !m_b) {
        m_map->setEmptyText(tr("With two models chosen, their likeness appears here layer by layer."));
        return;
    }
    m_names = tr("%1 and %2").arg(nameA, nameB);
    const std::uint64_t bytes = m_a->checkpoint().totalBytes() + m_b->checkpoint().totalBytes();
    if (bytes <= kReadAtOnce) {
        start();
        return;
    }
    m_map->setEmptyText(tr("Comparing %1 reads %2.").arg(m_names, format::bytes(static_cast<double>(bytes))));
    m_read->show();
}

void SimilarityCard::start()
{
    m_read->hide();
    m_map->setEmptyText(tr("Comparing %1…").arg(m_names));
    m_work.start(
        [a = m_a, b = m_b](const CancelToken& cancel) {
            QElapsedTimer timer;
            timer.start();
            ThreadPool pool(kThreads);
            Progress progress;
            Compared compared;
            compared.comparison = analyze::compareModels(a->checkpoint(), b->checkpoint(), pool, progress, cancel);
            compared.seconds = static_cast<double>(timer.elapsed()) / 1000;
            return compared;
        },
        [this](Outcome<Compared> outcome) {
            if (outcome.value) {
                m_comparison = std::make_shared<const analyze::ModelComparison>(std::move(outcome.value->comparison));
                m_seconds = outcome.value->seconds;
                show();
            } else if (outcome.error) {
                m_map->setEmptyText(describe(*outcome.error).detail);
            }
        });
}

void SimilarityCard::show()
{
    if (!m_comparison)
        return;
    const analyze::HeatMap map = m_comparison->heatMap();
    QStringList kinds;
    std::vector<double> values;
    for (std::size_t kind = 0; kind < map.kinds.size(); ++kind) {
        kinds << toQString(map.kinds[kind]);
        for (int layer = 0; layer < map.layers; ++layer) {
            const std::optional<analyze::PairSums>& cell = map.at(layer, kind);
            const std::optional<double> value = !cell                             ? std::nullopt
                                                : m_measure->currentIndex() == 0 ? cell->cosine()
                                                                                 : cell->relativeDifference();
            values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
        }
    }
    m_map->setData(kinds, map.layers, std::move(values));
    m_map->setEmptyText(tr("These models have no tensor of the same name and shape in any layer."));
    setHint(m_seconds < kQuickSeconds ? m_names : tr("%1 · read in %2").arg(m_names, format::duration(m_seconds)));
}

} // namespace crucible::workbench
