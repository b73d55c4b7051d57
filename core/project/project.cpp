// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a project, and what a person writes. Reading is in queries.cpp and lineage.cpp, the worker's part in record.cpp.
#include "project/project.h"

#include "base/files.h"
#include "base/platform.h"
#include "project/database.h"

#include <fmt/format.h>

namespace crucible::project {

namespace fs = std::filesystem;

Project::Project(fs::path folder, bool create) : m_folder(std::move(folder))
{
    const fs::path file = m_folder / kFileName;
    m_database = std::make_unique<Database>(file, create);
    const fs::path backup = migrate(*m_database, schemaSteps());
    if (!backup.empty())
        m_warnings.push_back(fmt::format("the project was brought up to date; its old state is kept in {}",
                                         backup.filename().string()));
    // WAL needs memory shared between processes, which network file systems do not give.
    const bool shared = platform::isNetworkFolder(m_folder);
    const std::string mode = m_database->setJournalMode(shared ? "delete" : "wal");
    if (mode != "wal")
        m_warnings.push_back("the project lies on a network or simple file system: it works, but slowly when several "
                             "programs write to it; a local folder is better");
    m_database->execute("PRAGMA synchronous = NORMAL");
}

Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;
Project::~Project() = default;

Project Project::open(const fs::path& folder)
{
    if (!existsIn(folder))
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no project in this folder"), folder.string(),
                              CRUCIBLE_TR_NOOP("Problem", "check the path, or create a project there first"));
    return Project(fs::absolute(folder).lexically_normal(), false);
}

Project Project::openOrCreate(const fs::path& folder)
{
    std::error_code code;
    fs::create_directories(folder, code);
    if (code)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot make the project's folder"), folder, code.value());
    return Project(fs::absolute(folder).lexically_normal(), true);
}

bool Project::existsIn(const fs::path& folder)
{
    std::error_code code;
    return fs::is_regular_file(folder / kFileName, code);
}

const fs::path& Project::folder() const
{
    return m_folder;
}

fs::path Project::runFolder(std::string_view runId) const
{
    return m_folder / "runs" / fs::path(runId);
}

const std::vector<std::string>& Project::warnings() const
{
    return m_warnings;
}

std::int64_t Project::changeCount() const
{
    return m_database->integer("SELECT value FROM change_count");
}

void Project::finishWrite(Transaction& transaction, std::string_view runId) const
{
    m_database->execute("UPDATE change_count SET value = value + 1");
    if (!runId.empty())
        Statement(*m_database, "UPDATE runs SET changed = (SELECT value FROM change_count) WHERE id = ?").bind(runId).run();
    transaction.commit();
}

std::int64_t Project::runKey(std::string_view id) const
{
    Statement statement(*m_database, "SELECT key FROM runs WHERE id = ?");
    statement.bind(id);
    if (!statement.step())
        throw Error::notFound({CRUCIBLE_TR_NOOP("Problem", "the project has no run %1"), id}, m_folder.string(),
                              CRUCIBLE_TR_NOOP("Problem", "list the runs to see their ids"));
    return statement.integer(0);
}

std::string Project::storedPath(const fs::path& path) const
{
    if (path.empty())
        return {};
    const fs::path absolute = fs::absolute(path).lexically_normal();
    const fs::path stored = isInside(absolute, m_folder) ? absolute.lexically_relative(m_folder) : absolute;
    // Through a link the relative form may lead outside: then the absolute one is right.
    const bool usable = !stored.empty() && *stored.begin() != "..";
    const std::u8string text = (usable ? stored : absolute).generic_u8string();
    return std::string(text.begin(), text.end());
}

fs::path Project::actualPath(const std::string& stored) const
{
    if (stored.empty())
        return {};
    const fs::path path(std::u8string(stored.begin(), stored.end()));
    return path.is_relative() ? (m_folder / path).lexically_normal() : path;
}

namespace {

bool isTaken(Database& database, const std::string& runId)
{
    Statement find(database, "SELECT 1 FROM runs WHERE id = ?");
    return find.bind(runId).step();
}

} // namespace

std::string Project::createRun(const NewRun& run)
{
    Transaction transaction(*m_database);
    // An id drawn here names the second and four random characters: of many runs in one second two may draw the same.
    std::string id = run.id.empty() ? newRunId() : run.id;
    while (run.id.empty() && isTaken(*m_database, id))
        id = newRunId();
    Statement insert(*m_database,
                     "INSERT OR IGNORE INTO runs (id, kind, name, status, created, output, parent, recipe, recipe_format, "
                     "command_line, seed, queue_position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                     "(SELECT coalesce(max(queue_position), 0) + 1 FROM runs WHERE status = 'queued'))");
    insert.bind(id).bind(run.kind).bind(run.name).bind(toString(run.status)).bind(now());
    insert.bind(storedPath(run.output)).bind(run.parent).bind(run.recipe).bind(run.recipeFormat).bind(run.commandLine);
    insert.bind(static_cast<std::int64_t>(run.seed)).run();
    if (m_database->changedRows() == 0)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the project has a run %1 already"), id}, m_folder.string());
    finishWrite(transaction, id);
    return id;
}

void Project::rename(std::string_view id, std::string_view name)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement(*m_database, "UPDATE runs SET name = ? WHERE id = ?").bind(name).bind(id).run();
    finishWrite(transaction, id);
}

void Project::setNote(std::string_view id, std::string_view text)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement(*m_database, "UPDATE runs SET note = ? WHERE id = ?").bind(text).bind(id).run();
    finishWrite(transaction, id);
}

void Project::addTag(std::string_view id, std::string_view tag)
{
    if (tag.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a tag needs at least one character"));
    Transaction transaction(*m_database);
    Statement(*m_database, "INSERT OR IGNORE INTO tags VALUES (?, ?)").bind(runKey(id)).bind(tag).run();
    finishWrite(transaction, id);
}

void Project::removeTag(std::string_view id, std::string_view tag)
{
    Transaction transaction(*m_database);
    Statement(*m_database, "DELETE FROM tags WHERE run = ? AND tag = ?").bind(runKey(id)).bind(tag).run();
    finishWrite(transaction, id);
}

std::vector<std::string> Project::tags() const
{
    std::vector<std::string> result;
    Statement statement(*m_database, "SELECT DISTINCT tag FROM tags ORDER BY tag");
    while (statement.step())
        result.push_back(statement.text(0));
    return result;
}

void Project::setDeleted(std::string_view id, bool deleted)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement update(*m_database, "UPDATE runs SET deleted = ? WHERE id = ? AND (? = 0 OR status NOT IN ('running', 'paused'))");
    update.bind(deleted ? 1 : 0).bind(id).bind(deleted ? 1 : 0).run();
    if (m_database->changedRows() == 0)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a run at work can not be deleted"), std::string(id),
                             CRUCIBLE_TR_NOOP("Problem", "cancel it first"));
    finishWrite(transaction, id);
}

int Project::emptyBin()
{
    std::vector<std::string> ids;
    {
        Transaction transaction(*m_database);
        Statement find(*m_database, "SELECT id FROM runs WHERE deleted = 1 AND status NOT IN ('running', 'paused')");
        while (find.step())
            ids.push_back(find.text(0));
        for (const std::string& id : ids)
            Statement(*m_database, "DELETE FROM runs WHERE id = ?").bind(id).run();
        m_database->execute("DELETE FROM conversations WHERE deleted = 1");
        finishWrite(transaction, {});
    }
    for (const std::string& id : ids) {
        std::error_code ignored; // what can not be removed is only left over
        if (!id.empty() && fs::path(id).filename() == fs::path(id))
            fs::remove_all(runFolder(id), ignored);
    }
    return static_cast<int>(ids.size());
}

void Project::setQueuePosition(std::string_view id, double position)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement(*m_database, "UPDATE runs SET queue_position = ? WHERE id = ?").bind(position).bind(id).run();
    finishWrite(transaction, id);
}

std::optional<std::string> Project::setting(std::string_view key) const
{
    Statement statement(*m_database, "SELECT value FROM settings WHERE key = ?");
    statement.bind(key);
    return statement.step() ? std::optional(statement.text(0)) : std::nullopt;
}

void Project::setSetting(std::string_view key, std::string_view value)
{
    Transaction transaction(*m_database);
    Statement(*m_database, "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")
        .bind(key)
        .bind(value)
        .run();
    finishWrite(transaction, {});
}

std::optional<std::string> Project::draft(std::string_view key) const
{
    Statement statement(*m_database, "SELECT text FROM drafts WHERE key = ?");
    statement.bind(key);
    return statement.step() ? std::optional(statement.text(0)) : std::nullopt;
}

void Project::setDraft(std::string_view key, std::string_view text)
{
    Transaction transaction(*m_database);
    if (text.empty())
        Statement(*m_database, "DELETE FROM drafts WHERE key = ?").bind(key).run();
    else
        Statement(*m_database, "INSERT INTO drafts VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET text = ?2, saved = ?3")
            .bind(key)
            .bind(text)
            .bind(now())
            .run();
    finishWrite(transaction, {});
}

} // namespace crucible::project
