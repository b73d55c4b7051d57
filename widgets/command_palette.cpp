// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/command_palette.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

enum Role { DetailRole = Qt::UserRole, IconRole_, EntryRole };

class EntryDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {Theme::px(200), Theme::px(34)}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const ThemeColors& c = Theme::colors();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(c.selection);
            painter->drawRoundedRect(option.rect, Theme::px(6), Theme::px(6));
        }
        const QRect room = option.rect.adjusted(Theme::px(10), 0, -Theme::px(10), 0);
        const int side = Theme::px(16);
        if (const QString icon = index.data(IconRole_).toString(); !icon.isEmpty())
            Icons::paint(*painter, QRectF(room.left(), room.center().y() - side / 2 + 1, side, side), icon, c.muted);
        const QString detail = index.data(DetailRole).toString();
        painter->setFont(Theme::secondaryFont());
        painter->setPen(c.muted);
        painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, detail);
        const int taken = QFontMetrics(painter->font()).horizontalAdvance(detail) + Theme::px(16);
        painter->setFont(option.font);
        painter->setPen(c.text);
        const QRect text = room.adjusted(side + Theme::px(10), 0, -taken, 0);
        painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(option.font).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        painter->restore();
    }
};

} // namespace

CommandPalette::CommandPalette(QWidget* window) : QWidget(window)
{
    hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Theme::px(10), Theme::px(10), Theme::px(10), Theme::px(10));
    column->setSpacing(Theme::px(8));
    m_field = new QLineEdit(this);
    m_field->setPlaceholderText(tr("Find an action, model or run"));
    m_field->setAccessibleName(m_field->placeholderText());
    m_field->addAction(Icons::icon(u"search"_s, IconRole::Faint), QLineEdit::LeadingPosition);
    m_list = new QListWidget(this);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Matches"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
}

void CommandPalette::setEntries(QList<Entry> entries)
{
    m_entries = std::move(entries);
    filter(m_field->text());
}

void CommandPalette::popup()
{
    const QWidget* window = parentWidget();
    const int width_ = std::min(Theme::px(560), window->width() - Theme::px(48));
    const int rows = std::clamp(int(m_entries.size()), 3, 10);
    const int height_ = std::min(Theme::px(62) + rows * Theme::px(34), window->height() - Theme::px(96));
    setGeometry((window->width() - width_) / 2, Theme::px(56), width_, height_);
    m_field->clear();
    filter({});
    show();
    raise();
    m_field->setFocus();
}

int CommandPalette::score(const QString& pattern, const QString& text)
{
    if (pattern.isEmpty())
        return 0;
    int total = 0, at = 0, run = 0;
    for (const QChar wanted : pattern) {
        if (wanted.isSpace())
            continue;
        bool found = false;
        for (; at < text.size() && !found; ++at) {
            if (text[at].toCaseFolded() != wanted.toCaseFolded()) {
                run = 0;
                continue;
            }
            const bool wordStart = at == 0 || !text[at - 1].isLetterOrNumber();
            total += 1 + (wordStart ? 8 : 0) + 3 * run;
            ++run;
            found = true;
        }
        if (!found)
            return -1;
    }
    return std::max(0, total * 4 - int(text.size()) / 4);
}

void CommandPalette::filter(const QString& pattern)
{
    QList<std::pair<int, int>> ranked; // score, entry
    for (int i = 0; i < m_entries.size(); ++i)
        if (const int points = score(pattern, m_entries[i].text); points >= 0)
            ranked << std::pair(points, i);
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_list->clear();
    for (const auto& [points, entry] : std::as_const(ranked)) {
        auto* item = new QListWidgetItem(m_entries[entry].text, m_list);
        item->setData(DetailRole, m_entries[entry].detail);
        item->setData(IconRole_, m_entries[entry].icon);
        item->setData(EntryRole, entry);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr)
        return;
    const std::function<void()> run = m_entries[item->data(EntryRole).toInt()].run;
    dismiss();
    if (run)
        run();
}

void CommandPalette::dismiss()
{
    hide();
    parentWidget()->setFocus();
}

bool CommandPalette::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_field && event->type() == QEvent::KeyPress) {
        const int rows = m_list->count();
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Escape: dismiss(); return true;
        case Qt::Key_Down:
            if (rows > 0)
                m_list->setCurrentRow((m_list->currentRow() + 1) % rows);
            return true;
        case Qt::Key_Up:
            if (rows > 0)
                m_list->setCurrentRow((m_list->currentRow() + rows - 1) % rows);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: runCurrent(); return true;
        default: break;
        }
    }
    if (object == m_field && event->type() == QEvent::FocusOut &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason && isVisible())
        hide();
    return QWidget::eventFilter(object, event);
}

void CommandPalette::paintEvent(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(c.border, 1));
    painter.setBrush(c.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(8), Theme::px(8));
}

} // namespace crucible::widgets
