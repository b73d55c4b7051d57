// SPDX-License-Identifier: GPL-3.0-or-later
// Reading runs, curves and artifacts.
#include "project/project.h"

#include "base/sentence_json.h"
#include "base/text.h"
#include "project/database.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::project {
namespace {

constexpr char kTagSeparator = '\x1f';
constexpr std::string_view kSummaryColumns =
    "id, kind, name, status, created, started, finished, progress, stage, output, parent, error_kind, error_message, "
    "error_where, error_hint, changed, queue_position, deleted, error_said, "
    "(SELECT group_concat(tag, char(31)) FROM tags WHERE tags.run = runs.key)";
constexpr int kSummaryCount = 20;
constexpr std::string_view kDetailColumns = "recipe, recipe_format, command_line, engine_version, seed, host, pid, "
                                            "process_token, heartbeat, plan, result, note";

// What was put into the sentences of an error, where the text alone does not tell. Nonsense is passed over: the text is there.
void addSaid(RunError& error, const std::string& said)
{
    const Json json = said.empty() ? Json() : Json::parse(said, nullptr, false);
    if (!json.is_object())
        return;
    const auto take = [&json](const char* key, Sentence& to) {
        const auto found = json.find(key);
        const Sentence whole = found == json.end() ? Sentence() : sentenceFromJson(*found);
        if (whole.text() == to.text())
            to = whole;
    };
    take("message", error.message);
    take("hint", error.hint);
}

// What LIKE reads specially is taken literally.
std::string likePattern(std::string_view value, bool inside)
{
    std::string pattern = inside ? "%" : "";
    for (const char c : value) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

std::vector<std::string_view> columnsOf(FilterField field)
{
    switch (field) {
    case FilterField::Id: return {"id"};
    case FilterField::Kind: return {"kind"};
    case FilterField::Status: return {"status"};
    case FilterField::Name: return {"name"};
    case FilterField::Note: return {"note"};
    case FilterField::Recipe: return {"recipe"};
    case FilterField::Output: return {"output"};
    case FilterField::Tag: return {"tag"};
    case FilterField::Anything: return {"id", "name", "note", "recipe", "tag"};
    }
    return {};
}

// A condition in SQL; its parameters are appended to `parameters`.
std::string condition(const FilterTerm& term, std::vector<std::string>& parameters)
{
    const bool byBeginning = term.field == FilterField::Id || term.field == FilterField::Kind;
    std::string sql;
    for (const std::string& value : term.values) {
        for (const std::string_view column : columnsOf(term.field)) {
            const bool like = term.contains || byBeginning;
            const std::string compare =
                fmt::format("{} {}", column, like ? "LIKE ? ESCAPE '\\'" : "= ? COLLATE NOCASE");
            parameters.push_back(like ? likePattern(value, term.contains) : value);
            sql += sql.empty() ? "" : " OR ";
            sql += column == "tag"
                       ? fmt::format("EXISTS (SELECT 1 FROM tags WHERE tags.run = runs.key AND {})", compare)
                       : compare;
        }
    }
    return fmt::format("{}({})", term.negated ? "NOT " : "", sql);
}

// All but the output, whose path only the project can complete.
void readSummary(const Statement& row, RunSummary& run)
{
    run.id = row.text(0);
    run.kind = row.text(1);
    run.name = row.text(2);
    run.status = runStatusFrom(row.text(3)).value_or(RunStatus::Interrupted);
    run.created = row.real(4);
    run.started = row.real(5);
    run.finished = row.real(6);
    run.progress = row.real(7);
    run.stage = row.text(8);
    run.parent = row.text(10);
    run.error = {row.text(11), row.text(12), row.text(13), row.text(14)};
    addSaid(run.error, row.text(18));
    run.changed = row.integer(15);
    run.queuePosition = row.real(16);
    run.deleted = row.integer(17) != 0;
    const std::string tags = row.text(19);
    for (std::size_t begin = 0; begin < tags.size();) {
        const std::size_t end = std::min(tags.find(kTagSeparator, begin), tags.size());
        run.tags.push_back(tags.substr(begin, end - begin));
        begin = end + 1;
    }
    std::sort(run.tags.begin(), run.tags.end());
}

std::string utf8(const std::filesystem::path& path)
{
    const std::u8string text = path.u8string();
    return std::string(text.begin(), text.end());
}

} // namespace

std::vector<std::string> Project::runsChangedSince(std::int64_t changeCount) const
{
    std::vector<std::string> ids;
    Statement statement(*m_database, "SELECT id FROM runs WHERE changed > ? ORDER BY changed");
    statement.bind(changeCount);
    while (statement.step())
        ids.push_back(statement.text(0));
    return ids;
}

std::vector<RunSummary> Project::runs(std::span<const FilterTerm> filter, bool withDeleted) const
{
    std::string sql = fmt::format("SELECT {} FROM runs WHERE {}", kSummaryColumns, withDeleted ? "1" : "deleted = 0");
    std::vector<std::string> parameters;
    for (const FilterTerm& term : filter)
        sql += " AND " + condition(term, parameters);
    Statement statement(*m_database, sql + " ORDER BY created DESC, key DESC");
    for (const std::string& parameter : parameters)
        statement.bind(parameter);
    std::vector<RunSummary> result;
    while (statement.step()) {
        readSummary(statement, result.emplace_back());
        result.back().output = utf8(actualPath(statement.text(9)));
    }
    return result;
}

std::vector<RunSummary> Project::queue() const
{
    std::vector<RunSummary> result;
    Statement statement(*m_database, fmt::format("SELECT {} FROM runs WHERE status = 'queued' AND deleted = 0 "
                                                 "ORDER BY queue_position, key",
                                                 kSummaryColumns));
    while (statement.step()) {
        readSummary(statement, result.emplace_back());
        result.back().output = utf8(actualPath(statement.text(9)));
    }
    return result;
}

std::optional<Run> Project::run(std::string_view id) const
{
    Statement statement(*m_database,
                        fmt::format("SELECT {}, {} FROM runs WHERE id = ?", kSummaryColumns, kDetailColumns));
    statement.bind(id);
    if (!statement.step())
        return std::nullopt;
    Run run;
    readSummary(statement, run);
    run.output = utf8(actualPath(statement.text(9)));
    int column = kSummaryCount;
    run.recipe = statement.text(column++);
    run.recipeFormat = statement.text(column++);
    run.commandLine = statement.text(column++);
    run.engineVersion = statement.text(column++);
    run.seed = static_cast<std::uint64_t>(statement.integer(column++));
    run.host = statement.text(column++);
    run.pid = statement.integer(column++);
    run.processToken = statement.text(column++);
    run.heartbeat = statement.real(column++);
    run.plan = statement.text(column++);
    run.result = statement.text(column++);
    run.note = statement.text(column++);
    return run;
}

std::vector<Run> Project::lastDone(std::string_view kind, int limit) const
{
    Statement statement(*m_database, "SELECT id FROM runs WHERE kind = ? AND status = 'done' ORDER BY finished DESC LIMIT ?");
    statement.bind(kind).bind(limit);
    std::vector<Run> result;
    while (statement.step()) {
        if (std::optional<Run> found = run(statement.text(0)))
            result.push_back(*std::move(found));
    }
    return result;
}

Run Project::findRun(std::string_view id) const
{
    if (std::optional<Run> exact = run(id))
        return *std::move(exact);
    Statement statement(*m_database, "SELECT id, name FROM runs WHERE id LIKE ?1 ESCAPE '\\' OR name LIKE ?1 ESCAPE '\\' "
                                     "ORDER BY name = ?2 DESC, created DESC");
    statement.bind(likePattern(id, false)).bind(id);
    std::vector<std::string> found;
    std::vector<std::string> exactNames;
    while (statement.step()) {
        found.push_back(statement.text(0));
        if (statement.text(1) == id)
            exactNames.push_back(statement.text(0));
    }
    if (exactNames.size() == 1)
        found = exactNames;
    if (id.empty() || found.empty())
        throw Error::notFound({CRUCIBLE_TR_NOOP("Problem", "the project has no run %1"), id}, m_folder.string(),
                              CRUCIBLE_TR_NOOP("Problem", "list the runs to see their ids"));
    if (found.size() > 1)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 runs begin with %2"), found.size(), id},
                             m_folder.string(),
                             {CRUCIBLE_TR_NOOP("Problem", "give more of the id, for example %1"), found.front()});
    return *run(found.front());
}

std::vector<MetricSeries> Project::metricSeries(std::string_view id) const
{
    std::vector<MetricSeries> result;
    // Names without points of this run are skipped by the look at position 0, which is one step in the index.
    Statement statement(*m_database,
                        "SELECT n.name, last.position + 1, first.x, last.x, last.value FROM metric_names n "
                        "JOIN metrics first ON first.run = ?1 AND first.name = n.id AND first.position = 0 "
                        "JOIN metrics last ON last.run = ?1 AND last.name = n.id AND last.position = "
                        "(SELECT max(position) FROM metrics WHERE run = ?1 AND name = n.id) ORDER BY n.name");
    statement.bind(runKey(id));
    while (statement.step())
        result.push_back({statement.text(0), statement.integer(1), statement.real(2), statement.real(3), statement.real(4)});
    return result;
}

std::vector<MetricPoint> Project::metrics(std::string_view id, std::string_view name, std::int64_t skip,
                                          std::int64_t limit) const
{
    std::vector<MetricPoint> result;
    Statement statement(*m_database,
                        "SELECT x, value FROM metrics WHERE run = ? AND name = (SELECT id FROM metric_names WHERE name = ?) "
                        "AND position >= ? ORDER BY position LIMIT ?");
    statement.bind(runKey(id)).bind(name).bind(skip).bind(limit);
    while (statement.step())
        result.push_back({statement.real(0), statement.real(1)});
    return result;
}

std::vector<MetricBucket> Project::metricBuckets(std::string_view id, std::string_view name, double fromX, double toX,
                                                 int buckets) const
{
    std::vector<MetricBucket> result;
    if (buckets < 1 || !(toX >= fromX))
        return result;
    const double width = toX > fromX ? (toX - fromX) / buckets : 1;
    Statement statement(*m_database,
                        "SELECT avg(x), min(value), max(value), avg(value), count(value) FROM metrics "
                        "WHERE run = ?1 AND name = (SELECT id FROM metric_names WHERE name = ?2) AND x BETWEEN ?3 AND ?4 "
                        "AND value IS NOT NULL GROUP BY min(cast((x - ?3) / ?5 AS INTEGER), ?6 - 1) ORDER BY 1");
    statement.bind(runKey(id)).bind(name).bind(fromX).bind(toX).bind(width).bind(buckets);
    while (statement.step())
        result.push_back(
            {statement.real(0), statement.real(1), statement.real(2), statement.real(3), statement.integer(4)});
    return result;
}

std::vector<Artifact> Project::artifacts(std::string_view id) const
{
    std::vector<Artifact> result;
    Statement statement(*m_database, "SELECT kind, path, bytes, fingerprint, created FROM artifacts WHERE run = ? ORDER BY id");
    statement.bind(runKey(id));
    while (statement.step())
        result.push_back({std::string(id), statement.text(0), actualPath(statement.text(1)),
                          static_cast<std::uint64_t>(statement.integer(2)), statement.text(3), statement.real(4)});
    return result;
}

std::vector<Artifact> Project::allArtifacts() const
{
    std::vector<Artifact> result;
    Statement statement(*m_database, "SELECT r.id, a.kind, a.path, a.bytes, a.fingerprint, a.created FROM artifacts a "
                                     "JOIN runs r ON r.key = a.run WHERE r.deleted = 0 ORDER BY a.id");
    while (statement.step())
        result.push_back({statement.text(0), statement.text(1), actualPath(statement.text(2)),
                          static_cast<std::uint64_t>(statement.integer(3)), statement.text(4), statement.real(5)});
    return result;
}

std::vector<RunInput> Project::inputs(std::string_view id) const
{
    std::vector<RunInput> result;
    Statement statement(*m_database, "SELECT role, name, path, fingerprint FROM inputs WHERE run = ? ORDER BY position");
    statement.bind(runKey(id));
    while (statement.step())
        result.push_back({statement.text(0), statement.text(1), actualPath(statement.text(2)), statement.text(3)});
    return result;
}

} // namespace crucible::project
