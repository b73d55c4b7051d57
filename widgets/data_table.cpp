// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/data_table.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDataStream>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>
#include <set>
#include <utility>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

// A hairline under each row, and no focus rectangle around single cells.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem copy = option;
        copy.state.setFlag(QStyle::State_HasFocus, false);
        if (index.data(DataTable::DetailRole).isValid())
            paintTwoLines(painter, copy, index);
        else
            QStyledItemDelegate::paint(painter, copy, index);
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), Theme::colors().hairline);
    }
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->decorationSize = QSize(Theme::px(16), Theme::px(16));
    }

private:
    // The ground and the decoration are the style's; the texts follow the decoration.
    void paintTwoLines(QPainter* painter, QStyleOptionViewItem option, const QModelIndex& index) const
    {
        initStyleOption(&option, index);
        const QString title = std::exchange(option.text, {});
        const QStyle* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
        style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
        const ThemeColors& c = Theme::colors();
        QRect room = option.rect.adjusted(Theme::px(6), 0, -Theme::px(6), 0);
        if (option.features & QStyleOptionViewItem::HasDecoration)
            room.setLeft(room.left() + Theme::px(24));
        const QFontMetrics strong(Theme::strongFont()), small(Theme::secondaryFont());
        const int top = room.center().y() - (strong.height() + small.height()) / 2;
        painter->save();
        painter->setFont(Theme::strongFont());
        painter->setPen(c.text);
        painter->drawText(QRect(room.left(), top, room.width(), strong.height()), int(Qt::AlignLeading | Qt::AlignVCenter),
                          strong.elidedText(title, option.textElideMode, room.width()));
        QRect line(room.left(), top + strong.height(), room.width(), small.height());
        const QVariant given = index.data(DataTable::DetailColorRole);
        const QColor color = given.isValid() ? given.value<QColor>() : c.muted;
        if (const QString icon = index.data(DataTable::DetailIconRole).toString(); !icon.isEmpty()) {
            const int side = Theme::px(13);
            Icons::paint(*painter, QRect(line.left(), line.center().y() - side / 2, side, side), icon, color);
            line.setLeft(line.left() + side + Theme::px(4));
        }
        painter->setFont(Theme::secondaryFont());
        painter->setPen(color);
        painter->drawText(line, int(Qt::AlignLeading | Qt::AlignVCenter),
                          small.elidedText(index.data(DataTable::DetailRole).toString(), Qt::ElideRight, line.width()));
        painter->restore();
    }
};

} // namespace

DataTable::DataTable(QWidget* parent) : QTableView(parent)
{
    setItemDelegate(new RowDelegate(this));
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTextElideMode(Qt::ElideMiddle);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setSortingEnabled(true);
    setMouseTracking(true);
    setCornerButtonEnabled(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(Theme::px(30));
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setStretchLastSection(true);
    header->setSectionsMovable(true);
    header->setMinimumSectionSize(Theme::px(36));
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this,
            [this, header](const QPoint& at) { showColumnMenu(header->mapToGlobal(at)); });
}

void DataTable::setModel(QAbstractItemModel* tableModel)
{
    QTableView::setModel(tableModel);
    if (tableModel == nullptr)
        return;
    // Views repaint on their own but not where rows never were.
    connect(tableModel, &QAbstractItemModel::modelReset, viewport(), qOverload<>(&QWidget::update));
}

void DataTable::setTwoLineRows()
{
    const int lines = QFontMetrics(Theme::strongFont()).height() + QFontMetrics(Theme::secondaryFont()).height();
    verticalHeader()->setDefaultSectionSize(lines + Theme::px(12));
}

void DataTable::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

QSize DataTable::minimumSizeHint() const
{
    return {Theme::px(120), Theme::px(90)};
}

void DataTable::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (m_emptyText.isEmpty() || (model() != nullptr && model()->rowCount(rootIndex()) > 0))
        return;
    QPainter painter(viewport());
    painter.setFont(Theme::secondaryFont());
    painter.setPen(Theme::colors().muted);
    painter.drawText(viewport()->rect().adjusted(Theme::px(16), Theme::px(16), -Theme::px(16), -Theme::px(16)),
                     Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextWordWrap, m_emptyText);
}

void DataTable::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        copyTabSeparated();
    else
        QTableView::keyPressEvent(event);
}

QList<QStringList> DataTable::selectedCells() const
{
    QList<QStringList> lines;
    if (model() == nullptr)
        return lines;
    QList<int> columns;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual)
        if (const int column = horizontalHeader()->logicalIndex(visual); !isColumnHidden(column))
            columns << column;
    std::set<int> rows;
    if (selectionModel() != nullptr)
        for (const QModelIndex& index : selectionModel()->selectedIndexes())
            rows.insert(index.row());
    if (rows.empty())
        for (int row = 0; row < model()->rowCount(); ++row)
            rows.insert(row);
    QStringList titles;
    for (const int column : columns)
        titles << model()->headerData(column, Qt::Horizontal).toString();
    lines << titles;
    for (const int row : rows) {
        QStringList cells;
        for (const int column : columns)
            cells << model()->index(row, column).data().toString().replace(u'\t', u' ').replace(u'\n', u' ');
        lines << cells;
    }
    return lines;
}

QString DataTable::toTabSeparated() const
{
    QStringList lines;
    for (const QStringList& cells : selectedCells())
        lines << cells.join(u'\t');
    return lines.join(u'\n') + u'\n';
}

QString DataTable::toMarkdown() const
{
    const QList<QStringList> lines = selectedCells();
    QString text;
    for (int i = 0; i < lines.size(); ++i) {
        QStringList cells = lines[i];
        for (QString& cell : cells)
            cell.replace(u'|', u"\\|"_s);
        text += u"| "_s + cells.join(u" | "_s) + u" |\n"_s;
        if (i == 0) {
            text += u'|';
            for (int column = 0; column < cells.size(); ++column)
                text += u" --- |"_s;
            text += u'\n';
        }
    }
    return text;
}

void DataTable::copyTabSeparated() const
{
    QApplication::clipboard()->setText(toTabSeparated());
}

void DataTable::copyMarkdown() const
{
    QApplication::clipboard()->setText(toMarkdown());
}

QByteArray DataTable::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << qint32(horizontalHeader()->count()) << horizontalHeader()->saveState();
    return state;
}

bool DataTable::restoreState(const QByteArray& state)
{
    QDataStream stream(state);
    qint32 columns = -1;
    QByteArray header;
    stream >> columns >> header;
    if (stream.status() != QDataStream::Ok || columns != horizontalHeader()->count())
        return false;
    return horizontalHeader()->restoreState(header);
}

void DataTable::addColumnActions(QMenu* menu)
{
    int shown = 0;
    for (int column = 0; column < horizontalHeader()->count(); ++column)
        shown += isColumnHidden(column) ? 0 : 1;
    for (int column = 0; column < horizontalHeader()->count(); ++column) {
        const QString title = model()->headerData(column, Qt::Horizontal).toString();
        if (title.isEmpty())
            continue;
        QAction* action = menu->addAction(title);
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        action->setEnabled(shown > 1 || isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool on) { setColumnHidden(column, !on); });
    }
}

void DataTable::showColumnMenu(const QPoint& globalPosition)
{
    if (model() == nullptr)
        return;
    QMenu menu(this);
    addColumnActions(&menu);
    menu.addSeparator();
    menu.addAction(tr("Fit widths to contents"), this, [this] { resizeColumnsToContents(); });
    menu.exec(globalPosition);
}

void DataTable::contextMenuEvent(QContextMenuEvent* event)
{
    if (model() == nullptr)
        return;
    QMenu menu(this);
    Q_EMIT contextMenuAboutToShow(&menu, indexAt(event->pos()));
    if (!menu.isEmpty())
        menu.addSeparator();
    menu.addAction(Icons::icon(u"copy"_s, IconRole::Muted), tr("Copy as text"), this, &DataTable::copyTabSeparated);
    menu.addAction(Icons::icon(u"table"_s, IconRole::Muted), tr("Copy as Markdown"), this, &DataTable::copyMarkdown);
    addColumnActions(menu.addMenu(tr("Columns")));
    menu.exec(event->globalPos());
}

} // namespace crucible::widgets
