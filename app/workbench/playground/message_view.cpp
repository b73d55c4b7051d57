// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/message_view.h"

#include "playground/token_text.h"
#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include <algorithm>
#include <optional>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {
constexpr int kRoomForButtons = 300; // px at the standard font: a narrower message shows how it went instead
}

MessageView::MessageView(QWidget* parent)
    : QFrame(parent), m_text(new TokenText), m_facts(new widgets::ElidedLabel), m_problem(new widgets::InlineMessage),
      m_parted(new widgets::InlineMessage), m_line(new QBoxLayout(QBoxLayout::TopToBottom)), m_footer(new QWidget), m_sibling(new QLabel)
{
    setFrameShape(QFrame::NoFrame);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum); // as high as its width makes it
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Theme::px(12), Theme::px(10), Theme::px(8), Theme::px(4));
    column->setSpacing(Theme::px(4));
    m_problem->hide();
    m_parted->hide();
    connect(m_problem, &widgets::InlineMessage::actionTriggered, this, [this] { Q_EMIT actionRequested(Action::Regenerate); });
    Theme::setTextRole(m_facts, TextRole::Muted);
    Theme::setTextRole(m_sibling, TextRole::Muted);

    auto* row = new QHBoxLayout(m_footer);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_previous = addButton("chevron-left", tr("Previous version"), Action::Previous);
    m_next = addButton("chevron-right", tr("Next version"), Action::Next);
    row->addWidget(m_previous);
    row->addWidget(m_sibling);
    row->addWidget(m_next);
    row->addWidget(m_facts, 1);
    addButton("edit", tr("Edit"), Action::Edit);
    addButton("refresh", tr("Answer again"), Action::Regenerate);
    addButton("play", tr("Go on from here"), Action::GoOn);
    addButton("copy", tr("Copy"), Action::Copy);
    addButton("delete", tr("Delete"), Action::Delete);
    for (const auto& [action, button] : std::as_const(m_buttons))
        if (action != Action::Previous && action != Action::Next)
            row->addWidget(button);
    m_line->setSpacing(Theme::px(4));
    m_line->addWidget(m_text, 1);
    m_line->addWidget(m_parted);
    m_line->addWidget(m_problem);
    m_line->addWidget(m_footer, 0, Qt::AlignTop);
    column->addLayout(m_line);
    m_text->installEventFilter(this);
}

QToolButton* MessageView::addButton(const char* icon, const QString& text, Action action)
{
    auto* button = new QToolButton(m_footer);
    button->setIcon(widgets::Icons::icon(QString::fromLatin1(icon), widgets::IconRole::Muted));
    button->setIconSize(QSize(Theme::px(14), Theme::px(14)));
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::NoFocus); // keys and the menu of the text do the same; the way through a talk stays short
    connect(button, &QToolButton::clicked, this, [this, action] {
        if (action == Action::Edit)
            startEditing();
        else
            Q_EMIT actionRequested(action);
    });
    m_buttons.append({action, button});
    return button;
}

bool MessageView::can(Action action) const
{
    switch (action) {
    case Action::Edit: return m_place.mayChange;
    case Action::Regenerate: return m_place.mayChange;
    case Action::GoOn: return m_place.mayChange && m_role == Role::Assistant && m_made;
    case Action::Copy: return true;
    case Action::How: return m_role != Role::User;
    case Action::Delete: return m_place.mayChange;
    case Action::Previous: return m_place.sibling > 1 && m_place.mayChange;
    case Action::Next: return m_place.sibling < m_place.siblings && m_place.mayChange;
    }
    return false;
}

void MessageView::setMessage(const Message& message, const Place& place)
{
    if (message.id != m_id)
        stopEditing();
    m_id = message.id;
    m_role = message.role;
    // What a person wrote has its buttons beside it; below an answer stands how it went as well.
    const bool person = m_role == Role::User;
    m_line->setDirection(person ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_facts->setVisible(!person);
    for (const auto& [action, button] : std::as_const(m_buttons)) {
        QSizePolicy policy = button->sizePolicy();
        policy.setRetainSizeWhenHidden(person && suits(action) && action != Action::Previous && action != Action::Next);
        button->setSizePolicy(policy);
    }
    layout()->setContentsMargins(Theme::px(12), Theme::px(person ? 8 : 10), Theme::px(8), Theme::px(person ? 6 : 4));
    // An answer that goes on from an edited beginning has tokens for its end alone.
    qsizetype known = 0;
    for (const TokenRecord& token : message.tokens)
        known += token.text.size();
    const qsizetype from = std::max<qsizetype>(0, message.text.size() - known);
    m_text->setContent(message.text, message.tokens, static_cast<int>(from));
    m_text->setAccessibleName(m_role == Role::User        ? tr("Your message")
                              : m_role == Role::Assistant ? tr("Answer of %1").arg(message.how.model.title())
                                                          : tr("Measured text"));
    showFacts(message, place);
    update();
}

void MessageView::grow(const Message& message, const Place& place)
{
    m_text->grow(message.text, message.tokens);
    showFacts(message, place);
}

void MessageView::showFacts(const Message& message, const Place& place)
{
    m_place = place;
    m_made = message.how.isMade() && message.how.problem.isEmpty();
    m_facts->setText(factsOf(message, place));
    m_problem->setVisible(!message.how.problem.isEmpty() && !place.problemAbove);
    if (!message.how.problem.isEmpty()) {
        m_problem->setMessage(widgets::InlineMessage::Kind::Error, message.how.problem.toHtml());
        m_problem->setActionText(tr("Try again"));
    }
    m_text->setVisible(!isEditing() && (place.isMaking || !message.text.isEmpty() || message.how.problem.isEmpty()));
    const bool several = place.siblings > 1;
    m_sibling->setVisible(several);
    m_sibling->setText(u" %1 / %2 "_s.arg(place.sibling).arg(place.siblings));
    showButtons();
    m_footer->setVisible(!isEditing());
}

// Arrows between versions are always seen, the rest where a person looks.
void MessageView::showButtons()
{
    const bool looked = (m_place.isLast && !isNarrow()) || underMouse() || m_text->hasFocus();
    for (const auto& [action, button] : std::as_const(m_buttons)) {
        const bool arrow = action == Action::Previous || action == Action::Next;
        button->setVisible(arrow ? m_place.siblings > 1 : looked && suits(action));
        button->setEnabled(can(action));
    }
}

bool MessageView::isNarrow() const { return m_role != Role::User && width() < Theme::px(kRoomForButtons); }

bool MessageView::suits(Action action) const
{
    return action == Action::GoOn ? m_role == Role::Assistant : action != Action::Regenerate || m_role != Role::User;
}

void MessageView::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    if (m_id != 0)
        showButtons();
}

void MessageView::enterEvent(QEnterEvent* event)
{
    QFrame::enterEvent(event);
    showButtons();
}

void MessageView::leaveEvent(QEvent* event)
{
    QFrame::leaveEvent(event);
    showButtons();
}

QString MessageView::factsOf(const Message& message, const Place& place) const
{
    const Answer& how = message.how;
    if (place.isMaking && !place.waiting.isEmpty())
        return place.waiting;
    if (place.isMaking && place.searched > 0)
        return tr("searching: %n tokens of at most %1", nullptr, place.searched).arg(format::count(message.how.settings.maxTokens));
    if (place.isMaking && message.tokens.isEmpty())
        return place.promptTokens > 0 ? tr("reading %1 of %2 tokens").arg(format::count(place.promptDone), format::count(place.promptTokens))
                                      : tr("thinking…");
    if (place.isMaking)
        return tr("%n tokens", nullptr, static_cast<int>(message.tokens.size()));
    if (!how.problem.isEmpty())
        return message.text.isEmpty() ? tr("no answer") : tr("not finished");
    if (how.measured)
        return tr("loss %1 · perplexity %2 · %3 bits per byte · %n tokens", nullptr, how.completionTokens)
            .arg(format::loss(how.loss), format::perplexity(how.perplexity), format::fixed(how.bitsPerByte, 3));
    if (!how.isMade() || message.role != Role::Assistant)
        return {};
    if (how.reason == "edited"_L1)
        return tr("edited");
    QStringList parts;
    if (how.tokensPerSecond() > 0 && place.timed)
        parts << format::tokenRate(how.tokensPerSecond());
    if (how.prefillSeconds > 0 && place.timed)
        parts << tr("first token %1").arg(format::duration(how.prefillSeconds));
    if (how.completionTokens > 0)
        parts << tr("%n tokens", nullptr, how.completionTokens);
    if (const QString end = endText(how); !end.isEmpty())
        parts << end;
    return parts.join(u" · "_s);
}

void MessageView::setColoring(TokenColoring coloring) { m_text->setColoring(coloring); }

void MessageView::setParted(int character, const QString& sentence)
{
    m_text->setPartedAt(character);
    m_parted->setVisible(!sentence.isEmpty());
    if (!sentence.isEmpty())
        m_parted->setMessage(character < 0 ? widgets::InlineMessage::Kind::Info : widgets::InlineMessage::Kind::Warning,
                             sentence.toHtmlEscaped());
}

bool MessageView::isEditing() const { return m_editor && !m_editor->isHidden(); }

void MessageView::startEditing()
{
    if (!can(Action::Edit))
        return;
    if (!m_editor) {
        m_editor = new QWidget;
        auto* column = new QVBoxLayout(m_editor);
        column->setContentsMargins(0, 0, Theme::px(4), Theme::px(6));
        column->setSpacing(Theme::px(8));
        m_edit = new QPlainTextEdit;
        m_edit->setAccessibleName(tr("Text of the message"));
        m_edit->setTabChangesFocus(true);
        m_edit->installEventFilter(this);
        auto* row = new QHBoxLayout;
        row->addStretch(1);
        auto* cancel = new QPushButton(tr("Cancel"));
        m_keep = new QPushButton;
        row->addWidget(cancel);
        row->addWidget(m_keep);
        column->addWidget(m_edit);
        column->addLayout(row);
        layout()->addWidget(m_editor);
        connect(cancel, &QPushButton::clicked, this, &MessageView::stopEditing);
        connect(m_keep, &QPushButton::clicked, this, [this] {
            const QString text = m_edit->toPlainText();
            stopEditing();
            if (!text.isEmpty())
                Q_EMIT edited(text);
        });
    }
    m_keep->setText(m_role == Role::User ? tr("Send again") : m_role == Role::Text ? tr("Measure") : tr("Keep as another version"));
    m_edit->setPlainText(m_text->toPlainText());
    m_edit->setFixedHeight(std::clamp(m_text->height() + Theme::px(16), Theme::px(64), Theme::px(280)));
    m_text->hide();
    m_footer->hide();
    m_editor->show();
    m_edit->setFocus();
    m_edit->moveCursor(QTextCursor::End);
    update();
}

void MessageView::stopEditing()
{
    if (!isEditing())
        return;
    m_editor->hide();
    m_text->show();
    m_footer->show();
    m_text->setFocus();
    update();
}

void MessageView::addActions(QMenu* menu)
{
    for (const auto& [action, button] : std::as_const(m_buttons)) {
        const bool arrow = action == Action::Previous || action == Action::Next;
        if (arrow ? m_place.siblings < 2 : !suits(action))
            continue;
        QAction* entry = menu->addAction(button->icon(), button->toolTip(), button, &QToolButton::click);
        entry->setEnabled(button->isEnabled());
    }
    if (can(Action::How))
        menu->addAction(widgets::Icons::icon(u"info"_s), tr("How it was made"), this, [this] { Q_EMIT actionRequested(Action::How); });
}

void MessageView::contextMenuEvent(QContextMenuEvent* event)
{
    if (isEditing())
        return;
    QMenu menu(this);
    if (m_text->textCursor().hasSelection())
        menu.addAction(tr("Copy the selected text"), m_text, &QTextEdit::copy);
    addActions(&menu);
    menu.exec(event->globalPos());
}

// Keys of a message: E edits, R answers again, G goes on, I tells how it was made, Delete deletes, Alt+Left and Alt+Right go between versions.
bool MessageView::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_text && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut))
        QTimer::singleShot(0, this, &MessageView::showButtons);
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (object == m_edit) {
        if (key->key() == Qt::Key_Escape) {
            stopEditing();
            return true;
        }
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter && key->modifiers() & Qt::ControlModifier) {
            m_keep->click();
            return true;
        }
        return false;
    }
    std::optional<Action> action;
    if (key->modifiers() == Qt::NoModifier) {
        switch (key->key()) {
        case Qt::Key_E: action = Action::Edit; break;
        case Qt::Key_R: action = Action::Regenerate; break;
        case Qt::Key_G: action = Action::GoOn; break;
        case Qt::Key_I: action = Action::How; break;
        case Qt::Key_Delete: action = Action::Delete; break;
        default: break;
        }
    } else if (key->modifiers() & Qt::AltModifier) {
        if (key->key() == Qt::Key_Left)
            action = Action::Previous;
        else if (key->key() == Qt::Key_Right)
            action = Action::Next;
    } else if (key->matches(QKeySequence::Copy) && !m_text->textCursor().hasSelection()) {
        action = Action::Copy;
    }
    if (!action || !can(*action))
        return false;
    if (*action == Action::Edit)
        startEditing();
    else
        Q_EMIT actionRequested(*action);
    return true;
}

// What a person wrote lies on a sunken ground, what a model wrote in an outline.
void MessageView::paintEvent(QPaintEvent*)
{
    const widgets::ThemeColors& c = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    if (m_role == Role::User) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.hover);
    } else {
        painter.setPen(c.hairline);
        painter.setBrush(c.surface);
    }
    painter.drawRoundedRect(box, Theme::px(8), Theme::px(8));
}

} // namespace crucible::workbench
