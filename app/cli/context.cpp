// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include "options.h"
#include "output.h"

#include "job/events.h"
#include "project/run.h"

#include <fmt/format.h>

#include <cstdio>

namespace crucible::cli {
namespace {

// Quoted only when a shell would read something else.
std::string shellWord(const std::string& word)
{
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos)
        return word;
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

} // namespace

void Context::addCommonOptions(Options& options)
{
    const std::string group = "Common options";
    options.flag("--json", json, "Print the result as JSON on stdout").group(group);
    options.flag("--events", events, "Tell what happens as JSON lines on stdout").group(group);
    options.flag("--dry-run", dryRun, "Say what would be done and write nothing").group(group);
    options.add("--threads", threads, "Threads to work with; 0: one per processor")
        .value("N")
        .range(0, 4096)
        .group(group);
    options.add("--project", project, "Record the run in this project").value("DIR").group(group);
    options.add("--models-dir", modelFolders, "Look for models here too; may be given several times")
        .value("DIR")
        .group(group);
    options.flag("--quiet", quiet, "No progress and no notes").group(group);
    options.countedFlag("-v,--verbose", verbosity, "Say more; -vv even more").group(group);
}

formats::ModelSearch Context::modelSearch(const std::filesystem::path& relativeTo) const
{
    formats::ModelSearch search = formats::ModelSearch::fromEnvironment();
    search.relativeTo = relativeTo;
    search.modelFolders.insert(search.modelFolders.begin(), modelFolders.begin(), modelFolders.end());
    return search;
}

std::string Context::shellCommandLine() const
{
    std::string line;
    for (const std::string& word : commandLine)
        line += (line.empty() ? "" : " ") + shellWord(word);
    return line;
}

void Context::print(std::string_view line) const
{
    if (!json && !events)
        printTo(stdout, fmt::format("{}\n", line));
}

bool Context::printJson(const Json& result) const
{
    if (!json)
        return false;
    if (!events)
        printTo(stdout, toJsonText(result, 2) + "\n");
    return true;
}

bool Context::printPlan(const Json& plan, const Problems& problems) const
{
    if (!events)
        return printJson(plan);
    const auto tell = [](job::EventBody body) {
        printTo(stdout, job::toLine({project::now(), std::move(body)}) + "\n");
    };
    tell(job::PlanReady{plan});
    try {
        problems.throwIfErrors();
        tell(job::Finished{0, {{"sound", true}}});
    } catch (const Error& error) {
        tell(job::Failed{std::string(toString(error.kind())), error.message(), error.where(), error.hint()});
    }
    return true;
}

void Context::note(std::string_view text)
{
    if (!quiet && m_said.insert(fmt::format("note: {}", text)).second)
        printTo(stderr, fmt::format("note: {}\n", text));
}

void Context::warn(std::string_view text)
{
    if (m_said.insert(fmt::format("warning: {}", text)).second)
        printTo(stderr, fmt::format("warning: {}\n", text));
}

void Context::fail(std::string_view text)
{
    m_failed = true;
    printTo(stderr, fmt::format("error: {}\n", text));
}

void Context::report(const Problems& problems)
{
    for (const Problem& problem : problems.all()) {
        if (problem.severity == Severity::Warning)
            warn(problem.toLine());
        else if (problem.severity == Severity::Note)
            note(problem.toLine());
    }
}

} // namespace crucible::cli
