// SPDX-License-Identifier: GPL-3.0-or-later
// perplexity: how surprised a model is by a text.
#include "command.h"
#include "context.h"
#include "generate_json.h"
#include "input.h"
#include "options.h"
#include "output.h"

#include "base/units.h"
#include "generate/perplexity.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    std::string adapter;
    std::string file;
    std::string mode = "chunks";
    std::size_t contextTokens = 0;
    std::size_t stride = 0;
    std::size_t windows = 0;
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

void run(const Flags& flags, Context& context)
{
    const generate::ModelReference reference = generate::splitReference(flags.model);
    const std::string adapter = flags.adapter.empty() ? reference.adapter : flags.adapter;
    const auto model = generate::LanguageModel::load(
        modelPath(reference.model, context), adapter.empty() ? std::filesystem::path() : modelPath(adapter, context));
    const generate::PerplexityOptions options = optionsOf(flags, model->context);
    generate::Session session(model,
                              {.context = std::max(model->context, options.context), .threads = context.threads});
    TerminalProgress progress(context.quiet, context.verbosity);
    const generate::PerplexityResult result =
        generate::perplexity(session, readInput(flags.file), options, progress, context.cancel);
    progress.clear();
    const bool rolling = options.mode == generate::PerplexityMode::Rolling;
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
    if (rolling && result.words > 0) {
        json["words"] = result.words;
        json["bytes"] = result.score.bytes;
        json["word_perplexity"] = finite(result.wordPerplexity());
        json["byte_perplexity"] = finite(result.bytePerplexity());
        json["bits_per_byte"] = finite(result.score.bitsPerByte());
    }
    if (context.printJson(json))
        return;
    context.print(fmt::format("perplexity {:.4f} +/- {:.4f} over {} tokens in {} windows of {}",
                              result.score.perplexity(), result.perplexityError(), result.score.scored, result.windows,
                              options.context));
    if (rolling && result.words > 0)
        context.print(fmt::format("per word {:.4f}, per byte {:.4f}, bits per byte {:.4f}", result.wordPerplexity(),
                                  result.bytePerplexity(), result.score.bitsPerByte()));
    context.note(formatDuration(result.seconds));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL", flags->model, "A model's folder or name, or a .gguf file; model+adapter applies a LoRA")
        .required();
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
    options.add("--adapter", flags->adapter, "A LoRA adapter's folder to apply").value("DIR");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command perplexity_command;
const Command perplexity_command{
    .name = "perplexity", .summary = "Measure how surprised a model is by a text", .setup = &setup};

} // namespace crucible::cli
