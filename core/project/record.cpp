// SPDX-License-Identifier: GPL-3.0-or-later
// What a worker writes about its run, and finding out which workers are gone.
#include "project/project.h"

#include "base/platform.h"
#include "base/sentence_json.h"
#include "project/database.h"

#include <cmath>

namespace crucible::project {
namespace {

// A worker of another machine can not be asked; it writes a heartbeat every second.
constexpr double kSilentSeconds = 60;
// Below this share of free memory a sudden end was most likely the system's doing.
constexpr double kMemoryExhausted = 0.04;

struct Candidate {
    std::string id;
    std::string host;
    std::int64_t pid = 0;
    std::string token;
    Time heartbeat = 0;
    Time since = 0;
    double memoryLeft = 1;
};

bool isGone(const Candidate& run, const std::string& thisHost)
{
    const double silence = now() - std::max(run.heartbeat, run.since);
    if (run.pid == 0) // created by a worker that has not introduced itself yet
        return silence > kSilentSeconds;
    if (run.host != thisHost || run.token.empty())
        return silence > kSilentSeconds;
    return platform::processToken(run.pid) != run.token;
}

RunError explain(const Candidate& run, const ProcessEnd* end)
{
    const bool killed = end && end->signal == 9;
    if (run.memoryLeft < kMemoryExhausted && (!end || killed))
        return {"killed-for-memory",
                {CRUCIBLE_TR_NOOP("Problem", "the system ended the worker, most likely because memory ran out (%1 % was left)"),
                 std::lround(100 * run.memoryLeft)},
                {},
                CRUCIBLE_TR_NOOP("Problem", "close other programs or use fewer threads, then run it again: finished parts are kept")};
    Sentence message = CRUCIBLE_TR_NOOP("Problem", "the worker ended without a word");
    if (killed)
        message = CRUCIBLE_TR_NOOP("Problem", "the worker was killed");
    else if (end && end->signal != 0)
        message = {CRUCIBLE_TR_NOOP("Problem", "the worker crashed (signal %1)"), end->signal};
    else if (end)
        message = {CRUCIBLE_TR_NOOP("Problem", "the worker ended without a word (exit status %1)"), end->exitCode};
    return {"interrupted", std::move(message), {}, CRUCIBLE_TR_NOOP("Problem", "run it again: finished parts are kept")};
}

// Message and hint as JSON where something was put into them; else nothing, since their texts say all.
std::string saidOf(const RunError& error)
{
    if (error.message.arguments().empty() && error.hint.arguments().empty())
        return {};
    return toJsonText(Json{{"message", toJson(error.message)}, {"hint", toJson(error.hint)}});
}

} // namespace

void Project::markStarted(std::string_view id, std::int64_t pid, std::string_view processToken, std::string_view host,
                          std::string_view engineVersion)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement update(*m_database,
                     "UPDATE runs SET status = 'running', started = ?1, heartbeat = ?1, finished = 0, pid = ?2, "
                     "process_token = ?3, host = ?4, engine_version = ?5, deleted = 0, error_kind = '', error_message = '', "
                     "error_where = '', error_hint = '', error_said = '' "
                     "WHERE id = ?6 AND (status = 'queued' OR (status = 'running' AND pid = 0))");
    update.bind(now()).bind(pid).bind(processToken).bind(host).bind(engineVersion).bind(id).run();
    if (m_database->changedRows() == 0)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "this run is not waiting to be started"), std::string(id),
                             CRUCIBLE_TR_NOOP("Problem", "queue it again, or start a new run without --run"));
    finishWrite(transaction, id);
}

void Project::setPlan(std::string_view id, std::string_view planJson)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement(*m_database, "UPDATE runs SET plan = ? WHERE id = ?").bind(planJson).bind(id).run();
    finishWrite(transaction, id);
}

void Project::setRecipe(std::string_view id, std::string_view recipe, std::string_view format)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement(*m_database, "UPDATE runs SET recipe = ?, recipe_format = ? WHERE id = ?")
        .bind(recipe)
        .bind(format)
        .bind(id)
        .run();
    finishWrite(transaction, id);
}

void Project::setOutput(std::string_view id, const std::filesystem::path& output)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement(*m_database, "UPDATE runs SET output = ? WHERE id = ?").bind(storedPath(output)).bind(id).run();
    finishWrite(transaction, id);
}

void Project::heartbeat(std::string_view id, double progress, std::string_view stage, bool paused, double memoryLeft)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement update(*m_database, "UPDATE runs SET heartbeat = ?, progress = ?, stage = ?, memory_left = ?, status = ? "
                                  "WHERE id = ? AND status IN ('running', 'paused')");
    update.bind(now()).bind(std::isfinite(progress) ? progress : 0.0).bind(stage);
    update.bind(std::isfinite(memoryLeft) ? memoryLeft : 1.0).bind(paused ? "paused" : "running").bind(id).run();
    finishWrite(transaction, id);
}

void Project::markFinished(std::string_view id, RunStatus status, const RunError& error, std::string_view resultJson)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement update(*m_database,
                     "UPDATE runs SET status = ?1, finished = ?2, error_kind = ?3, error_message = ?4, error_where = ?5, "
                     "error_hint = ?6, error_said = ?7, result = ?8, progress = CASE ?1 WHEN 'done' THEN 1 ELSE progress END "
                     "WHERE id = ?9");
    update.bind(toString(status)).bind(now()).bind(error.kind).bind(error.message.text()).bind(error.where).bind(error.hint.text());
    update.bind(saidOf(error)).bind(resultJson).bind(id).run();
    finishWrite(transaction, id);
}

void Project::addMetrics(std::string_view id, std::span<const MetricSample> samples)
{
    if (samples.empty())
        return;
    Transaction transaction(*m_database);
    const std::int64_t run = runKey(id);
    Statement addName(*m_database, "INSERT OR IGNORE INTO metric_names (name) VALUES (?)");
    Statement insert(*m_database,
                     "INSERT INTO metrics SELECT ?1, n.id, (SELECT coalesce(max(position), -1) + 1 FROM metrics "
                     "WHERE run = ?1 AND name = n.id), ?3, ?4 FROM metric_names n WHERE n.name = ?2");
    for (const MetricSample& sample : samples) {
        if (!std::isfinite(sample.x))
            continue; // has no place on any axis
        addName.bind(sample.name).run();
        addName.reset();
        insert.bind(run).bind(sample.name).bind(sample.x).bind(sample.value).run();
        insert.reset();
    }
    finishWrite(transaction, {});
}

void Project::addInput(std::string_view id, const RunInput& input)
{
    Transaction transaction(*m_database);
    const std::int64_t run = runKey(id);
    const std::string path = storedPath(input.path);
    // A run that goes on names its inputs again.
    Statement(*m_database, "DELETE FROM inputs WHERE run = ? AND role = ? AND name = ? AND path = ?")
        .bind(run)
        .bind(input.role)
        .bind(input.name)
        .bind(path)
        .run();
    Statement insert(*m_database, "INSERT INTO inputs VALUES (?1, (SELECT coalesce(max(position), -1) + 1 FROM inputs "
                                  "WHERE run = ?1), ?2, ?3, ?4, ?5)");
    insert.bind(run).bind(input.role).bind(input.name).bind(path).bind(input.fingerprint).run();
    finishWrite(transaction, id);
}

void Project::addArtifact(const Artifact& artifact)
{
    Transaction transaction(*m_database);
    Statement insert(*m_database,
                     "INSERT INTO artifacts (run, kind, path, bytes, fingerprint, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                     "ON CONFLICT (run, path) DO UPDATE SET kind = ?2, bytes = ?4, fingerprint = ?5, created = ?6");
    insert.bind(runKey(artifact.run)).bind(artifact.kind).bind(storedPath(artifact.path));
    insert.bind(static_cast<std::int64_t>(artifact.bytes)).bind(artifact.fingerprint);
    insert.bind(artifact.created > 0 ? artifact.created : now()).run();
    finishWrite(transaction, artifact.run);
}

void Project::requeue(std::string_view id)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement update(*m_database,
                     "UPDATE runs SET status = 'queued', finished = 0, pid = 0, deleted = 0, error_kind = '', "
                     "error_message = '', error_where = '', error_hint = '', error_said = '', queue_position = "
                     "(SELECT coalesce(max(queue_position), 0) + 1 FROM runs WHERE status = 'queued') "
                     "WHERE id = ? AND status IN ('failed', 'cancelled', 'interrupted')");
    update.bind(id).run();
    if (m_database->changedRows() == 0)
        throw Error::invalid(
            CRUCIBLE_TR_NOOP("Problem", "only a run that failed, was cancelled or was interrupted can be queued again"),
            std::string(id), CRUCIBLE_TR_NOOP("Problem", "duplicate it instead"));
    finishWrite(transaction, id);
}

bool Project::cancelQueued(std::string_view id)
{
    Transaction transaction(*m_database);
    runKey(id);
    Statement(*m_database, "UPDATE runs SET status = 'cancelled', finished = ? WHERE id = ? AND status = 'queued'")
        .bind(now())
        .bind(id)
        .run();
    const bool changed = m_database->changedRows() > 0;
    finishWrite(transaction, changed ? id : std::string_view());
    return changed;
}

std::vector<std::string> Project::reconcile(const std::map<std::string, ProcessEnd>& ends)
{
    std::vector<Candidate> gone;
    {
        const std::string host = platform::hostName();
        Statement find(*m_database, "SELECT id, host, pid, process_token, heartbeat, max(created, started), memory_left "
                                    "FROM runs WHERE status IN ('running', 'paused')");
        while (find.step()) {
            Candidate run{find.text(0), find.text(1), find.integer(2), find.text(3),
                          find.real(4), find.real(5), find.real(6)};
            if (isGone(run, host))
                gone.push_back(std::move(run));
        }
    }
    std::vector<std::string> ids;
    for (const Candidate& run : gone) {
        const auto end = ends.find(run.id);
        const RunError error = explain(run, end == ends.end() ? nullptr : &end->second);
        Transaction transaction(*m_database);
        // It may have written its last word between our look and now: only a run that still claims to work changes.
        Statement update(*m_database,
                         "UPDATE runs SET status = 'interrupted', finished = max(heartbeat, started, created), "
                         "error_kind = ?, error_message = ?, error_where = '', error_hint = ?, error_said = ? "
                         "WHERE id = ? AND status IN ('running', 'paused') AND pid = ? AND process_token = ?");
        update.bind(error.kind).bind(error.message.text()).bind(error.hint.text()).bind(saidOf(error)).bind(run.id).bind(run.pid).bind(run.token).run();
        if (m_database->changedRows() == 0)
            continue;
        finishWrite(transaction, run.id);
        ids.push_back(run.id);
    }
    return ids;
}

} // namespace crucible::project
