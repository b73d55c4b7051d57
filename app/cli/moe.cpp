// SPDX-License-Identifier: GPL-3.0-or-later
// `moe`: what mergekit-moe does.
#include "command.h"
#include "merge_job.h"
#include "options.h"

#include "base/files.h"
#include "base/text.h"
#include "generate/prompt_states.h"
#include "merge/moe.h"
#include "recipe/moe_recipe.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags : MergeFlags {
    std::filesystem::path output;
    bool forTraining = false;
};

void run(const Flags& flags, Context& context)
{
    merge::MergeOptions options = mergeOptions(flags, context);
    options.output = flags.output;
    const std::string text = readFile(flags.config, std::size_t(64) << 20, FileKind::Stream);
    Problems problems;
    const recipe::MoeRecipe recipe = recipe::parseMoeRecipe(text, flags.config.string(), problems, flags.forTraining);
    context.report(problems);
    problems.throwIfErrors();
    // Looking at a plan runs no model.
    const merge::Plan plan = merge::planMoe(recipe, options,
                                            context.dryRun ? merge::PromptStates()
                                                           : generate::promptStates(context.threads, context.cancel));
    context.report(plan.problems);
    if (context.dryRun && !context.printPlan(merge::toJson(plan), plan.problems))
        context.print(toText(plan));
    plan.problems.throwIfErrors();
    if (context.dryRun)
        return;
    job::JobRequest request;
    request.kind = "moe";
    request.name = flags.name;
    request.runId = flags.runId;
    request.recipe = text;
    request.recipeFormat = "mergekit-moe-yaml";
    request.output = flags.output;
    request.seed = flags.seed;
    std::string line;
    const Json result = runWithDisplay(std::move(request), context, [&](job::Job& job) {
        job.setPlan(merge::toJson(plan));
        const merge::MergeResult done = executeInJob(plan, job, !context.project.empty());
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
    std::vector<std::string> names;
    for (const std::string_view name : merge::moeArchitectureNames())
        names.emplace_back(name);
    return fmt::format(
        "Written are {}. The gate modes hidden, hidden_avg and hidden_last run the base model over the prompts, each "
        "by\n"
        "itself: mergekit pads them to one length, and counts the padding among the tokens. Unlike mergekit, every\n"
        "expert's matrices are tensors of their own (block_sparse_moe.experts.0.w1.weight), which all loaders and\n"
        "converters read.",
        joinWords(names));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("CONFIG", flags->config, "A recipe in mergekit-moe's YAML").required().value("FILE");
    options.add("OUT", flags->output, "The folder to write; it appears when it is complete").required().value("DIR");
    options.flag("--for-training,--i-understand-this-is-not-useful-without-training", flags->forTraining,
                 "Allow experts that are all the same model");
    addMergeOptions(options, *flags);
    options.footer(footer);
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command moe_command;
const Command moe_command{
    .name = "moe", .summary = "Compose a mixture of experts from models of one family", .setup = &setup};

} // namespace crucible::cli
