// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/conversation_list.h"

#include "jobs/project_service.h"
#include "text.h"
#include "widgets/empty_state.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/theme.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {

enum Role { IdRole = Qt::UserRole, DetailRole };

// "14:05" today, "21 Nov" this year, else the date.
QString whenText(project::Time time)
{
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(time * 1000));
    const QLocale locale;
    if (when.date() == QDate::currentDate())
        return locale.toString(when.time(), QLocale::ShortFormat);
    return locale.toString(when.date(), QLocale::ShortFormat);
}

// Title over model and time; the title is edited in place.
class Rows : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {Theme::px(120), Theme::px(46)}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const widgets::ThemeColors& c = Theme::colors();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF row = QRectF(option.rect).adjusted(0.5, 1.5, -0.5, -1.5);
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.state & QStyle::State_Selected ? c.selection : c.hover);
            painter->drawRoundedRect(row, Theme::px(6), Theme::px(6));
        }
        const QRectF text = row.adjusted(Theme::px(8), Theme::px(4), -Theme::px(8), -Theme::px(4));
        const auto line = [&](const QRectF& at, const QFont& font, const QColor& color, const QString& words) {
            painter->setFont(font);
            painter->setPen(color);
            painter->drawText(at, Qt::AlignLeft | Qt::AlignVCenter, QFontMetrics(font).elidedText(words, Qt::ElideRight, static_cast<int>(at.width())));
        };
        const double half = text.height() / 2;
        line(QRectF(text.left(), text.top(), text.width(), half), Theme::bodyFont(), c.text, index.data(Qt::DisplayRole).toString());
        line(QRectF(text.left(), text.top() + half, text.width(), half), Theme::secondaryFont(), c.muted, index.data(DetailRole).toString());
        painter->restore();
    }
};

} // namespace

ConversationList::ConversationList(Services& services, QWidget* parent)
    : widgets::Card(tr("Conversations"), parent), m_services(services), m_reader(*services.project), m_search(new QLineEdit), m_list(new QListWidget),
      m_empty(new widgets::EmptyState(u"playground"_s, tr("No conversations yet"), tr("What you say and what models answer is kept in the project, with how it was made."))),
      m_undo(new widgets::InlineMessage)
{
    auto* add = new QToolButton;
    add->setIcon(widgets::Icons::icon(u"add"_s, widgets::IconRole::Muted));
    add->setToolTip(tr("New conversation"));
    add->setAccessibleName(tr("New conversation"));
    connect(add, &QToolButton::clicked, this, &ConversationList::newRequested);
    addAction(add);
    m_search->setPlaceholderText(tr("Find words"));
    m_search->setAccessibleName(tr("Find a conversation"));
    m_search->setClearButtonEnabled(true);
    m_list->setAccessibleName(tr("Conversations"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new Rows(m_list));
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    m_list->installEventFilter(this);
    m_undo->hide();
    m_undo->setDismissible(true);
    m_undo->setActionText(tr("Undo"));
    addWidget(m_search);
    addWidget(m_undo);
    addWidget(m_list, 1);
    addWidget(m_empty, 1);
    body()->setContentsMargins(Theme::px(8), Theme::px(8), Theme::px(8), Theme::px(8));
    connect(m_search, &QLineEdit::textChanged, this, &ConversationList::refresh);
    connect(&m_reader, &ProjectReader::busyChanged, this, &ConversationList::busyChanged);
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { Q_EMIT opened(item->data(IdRole).toString()); });
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) { Q_EMIT opened(item->data(IdRole).toString()); });
    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
        if (!m_filling && !item->text().trimmed().isEmpty())
            Q_EMIT renamed(item->data(IdRole).toString(), item->text().trimmed());
    });
    connect(m_list, &QWidget::customContextMenuRequested, this, &ConversationList::showMenu);
    connect(m_undo, &widgets::InlineMessage::dismissed, m_undo, &QWidget::hide);
    connect(m_undo, &widgets::InlineMessage::actionTriggered, this, [this] {
        m_services.project->with([&](project::Project& project) { project.setConversationDeleted(toStd(m_deleted), false); });
        m_undo->hide();
        refresh();
    });
    connect(services.project, &ProjectService::opened, this, &ConversationList::refresh);
    connect(services.project, &ProjectService::closed, this, &ConversationList::refresh);
    refresh();
}

void ConversationList::refresh()
{
    if (!m_services.project->isOpen())
        return show({}, false);
    const QString words = m_search->text().trimmed();
    m_reader.read([words = toStd(words)](project::Project& project) { return project.conversations(words); },
                  [this, searched = !words.isEmpty()](std::vector<project::ConversationSummary> found) { show(std::move(found), searched); });
}

void ConversationList::show(std::vector<project::ConversationSummary> found, bool searched)
{
    m_filling = true;
    m_list->clear();
    for (const project::ConversationSummary& each : found) {
        auto* item = new QListWidgetItem(toQString(each.title));
        const QString models = toQString(each.models);
        const QString when = whenText(each.changed);
        item->setData(IdRole, toQString(each.id));
        item->setData(DetailRole, models.isEmpty() ? when : u"%1 · %2"_s.arg(when, models));
        item->setToolTip(u"%1\n%2"_s.arg(toQString(each.title), models));
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        m_list->addItem(item);
    }
    m_filling = false;
    const bool empty = found.empty();
    m_empty->setTexts(searched ? tr("Nothing found") : tr("No conversations yet"),
                      searched ? tr("No title and no message has these words.")
                               : tr("What you say and what models answer is kept in the project, with how it was made."));
    m_empty->setVisible(empty);
    m_list->setVisible(!empty);
    m_search->setVisible(!empty || searched);
    setCurrent(m_current);
}

void ConversationList::setCurrent(const QString& id)
{
    m_current = id;
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->data(IdRole).toString() == id)
            return m_list->setCurrentRow(row);
    m_list->setCurrentRow(-1);
}

void ConversationList::remove(QListWidgetItem* item)
{
    m_deleted = item->data(IdRole).toString();
    const QString title = item->text();
    m_services.project->with([&](project::Project& project) { project.setConversationDeleted(toStd(m_deleted), true); });
    m_undo->setMessage(widgets::InlineMessage::Kind::Info, tr("“%1” is in the bin.").arg(title).toHtmlEscaped());
    m_undo->show();
    Q_EMIT deleted(m_deleted);
    refresh();
}

void ConversationList::showMenu(const QPoint& position)
{
    QListWidgetItem* item = m_list->itemAt(position);
    if (!item)
        return;
    QMenu menu(this);
    QAction* open = menu.addAction(widgets::Icons::icon(u"playground"_s), tr("Open"));
    QAction* rename = menu.addAction(widgets::Icons::icon(u"edit"_s), tr("Rename"));
    QAction* away = menu.addAction(widgets::Icons::icon(u"delete"_s), tr("Delete"));
    QAction* asked = menu.exec(m_list->viewport()->mapToGlobal(position));
    if (asked == open)
        Q_EMIT opened(item->data(IdRole).toString());
    else if (asked == rename)
        m_list->editItem(item);
    else if (asked == away)
        remove(item);
}

bool ConversationList::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_list && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete)
        if (QListWidgetItem* item = m_list->currentItem()) {
            remove(item);
            return true;
        }
    return widgets::Card::eventFilter(object, event);
}

} // namespace crucible::workbench
