// SPDX-License-Identifier: GPL-3.0-or-later
// The session's conversation in the project: what is written when, and how it is read again.
#include "playground/session.h"

#include "jobs/project_service.h"
#include "text.h"

#include <QJsonDocument>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kTitleLength = 60;

std::string jsonText(const QJsonObject& json) { return QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString(); }

QJsonObject jsonFrom(const std::string& text) { return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object(); }

QString titleOf(const QString& text)
{
    const QString line = text.simplified();
    if (line.size() <= kTitleLength)
        return line;
    const qsizetype blank = line.lastIndexOf(u' ', kTitleLength);
    return line.left(blank > kTitleLength / 2 ? blank : kTitleLength) + u'…';
}

} // namespace

bool PlaygroundSession::ensureConversation(const QString& firstText)
{
    if (!m_id.isEmpty() && m_services.project->isOpen())
        return true;
    if (!m_services.project->isOpen() && (!m_services.frame || !m_services.frame->ensureProject()))
        return false; // it goes on without being kept; the frame has said why
    m_title = titleOf(firstText);
    const auto id = m_services.project->with(
        [&](project::Project& project) { return project.createConversation(toStd(m_title), toStd(toString(m_mode))); });
    m_id = id ? toQString(*id) : QString();
    // What was said before there was a project.
    for (int i = 0; i < columnCount() && !m_id.isEmpty(); ++i)
        for (const int message : column(i).talk.ids())
            store(i, message);
    Q_EMIT conversationChanged();
    return !m_id.isEmpty();
}

void PlaygroundSession::store(int index, int id)
{
    if (m_id.isEmpty() || !m_services.project->isOpen())
        return;
    Message& message = columnAt(index).talk.edit(id);
    // One that could not be kept at its time, when the disk was full, is kept now.
    if (message.parent != 0 && column(index).talk.at(message.parent).stored == 0)
        store(index, message.parent);
    const bool made = message.how.isMade();
    project::ConversationMessage stored;
    stored.column = index;
    stored.parent = message.parent == 0 ? 0 : column(index).talk.at(message.parent).stored;
    stored.role = toStd(toString(message.role));
    stored.text = toStd(message.text);
    stored.how = made ? jsonText(toJson(message.how)) : std::string();
    stored.tokens = toJson(message.tokens).toStdString();
    if (message.parent != 0 && stored.parent == 0)
        return; // its parent could not be kept
    if (message.stored != 0) {
        m_services.project->with(
            [&](project::Project& project) { project.updateMessage(message.stored, stored.text, stored.how, stored.tokens); });
    } else if (const auto key = m_services.project->with(
                   [&](project::Project& project) { return project.addMessage(toStd(m_id), stored); })) {
        message.stored = *key;
    }
}

void PlaygroundSession::storeColumns()
{
    if (m_id.isEmpty() || !m_services.project->isOpen())
        return;
    std::vector<project::ConversationColumn> columns;
    QStringList names;
    for (const Column& each : m_columns) {
        const int tip = each.talk.tip();
        columns.push_back({jsonText(toJson(each.model)), jsonText(toJson(each.settings)), tip == 0 ? 0 : each.talk.at(tip).stored});
        if (!each.model.isEmpty() && !names.contains(each.model.title()))
            names << each.model.title();
    }
    m_services.project->with([&](project::Project& project) {
        project.setConversationColumns(toStd(m_id), toStd(names.join(u", "_s)), columns);
    });
}

void PlaygroundSession::begin()
{
    if (isMaking())
        return;
    m_id.clear();
    m_title.clear();
    for (int i = 0; i < columnCount(); ++i) {
        columnAt(i).talk = {};
        Q_EMIT messagesChanged(i);
    }
    Q_EMIT conversationChanged();
}

void PlaygroundSession::rename(const QString& title)
{
    m_title = title;
    if (!m_id.isEmpty())
        m_services.project->with([&](project::Project& project) { project.renameConversation(toStd(m_id), toStd(title)); });
    Q_EMIT conversationChanged();
}

QList<QList<TokenRecord>> PlaygroundSession::readTokens(const project::Conversation& stored)
{
    QList<QList<TokenRecord>> all;
    for (const project::ConversationMessage& message : stored.messages)
        all.append(tokenRecordsFrom(QByteArray::fromStdString(message.tokens)));
    return all;
}

void PlaygroundSession::open(const project::Conversation& stored, const QList<QList<TokenRecord>>& tokens)
{
    if (isMaking())
        return;
    m_id = toQString(stored.id);
    m_title = toQString(stored.title);
    m_mode = playgroundModeFrom(toQString(stored.mode));
    m_columns.clear();
    for (const project::ConversationColumn& kept : stored.columns) {
        Column& made = m_columns.emplace_back();
        made.model = modelChoiceFrom(jsonFrom(kept.model));
        made.settings = generationSettingsFrom(jsonFrom(kept.settings));
        if (columnCount() == kMostColumns)
            break;
    }
    if (m_columns.empty())
        m_columns.resize(1);
    QHash<qint64, int> ids;
    qsizetype index = -1;
    for (const project::ConversationMessage& kept : stored.messages) {
        ++index;
        if (kept.column < 0 || kept.column >= columnCount() || (kept.parent != 0 && !ids.contains(kept.parent)))
            continue;
        Conversation& talk = columnAt(kept.column).talk;
        const int id = talk.add(ids.value(kept.parent), roleFrom(toQString(kept.role)), toQString(kept.text));
        Message& message = talk.edit(id);
        message.stored = kept.key;
        message.tokens = tokens.value(index);
        if (!kept.how.empty())
            message.how = answerFrom(jsonFrom(kept.how));
        ids.insert(kept.key, id);
    }
    for (std::size_t i = 0; i < m_columns.size() && i < stored.columns.size(); ++i)
        if (const int tip = ids.value(stored.columns[i].tip); tip != 0 && m_columns[i].talk.contains(tip))
            m_columns[i].talk.show(tip);
    Q_EMIT columnsChanged();
    for (int i = 0; i < columnCount(); ++i)
        Q_EMIT messagesChanged(i);
    Q_EMIT conversationChanged();
}

} // namespace crucible::workbench
