// SPDX-License-Identifier: GPL-3.0-or-later
// Talks with models and what was found out about a run's result afterwards.
#include "project/project.h"

#include "base/error.h"
#include "project/database.h"

#include <fmt/format.h>

namespace crucible::project {
namespace {

constexpr std::string_view kSummaryColumns = "id, title, mode, models, created, changed, deleted";

void readSummary(const Statement& row, ConversationSummary& summary)
{
    summary.id = row.text(0);
    summary.title = row.text(1);
    summary.mode = row.text(2);
    summary.models = row.text(3);
    summary.created = row.real(4);
    summary.changed = row.real(5);
    summary.deleted = row.integer(6) != 0;
}

std::int64_t conversationKey(Database& database, std::string_view id)
{
    Statement statement(database, "SELECT key FROM conversations WHERE id = ?");
    statement.bind(id);
    if (!statement.step())
        throw Error::notFound({CRUCIBLE_TR_NOOP("Problem", "the project has no conversation %1"), id},
                              database.file().string());
    return statement.integer(0);
}

void touch(Database& database, std::int64_t key)
{
    Statement(database, "UPDATE conversations SET changed = ? WHERE key = ?").bind(now()).bind(key).run();
}

} // namespace

std::vector<ConversationSummary> Project::conversations(std::string_view words) const
{
    std::string pattern = "%";
    for (const char c : words) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    pattern += "%";
    Statement statement(*m_database,
                        fmt::format("SELECT {} FROM conversations c WHERE deleted = 0 AND (title LIKE ?1 ESCAPE '\\' OR "
                                    "models LIKE ?1 ESCAPE '\\' OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation = "
                                    "c.key AND m.text LIKE ?1 ESCAPE '\\')) ORDER BY changed DESC, key DESC",
                                    kSummaryColumns));
    statement.bind(pattern);
    std::vector<ConversationSummary> result;
    while (statement.step())
        readSummary(statement, result.emplace_back());
    return result;
}

std::optional<Conversation> Project::conversation(std::string_view id) const
{
    Statement find(*m_database, fmt::format("SELECT {}, key FROM conversations WHERE id = ?", kSummaryColumns));
    find.bind(id);
    if (!find.step())
        return std::nullopt;
    Conversation result;
    readSummary(find, result);
    const std::int64_t key = find.integer(7);
    Statement columns(*m_database, "SELECT model, settings, tip FROM conversation_columns WHERE conversation = ? ORDER BY position");
    columns.bind(key);
    while (columns.step())
        result.columns.push_back({columns.text(0), columns.text(1), columns.integer(2)});
    Statement messages(*m_database, "SELECT key, parent, position, role, text, how, tokens, created FROM messages "
                                    "WHERE conversation = ? ORDER BY key");
    messages.bind(key);
    while (messages.step())
        result.messages.push_back({messages.integer(0), messages.integer(1), static_cast<int>(messages.integer(2)), messages.text(3),
                                   messages.text(4), messages.text(5), messages.text(6), messages.real(7)});
    return result;
}

std::string Project::createConversation(std::string_view title, std::string_view mode)
{
    Transaction transaction(*m_database);
    std::string id = newRunId();
    const auto taken = [&] { return Statement(*m_database, "SELECT 1 FROM conversations WHERE id = ?").bind(id).step(); };
    while (taken())
        id = newRunId();
    Statement insert(*m_database, "INSERT INTO conversations (id, title, mode, created, changed) VALUES (?1, ?2, ?3, ?4, ?4)");
    insert.bind(id).bind(title).bind(mode).bind(now()).run();
    finishWrite(transaction, {});
    return id;
}

void Project::renameConversation(std::string_view id, std::string_view title)
{
    Transaction transaction(*m_database);
    const std::int64_t key = conversationKey(*m_database, id);
    Statement(*m_database, "UPDATE conversations SET title = ? WHERE key = ?").bind(title).bind(key).run();
    finishWrite(transaction, {});
}

void Project::setConversationDeleted(std::string_view id, bool deleted)
{
    Transaction transaction(*m_database);
    const std::int64_t key = conversationKey(*m_database, id);
    Statement(*m_database, "UPDATE conversations SET deleted = ? WHERE key = ?").bind(deleted ? 1 : 0).bind(key).run();
    finishWrite(transaction, {});
}

void Project::setConversationColumns(std::string_view id, std::string_view models, std::span<const ConversationColumn> columns)
{
    Transaction transaction(*m_database);
    const std::int64_t key = conversationKey(*m_database, id);
    Statement(*m_database, "UPDATE conversations SET models = ? WHERE key = ?").bind(models).bind(key).run();
    Statement(*m_database, "DELETE FROM conversation_columns WHERE conversation = ?").bind(key).run();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Statement insert(*m_database, "INSERT INTO conversation_columns VALUES (?, ?, ?, ?, ?)");
        insert.bind(key).bind(static_cast<std::int64_t>(i)).bind(columns[i].model).bind(columns[i].settings);
        insert.bind(columns[i].tip).run();
    }
    finishWrite(transaction, {});
}

std::int64_t Project::addMessage(std::string_view conversation, const ConversationMessage& message)
{
    Transaction transaction(*m_database);
    const std::int64_t key = conversationKey(*m_database, conversation);
    if (message.parent != 0) {
        Statement parent(*m_database, "SELECT 1 FROM messages WHERE key = ? AND conversation = ?");
        if (!parent.bind(message.parent).bind(key).step())
            throw Error::invalid(
                CRUCIBLE_TR_NOOP("Problem", "the message that this one follows is not in the conversation"),
                std::string(conversation));
    }
    Statement insert(*m_database, "INSERT INTO messages (conversation, parent, position, role, text, how, tokens, created) "
                                  "VALUES (?, nullif(?, 0), ?, ?, ?, ?, ?, ?)");
    insert.bind(key).bind(message.parent).bind(message.column).bind(message.role).bind(message.text).bind(message.how);
    insert.bind(message.tokens).bind(message.created > 0 ? message.created : now()).run();
    const std::int64_t added = m_database->integer("SELECT last_insert_rowid()");
    touch(*m_database, key);
    finishWrite(transaction, {});
    return added;
}

void Project::updateMessage(std::int64_t key, std::string_view text, std::string_view how, std::string_view tokens)
{
    Transaction transaction(*m_database);
    Statement update(*m_database, "UPDATE messages SET text = ?, how = ?, tokens = ? WHERE key = ?");
    update.bind(text).bind(how).bind(tokens).bind(key).run();
    if (m_database->changedRows() == 0)
        throw Error::notFound({CRUCIBLE_TR_NOOP("Problem", "the project has no message %1"), key}, m_folder.string());
    finishWrite(transaction, {});
}

void Project::removeMessage(std::int64_t key)
{
    Transaction transaction(*m_database);
    Statement(*m_database, "DELETE FROM messages WHERE key = ?").bind(key).run(); // its answers go with it
    finishWrite(transaction, {});
}

std::optional<std::string> Project::smokeTest(std::string_view runId) const
{
    Statement statement(*m_database, "SELECT result FROM smoke_tests WHERE run = ?");
    statement.bind(runKey(runId));
    return statement.step() ? std::optional(statement.text(0)) : std::nullopt;
}

void Project::setSmokeTest(std::string_view runId, std::string_view resultJson)
{
    Transaction transaction(*m_database);
    Statement(*m_database, "INSERT INTO smoke_tests VALUES (?1, ?2, ?3) ON CONFLICT (run) DO UPDATE SET finished = ?2, result = ?3")
        .bind(runKey(runId))
        .bind(now())
        .bind(resultJson)
        .run();
    finishWrite(transaction, runId);
}

} // namespace crucible::project
