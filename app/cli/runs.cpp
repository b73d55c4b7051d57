// SPDX-License-Identifier: GPL-3.0-or-later
// `runs`: what a project remembers.
#include "command.h"
#include "context.h"
#include "options.h"
#include "output.h"

#include "base/files.h"
#include "base/text.h"
#include "base/units.h"
#include "job/run_folder.h"
#include "project/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace crucible::cli {
namespace {

using project::Project;
using project::Run;
using project::RunSummary;

const std::vector<std::string> kActions = {"list",   "show",    "compare", "export", "note",  "tag",
                                           "delete", "restore", "cancel",  "pause",  "resume"};

struct Flags {
    std::string action = "list";
    std::vector<std::string> arguments;
    std::string filter;
    std::filesystem::path out;
    bool withDeleted = false;
    bool remove = false;
};

Json toJson(const RunSummary& run)
{
    Json json = {{"id", run.id},
                 {"kind", run.kind},
                 {"name", run.name},
                 {"status", project::toString(run.status)},
                 {"created", run.created},
                 {"started", run.started},
                 {"finished", run.finished},
                 {"seconds", run.seconds()},
                 {"progress", run.progress},
                 {"stage", run.stage},
                 {"output", run.output},
                 {"parent", run.parent},
                 {"tags", run.tags},
                 {"deleted", run.deleted}};
    if (!run.error.empty())
        json["error"] = {{"kind", run.error.kind},
                         {"message", run.error.message.text()},
                         {"where", run.error.where},
                         {"hint", run.error.hint.text()}};
    return json;
}

// "1 run", "2 runs"
std::string counted(std::size_t count, std::string_view thing)
{
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

// JSON that we stored; text that is not JSON any more stays text.
Json stored(const std::string& text)
{
    if (text.empty())
        return nullptr;
    try {
        return parseJson(text, "project");
    } catch (const Error&) {
        return text;
    }
}

Json detailsOf(const Project& project, const Run& run)
{
    Json json = toJson(run);
    json.update({{"recipe", run.recipe},
                 {"recipe_format", run.recipeFormat},
                 {"command_line", run.commandLine},
                 {"engine_version", run.engineVersion},
                 {"seed", run.seed},
                 {"host", run.host},
                 {"pid", run.pid},
                 {"folder", project.runFolder(run.id).string()},
                 {"plan", stored(run.plan)},
                 {"result", stored(run.result)},
                 {"note", run.note},
                 {"inputs", Json::array()},
                 {"artifacts", Json::array()},
                 {"metrics", Json::object()}});
    for (const project::RunInput& input : project.inputs(run.id))
        json["inputs"].push_back({{"role", input.role},
                                  {"name", input.name},
                                  {"path", input.path.string()},
                                  {"fingerprint", input.fingerprint}});
    for (const project::Artifact& artifact : project.artifacts(run.id))
        json["artifacts"].push_back({{"kind", artifact.kind},
                                     {"path", artifact.path.string()},
                                     {"bytes", artifact.bytes},
                                     {"fingerprint", artifact.fingerprint}});
    for (const project::MetricSeries& series : project.metricSeries(run.id))
        json["metrics"][series.name] = {{"points", series.points},
                                        {"first_x", series.firstX},
                                        {"last_x", series.lastX},
                                        {"last_value", series.lastValue}};
    return json;
}

void list(const Project& project, const Flags& flags, Context& context)
{
    const std::vector<RunSummary> runs = project.runs(project::parseFilter(flags.filter), flags.withDeleted);
    Json all = Json::array();
    Table table({"id", "kind", "name", "status", "started (UTC)", "took", "tags", "output"},
                {Table::Align::Left, Table::Align::Left, Table::Align::Left, Table::Align::Left, Table::Align::Left,
                 Table::Align::Right});
    for (const RunSummary& run : runs) {
        all.push_back(toJson(run));
        std::string status(project::toString(run.status));
        if (run.status == project::RunStatus::Running || run.status == project::RunStatus::Paused)
            status += fmt::format(" {:.0f} %", 100 * run.progress);
        std::string tags;
        for (const std::string& tag : run.tags)
            tags += (tags.empty() ? "" : ", ") + tag;
        table.add({run.id, run.kind, run.name, status, run.started > 0 ? project::toString(run.started) : "-",
                   run.started > 0 ? formatDuration(run.seconds()) : "-", tags, run.output});
    }
    if (context.printJson(all))
        return;
    context.print(runs.empty() ? fmt::format("no runs{}", flags.filter.empty() ? " yet" : " match") : table.toText());
}

void show(const Project& project, const Flags& flags, Context& context)
{
    const Run run = project.findRun(flags.arguments.at(0));
    if (context.printJson(detailsOf(project, run)))
        return;
    const auto line = [&](std::string_view title, const std::string& value) {
        if (!value.empty())
            context.print(fmt::format("{:<10}  {}", title, value));
    };
    line("run", run.id);
    line("name", run.name);
    line("kind", run.kind);
    line("status", std::string(project::toString(run.status)));
    if (!run.error.empty())
        line("error", Error(ErrorKind::Internal, run.error.message, run.error.where, run.error.hint).what());
    line("created", project::toString(run.created) + " UTC");
    line("started", run.started > 0 ? project::toString(run.started) + " UTC" : std::string());
    line("took", run.started > 0 ? formatDuration(run.seconds()) : std::string());
    line("host", run.host);
    line("version", run.engineVersion);
    line("output", run.output);
    line("command", run.commandLine);
    line("parent", run.parent);
    for (const std::string& tag : run.tags)
        line("tag", tag);
    line("note", run.note);
    for (const project::RunInput& input : project.inputs(run.id))
        line(input.role, input.path.empty() ? input.name : input.path.string());
    for (const project::Artifact& artifact : project.artifacts(run.id))
        line("made", fmt::format("{} {} ({})", artifact.kind, artifact.path.string(), formatBytes(artifact.bytes)));
    for (const project::MetricSeries& series : project.metricSeries(run.id))
        line("curve",
             fmt::format("{}: {}, last {}", series.name, counted(static_cast<std::size_t>(series.points), "point"),
                         formatNumber(series.lastValue)));
    if (!run.recipe.empty())
        context.print("\n" + run.recipe);
}

void compare(const Project& project, const Flags& flags, Context& context)
{
    if (flags.arguments.size() < 2)
        throw Error::invalid("two or more runs are needed to compare", "runs compare", "give their ids");
    std::vector<Run> runs;
    for (const std::string& id : flags.arguments)
        runs.push_back(project.findRun(id));
    // One row per fact; rows in which all agree say nothing.
    std::vector<std::pair<std::string, std::vector<std::string>>> rows;
    const auto row = [&](const std::string& title, const std::function<std::string(const Run&)>& value) {
        std::vector<std::string> cells;
        for (const Run& run : runs)
            cells.push_back(value(run));
        if (std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) { return cell != cells.front(); }))
            rows.emplace_back(title, std::move(cells));
    };
    row("name", [](const Run& run) { return run.name; });
    row("kind", [](const Run& run) { return run.kind; });
    row("status", [](const Run& run) { return std::string(project::toString(run.status)); });
    row("took", [](const Run& run) { return run.started > 0 ? formatDuration(run.seconds()) : "-"; });
    row("seed", [](const Run& run) { return fmt::format("{}", run.seed); });
    row("version", [](const Run& run) { return run.engineVersion; });
    row("output", [](const Run& run) { return run.output; });
    std::map<std::string, std::map<std::string, double>> last;
    for (const Run& run : runs) {
        for (const project::MetricSeries& series : project.metricSeries(run.id))
            last[series.name][run.id] = series.lastValue;
    }
    for (const auto& [name, values] : last)
        row(name + " (last)", [&values = values](const Run& run) {
            const auto found = values.find(run.id);
            return found == values.end() ? "-" : formatNumber(found->second);
        });
    Json json = {{"runs", Json::array()}, {"differences", Json::object()}, {"recipes_equal", true}};
    std::vector<std::string> header{""};
    for (const Run& run : runs) {
        json["runs"].push_back(detailsOf(project, run));
        header.push_back(run.id);
        if (run.recipe != runs.front().recipe)
            json["recipes_equal"] = false;
    }
    Table table(std::move(header));
    for (auto& [title, cells] : rows) {
        json["differences"][title] = cells;
        cells.insert(cells.begin(), title);
        table.add(std::move(cells));
    }
    if (context.printJson(json))
        return;
    context.print(table.toText() + '\n' +
                  (json["recipes_equal"] == true ? "the recipes are equal" : "the recipes differ"));
}

// One file of JSON with everything: a run's record, its curves point by point, its recipe.
void exportRuns(const Project& project, const Flags& flags, Context& context)
{
    std::vector<std::string> ids = flags.arguments;
    if (ids.empty()) {
        for (const RunSummary& run : project.runs(project::parseFilter(flags.filter), flags.withDeleted))
            ids.push_back(run.id);
    }
    Json all = Json::array();
    for (const std::string& id : ids) {
        const Run run = project.findRun(id);
        Json json = detailsOf(project, run);
        for (const project::MetricSeries& series : project.metricSeries(run.id)) {
            Json points = Json::array();
            for (const project::MetricPoint& point : project.metrics(run.id, series.name))
                points.push_back({point.x, point.value});
            json["metrics"][series.name]["data"] = std::move(points);
        }
        all.push_back(std::move(json));
    }
    const std::string text = toJsonText(all, 2) + "\n";
    if (flags.out.empty()) {
        printTo(stdout, text);
        return;
    }
    if (!context.dryRun)
        writeFileAtomically(flags.out, text);
    if (!context.printJson({{"file", flags.out.string()}, {"runs", ids.size()}}))
        context.print(fmt::format("{} {} to {}", context.dryRun ? "would write" : "wrote", counted(ids.size(), "run"),
                                  flags.out.string()));
}

void note(Project& project, const Flags& flags, Context& context)
{
    const Run run = project.findRun(flags.arguments.at(0));
    std::string text;
    for (std::size_t i = 1; i < flags.arguments.size(); ++i)
        text += (text.empty() ? "" : " ") + flags.arguments[i];
    if ((flags.arguments.size() > 1 || flags.remove) && !context.dryRun)
        project.setNote(run.id, text);
    const std::string now = project.run(run.id)->note;
    if (!context.printJson({{"run", run.id}, {"note", now}}))
        context.print(now.empty() ? "no note" : now);
}

void tag(Project& project, const Flags& flags, Context& context)
{
    const Run run = project.findRun(flags.arguments.at(0));
    for (std::size_t i = 1; i < flags.arguments.size(); ++i) {
        if (context.dryRun)
            context.note(
                fmt::format("the tag {} would be {}", flags.arguments[i], flags.remove ? "taken away" : "added"));
        else if (flags.remove)
            project.removeTag(run.id, flags.arguments[i]);
        else
            project.addTag(run.id, flags.arguments[i]);
    }
    const std::vector<std::string> tags = project.run(run.id)->tags;
    if (context.printJson({{"run", run.id}, {"tags", tags}}))
        return;
    for (const std::string& text : tags)
        context.print(text);
}

// Into the bin, or with `restore` out of it. Runs that are where they should be are left alone.
void moveToBin(Project& project, const Flags& flags, Context& context)
{
    const bool toBin = flags.action == "delete";
    Json ids = Json::array();
    for (const std::string& id : flags.arguments) {
        const Run run = project.findRun(id);
        if (run.deleted == toBin)
            continue;
        if (!context.dryRun)
            project.setDeleted(run.id, toBin);
        ids.push_back(run.id);
    }
    if (context.printJson({{toBin ? "deleted" : "restored", ids}}))
        return;
    const std::string moved = counted(ids.size(), "run");
    context.print(toBin ? fmt::format("moved {} to the bin; what they made is still there", moved)
                        : fmt::format("took {} out of the bin", moved));
}

// Words for the workers of runs. One that waits in the queue is cancelled at once.
void control(Project& project, const Flags& flags, Context& context)
{
    const job::ControlWord word = flags.action == "cancel"  ? job::ControlWord::Cancel
                                  : flags.action == "pause" ? job::ControlWord::Pause
                                                            : job::ControlWord::Resume;
    Json ids = Json::array();
    for (const std::string& id : flags.arguments) {
        const Run run = project.findRun(id);
        const bool isAtWork = run.status == project::RunStatus::Running || run.status == project::RunStatus::Paused;
        const bool isQueued = run.status == project::RunStatus::Queued && word == job::ControlWord::Cancel;
        if (!isAtWork && !isQueued)
            throw Error::invalid(
                fmt::format("can not {} a run that is {}", flags.action, project::toString(run.status)), run.id,
                "see `runs list` for those at work");
        if (!context.dryRun && !(isQueued && project.cancelQueued(run.id)))
            job::RunFolder(project.runFolder(run.id)).send(word);
        ids.push_back(run.id);
    }
    if (!context.printJson({{"asked", flags.action}, {"runs", ids}}))
        context.print(fmt::format("asked {} to {}", counted(ids.size(), "run"), flags.action));
}

void run(const Flags& flags, Context& context)
{
    if (std::find(kActions.begin(), kActions.end(), flags.action) == kActions.end()) {
        const std::optional<std::string> near = didYouMean(flags.action, kActions);
        throw Error::invalid("runs can not do this", flags.action,
                             near ? fmt::format("did you mean {}?", *near) : "use " + joinWords(kActions, "or"));
    }
    if (context.project.empty())
        throw Error::invalid("which project?", "runs", "give its folder with --project DIR");
    Project project = Project::open(context.project);
    for (const std::string& warning : project.warnings())
        context.warn(warning);
    project.reconcile();
    const bool needsRun = flags.action != "list" && flags.action != "export";
    if (needsRun && flags.arguments.empty())
        throw Error::invalid("which run?", "runs " + flags.action, "give its id or the beginning of it");
    if (flags.action == "list")
        list(project, flags, context);
    else if (flags.action == "show")
        show(project, flags, context);
    else if (flags.action == "compare")
        compare(project, flags, context);
    else if (flags.action == "export")
        exportRuns(project, flags, context);
    else if (flags.action == "note")
        note(project, flags, context);
    else if (flags.action == "tag")
        tag(project, flags, context);
    else if (flags.action == "delete" || flags.action == "restore")
        moveToBin(project, flags, context);
    else
        control(project, flags, context);
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("ACTION", flags->action, fmt::format("{}; list where it is left out", joinWords(kActions, "or")));
    options.add("RUN", flags->arguments, "Runs, by id or name or their beginning; then the note's text or the tags");
    options.add("--filter", flags->filter, "Only runs for which all words hold").value("WORDS");
    options.flag("--deleted", flags->withDeleted, "Also those in the bin");
    options.flag("--remove", flags->remove, "Take the note or the tags away");
    options.add("--out", flags->out, "The file that export writes; stdout otherwise").value("FILE");
    options.footer(
        "Words of a filter: kind:merge status:done,failed tag:best name~ties note~\"first try\" -tag:old anything");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command runs_command;
const Command runs_command{.name = "runs",
                           .summary = "List, show, compare, annotate and steer the runs of a project",
                           .setup = &setup,
                           .uses = {.events = false}};

} // namespace crucible::cli
