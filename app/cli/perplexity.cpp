// SPDX-License-Identifier: GPL-3.0-or-later
// perplexity: how surprised a model is by a text.
#include "command.h"
#include "context.h"
#include "generate_json.h"
#include "input.h"
#include "merge_job.h"
#include "model_run.h"
#include "options.h"
#include "output.h"

#include "base/hash.h"
#include "base/units.h"
#include "generate/perplexity.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags : ModelFlags {
    std::string file;
    std::string mode = "chunks";
    std::size_t contextTokens = 0;
    std::size_t stride = 0;
    std::size_t windows = 0;
    std::string name;
};

constexpr std::size_t kUsualWindow = 512;

generate::PerplexityOptions optionsOf(const Flags& flags, std::size_t modelContext)
{
    generate::PerplexityOptions options;
    options.mode = flags.mode == "rolling"                      ? generate::PerplexityMode::Rolling
                   : flags.mode == "stride" || flags.stride > 0 ? generate::PerplexityMode::Stride
                                                                : generate::PerplexityMode::Chunks;
    // lm-evaluation-harness takes all that a model can have.
    const std::size_t usual =
        options.mode == generate::PerplexityMode::Rolling ? modelContext : std::min(kUsualWindow, modelContext);
    options.context = flags.contextTokens > 0 ? flags.contextTokens : usual;
    options.stride = flags.stride > 0 ? flags.stride : std::max<std::size_t>(1, options.context / 2);
    options.maxWindows = flags.windows;
    return options;
}

struct Work {
    ModelChoice choice;
    std::shared_ptr<const generate::LanguageModel> model;
    generate::PerplexityOptions options;
    std::string text;
    generate::PerplexityPlan plan;
    std::size_t context = 0; // of the session
};

Work read(const Flags& flags, Context& context)
{
    Work work;
    work.choice = chooseModel(flags, context);
    work.model = loadModel(work.choice, context);
    work.options = optionsOf(flags, work.model->context);
    work.context = std::max(work.model->context, work.options.context);
    work.text = readInput(flags.file);
    work.plan = generate::planPerplexity(*work.model, work.text, work.options, work.context);
    return work;
}

generate::MemoryEstimate memoryOf(const Work& work)
{
    return generate::estimateMemory(*work.model, {.tokens = work.options.context, .logitRows = work.options.context});
}

Json planOf(const Work& work)
{
    return {{"model", toJson(*work.model)},        {"memory", toJson(memoryOf(work), work.model->device)},
            {"mode", toString(work.options.mode)}, {"context", work.options.context},
            {"stride", work.options.stride},       {"tokens", work.plan.tokens.size()},
            {"windows", work.plan.windows.size()}, {"computed", work.plan.computed()}};
}

void showPlan(const Work& work, Context& context)
{
    if (context.printPlan(planOf(work), {}))
        return;
    context.print(toText(*work.model));
    context.print(fmt::format("text        {} tokens in {} windows of {}; {} go through the model",
                              work.plan.tokens.size(), work.plan.windows.size(), work.options.context,
                              work.plan.computed()));
    context.print(toText(memoryOf(work), work.model->device));
}

// What the run is to remember, so that it can be done again.
std::string recipeOf(const Flags& flags, const Work& work)
{
    OrderedJson recipe{{"model", work.choice.model.string()}};
    if (!work.choice.adapter.empty())
        recipe["adapter"] = work.choice.adapter.string();
    recipe["dtype"] = toString(work.model->compute);
    recipe["device"] = toString(work.model->device);
    recipe["text"] = {
        {"file", flags.file.empty() ? "-" : flags.file}, {"bytes", work.text.size()}, {"sha256", sha256(work.text)}};
    recipe["mode"] = toString(work.options.mode);
    recipe["context"] = work.options.context;
    if (work.options.mode == generate::PerplexityMode::Stride)
        recipe["stride"] = work.options.stride;
    if (work.options.maxWindows > 0)
        recipe["max_windows"] = work.options.maxWindows;
    return toJsonText(recipe, 2) + "\n";
}

Json toJson(const generate::PerplexityResult& result, const generate::PerplexityOptions& options)
{
    Json json{{"mode", toString(options.mode)},
              {"context", options.context},
              {"tokens", result.tokens},
              {"windows", result.windows},
              {"scored", result.score.scored},
              {"loss", finite(result.score.meanLoss())},
              {"loss_error", finite(result.score.standardError())},
              {"perplexity", finite(result.score.perplexity())},
              {"perplexity_error", finite(result.perplexityError())},
              {"seconds", result.seconds}};
    if (options.mode == generate::PerplexityMode::Stride)
        json["stride"] = options.stride;
    if (options.mode == generate::PerplexityMode::Rolling && result.words > 0) {
        json["words"] = result.words;
        json["bytes"] = result.score.bytes;
        json["word_perplexity"] = finite(result.wordPerplexity());
        json["byte_perplexity"] = finite(result.bytePerplexity());
        json["bits_per_byte"] = finite(result.score.bitsPerByte());
    }
    return json;
}

void run(const Flags& flags, Context& context)
{
    const Work work = read(flags, context);
    if (context.dryRun)
        return showPlan(work, context);
    generate::Session session(work.model, {.context = work.context, .threads = context.threads});
    job::JobRequest request;
    request.kind = "perplexity";
    request.name = flags.name.empty() ? work.model->name : flags.name;
    request.recipe = recipeOf(flags, work);
    request.recipeFormat = "perplexity-json";
    generate::PerplexityResult result;
    const Json told = runWithDisplay(std::move(request), context, [&](job::Job& job) {
        const bool records = !job.runId().empty();
        job.setPlan(planOf(work));
        addInputs(job, work.choice, *work.model, records);
        if (!flags.file.empty() && flags.file != "-")
            job.addInput({"text", flags.file, std::filesystem::absolute(flags.file), sha256(work.text)});
        result = generate::perplexity(session, work.plan, work.text, job.progress(), job.cancel());
        Json json = toJson(result, work.options);
        if (records)
            json["run"] = job.runId();
        return json;
    });
    if (context.printJson(told))
        return;
    context.print(fmt::format("perplexity {:.4f} +/- {:.4f} over {} tokens in {} windows of {}",
                              result.score.perplexity(), result.perplexityError(), result.score.scored, result.windows,
                              work.options.context));
    if (work.options.mode == generate::PerplexityMode::Rolling && result.words > 0)
        context.print(fmt::format("per word {:.4f}, per byte {:.4f}, bits per byte {:.4f}", result.wordPerplexity(),
                                  result.bytePerplexity(), result.score.bitsPerByte()));
    context.note(formatDuration(result.seconds));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    addModelOptions(options, *flags);
    options.add("--file", flags->file, "The text; - or nothing reads standard input").value("F");
    options
        .add("--mode", flags->mode,
             "chunks: windows side by side whose second halves count, as llama-perplexity; stride: a moving window; "
             "rolling: every token "
             "once, as lm-evaluation-harness (default: chunks)")
        .oneOf({"chunks", "stride", "rolling"})
        .value("MODE");
    options
        .add("--context", flags->contextTokens,
             "Tokens of a window (default: 512; rolling: what the model was made for)")
        .value("N");
    options.add("--stride", flags->stride, "How far a window moves (default: half of it)").value("N");
    options.add("--max-windows", flags->windows, "Only the first so many windows (default: all)").value("N");
    options.add("--name", flags->name, "What the run is called in the project").value("TEXT");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command perplexity_command;
const Command perplexity_command{
    .name = "perplexity", .summary = "Measure how surprised a model is by a text", .setup = &setup};

} // namespace crucible::cli
