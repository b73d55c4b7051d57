// SPDX-License-Identifier: GPL-3.0-or-later
// `export MODEL OUT`: a model as a whole folder of its own, with adapters applied, in another dtype or another size of
// files.
#include "command.h"
#include "merge_job.h"
#include "options.h"

#include "merge/plan.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags : MergeFlags {
    std::string model;
    std::string adapter;
    std::string dtype;
    std::filesystem::path output;
};

// The same as a recipe that takes every tensor of one model as it is.
recipe::MergeRecipe recipeOf(const Flags& flags)
{
    recipe::MergeRecipe recipe;
    recipe.mergeMethod = "passthrough";
    recipe.sourceName = "export";
    recipe::InputModel input;
    input.model = recipe::ModelRef::parse(flags.model);
    if (!flags.adapter.empty()) {
        if (!input.model.lora.empty())
            throw Error::invalid("the model names an adapter already", flags.model, "give one of the two");
        const recipe::ModelRef adapter = recipe::ModelRef::parse(flags.adapter);
        if (!adapter.lora.empty())
            throw Error::invalid("an adapter can not have an adapter", flags.adapter, "give one folder");
        input.model.lora = adapter.model;
        input.model.loraRevision = adapter.revision;
    }
    recipe::Module module;
    module.name = "default";
    module.models.push_back(std::move(input));
    recipe.modules.push_back(std::move(module));
    if (!flags.dtype.empty()) {
        recipe.outDtype = dtypeFromTorch(flags.dtype);
        if (!recipe.outDtype || !isFloat(*recipe.outDtype))
            throw Error::invalid(fmt::format("{} is not a dtype for weights", flags.dtype), "--dtype",
                                 "use float32, float16 or bfloat16");
    }
    recipe.source = recipe::toYaml(recipe);
    return recipe;
}

void run(const Flags& flags, Context& context)
{
    merge::MergeOptions options = mergeOptions(flags, context);
    options.output = flags.output;
    const recipe::MergeRecipe recipe = recipeOf(flags);
    if (context.dryRun) {
        const merge::Plan plan = merge::planMerge(recipe, options);
        context.report(plan.problems);
        if (!context.printPlan(merge::toJson(plan), plan.problems))
            context.print(toText(plan));
        plan.problems.throwIfErrors();
        return;
    }
    const merge::Plan plan = planSoundly(recipe, options, {}, context);
    job::JobRequest request;
    request.kind = "export";
    request.name = flags.name;
    request.runId = flags.runId;
    request.recipe = recipe.source;
    request.recipeFormat = "mergekit-yaml";
    request.output = flags.output;
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

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL", flags->model, "A model: path, path@revision or path+adapter").required();
    options.add("OUT", flags->output, "The folder to write; it appears when it is complete").required().value("DIR");
    options.add("--adapter", flags->adapter, "A LoRA adapter to apply to the model's weights").value("ADAPTER");
    options.add("--dtype", flags->dtype, "Dtype of the output; the model's own otherwise").value("DTYPE");
    addMergeOptions(options, *flags);
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command export_command;
const Command export_command{
    .name = "export", .summary = "Write a model as a folder of its own, with an adapter applied", .setup = &setup};

} // namespace crucible::cli
