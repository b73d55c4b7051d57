// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/session.h"

#include "jobs/project_service.h"
#include "playground/token_alignment.h"

#include <QJsonArray>
#include <QRandomGenerator>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

PlaygroundSession::PlaygroundSession(Services& services, ModelPool& pool, QObject* parent)
    : QObject(parent), m_services(services), m_pool(pool)
{
    connect(&pool, &ModelPool::changed, this, &PlaygroundSession::modelChanged);
}

PlaygroundSession::~PlaygroundSession()
{
    // What is there of answers is kept.
    for (const Turn& turn : m_turns) {
        Message& message = columnAt(turn.column).talk.edit(turn.id);
        if (!message.how.isMade())
            message.how.reason = u"cancelled"_s;
        if (!message.text.isEmpty())
            store(turn.column, turn.id);
    }
}

// --- columns

void PlaygroundSession::setMode(PlaygroundMode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    begin();
    Q_EMIT columnsChanged();
}

void PlaygroundSession::addColumn()
{
    if (columnCount() >= kMostColumns)
        return;
    Column column = m_columns.back();
    column.making = 0;
    for (const int id : column.talk.ids())
        column.talk.edit(id).stored = 0;
    m_columns.push_back(std::move(column));
    if (!m_id.isEmpty())
        for (const int id : m_columns.back().talk.ids())
            store(columnCount() - 1, id);
    storeColumns();
    Q_EMIT columnsChanged();
}

void PlaygroundSession::removeColumn(int index)
{
    if (columnCount() == 1 || isMaking())
        return;
    const Conversation talk = column(index).talk;
    m_columns.erase(m_columns.begin() + index);
    Q_EMIT columnsChanged(); // first of all: nobody may look at a column that is gone
    if (!m_id.isEmpty() && m_services.project->isOpen())
        m_services.project->with([&](project::Project& project) {
            for (const int id : talk.ids())
                if (talk.at(id).parent == 0 && talk.at(id).stored != 0)
                    project.removeMessage(talk.at(id).stored);
        });
    // The columns to the right move up; so do their messages in the project.
    for (int i = index; i < columnCount() && !m_id.isEmpty(); ++i) {
        Conversation& moved = columnAt(i).talk;
        for (const int id : moved.ids()) {
            if (moved.at(id).parent == 0 && moved.at(id).stored != 0)
                m_services.project->with([&](project::Project& project) { project.removeMessage(moved.at(id).stored); });
            moved.edit(id).stored = 0;
        }
        for (const int id : moved.ids())
            store(i, id);
    }
    storeColumns();
    loadModels();
}

void PlaygroundSession::setModel(int index, const ModelChoice& model)
{
    columnAt(index).model = model;
    loadModels();
    storeColumns();
    Q_EMIT columnsChanged();
}

void PlaygroundSession::restoreModel(int index, const ModelChoice& model)
{
    columnAt(index).model = model;
    Q_EMIT columnsChanged();
}

// Those of the columns, as far as they fit beside each other; the rest when it is their turn.
void PlaygroundSession::loadModels()
{
    QList<ModelChoice> wanted;
    for (const Column& each : m_columns)
        if (!each.model.isEmpty())
            wanted.append(each.model);
    if (!isMaking())
        m_pool.keepOnly(wanted);
    for (const ModelChoice& model : wanted)
        if (wanted.size() == 1 || m_pool.fitsBeside(model))
            m_pool.use(model);
}

void PlaygroundSession::setSettings(int index, const GenerationSettings& settings)
{
    if (column(index).settings == settings)
        return;
    columnAt(index).settings = settings;
    storeColumns();
    Q_EMIT settingsChanged();
}

ModelProcess* PlaygroundSession::processOf(int index) const
{
    return column(index).model.isEmpty() ? nullptr : m_pool.find(column(index).model);
}

bool PlaygroundSession::lacksTemplate(int index) const
{
    const ModelProcess* process = processOf(index);
    const QString& chosen = column(index).settings.templateName;
    return m_mode == PlaygroundMode::Chat && process && process->state() == ModelProcess::State::Ready && !process->model().hasTemplate &&
           (chosen.isEmpty() || chosen == "default"_L1);
}

void PlaygroundSession::restart(int index)
{
    if (!column(index).model.isEmpty())
        m_pool.restart(column(index).model);
}

// --- talking

void PlaygroundSession::send(const QString& text)
{
    if (text.isEmpty() || isMaking())
        return;
    ensureConversation(text);
    for (int i = 0; i < columnCount(); ++i) {
        Conversation& talk = columnAt(i).talk;
        const int id = talk.add(talk.tip(), m_mode == PlaygroundMode::Surprise ? Role::Text : Role::User, text);
        if (m_mode == PlaygroundMode::Surprise) {
            enqueue(i, id, false);
        } else {
            store(i, id);
            answer(i, id);
        }
        Q_EMIT messagesChanged(i);
    }
    storeColumns();
}

void PlaygroundSession::answer(int index, int parent)
{
    enqueue(index, columnAt(index).talk.add(parent, Role::Assistant, {}), false);
}

void PlaygroundSession::regenerate(int index, int id)
{
    const Message& message = column(index).talk.at(id);
    if (message.role == Role::Text) {
        Message& text = columnAt(index).talk.edit(id);
        text.tokens.clear();
        text.how = {};
        enqueue(index, id, false);
    } else {
        answer(index, message.role == Role::Assistant ? message.parent : id);
    }
    Q_EMIT messagesChanged(index);
}

void PlaygroundSession::edit(int index, int id, const QString& text)
{
    const Message before = column(index).talk.at(id);
    if (before.text == text && before.role == Role::Assistant)
        return;
    const qsizetype turn = column(index).talk.pathTo(id).size() - 1;
    for (int i = 0; i < columnCount(); ++i) {
        Conversation& talk = columnAt(i).talk;
        const QList<int> path = talk.path();
        const int here = i == index ? id : path.value(turn);
        if (here == 0 || (i != index && (before.role == Role::Assistant || talk.at(here).text != before.text)))
            continue;
        const int copy = talk.add(talk.at(here).parent, before.role, text);
        if (before.role == Role::Text) {
            enqueue(i, copy, false);
        } else {
            if (before.role == Role::Assistant)
                talk.edit(copy).how.reason = u"edited"_s;
            store(i, copy);
            if (before.role == Role::User)
                answer(i, copy);
        }
        Q_EMIT messagesChanged(i);
    }
    storeColumns();
}

void PlaygroundSession::goOn(int index, int id)
{
    enqueue(index, id, true);
    Q_EMIT messagesChanged(index);
}

void PlaygroundSession::remove(int index, int id)
{
    if (isMaking())
        return;
    const qint64 stored = column(index).talk.at(id).stored;
    columnAt(index).talk.remove(id);
    if (stored != 0)
        m_services.project->with([&](project::Project& project) { project.removeMessage(stored); });
    storeColumns();
    Q_EMIT messagesChanged(index);
}

void PlaygroundSession::show(int index, int id)
{
    columnAt(index).talk.show(id);
    storeColumns();
    Q_EMIT messagesChanged(index);
}

void PlaygroundSession::enqueue(int index, int id, bool goesOn)
{
    const bool idle = m_turns.empty();
    columnAt(index).making = id;
    m_turns.push_back({index, id, goesOn, 0, nullptr});
    if (idle) {
        Q_EMIT makingChanged();
        runNext();
    }
}

QJsonObject PlaygroundSession::requestOf(const Turn& turn, const Column& column, qint64 seed) const
{
    const Message& message = column.talk.at(turn.id);
    if (m_mode == PlaygroundMode::Surprise)
        return {{u"op"_s, u"score"_s}, {u"text"_s, message.text}, {u"alternatives"_s, 5}};
    QJsonObject request = generateRequest(column.settings, seed);
    if (m_mode == PlaygroundMode::Completion) {
        request.insert(u"prompt"_s, completionPrompt(column.talk, turn.goesOn ? turn.id : message.parent));
        return request;
    }
    request.insert(u"messages"_s, chatMessages(column.talk, turn.goesOn ? turn.id : message.parent, column.settings.system));
    addTemplateInputs(column.settings, request);
    if (turn.goesOn)
        request.insert(u"continue_last"_s, true);
    return request;
}

void PlaygroundSession::runNext()
{
    if (m_turns.empty()) {
        Q_EMIT makingChanged();
        return;
    }
    Turn& turn = m_turns.front();
    Column& column = columnAt(turn.column);
    Message& message = column.talk.edit(turn.id);
    const qint64 seed = column.settings.seed.value_or(QRandomGenerator::global()->bounded(1, std::numeric_limits<int>::max()));
    message.how = {};
    message.how.model = column.model;
    message.how.settings = column.settings;
    message.how.seed = seed;
    column.promptDone = column.promptTokens = column.searched = 0;
    turn.process = m_pool.use(column.model);
    turn.request = turn.process->ask(requestOf(turn, column, seed), this, [this](const QJsonObject& event) { takeEvent(event); });
    Q_EMIT messageGrew(turn.column, turn.id);
}

void PlaygroundSession::takeEvent(const QJsonObject& event)
{
    if (m_turns.empty())
        return;
    const Turn turn = m_turns.front();
    Column& column = columnAt(turn.column);
    Message& message = column.talk.edit(turn.id);
    const QString name = event.value("event"_L1).toString();
    if (name == "searching"_L1) {
        column.searched = event.value("done"_L1).toInt();
        Q_EMIT messageGrew(turn.column, turn.id);
        return;
    }
    if (name == "prompt"_L1) {
        column.promptTokens = event.value("tokens"_L1).toInt();
        column.promptDone = event.value("done"_L1).toInt();
        Q_EMIT messageGrew(turn.column, turn.id);
        return;
    }
    if (name == "token"_L1) {
        TokenRecord token = tokenRecordFrom(event);
        if (message.role != Role::Text)
            message.text += token.text;
        message.tokens.append(std::move(token));
        Q_EMIT messageGrew(turn.column, turn.id);
        return;
    }
    if (name == "error"_L1) {
        message.how.problem = ModelProblem::fromJson(event);
        message.how.reason = u"error"_s;
    } else {
        message.how.takeEnd(event);
        if (message.how.settings.beams > 1 && message.role == Role::Assistant)
            message.text += event.value("text"_L1).toString(); // a search tells no single tokens
    }
    finishTurn();
}

void PlaygroundSession::finishTurn()
{
    const Turn turn = m_turns.front();
    m_turns.pop_front();
    Column& column = columnAt(turn.column);
    Message& message = column.talk.edit(turn.id);
    const LoadedModel& model = turn.process ? turn.process->model() : LoadedModel{};
    message.how.modelFacts = model.facts();
    message.how.device = model.device;
    if (message.role == Role::Text)
        alignTokens(message.text, message.tokens);
    column.making = 0;
    store(turn.column, turn.id);
    storeColumns();
    Q_EMIT messagesChanged(turn.column);
    runNext();
}

void PlaygroundSession::stop()
{
    if (m_turns.empty())
        return;
    // Those that wait have nothing to keep.
    while (m_turns.size() > 1) {
        const Turn turn = m_turns.back();
        m_turns.pop_back();
        Column& column = columnAt(turn.column);
        column.making = 0;
        Message& message = column.talk.edit(turn.id);
        if (!turn.goesOn && message.role == Role::Assistant)
            column.talk.remove(turn.id);
        Q_EMIT messagesChanged(turn.column);
    }
    m_turns.front().process->stop(m_turns.front().request);
}

} // namespace crucible::workbench
