// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/tensor_panel.h"

#include "text.h"
#include "widgets/card.h"
#include "widgets/data_table.h"
#include "widgets/histogram_view.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QVBoxLayout>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {
constexpr int kBins = 96;
}

TensorPanel::TensorPanel(QWidget* parent)
    : QWidget(parent), m_model(new TensorTable(this)), m_sorted(new TableFilter(m_model, this)), m_filter(new QLineEdit),
      m_table(new widgets::DataTable), m_list(new widgets::Card(tr("Tensors"))), m_numbers(new widgets::Card(tr("Values"))),
      m_values(new QLabel), m_histogram(new widgets::HistogramView)
{
    m_filter->setPlaceholderText(tr("Filter: mlp 12"));
    m_filter->setAccessibleName(tr("Filter the tensors"));
    m_filter->setClearButtonEnabled(true);
    m_table->setAccessibleName(tr("Tensors"));
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(TensorTable::Name, Qt::AscendingOrder);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEmptyText(tr("The tensors of the selected model appear here."));
    m_table->horizontalHeader()->setSectionResizeMode(TensorTable::Name, QHeaderView::Stretch);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->setColumnWidth(TensorTable::Dtype, Theme::px(70));
    m_table->setColumnWidth(TensorTable::Dimensions, Theme::px(96));
    m_table->setColumnWidth(TensorTable::Size, Theme::px(76));
    m_list->addTitleWidget(m_filter);
    m_list->addWidget(m_table, 1);
    m_values->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_values->setWordWrap(true);
    Theme::setTextRole(m_values, TextRole::Secondary);
    m_histogram->setEmptyText(tr("Select a tensor: its values are read and counted in the background."));
    m_histogram->setAccessibleName(tr("Histogram of the selected tensor"));
    m_numbers->addWidget(m_histogram, 1);
    m_numbers->addWidget(m_values);

    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setHandleWidth(Theme::px(12));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(m_numbers);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) { m_sorted->setWords(text); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TensorPanel::showSelected);
}

void TensorPanel::setCheckpoint(std::shared_ptr<const formats::Checkpoint> checkpoint)
{
    m_statistics.cancel();
    m_checkpoint = std::move(checkpoint);
    std::vector<formats::TensorInfo> tensors;
    if (m_checkpoint)
        for (const formats::Checkpoint::Entry& entry : m_checkpoint->tensors())
            tensors.push_back(entry.info);
    m_list->setHint(m_checkpoint ? tr("%n tensors", nullptr, static_cast<int>(tensors.size())) : QString());
    m_model->setTensors(std::move(tensors));
    m_histogram->setBins(0, 1, {});
    m_numbers->setTitle(tr("Values"));
    m_values->clear();
}

void TensorPanel::selectTensor(const QString& name)
{
    const QModelIndexList found = m_sorted->match(m_sorted->index(0, 0), IdRole, name, 1, Qt::MatchExactly);
    if (!found.isEmpty()) {
        m_table->selectRow(found.first().row());
        m_table->scrollTo(found.first());
    }
}

void TensorPanel::showOne()
{
    if (!m_table->currentIndex().isValid() && m_sorted->rowCount() > 0)
        m_table->selectRow(m_sorted->rowCount() / 2);
}

void TensorPanel::showSelected()
{
    const QModelIndex index = m_sorted->mapToSource(m_table->currentIndex());
    if (!index.isValid() || !m_checkpoint)
        return;
    const formats::TensorInfo info = m_model->tensor(index.row());
    m_numbers->setTitle(toQString(info.name));
    m_values->setText(tr("Reading %1 …").arg(format::bytes(static_cast<double>(info.bytes))));
    m_statistics.start(
        [checkpoint = m_checkpoint, info](const CancelToken& cancel) {
            const formats::Checkpoint::Entry* entry = checkpoint->find(info.name);
            if (!entry)
                throw Error::notFound("the tensor is not in the model any more", info.name);
            ThreadPool pool;
            analyze::TensorStatistics statistics = analyze::tensorStatistics(info, checkpoint->read(*entry), kBins, pool, cancel);
            checkpoint->checkIntact();
            return statistics;
        },
        [this, info](const Outcome<analyze::TensorStatistics>& outcome) { showStatistics(info, outcome); });
}

void TensorPanel::showStatistics(const formats::TensorInfo& info, const Outcome<analyze::TensorStatistics>& outcome)
{
    if (outcome.error) {
        const ErrorText text = describe(*outcome.error);
        m_values->setText(text.headline + u'\n' + text.detail);
        return m_histogram->setBins(0, 1, {});
    }
    const analyze::TensorStatistics& s = *outcome.value;
    m_histogram->setBins(s.histogram.low, s.histogram.high,
                         std::vector<double>(s.histogram.counts.begin(), s.histogram.counts.end()));
    QStringList facts{tr("%1, %2").arg(shapeText(info.shape), toQString(torchName(info.dtype))),
                      tr("mean %1").arg(format::number(s.mean)),
                      tr("deviation %1").arg(format::number(s.standardDeviation)),
                      tr("range %1 to %2").arg(format::number(s.minimum), format::number(s.maximum)),
                      tr("norm %1").arg(format::number(s.norm)),
                      tr("zeros %1").arg(format::percent(static_cast<double>(s.zeros) /
                                                         static_cast<double>(std::max<std::uint64_t>(1, s.elements)), 2))};
    if (s.nans + s.infinities > 0)
        facts << tr("%n values are not numbers", nullptr, static_cast<int>(s.nans + s.infinities));
    m_values->setText(facts.join(u" · "_s));
}

} // namespace crucible::workbench
