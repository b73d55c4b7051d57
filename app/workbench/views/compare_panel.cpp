// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare_panel.h"

#include "text.h"
#include "views/model_table.h"
#include "widgets/card.h"
#include "widgets/data_table.h"
#include "widgets/heat_map.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTimer>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kShares = 1000;
constexpr int kProgressMs = 100;

// Progress of the pool's job for the window's bar; the bar asks, nobody is called across threads.
class SharedProgress : public Progress {
public:
    explicit SharedProgress(std::shared_ptr<std::atomic<int>> permille) : m_permille(std::move(permille)) {}
    void advance(std::uint64_t done, std::uint64_t total, std::string_view, std::string_view) override
    {
        if (total > 0)
            m_permille->store(static_cast<int>(done * kShares / total), std::memory_order_relaxed);
    }

private:
    std::shared_ptr<std::atomic<int>> m_permille;
};

QStandardItem* numberItem(std::optional<double> value)
{
    auto* item = new QStandardItem(format::number(value, 4));
    item->setData(value.value_or(std::numeric_limits<double>::quiet_NaN()), SortRole);
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    item->setEditable(false);
    return item;
}

QStandardItem* textItem(const QString& text)
{
    auto* item = new QStandardItem(text);
    item->setData(text, SortRole);
    item->setData(text, IdRole);
    item->setEditable(false);
    return item;
}

} // namespace

ComparePanel::ComparePanel(ModelLibrary& library, QWidget* parent)
    : QWidget(parent), m_library(library), m_other(new QComboBox), m_measure(new QComboBox),
      m_cancel(new QPushButton(tr("Cancel"))), m_bar(new QProgressBar), m_mapCard(new widgets::Card(tr("How alike the two models are"))),
      m_map(new widgets::HeatMap), m_table(new widgets::DataTable), m_rows(new QStandardItemModel(this)),
      m_sorted(new TableFilter(m_rows, this)), m_tableCard(new widgets::Card(tr("Tensor by tensor"))), m_permille(std::make_shared<std::atomic<int>>(0))
{
    m_other->setAccessibleName(tr("The other model"));
    m_other->setMinimumContentsLength(18);
    m_other->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_measure->addItems({tr("cosine"), tr("relative difference")});
    m_measure->setAccessibleName(tr("Measure"));
    m_bar->setRange(0, kShares);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the comparison"));
    m_bar->hide();
    m_cancel->hide();
    m_map->setAccessibleName(tr("Measure by layer and kind of tensor"));
    m_map->setEmptyText(tr("Choose another model to see, layer by layer, how far its weights are from this one."));
    m_mapCard->addTitleWidget(m_other);
    m_mapCard->addTitleWidget(m_measure);
    m_mapCard->addAction(m_cancel);
    m_mapCard->addWidget(m_bar);
    m_mapCard->addWidget(m_map, 1);

    m_table->setAccessibleName(tr("Tensors compared"));
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->setEmptyText(tr("Every tensor with its cosine, relative difference and norms appears here."));
    m_tableCard->addWidget(m_table, 1);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setHandleWidth(Theme::px(12));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_mapCard);
    splitter->addWidget(m_tableCard);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    m_progressTimer.setInterval(kProgressMs);
    connect(&m_progressTimer, &QTimer::timeout, this, [this] { m_bar->setValue(m_permille->load(std::memory_order_relaxed)); });
    connect(m_other, &QComboBox::activated, this, &ComparePanel::start);
    connect(m_measure, &QComboBox::activated, this, &ComparePanel::showMap);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_work.cancel();
        showOutcome({std::nullopt, Error::cancelled()});
    });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { Q_EMIT tensorActivated(index.siblingAtColumn(0).data(IdRole).toString()); });
    connect(&library, &ModelLibrary::modelsChanged, this, &ComparePanel::fillOthers);
    fillOthers();
}

ComparePanel::Measure ComparePanel::measure() const { return static_cast<Measure>(m_measure->currentIndex()); }

void ComparePanel::fillOthers()
{
    const QString chosen = m_other->currentData().toString();
    m_other->clear();
    m_other->addItem(tr("Compare with…"), QString());
    for (const ModelEntry& model : m_library.models())
        if (model.path != m_path && model.problem.isEmpty())
            m_other->addItem(model.name, model.path);
    m_other->setCurrentIndex(std::max(0, m_other->findData(chosen)));
}

void ComparePanel::setModel(const QString& path, std::shared_ptr<const formats::Checkpoint> checkpoint)
{
    m_path = path;
    m_checkpoint = std::move(checkpoint);
    fillOthers();
    start();
}

void ComparePanel::compareWith(const QString& path)
{
    m_other->setCurrentIndex(std::max(0, m_other->findData(path)));
    start();
}

void ComparePanel::start()
{
    m_work.cancel();
    m_result.reset();
    showMap();
    m_rows->clear();
    const QString other = m_other->currentData().toString();
    const bool ready = m_checkpoint && !other.isEmpty();
    m_bar->setVisible(ready);
    m_cancel->setVisible(ready);
    m_mapCard->setHint({});
    m_tableCard->setHint({});
    if (!ready)
        return m_progressTimer.stop();
    m_permille = std::make_shared<std::atomic<int>>(0);
    m_bar->setValue(0);
    m_progressTimer.start();
    m_work.start(
        [a = m_checkpoint, path = toPath(other), permille = m_permille](const CancelToken& cancel) {
            const auto b = formats::ModelFolder::open(path);
            ThreadPool pool;
            SharedProgress progress(permille);
            return analyze::compareModels(*a, b->checkpoint(), pool, progress, cancel);
        },
        [this](const Outcome<analyze::ModelComparison>& outcome) { showOutcome(outcome); });
}

void ComparePanel::showOutcome(const Outcome<analyze::ModelComparison>& outcome)
{
    m_progressTimer.stop();
    m_bar->hide();
    m_cancel->hide();
    if (outcome.error) {
        const ErrorText text = describe(*outcome.error);
        m_mapCard->setHint(text.headline);
        m_map->setEmptyText(text.headline + u'\n' + text.detail);
        m_other->setCurrentIndex(0);
        return;
    }
    m_result = outcome.value;
    showMap();
    m_rows->clear();
    m_rows->setHorizontalHeaderLabels({tr("tensor"), tr("cosine"), tr("difference"), tr("norm here"), tr("norm there")});
    m_rows->horizontalHeaderItem(2)->setToolTip(tr("relative difference"));
    for (const analyze::TensorComparison& tensor : m_result->tensors) {
        if (tensor.status != analyze::PairStatus::Compared) {
            const QString reason = tensor.status == analyze::PairStatus::ShapeDiffers ? tr("other shape")
                                   : tensor.status == analyze::PairStatus::OnlyInA    ? tr("only here")
                                                                                      : tr("only there");
            m_rows->appendRow({textItem(toQString(tensor.name)), textItem(reason),
                               numberItem({}), numberItem({}), numberItem({})});
            continue;
        }
        const analyze::PairSums& sums = tensor.sums;
        m_rows->appendRow({textItem(toQString(tensor.name)), numberItem(sums.cosine()), numberItem(sums.relativeDifference()),
                           numberItem(sums.normA()), numberItem(sums.normB())});
    }
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < m_rows->columnCount(); ++column) {
        m_rows->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_table->setColumnWidth(column, Theme::px(84));
    }
    m_table->sortByColumn(0, Qt::AscendingOrder);
}

void ComparePanel::showMap()
{
    if (!m_result)
        return m_map->clear();
    const analyze::HeatMap map = m_result->heatMap();
    QStringList kinds;
    std::vector<double> values;
    const bool cosine = measure() == Measure::Cosine;
    for (std::size_t kind = 0; kind < map.kinds.size(); ++kind) {
        kinds << toQString(map.kinds[kind]);
        for (int layer = 0; layer < map.layers; ++layer) {
            const std::optional<analyze::PairSums>& sums = map.at(layer, kind);
            const std::optional<double> value =
                !sums ? std::nullopt : cosine ? sums->cosine() : sums->relativeDifference();
            values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
        }
    }
    m_map->setEmptyText(tr("The two models have no layers in common."));
    m_map->setData(kinds, map.layers, std::move(values));
    const auto total = cosine ? m_result->total.cosine() : m_result->total.relativeDifference();
    m_tableCard->setHint(tr("%1 of %2 tensors are identical · overall %3")
                           .arg(format::count(static_cast<qint64>(m_result->identical)),
                                format::count(static_cast<qint64>(m_result->compared)), format::number(total)));
}

} // namespace crucible::workbench
