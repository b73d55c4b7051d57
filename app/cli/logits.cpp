// SPDX-License-Identifier: GPL-3.0-or-later
// logits: what a model expects after every token.
#include "command.h"
#include "context.h"
#include "input.h"
#include "model_run.h"
#include "options.h"

#include "base/files.h"
#include "base/units.h"
#include "formats/safetensors.h"
#include "generate/prompt.h"
#include "model/decoder.h"

#include <fmt/format.h>

#include <chrono>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    std::string ids;
    std::string dtype = "float32";
    std::string device = "cpu";
    std::filesystem::path output;
    int chunk = 512;
};

void showPlan(const Flags& flags, const formats::ModelFolder& folder, std::size_t tokens,
              const model::DecoderNeeds& needs, Context& context)
{
    const std::uint64_t bytes = std::uint64_t(tokens) * needs.vocabulary * sizeof(float);
    if (!context.printJson({{"output", flags.output.string()},
                            {"tokens", tokens},
                            {"vocabulary", needs.vocabulary},
                            {"bytes", bytes},
                            {"parameters", folder.parameters()},
                            {"weight_bytes", folder.checkpoint().totalBytes()}}))
        context.print(fmt::format("would write {}: logits of {} tokens, {} each, {}; the model has {} of weights",
                                  flags.output.string(), tokens, needs.vocabulary, formatBytes(bytes),
                                  formatBytes(folder.checkpoint().totalBytes())));
}

void run(const Flags& flags, Context& context)
{
    const std::vector<model::TokenId> ids = generate::readIds(flags.ids, "--ids");
    const auto folder = formats::ModelFolder::open(modelPath(flags.model, context));
    if (context.dryRun)
        return showPlan(flags, *folder, ids.size(), model::Decoder::check(folder), context);
    const auto decoder =
        model::Decoder::load(folder, model::computeFromName(flags.dtype), model::deviceFromName(flags.device));
    ThreadPool pool(context.threads);
    model::KvCache cache = decoder->newCache();
    std::vector<float> logits;
    const auto start = std::chrono::steady_clock::now();
    const auto chunk = static_cast<std::size_t>(flags.chunk);
    for (std::size_t begin = 0; begin < ids.size(); begin += chunk) {
        const model::Decoder::Slice slice{std::span(ids).subspan(begin, std::min(chunk, ids.size() - begin)), &cache,
                                          true};
        const std::vector<float> part = decoder->forward({&slice, 1}, pool, context.cancel);
        logits.insert(logits.end(), part.begin(), part.end());
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const std::size_t width = logits.size() / ids.size();
    const Shape shape{static_cast<std::int64_t>(ids.size()), static_cast<std::int64_t>(width)};
    const formats::TensorBytes tensor{{"logits", DType::F32, shape, logits.size() * sizeof(float)},
                                      std::as_bytes(std::span(logits))};
    formats::writeSafetensors(flags.output, {&tensor, 1});
    if (!context.printJson(
            {{"output", flags.output.string()}, {"tokens", ids.size()}, {"vocabulary", width}, {"seconds", seconds}}))
        context.print(fmt::format("wrote {}: logits of {} tokens, {} each; {}", flags.output.string(), ids.size(),
                                  width, formatDuration(seconds)));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL", flags->model, "A model's folder or name").required();
    options.add("--ids", flags->ids, "Token ids with spaces between them").required().value("\"1 2 3\"");
    options.add("--out", flags->output, "A safetensors file with logits [tokens, vocabulary], float32")
        .required()
        .value("F");
    options
        .add("--dtype", flags->dtype,
             "What activations are when they meet weights in bfloat16: auto, float32 or bfloat16, on a card also "
             "float16 (default: float32)")
        .oneOf({"auto", "float32", "bfloat16", "float16"})
        .value("DTYPE");
    addDeviceOption(options, flags->device);
    options.add("--chunk", flags->chunk, "Tokens that go through the model at once (default: 512)")
        .range(1, 1 << 20)
        .value("N");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command logits_command;
const Command logits_command{.name = "logits",
                             .summary = "Compute what a model expects after every token of a text",
                             .setup = &setup,
                             .uses = {.project = false, .events = false}};

} // namespace crucible::cli
