// SPDX-License-Identifier: GPL-3.0-or-later
// convert: a model's folder to a GGUF file that llama.cpp loads, and a GGUF file to a folder.
#include "command.h"
#include "context.h"
#include "input.h"
#include "merge_job.h"
#include "output.h"

#include "base/units.h"
#include "convert/convert.h"

#include <CLI/CLI.hpp>
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
        throw Error::invalid(fmt::format("{} is not a size", flags.shardSize), "--out-shard-size", "give bytes, or a number with K, M, B or T: 5B is 5000000000");
    options.shardBytes = *size;
    return options;
}

void showPlan(const convert::ConvertPlan& plan, Context& context)
{
    if (!context.printPlan(convert::toJson(plan), plan.problems)) {
        context.print(fmt::format("{} to {}, {}", plan.from, plan.to, toString(plan.dtype)));
        context.print(fmt::format("reads   {}\nwrites  {}: {} tensors in {} {}\nmemory  {} at most", formatBytes(plan.bytesRead), formatBytes(plan.bytesWritten),
                                  plan.tensors.size(), plan.files.size(), plan.files.size() == 1 ? "file" : "files", formatBytes(plan.memory)));
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
        job.addInput({"model", flags.model, plan.model->path(), records ? formats::fingerprint(plan.model->checkpoint()) : std::string()});
        done = convert::executeConversion(plan, job.progress(), job.cancel());
        Json json = convert::toJson(done);
        if (records) {
            job.addArtifact("model", done.output, formats::fingerprint(*formats::openCheckpoint(done.output)));
            json["run"] = job.runId();
        }
        return json;
    });
    if (!context.printJson(result))
        context.print(fmt::format("wrote {}: {} tensors, {}; {}", done.output.string(), done.tensors, formatBytes(done.bytesWritten), formatDuration(done.seconds)));
}

Action setup(CLI::App& sub)
{
    auto flags = std::make_shared<Flags>();
    sub.add_option("MODEL", flags->model, "A model's folder or name, or a .gguf file (of a split one, any part)")->required();
    sub.add_option("OUT", flags->options.output, "The .gguf file or the folder to write; it appears when it is complete")->required();
    sub.add_option("--to", flags->to, "gguf or safetensors; without it OUT's name tells")->check(CLI::IsMember({"gguf", "safetensors"}))->option_text("FORMAT");
    sub.add_option("--dtype", flags->dtype, "f32, f16 or bf16; without it what the model is in. Vectors are always F32 in a GGUF file")
        ->check(CLI::IsMember({"f32", "f16", "bf16"}))
        ->option_text("DTYPE");
    sub.add_option("--out-shard-size", flags->shardSize, "Bytes in one safetensors file (default: 5B)")->option_text("N");
    sub.add_flag("--overwrite", flags->options.overwrite, "Replace the output when it exists");
    sub.add_option("--name", flags->name, "What the run is called in the project")->option_text("TEXT");
    sub.footer("What llama.cpp can not hold of a model is an error or a warning before anything is written; --dry-run shows the plan.\n"
               "A folder made of a GGUF file gets config.json, generation settings, chat template, and the tokenizer as far as the file keeps it.");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command convert_command;
const Command convert_command{.name = "convert", .summary = "Convert a model to a GGUF file, or a GGUF file to a folder", .setup = &setup};

} // namespace crucible::cli
