// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/prompt_view.h"

#include "playground/session.h"
#include "widgets/empty_state.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/number_format.h"
#include "widgets/table_window.h"
#include "widgets/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {
constexpr qsizetype kMostShaded = 20'000; // tokens; beyond, the text stands alone
}

PromptView::PromptView(PlaygroundSession& session, QWidget* parent)
    : widgets::Card(tr("What the model reads"), parent), m_session(session), m_text(new QPlainTextEdit), m_stack(new QStackedWidget),
      m_empty(new widgets::EmptyState(u"eye"_s, {})), m_problem(new widgets::InlineMessage),
      m_copy(new QPushButton(widgets::Icons::icon(u"copy"_s, widgets::IconRole::Muted), tr("Copy"))),
      m_table(new QPushButton(widgets::Icons::icon(u"table"_s, widgets::IconRole::Muted), tr("Tokens as a table")))
{
    m_text->setReadOnly(true);
    m_text->setAccessibleName(tr("Rendered prompt"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setFont(Theme::fixedFont());
    m_text->setTabChangesFocus(true);
    m_text->viewport()->installEventFilter(this);
    m_problem->hide();
    addAction(m_copy);
    addAction(m_table);
    addWidget(m_problem);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_text);
    addWidget(m_stack, 1);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(m_table, &QPushButton::clicked, this, &PromptView::showTable);
    say(tr("Nothing to read yet"), {});
}

void PromptView::say(const QString& title, const QString& text)
{
    m_empty->setTexts(title, text);
    m_stack->setCurrentWidget(m_empty);
    m_tokens.clear();
    m_copy->setEnabled(false);
    m_table->setEnabled(false);
    setHint({});
}

void PromptView::refresh(int index, const QString& draft)
{
    m_problem->hide();
    const PlaygroundSession::Column& column = m_session.column(index);
    ModelProcess* process = m_session.processOf(index);
    if (!process || process->state() != ModelProcess::State::Ready)
        return say(tr("The model is not loaded"), tr("Once it is, this shows the conversation exactly as it reads it."));
    if (m_session.mode() == PlaygroundMode::Surprise)
        return say(tr("A text that is measured is read as it is"), {});
    QJsonObject request{{u"op"_s, u"render"_s}};
    if (m_session.mode() == PlaygroundMode::Completion) {
        request.insert(u"prompt"_s, QString(completionPrompt(column.talk, column.talk.tip()) + draft));
    } else {
        QJsonArray messages = chatMessages(column.talk, column.talk.tip(), column.settings.system);
        if (!draft.isEmpty())
            messages.append(QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, draft}});
        if (messages.isEmpty())
            return say(tr("Nothing to read yet"), tr("Write a message: it is shown here with everything that the template puts around it."));
        const bool answered = messages.last().toObject().value("role"_L1) == "assistant"_L1;
        request.insert(u"messages"_s, messages);
        addTemplateInputs(column.settings, request);
        request.insert(u"add_generation_prompt"_s, !answered);
    }
    const bool wasBusy = isBusy();
    const auto id = std::make_shared<quint64>(0);
    *id = process->ask(request, this, [this, id](const QJsonObject& event) {
        if (*id != m_asked)
            return; // a newer question is under way
        m_asked = 0;
        show(event);
        Q_EMIT busyChanged();
    });
    m_asked = *id;
    if (!wasBusy)
        Q_EMIT busyChanged();
}

void PromptView::show(const QJsonObject& event)
{
    if (event.value("event"_L1).toString() == "error"_L1) {
        say(tr("The prompt could not be written"), {});
        m_problem->setMessage(widgets::InlineMessage::Kind::Error, ModelProblem::fromJson(event).toHtml());
        m_problem->show();
        return;
    }
    const QByteArray bytes = event.value("text"_L1).toString().toUtf8();
    const QString text = QString::fromUtf8(bytes);
    m_tokens.clear();
    // Places come in bytes and are shown in characters; both go forward only.
    qsizetype byte = 0;
    int character = 0;
    const auto characterAt = [&](qsizetype wanted) {
        if (wanted > byte && wanted <= bytes.size()) {
            character += static_cast<int>(QString::fromUtf8(bytes.mid(byte, wanted - byte)).size());
            byte = wanted;
        }
        return character;
    };
    for (const auto& value : event.value("tokens"_L1).toArray()) {
        const QJsonObject json = value.toObject();
        Token token{json.value("token"_L1).toInt(), json.value("piece"_L1).toString(), json.value("special"_L1).toBool(), 0, 0};
        token.begin = characterAt(json.value("begin"_L1).toInteger());
        token.end = characterAt(json.value("end"_L1).toInteger());
        m_tokens.append(token);
    }
    m_text->setPlainText(text);
    const widgets::ThemeColors& c = Theme::colors();
    QTextCharFormat even, odd, special;
    odd.setBackground(c.hover);
    special.setBackground(c.selection);
    special.setForeground(c.accent);
    special.setFontWeight(QFont::DemiBold);
    if (m_tokens.size() <= kMostShaded) {
        QTextCursor cursor(m_text->document());
        cursor.beginEditBlock();
        for (qsizetype i = 0; i < m_tokens.size(); ++i) {
            const Token& token = m_tokens[i];
            if (token.begin >= token.end || (!token.special && i % 2 == 0))
                continue;
            cursor.setPosition(token.begin);
            cursor.setPosition(token.end, QTextCursor::KeepAnchor);
            cursor.setCharFormat(token.special ? special : odd);
        }
        cursor.endEditBlock();
    }
    const auto specials = std::ranges::count_if(m_tokens, &Token::special);
    setHint(tr("%n tokens", nullptr, static_cast<int>(m_tokens.size())) + u" · "_s + tr("%n of them special", nullptr, static_cast<int>(specials)));
    m_copy->setEnabled(true);
    m_table->setEnabled(true);
    m_stack->setCurrentWidget(m_text);
}

int PromptView::tokenAt(int character) const
{
    for (qsizetype i = 0; i < m_tokens.size(); ++i)
        if (m_tokens[i].begin <= character && character < m_tokens[i].end)
            return static_cast<int>(i);
    return -1;
}

bool PromptView::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return widgets::Card::eventFilter(object, event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QTextCursor cursor = m_text->cursorForPosition(help->pos());
    const int token = tokenAt(cursor.position());
    if (token < 0) {
        QToolTip::hideText();
        return true;
    }
    const Token& at = m_tokens[token];
    QToolTip::showText(help->globalPos(), at.special ? tr("Token %1: %2, id %3, special").arg(token + 1).arg(quotedPiece(at.piece)).arg(at.id)
                                                     : tr("Token %1: %2, id %3").arg(token + 1).arg(quotedPiece(at.piece)).arg(at.id),
                       m_text->viewport());
    return true;
}

void PromptView::showTable()
{
    QList<QStringList> rows;
    for (qsizetype i = 0; i < m_tokens.size(); ++i)
        rows.append({QString::number(i + 1), quotedPiece(m_tokens[i].piece), QString::number(m_tokens[i].id), m_tokens[i].special ? tr("special") : QString()});
    widgets::showTableWindow(this, tr("Tokens of the prompt"), {tr("token"), tr("piece"), tr("id"), tr("kind")}, rows);
}

} // namespace crucible::workbench
