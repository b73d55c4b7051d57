// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/transcript_view.h"

#include "playground/session.h"
#include "playground/token_text.h"
#include "widgets/number_format.h"
#include "widgets/table_window.h"
#include "widgets/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

namespace crucible::workbench {

using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kGrowthMs = 40;
constexpr qsizetype kShownAtOnce = 30; // messages
constexpr int kNearEnd = 24; // px at the standard font: this close to it the end is followed

} // namespace

TranscriptView::TranscriptView(PlaygroundSession& session, int column, QWidget* parent)
    : PlainScrollArea(parent), m_session(session), m_column(column), m_earlier(new QPushButton)
{
    auto* content = new QWidget;
    m_layout = new QVBoxLayout(content);
    m_layout->setContentsMargins(0, 0, Theme::px(4), 0);
    m_layout->setSpacing(Theme::px(8));
    m_layout->addWidget(m_earlier, 0, Qt::AlignHCenter);
    m_layout->addStretch(1);
    Theme::setQuiet(m_earlier);
    m_earlier->hide();
    connect(m_earlier, &QPushButton::clicked, this, &TranscriptView::showEarlier);
    setContent(content);
    m_growth.setSingleShot(true);
    m_growth.setInterval(kGrowthMs);
    connect(&m_growth, &QTimer::timeout, this, &TranscriptView::growNow);
    QScrollBar* bar = verticalScrollBar();
    connect(bar, &QScrollBar::valueChanged, this, [this, bar](int value) { m_following = value >= bar->maximum() - Theme::px(kNearEnd); });
    connect(bar, &QScrollBar::rangeChanged, this, [this, bar](int, int maximum) {
        if (m_following)
            bar->setValue(maximum);
    });
}

void TranscriptView::setColumn(int column)
{
    m_column = column;
    refresh();
}

void TranscriptView::scrollToEnd()
{
    m_following = true;
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

MessageView* TranscriptView::makeView()
{
    auto* view = new MessageView;
    view->setColoring(m_coloring);
    connect(view, &MessageView::actionRequested, this, [this, view](MessageView::Action action) { act(view, action); }, Qt::QueuedConnection);
    connect(view, &MessageView::edited, this, [this, view](const QString& text) { m_session.edit(m_column, view->id(), text); }, Qt::QueuedConnection);
    connect(view->text(), &TokenText::tokenHovered, this, [this, view](int token) { Q_EMIT tokenHovered(view->id(), token); });
    connect(view->text(), &TokenText::tokenChosen, this, [this, view](int token) { Q_EMIT tokenChosen(view->id(), token); });
    return view;
}

void TranscriptView::act(MessageView* view, MessageView::Action action)
{
    const int id = view->id();
    const Conversation& talk = m_session.column(m_column).talk;
    if (!talk.contains(id))
        return;
    switch (action) {
    case MessageView::Action::Edit: view->startEditing(); break;
    case MessageView::Action::Regenerate: m_session.regenerate(m_column, id); break;
    case MessageView::Action::GoOn: m_session.goOn(m_column, id); break;
    case MessageView::Action::Copy: QGuiApplication::clipboard()->setText(talk.at(id).text); break;
    case MessageView::Action::Delete: m_session.remove(m_column, id); break;
    case MessageView::Action::How: widgets::showTableWindow(this, tr("How the answer was made"), {tr("what"), tr("value")}, howTable(talk.at(id).how)); break;
    case MessageView::Action::Previous:
    case MessageView::Action::Next:
        if (const int other = talk.sibling(id, action == MessageView::Action::Next ? 1 : -1))
            m_session.show(m_column, other);
        break;
    }
}

QString TranscriptView::waitingFor(const Message& message) const
{
    const ModelProcess* process = m_session.processOf(m_column);
    if (process && process->state() == ModelProcess::State::Loading)
        return tr("loading %1…").arg(message.how.model.title());
    for (int other = 0; other < m_session.columnCount(); ++other)
        if (other < m_column && m_session.column(other).making != 0)
            return tr("waits for column %1").arg(other + 1);
    return {};
}

MessageView::Place TranscriptView::placeOf(const Message& message) const
{
    const PlaygroundSession::Column& column = m_session.column(m_column);
    const QList<int> siblings = column.talk.siblings(message.id);
    MessageView::Place place;
    place.sibling = static_cast<int>(siblings.indexOf(message.id)) + 1;
    place.siblings = static_cast<int>(siblings.size());
    place.isMaking = column.making == message.id;
    place.mayChange = column.making == 0;
    place.isLast = column.talk.tip() == message.id;
    const ModelProcess* process = m_session.processOf(m_column);
    place.problemAbove = place.isLast && process && (process->state() == ModelProcess::State::Failed || process->state() == ModelProcess::State::Gone);
    place.timed = m_session.columnCount() == 1;
    place.promptDone = column.promptDone;
    place.promptTokens = column.promptTokens;
    place.searched = column.searched;
    if (place.isMaking)
        place.waiting = waitingFor(message);
    return place;
}

void TranscriptView::refresh()
{
    m_growth.stop();
    const Conversation& talk = m_session.column(m_column).talk;
    const QList<int> path = talk.path();
    if (const int first = path.isEmpty() ? 0 : path.first(); first != m_first || m_offset >= path.size()) {
        m_first = first;
        m_offset = std::max<qsizetype>(0, path.size() - kShownAtOnce);
    }
    m_earlier->setVisible(m_offset > 0);
    m_earlier->setText(tr("Show %n earlier messages", nullptr, static_cast<int>(std::min(m_offset, kShownAtOnce))));
    const qsizetype shown = path.size() - m_offset;
    while (m_views.size() > shown) {
        MessageView* view = m_views.takeLast();
        view->hide();
        view->deleteLater();
    }
    while (m_views.size() < shown) {
        MessageView* view = makeView();
        m_layout->insertWidget(static_cast<int>(m_views.size()) + 1, view);
        m_views.append(view);
    }
    for (qsizetype i = 0; i < shown; ++i) {
        const Message& message = talk.at(path[m_offset + i]);
        m_views[i]->setMessage(message, placeOf(message));
        compare(m_views[i], static_cast<int>(m_offset + i));
    }
}

// What is on screen stays where it is: the new ones come above it.
void TranscriptView::showEarlier()
{
    const Conversation& talk = m_session.column(m_column).talk;
    const qsizetype more = std::min(m_offset, kShownAtOnce);
    for (qsizetype i = 0; i < more; ++i) {
        MessageView* view = makeView();
        m_layout->insertWidget(static_cast<int>(i) + 1, view);
        m_views.insert(i, view);
    }
    m_offset -= more;
    QScrollBar* bar = verticalScrollBar();
    const int below = bar->maximum() - bar->value();
    m_following = false;
    refresh();
    QTimer::singleShot(0, this, [bar, below] { bar->setValue(bar->maximum() - below); });
    if (!talk.isEmpty())
        m_views.first()->text()->setFocus();
}

void TranscriptView::growLater()
{
    if (!m_growth.isActive())
        m_growth.start();
}

void TranscriptView::growNow()
{
    const PlaygroundSession::Column& column = m_session.column(m_column);
    if (MessageView* view = viewOf(column.making)) {
        const Message& message = column.talk.at(column.making);
        view->grow(message, placeOf(message));
    }
}

MessageView* TranscriptView::viewOf(int id) const
{
    for (MessageView* view : m_views)
        if (view->id() == id && id != 0)
            return view;
    return nullptr;
}

// Side by side: where this answer parts from that of the first column at the same turn.
void TranscriptView::compare(MessageView* view, int turn)
{
    const Conversation& first = m_session.column(0).talk;
    const Conversation& here = m_session.column(m_column).talk;
    const QList<int> path = first.path();
    const Message* other = m_column > 0 && turn < path.size() ? &first.at(path[turn]) : nullptr;
    const Message& message = here.at(view->id());
    if (!other || message.role != Role::Assistant || other->role != Role::Assistant || !message.how.isMade() || !other->how.isMade() ||
        !message.how.problem.isEmpty() || !other->how.problem.isEmpty())
        return view->setParted(-1, {});
    const Divergence parted = divergenceOf(*other, message);
    if (parted.character < 0)
        return view->setParted(-1, tr("The same text as in column 1."));
    const auto tokenText = [](const QList<TokenRecord>& tokens, int index) {
        if (index >= tokens.size())
            return tr("the end");
        const TokenRecord& token = tokens[index];
        const QString piece = quotedPiece(token.text.isEmpty() ? token.piece : token.text);
        return token.hasProbability() ? QStringLiteral("%1 %2").arg(piece, format::percent(token.probability())) : piece;
    };
    view->setParted(parted.character, tr("Parts from column 1 at token %1: %2 there, %3 here.")
                                          .arg(parted.token + 1)
                                          .arg(tokenText(other->tokens, parted.token), tokenText(message.tokens, parted.otherToken)));
}

void TranscriptView::setColoring(TokenColoring coloring)
{
    m_coloring = coloring;
    for (MessageView* view : m_views)
        view->setColoring(coloring);
}

void TranscriptView::setMarkedToken(int message, int token)
{
    for (MessageView* view : m_views)
        view->text()->setMarkedToken(view->id() == message ? token : -1);
}

} // namespace crucible::workbench
