// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/tracks_panel.h"

#include "text.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QHeaderView>
#include <QInputDialog>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <numeric>

namespace crucible::workbench {

using widgets::Theme;

namespace {

enum Column { Where, Curve, Mean };

QIcon markerIcon(int style)
{
    const int size = Theme::px(12);
    QPixmap pixmap(size * 2, size * 2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(2, 2);
    const QColor color = Theme::seriesColor(style);
    widgets::drawMarker(painter, QPointF(size / 2.0, size / 2.0), size / 3.0, Theme::seriesMarker(style), color, color);
    pixmap.setDevicePixelRatio(2);
    return QIcon(pixmap);
}

} // namespace

TracksPanel::TracksPanel(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::px(6));
    m_table = new QTreeWidget(this);
    m_table->setObjectName(QStringLiteral("tracks"));
    m_table->setAccessibleName(tr("Values by model and filter"));
    m_table->setColumnCount(3);
    m_table->setRootIsDecorated(false);
    m_table->setWordWrap(true); // a long gradient takes another line rather than dots
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(Where, QHeaderView::ResizeToContents);
    m_table->header()->setMaximumSectionSize(Theme::px(150));
    m_table->header()->setSectionResizeMode(Curve, QHeaderView::Stretch);
    m_table->header()->setSectionResizeMode(Mean, QHeaderView::ResizeToContents);
    connect(m_table->header(), &QHeaderView::sectionResized, this, [this](int column) {
        if (column == Curve)
            fitRows();
    });
    layout->addWidget(m_table);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::px(8));
    m_addFilter = new QPushButton(this);
    m_addFilter->setMenu(new QMenu(m_addFilter));
    m_remove = new QPushButton(this);
    buttons->addWidget(m_addFilter);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    layout->addLayout(buttons);

    connect(m_addFilter->menu(), &QMenu::aboutToShow, this, &TracksPanel::fillFilterMenu);
    connect(m_remove, &QPushButton::clicked, this, [this] { Q_EMIT removeRequested(current()); });
    connect(m_table, &QTreeWidget::currentItemChanged, this, [this] {
        updateButtons();
        if (!m_filling)
            Q_EMIT currentChanged(current());
    });
    const auto editCurve = [this](QTreeWidgetItem* item) { m_table->editItem(item, Curve); };
    connect(m_table, &QTreeWidget::itemDoubleClicked, this, editCurve);
    connect(m_table, &QTreeWidget::itemActivated, this, editCurve);
    connect(m_table, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item, int column) {
        if (m_filling || column != Curve)
            return;
        const int row = m_table->indexOfTopLevelItem(item);
        if (const auto values = parseValues(toStd(item->text(Curve)))) {
            Q_EMIT valuesTyped(row, *values);
        } else {
            m_filling = true;
            item->setText(Curve, toQString(valuesText(m_rows[static_cast<std::size_t>(row)].track.values)));
            m_filling = false;
        }
    });
}

void TracksPanel::setRows(const std::vector<Row>& rows, bool mayFilter)
{
    const int before = current();
    m_filling = true;
    m_rows = rows;
    m_mayFilter = mayFilter;
    m_addFilter->setText(tr("Add filter"));
    m_addFilter->setToolTip(tr("Give the tensors whose name contains a word values of their own"));
    m_remove->setText(tr("Remove"));
    m_remove->setToolTip(tr("Back to the default, or one filter less"));
    m_table->setHeaderLabels({tr("where"), tr("curve"), tr("mean")});
    m_table->headerItem()->setTextAlignment(Mean, Qt::AlignRight | Qt::AlignVCenter);
    m_table->clear();
    for (const Row& row : m_rows) {
        auto* item = new QTreeWidgetItem(m_table);
        const std::vector<double>& values = row.track.values;
        item->setText(Where, row.where);
        item->setToolTip(Where, row.where);
        item->setIcon(Where, markerIcon(row.style));
        item->setText(Curve, row.track.required && !row.track.given ? tr("missing") : toQString(valuesText(values)));
        item->setFont(Curve, Theme::fixedFont());
        if (!row.track.given)
            item->setForeground(Curve, row.track.required ? Theme::colors().error : Theme::colors().faint);
        item->setToolTip(Curve, row.track.given ? tr("Double-click to type values from the first layer to the last")
                                                : tr("The default. Double-click to give values."));
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
        item->setText(Mean, widgets::format::fixed(mean, 2));
        item->setTextAlignment(Mean, Qt::AlignRight | Qt::AlignVCenter);
        item->setFlags(item->flags() | Qt::ItemIsEditable);
    }
    m_filling = false;
    fitRows();
    setCurrent(std::clamp(before, 0, std::max<int>(0, static_cast<int>(m_rows.size()) - 1)));
    updateButtons();
}

// Every row as high as its values need in the width there is, and the table as high as its rows.
void TracksPanel::fitRows()
{
    const QFontMetrics metrics(Theme::fixedFont());
    const int room = std::max(m_table->columnWidth(Curve) - Theme::px(12), metrics.averageCharWidth());
    int height = 0;
    m_filling = true;
    for (int row = 0; row < m_table->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = m_table->topLevelItem(row);
        const int text = metrics.boundingRect(QRect(0, 0, room, 10'000), Qt::TextWordWrap, item->text(Curve)).height();
        const int rowHeight = std::max(Theme::px(28), text + Theme::px(10));
        item->setSizeHint(Curve, QSize(0, rowHeight));
        height += rowHeight;
    }
    m_filling = false;
    m_table->setFixedHeight(m_table->header()->sizeHint().height() + std::max(height, Theme::px(28)) + 2);
}

void TracksPanel::setCurrent(int row)
{
    if (row == current() || row < 0 || row >= m_table->topLevelItemCount())
        return;
    m_filling = true;
    m_table->setCurrentItem(m_table->topLevelItem(row));
    m_filling = false;
    updateButtons();
}

int TracksPanel::current() const
{
    return m_table->currentItem() ? m_table->indexOfTopLevelItem(m_table->currentItem()) : -1;
}

void TracksPanel::updateButtons()
{
    const int row = current();
    const bool valid = row >= 0 && row < static_cast<int>(m_rows.size());
    m_addFilter->setVisible(m_mayFilter);
    m_addFilter->setEnabled(valid);
    m_remove->setEnabled(valid && m_rows[static_cast<std::size_t>(row)].track.given);
}

void TracksPanel::fillFilterMenu()
{
    QMenu* menu = m_addFilter->menu();
    menu->clear();
    // Words that the tensor names of most families contain.
    for (const char* filter : {"self_attn", "mlp", "layernorm", "embed_tokens", "lm_head", "q_proj", "k_proj", "v_proj",
                               "o_proj", "gate_proj", "up_proj", "down_proj"}) {
        const QString word = QString::fromLatin1(filter);
        menu->addAction(word, this, [this, word] { Q_EMIT filterRequested(current(), word); });
    }
    menu->addSeparator();
    menu->addAction(tr("Another word…"), this, [this] {
        const QString word = QInputDialog::getText(this, tr("Add filter"), tr("Tensors whose name contains:")).trimmed();
        if (!word.isEmpty())
            Q_EMIT filterRequested(current(), word);
    });
}

} // namespace crucible::workbench
