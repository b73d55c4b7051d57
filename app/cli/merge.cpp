// SPDX-License-Identifier: GPL-3.0-or-later
// `merge CONFIG OUT`: what mergekit-yaml does.
#include "command.h"
#include "merge_job.h"
#include "merge_stages.h"
#include "options.h"

#include "base/files.h"
#include "merge/method.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags : MergeFlags {
    std::filesystem::path output;
};

void showPlan(const recipe::MergeRecipe& recipe, const merge::MergeOptions& options, const Problems& parsed,
              Context& context)
{
    merge::Plan plan = merge::planMerge(recipe, options);
    Problems all = parsed;
    all.append(plan.problems);
    plan.problems = all;
    context.report(all);
    if (!context.printPlan(merge::toJson(plan), all))
        context.print(toText(plan));
    all.throwIfErrors();
}

void run(const Flags& flags, Context& context)
{
    merge::MergeOptions options = mergeOptions(flags, context);
    options.output = flags.output;
    const std::string text = readFile(flags.config, std::size_t(64) << 20, FileKind::Stream);
    if (hasSeveralDocuments(text)) {
        std::filesystem::path between = flags.output;
        if (!between.has_filename())
            between = between.parent_path();
        between += ".stages";
        runStages({.text = text,
                   .config = flags.config,
                   .output = flags.output,
                   .intermediate = between,
                   .skipFinished = true,
                   .removeIntermediate = true,
                   .runId = flags.runId,
                   .name = flags.name},
                  options, context);
        return;
    }
    Problems parsed;
    const recipe::MergeRecipe recipe = recipe::parseMergeRecipe(text, flags.config.string(), parsed, knownParameters());
    if (context.dryRun) {
        context.report(parsed);
        parsed.throwIfErrors();
        showPlan(recipe, options, parsed, context);
        return;
    }
    // A run that waits in the project is told what is wrong with it; otherwise a wrong request leaves no record.
    std::optional<merge::Plan> plan;
    if (flags.runId.empty())
        plan = planSoundly(recipe, options, parsed, context);
    job::JobRequest request;
    request.kind = "merge";
    request.name = flags.name;
    request.runId = flags.runId;
    request.recipe = text;
    request.recipeFormat = "mergekit-yaml";
    request.output = flags.output;
    request.seed = flags.seed;
    std::string line;
    const Json result = runWithDisplay(std::move(request), context, [&](job::Job& job) {
        if (!plan)
            plan = planSoundly(recipe, options, parsed, context);
        job.setPlan(merge::toJson(*plan));
        const merge::MergeResult done = executeInJob(*plan, job, !context.project.empty());
        line = toLine(done);
        Json json = toJson(done);
        if (!job.runId().empty())
            json["run"] = job.runId();
        return json;
    });
    if (!context.printJson(result))
        context.print(line);
}

std::string footer()
{
    std::string text =
        "Relative model paths start at the working folder; what is not there is looked for beside the recipe,\n"
        "in the models folders and in the Hugging Face cache. Ctrl+C ends the merge; the same command goes on\n"
        "after the finished files. A recipe of several documents is run stage by stage.\n\n"
        "Where the result differs from mergekit's on purpose (--mergekit-exact brings mergekit's back):\n";
    for (const merge::Difference& difference : merge::differencesFromMergekit())
        text += fmt::format("  {}\n    here: {}\n    mergekit: {}\n", difference.topic, difference.here,
                            difference.mergekit);
    return text;
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("CONFIG", flags->config, "A recipe in mergekit's YAML").required().value("FILE");
    options.add("OUT", flags->output, "The folder to write; it appears when it is complete").required().value("DIR");
    addMergeOptions(options, *flags);
    options.footer(footer);
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command merge_command;
const Command merge_command{.name = "merge", .summary = "Merge models as a mergekit recipe says", .setup = &setup};

} // namespace crucible::cli
