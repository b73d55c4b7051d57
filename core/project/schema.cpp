// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of a project. A released step is never edited: a change is a new step at the end.
#include "project/database.h"

#include "base/error.h"
#include "base/platform.h"
#include "project/run.h"

#include <fmt/format.h>

namespace crucible::project {
namespace {

constexpr const char* kVersion1 = R"sql(
-- One row: grows with every write, so that readers can ask whether anything changed.
CREATE TABLE change_count (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
INSERT INTO change_count VALUES (1, 0);

-- Times are seconds since 1970-01-01 UTC, 0 where there is none. Paths are relative when inside the project.
CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
    created REAL NOT NULL,
    started REAL NOT NULL DEFAULT 0,
    finished REAL NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0,
    stage TEXT NOT NULL DEFAULT '',
    output TEXT NOT NULL DEFAULT '',
    parent TEXT NOT NULL DEFAULT '',
    recipe TEXT NOT NULL DEFAULT '',
    recipe_format TEXT NOT NULL DEFAULT '',
    command_line TEXT NOT NULL DEFAULT '',
    engine_version TEXT NOT NULL DEFAULT '',
    seed INTEGER NOT NULL DEFAULT 0,
    host TEXT NOT NULL DEFAULT '',
    pid INTEGER NOT NULL DEFAULT 0,
    process_token TEXT NOT NULL DEFAULT '',
    heartbeat REAL NOT NULL DEFAULT 0,
    memory_left REAL NOT NULL DEFAULT 1, -- share of the machine's memory that was free at the last heartbeat
    error_kind TEXT NOT NULL DEFAULT '',
    error_message TEXT NOT NULL DEFAULT '',
    error_where TEXT NOT NULL DEFAULT '',
    error_hint TEXT NOT NULL DEFAULT '',
    plan TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    queue_position REAL NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_changed ON runs (changed);
CREATE INDEX runs_status ON runs (status);

CREATE TABLE tags (
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    tag TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (run, tag)
) WITHOUT ROWID;

-- Points of one curve lie together, in the order of arrival.
CREATE TABLE metric_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE metrics (
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    name INTEGER NOT NULL REFERENCES metric_names (id),
    position INTEGER NOT NULL,
    x REAL NOT NULL,
    value REAL, -- NULL: not a number
    PRIMARY KEY (run, name, position)
) WITHOUT ROWID;

CREATE TABLE inputs (
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    fingerprint TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, position)
) WITHOUT ROWID;

CREATE TABLE artifacts (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    fingerprint TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL,
    UNIQUE (run, path)
);
CREATE INDEX artifacts_fingerprint ON artifacts (fingerprint);

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE drafts (key TEXT PRIMARY KEY, text TEXT NOT NULL, saved REAL NOT NULL) WITHOUT ROWID;
)sql";

constexpr const char* kVersion2 = R"sql(
CREATE TABLE conversations (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    mode TEXT NOT NULL,
    models TEXT NOT NULL DEFAULT '', -- names, for the list
    created REAL NOT NULL,
    changed REAL NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
-- Models and settings are JSON. `tip`: key of the message that the shown path ends with, 0 for none.
CREATE TABLE conversation_columns (
    conversation INTEGER NOT NULL REFERENCES conversations (key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    model TEXT NOT NULL,
    settings TEXT NOT NULL,
    tip INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation, position)
) WITHOUT ROWID;
-- A tree for each column: messages with the same parent are different goes at the same turn.
CREATE TABLE messages (
    key INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (key) ON DELETE CASCADE,
    parent INTEGER REFERENCES messages (key) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- of the column
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    how TEXT NOT NULL DEFAULT '',
    tokens TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL
);
CREATE INDEX messages_conversation ON messages (conversation);
CREATE INDEX messages_parent ON messages (parent);

-- What a run's model did when it was tried.
CREATE TABLE smoke_tests (
    run INTEGER PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE,
    finished REAL NOT NULL,
    result TEXT NOT NULL
);
)sql";

constexpr const char* kVersion3 = R"sql(
-- JSON of the error's message and hint with what was put into them, so that they can be said in another language; may be empty.
ALTER TABLE runs ADD COLUMN error_said TEXT NOT NULL DEFAULT '';
)sql";

constexpr const char* kSteps[] = {kVersion1, kVersion2, kVersion3};

std::string fileTime()
{
    return newRunId().substr(0, 15); // date and time
}

} // namespace

std::span<const char* const> schemaSteps()
{
    return kSteps;
}

std::filesystem::path migrate(Database& database, std::span<const char* const> steps)
{
    const auto latest = static_cast<std::int64_t>(steps.size());
    const auto check = [&] {
        const std::int64_t application = database.integer("PRAGMA application_id");
        const bool empty = database.integer("SELECT count(*) FROM sqlite_schema") == 0;
        if (application != kApplicationId && !(application == 0 && empty))
            throw Error::corrupt(database.file(),
                                 CRUCIBLE_TR_NOOP("Problem", "this database belongs to another program"),
                                 CRUCIBLE_TR_NOOP("Problem", "choose another folder; the file was not changed"));
        const std::int64_t version = database.integer("PRAGMA user_version");
        if (version > latest)
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem",
                                  "this project was written by a newer Crucible (its format is %1, this one knows %2)"),
                 version, latest},
                database.file().string(),
                CRUCIBLE_TR_NOOP("Problem", "update Crucible to open it; it was not changed"));
        return version;
    };
    const std::int64_t before = check();
    if (before == latest)
        return {};
    std::filesystem::path copy;
    if (before > 0) {
        copy = database.file();
        copy += fmt::format(".v{}-{}-{}.backup", before, fileTime(), platform::processId());
        database.backUpTo(copy);
    }
    Transaction transaction(database);
    for (std::int64_t version = check(); version < latest; ++version) // another process may have been faster
        database.execute(steps[static_cast<std::size_t>(version)]);
    database.execute(fmt::format("PRAGMA application_id = {}", kApplicationId).c_str());
    database.execute(fmt::format("PRAGMA user_version = {}", latest).c_str());
    transaction.commit();
    return copy;
}

} // namespace crucible::project
