// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/column_view.h"

#include "playground/session.h"
#include "playground/transcript_view.h"
#include "text.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QStackedWidget>
#include <QToolButton>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {
constexpr int kRoomForFacts = 280; // px at the standard font
}

ColumnView::ColumnView(PlaygroundSession& session, int column, QWidget* parent)
    : widgets::Card(QString(), parent), m_session(session), m_column(column), m_model(new QToolButton), m_facts(new widgets::ElidedLabel),
      m_timing(new widgets::ElidedLabel), m_remove(new QToolButton), m_loading(new QProgressBar), m_problem(new widgets::InlineMessage),
      m_stack(new QStackedWidget), m_empty(new widgets::EmptyState(u"playground"_s, {})), m_transcript(new TranscriptView(session, column))
{
    setObjectName(u"column%1"_s.arg(column + 1));
    m_model->setObjectName(u"chooseModel"_s);
    m_model->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_model->setIcon(widgets::Icons::icon(u"models"_s, widgets::IconRole::Muted));
    m_model->setFont(Theme::strongFont());
    m_model->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_remove->setIcon(widgets::Icons::icon(u"cancel"_s, widgets::IconRole::Muted));
    m_remove->setToolTip(tr("Remove this column"));
    m_remove->setAccessibleName(tr("Remove column %1").arg(column + 1));
    Theme::setTextRole(m_facts, TextRole::Muted);
    Theme::setTextRole(m_timing, TextRole::Secondary);
    m_timing->setIndent(Theme::px(6));
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::px(6));
    row->addWidget(m_model);
    row->addWidget(m_facts, 1);
    row->addWidget(m_remove);
    m_loading->setRange(0, 0);
    m_loading->setTextVisible(false);
    m_loading->setFixedHeight(Theme::px(6));
    m_loading->setAccessibleName(tr("Loading the model"));
    m_problem->hide();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_transcript);
    addLayout(row);
    addWidget(m_timing);
    addWidget(m_loading);
    addWidget(m_problem);
    addWidget(m_stack, 1);
    body()->setContentsMargins(Theme::px(8), Theme::px(8), Theme::px(10), Theme::px(10));
    connect(m_model, &QToolButton::clicked, this, &ColumnView::modelRequested);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, [this] {
        if (m_session.lacksTemplate(m_column))
            Q_EMIT completionRequested();
        else
            Q_EMIT modelRequested();
    });
    connect(m_remove, &QToolButton::clicked, this, &ColumnView::removeRequested);
    connect(m_problem, &widgets::InlineMessage::actionTriggered, this, [this] { m_session.restart(m_column); });
    refreshModel();
    refreshMessages();
}

void ColumnView::setWarning(const QString& text)
{
    m_warned = !text.isEmpty();
    if (!m_warned)
        return refreshModel();
    m_problem->setMessage(widgets::InlineMessage::Kind::Warning, text.toHtmlEscaped());
    m_problem->setActionText({});
    m_problem->show();
}

void ColumnView::refreshModel()
{
    const ModelChoice& choice = m_session.column(m_column).model;
    const QString name = choice.isEmpty() ? tr("Choose a model…") : choice.title();
    m_model->setText(m_model->fontMetrics().elidedText(name, Qt::ElideMiddle, std::max(Theme::px(110), width() / 2)));
    m_model->setToolTip(choice.isEmpty() ? tr("Choose the model to talk to") : QString(displayPath(choice.path) + u'\n' + tr("Press to choose another")));
    m_model->setAccessibleName(tr("Model of column %1: %2").arg(m_column + 1).arg(name));
    m_remove->setVisible(m_session.columnCount() > 1);
    m_remove->setEnabled(!m_session.isMaking());
    const ModelProcess* process = m_session.processOf(m_column);
    const bool loading = process && process->state() == ModelProcess::State::Loading;
    const bool ended = process && (process->state() == ModelProcess::State::Failed || process->state() == ModelProcess::State::Gone);
    m_loading->setVisible(loading);
    if (ended) {
        m_problem->setMessage(widgets::InlineMessage::Kind::Error, process->problem().toHtml());
        m_problem->setActionText(process->state() == ModelProcess::State::Gone ? tr("Restart") : tr("Try again"));
    }
    m_problem->setVisible(ended || (m_warned && !(process && process->state() == ModelProcess::State::Ready)));
    showFacts();
    updateEmpty();
}

void ColumnView::showFacts()
{
    const ModelProcess* process = m_session.processOf(m_column);
    const ModelChoice& choice = m_session.column(m_column).model;
    QString facts;
    if (process && process->state() == ModelProcess::State::Ready)
        facts = process->model().facts();
    else if (process && process->state() == ModelProcess::State::Loading)
        facts = process->loadingWhat().isEmpty() ? tr("loading…") : tr("loading: %1").arg(process->loadingWhat());
    else if (!choice.isEmpty() && (!process || process->state() == ModelProcess::State::Idle))
        facts = lastFacts();
    m_facts->setText(width() < Theme::px(kRoomForFacts) ? QString() : facts); // three letters tell nothing
    m_facts->setAccessibleName(facts);
    QString timing;
    const Conversation& talk = m_session.column(m_column).talk;
    if (const int tip = talk.tip(); tip != 0 && m_session.columnCount() > 1) {
        const Answer& how = talk.at(tip).how;
        QStringList parts;
        if (how.tokensPerSecond() > 0)
            parts << format::tokenRate(how.tokensPerSecond());
        if (how.prefillSeconds > 0)
            parts << tr("first token %1").arg(format::duration(how.prefillSeconds));
        timing = parts.isEmpty() ? format::missing() : parts.join(u" · "_s);
    }
    m_timing->setText(timing);
    m_timing->setVisible(!timing.isEmpty());
}

// Of a model that is not loaded: what it said of itself when it made the last answer.
QString ColumnView::lastFacts() const
{
    const Conversation& talk = m_session.column(m_column).talk;
    for (const int id : talk.path())
        if (const Answer& how = talk.at(id).how; how.model == m_session.column(m_column).model && !how.modelFacts.isEmpty())
            return how.modelFacts;
    return tr("loaded when it is asked");
}

void ColumnView::updateEmpty()
{
    const bool chosen = !m_session.column(m_column).model.isEmpty();
    const bool empty = m_session.column(m_column).talk.isEmpty();
    m_stack->setCurrentWidget(empty ? static_cast<QWidget*>(m_empty) : m_transcript);
    // What is not seen claims no room: it belongs to the talk and to what went wrong.
    m_empty->setSizePolicy(QSizePolicy::Preferred, empty ? QSizePolicy::Preferred : QSizePolicy::Ignored);
    if (m_session.lacksTemplate(m_column)) {
        m_empty->setTexts(tr("This model has no chat template"),
                          tr("It was made to go on with texts. To chat with it all the same, choose a template under Prompt."));
        m_empty->setAction(tr("Complete texts"));
        return;
    }
    switch (m_session.mode()) {
    case PlaygroundMode::Chat:
        m_empty->setTexts(chosen ? tr("Say something") : tr("Talk to a model"),
                          chosen ? tr("The answer is written here token by token. Point at a token to see what else the model thought of.")
                                 : tr("Choose a model folder, the result of a run, an adapter or a .gguf file. You can also drop one here."));
        break;
    case PlaygroundMode::Completion:
        m_empty->setTexts(chosen ? tr("Begin a text") : tr("Let a model go on"),
                          chosen ? tr("The model goes on from exactly what you write, without a template.")
                                 : tr("Choose a model folder, the result of a run, an adapter or a .gguf file. You can also drop one here."));
        break;
    case PlaygroundMode::Surprise:
        m_empty->setTexts(chosen ? tr("Measure a text") : tr("See what surprises a model"),
                          chosen ? tr("Each token is shaded by how little the model expected it; loss and perplexity stand below.")
                                 : tr("Choose a model folder, the result of a run, an adapter or a .gguf file. You can also drop one here."));
        break;
    }
    m_empty->setAction(chosen ? QString() : tr("Choose a model…"), m_column > 0);
}

void ColumnView::refreshMessages()
{
    m_transcript->refresh();
    showFacts();
    updateEmpty();
}

void ColumnView::resizeEvent(QResizeEvent* event)
{
    widgets::Card::resizeEvent(event);
    refreshModel();
}

} // namespace crucible::workbench
