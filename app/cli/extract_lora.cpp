// SPDX-License-Identifier: GPL-3.0-or-later
// `extract-lora`: what mergekit-extract-lora does.
#include "command.h"
#include "context.h"
#include "merge_job.h"
#include "options.h"
#include "output.h"

#include "base/units.h"
#include "merge/extract_lora.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    std::string base;
    std::string svEpsilon = "0";
    std::string dtype;
    std::string name;
    merge::ExtractLoraOptions options;
};

merge::ExtractLoraOptions optionsOf(const Flags& flags, const Context& context)
{
    merge::ExtractLoraOptions options = flags.options;
    options.model = recipe::ModelRef::parse(flags.model);
    options.base = recipe::ModelRef::parse(flags.base);
    options.search = context.modelSearch();
    options.threads = context.threads;
    options.commandLine = context.shellCommandLine();
    options.dropRoundingNoise = flags.svEpsilon == "auto";
    if (!options.dropRoundingNoise) {
        const std::optional<double> epsilon = parseNumber(flags.svEpsilon);
        if (!epsilon || *epsilon < 0)
            throw Error::invalid(fmt::format("{} is neither a threshold nor auto", flags.svEpsilon), "--sv-epsilon",
                                 "give a number that is not negative");
        options.svEpsilon = *epsilon;
    }
    if (!flags.dtype.empty()) {
        options.dtype = dtypeFromTorch(flags.dtype);
        if (!options.dtype || !isFloat(*options.dtype))
            throw Error::invalid(fmt::format("{} is not a dtype for A and B", flags.dtype), "--dtype",
                                 "use float32, float16 or bfloat16");
    }
    return options;
}

void showPlan(const merge::ExtractLoraPlan& plan, Context& context)
{
    Json json = merge::toJson(plan);
    if (!context.printPlan(json, plan.problems)) {
        std::map<std::string, std::size_t> counts;
        for (const Json& module : json["modules"])
            ++counts[module["action"].get<std::string>()];
        Table table({"modules", "how"}, {Table::Align::Right, Table::Align::Left});
        for (const auto& [action, count] : counts)
            table.add({fmt::format("{}", count), action});
        context.print(table.toText());
        context.print(fmt::format("reads   {}\nwrites  {} at most\nmemory  {}", formatBytes(plan.inputBytes),
                                  formatBytes(plan.largestOutputBytes), formatBytes(plan.peakMemory)));
    }
    plan.problems.throwIfErrors();
}

void run(const Flags& flags, Context& context)
{
    const merge::ExtractLoraPlan plan = merge::planLoraExtraction(optionsOf(flags, context));
    context.report(plan.problems);
    if (context.dryRun)
        return showPlan(plan, context);
    plan.problems.throwIfErrors();
    job::JobRequest request;
    request.kind = "extract-lora";
    request.name = flags.name;
    request.output = plan.options.output;
    merge::ExtractLoraResult done;
    const Json result = runWithDisplay(std::move(request), context, [&](job::Job& job) {
        Json summary = merge::toJson(plan);
        summary.erase("modules");
        job.setPlan(summary);
        job.addInput({"base", plan.base.ref.toString(), plan.base.folder->path(), {}});
        job.addInput({"model", plan.model.ref.toString(), plan.model.folder->path(), {}});
        done = merge::extractLora(plan, job.progress(), job.cancel());
        Json json = merge::toJson(done);
        if (!job.runId().empty()) {
            job.addArtifact("adapter", done.output,
                            formats::fingerprint(*formats::openCheckpoint(done.output / "adapter_model.safetensors")));
            json["run"] = job.runId();
        }
        return json;
    });
    for (const std::string& name : done.leftOut)
        context.warn(fmt::format("{} was changed, but is not in the adapter", name));
    if (context.printJson(result))
        return;
    context.print(fmt::format("wrote {}: {} modules of rank {} or less, holding {:.3f} % of their change; {} saved in "
                              "full, {} unchanged; {}, {}",
                              done.output.string(), done.decomposed.size(), done.rank, 100 * done.captured,
                              done.savedInFull.size(), done.unchanged, formatBytes(done.bytesWritten),
                              formatDuration(done.seconds)));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    merge::ExtractLoraOptions& lora = flags->options;
    options.add("--model", flags->model, "The fine-tuned model").required().value("MODEL");
    options.add("--base-model", flags->base, "The model that it was made from").required().value("MODEL");
    options.add("-o,--out-path", lora.output, "The adapter's folder; it appears when it is complete")
        .required()
        .value("DIR");
    options.add("--max-rank", lora.maxRank, "Largest rank of a module").value("N").showDefault();
    options
        .add("--sv-epsilon", flags->svEpsilon,
             "Drop singular values that are not larger; auto: those that the rounding of the stored weights explains")
        .value("X")
        .showDefault();
    options.flag("--distribute-scale,!--no-distribute-scale", lora.distributeScale,
                 "Share the singular values between A and B (default), or put them into A");
    options.flag("--embed-lora,!--no-embed-lora", lora.embedLora,
                 "Decompose embeddings and the output head instead of saving them in full");
    options.add("--save-module", lora.saveModules, "Save this module in full; repeatable").value("NAME");
    options.add("-i,--include-regex", lora.includePatterns, "Only modules in whose name this is found; repeatable")
        .value("REGEX");
    options.add("-e,--exclude-regex", lora.excludePatterns, "No modules in whose name this is found; repeatable")
        .value("REGEX");
    options.flag("--skip-undecomposable", lora.skipUndecomposable,
                 "Leave out what is no matrix (norms) instead of saving it in full");
    options.add("--dtype", flags->dtype, "Dtype of A and B; the model's own otherwise").value("DTYPE");
    options.flag("--write-model-card,!--no-write-model-card", lora.writeModelCard, "Write README.md (default)");
    options.flag("--overwrite", lora.overwrite, "Replace the output folder when it exists");
    options.add("--random-seed", lora.randomSeed, "Seed of the iteration that decomposes large matrices").value("N");
    options.add("--name", flags->name, "What the run is called in the project").value("TEXT");
    options.footer("Modules that did not change are not written; what changed and is left out is named in a warning.\n"
                   "Apply the adapter again with `crucible-cli export MODEL --adapter DIR OUT`.");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command extract_lora_command;
const Command extract_lora_command{
    .name = "extract-lora", .summary = "Make a LoRA adapter from the difference of two models", .setup = &setup};

} // namespace crucible::cli
