// SPDX-License-Identifier: GPL-3.0-or-later
// convert: a model's folder to a GGUF file that llama.cpp loads, and a GGUF file to a folder.
#include "command.h"
#include "context.h"
#include "input.h"
#include "merge_job.h"
#include "options.h"
#include "output.h"

#include "base/units.h"
#include "convert/convert.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    convert::ConvertOptions options;
    std::string to;
    std::string dtype;
    std::string shardSize = "5B";
    std::string name;
};

convert::ConvertOptions optionsOf(const Flags& flags, const Context& context)
{
    convert::ConvertOptions options = flags.options;
    options.model = modelPath(flags.model, context);
    if (flags.to.empty())
        options.target = options.output.extension() == ".gguf" ? convert::Target::Gguf : convert::Target::Safetensors;
    else
        options.target = flags.to == "gguf" ? convert::Target::Gguf : convert::Target::Safetensors;
    if (flags.dtype == "f32")
        options.dtype = DType::F32;
    else if (flags.dtype == "f16")
        options.dtype = DType::F16;
    else if (flags.dtype == "bf16")
        options.dtype = DType::BF16;
    const std::optional<std::uint64_t> size = parseSize(flags.shardSize);
    if (!size || *size == 0)
        throw Error::invalid(fmt::format("{} is not a size", flags.shardSize), "--out-shard-size",
                             "give bytes, or a number with K, M, B or T: 5B is 5000000000");
    options.shardBytes = *size;
    return options;
}

void showPlan(const convert::ConvertPlan& plan, Context& context)
{
    if (!context.printPlan(convert::toJson(plan), plan.problems)) {
        context.print(fmt::format("{} to {}, {}", plan.from, plan.to, toString(plan.dtype)));
        context.print(fmt::format("reads   {}\nwrites  {}: {} tensors in {} {}\nmemory  {} at most",
                                  formatBytes(plan.bytesRead), formatBytes(plan.bytesWritten), plan.tensors.size(),
                                  plan.files.size(), plan.files.size() == 1 ? "file" : "files",
                                  formatBytes(plan.memory)));
    }
    plan.problems.throwIfErrors();
}

void run(const Flags& flags, Context& context)
{
    const convert::ConvertPlan plan = convert::planConversion(optionsOf(flags, context));
    context.report(plan.problems);
    if (context.dryRun)
        return showPlan(plan, context);
    plan.problems.throwIfErrors();
    job::JobRequest request;
    request.kind = "convert";
    request.name = flags.name;
    request.output = plan.options.output;
    convert::ConvertResult done;
    const Json result = runWithDisplay(std::move(request), context, [&](job::Job& job) {
        Json summary = convert::toJson(plan);
        summary.erase("tensors");
        job.setPlan(summary);
        const bool records = !context.project.empty();
        job.addInput({"model", flags.model, plan.model->path(),
                      records ? formats::fingerprint(plan.model->checkpoint()) : std::string()});
        done = convert::executeConversion(plan, job.progress(), job.cancel());
        Json json = convert::toJson(done);
        if (records) {
            job.addArtifact("model", done.output, formats::fingerprint(*formats::openCheckpoint(done.output)));
            json["run"] = job.runId();
        }
        return json;
    });
    if (!context.printJson(result))
        context.print(fmt::format("wrote {}: {} tensors, {}; {}", done.output.string(), done.tensors,
                                  formatBytes(done.bytesWritten), formatDuration(done.seconds)));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL", flags->model, "A model's folder or name, or a .gguf file (of a split one, any part)")
        .required();
    options.add("OUT", flags->options.output, "The .gguf file or the folder to write; it appears when it is complete")
        .required();
    options.add("--to", flags->to, "gguf or safetensors; without it OUT's name tells")
        .oneOf({"gguf", "safetensors"})
        .value("FORMAT");
    options
        .add("--dtype", flags->dtype,
             "f32, f16 or bf16; without it what the model is in. Vectors are always F32 in a GGUF file")
        .oneOf({"f32", "f16", "bf16"})
        .value("DTYPE");
    options.add("--out-shard-size", flags->shardSize, "Bytes in one safetensors file (default: 5B)").value("N");
    options.flag("--overwrite", flags->options.overwrite, "Replace the output when it exists");
    options.add("--name", flags->name, "What the run is called in the project").value("TEXT");
    options.footer("What llama.cpp can not hold of a model is an error or a warning before anything is written; "
                   "--dry-run shows the plan.\n"
                   "A folder made of a GGUF file gets config.json, generation settings, chat template, and the "
                   "tokenizer as far as the file keeps it.");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command convert_command;
const Command convert_command{
    .name = "convert", .summary = "Convert a model to a GGUF file, or a GGUF file to a folder", .setup = &setup};

} // namespace crucible::cli
