// SPDX-License-Identifier: GPL-3.0-or-later
// What a model loses in a GGUF file: its config.json, and the one that would be read back from the file, are made decoders
// of, and these are compared.
#include "convert/parts.h"

#include "base/units.h"
#include "model/rope.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace crucible::convert {
namespace {

using model::DecoderConfig;

constexpr double kSame = 1e-5; // float32 in the file

bool near(double a, double b)
{
    return std::abs(a - b) <= kSame * std::max({std::abs(a), std::abs(b), 1e-9});
}

bool nearAll(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::ranges::equal(a, b, near);
}

bool sameRope(const model::Rope& a, const model::Rope& b, std::size_t length)
{
    if (a.style != b.style)
        return false;
    if (a.style == model::RopeStyle::None)
        return true;
    return a.dims == b.dims && near(a.amplitude, b.amplitude) && nearAll(ropeFrequencies(a, length), ropeFrequencies(b, length));
}

const model::Rope& ropeOf(const DecoderConfig& decoder, int layer)
{
    return decoder.ropeOf ? decoder.ropeOf(decoder, layer) : decoder.rope;
}

int windowOf(const DecoderConfig& decoder, int layer)
{
    return decoder.windowOf ? decoder.windowOf(layer) : 0;
}

bool hasExperts(const DecoderConfig& decoder, int layer)
{
    return decoder.experts() && (!decoder.moe.inLayer || decoder.moe.inLayer(layer));
}

double attentionScaleOf(const DecoderConfig& decoder)
{
    return decoder.attentionScale > 0 ? decoder.attentionScale : 1 / std::sqrt(static_cast<double>(decoder.headDim));
}

// llama.cpp does not read the scale of Gemma's scores: it knows the largest model of each generation by its layers.
double llamaCppScaleOf(const DecoderConfig& decoder, std::string_view architecture)
{
    const bool isLargest = decoder.layers == (architecture == "gemma2" ? 46 : 62);
    const double size = isLargest ? static_cast<double>(decoder.hidden) / decoder.heads : static_cast<double>(decoder.headDim);
    return 1 / std::sqrt(size);
}

} // namespace

void reportLosses(const DecoderConfig& given, const DecoderConfig& kept, std::string_view architecture, Problems& problems)
{
    const auto refuse = [&](const char* what) {
        problems.error("config.json", fmt::format("GGUF models of the architecture {} can not say {}", architecture, what),
                       "this model can not be written as GGUF");
    };
    const auto whole = [&](int a, int b, const char* what) {
        if (a != b)
            refuse(what);
    };
    const auto real = [&](double a, double b, const char* what) {
        if (!near(a, b))
            refuse(what);
    };
    whole(given.layers, kept.layers, "how many layers it has");
    whole(given.hidden, kept.hidden, "its hidden size");
    whole(given.heads, kept.heads, "its number of heads");
    whole(given.keyHeads, kept.keyHeads, "its number of key heads");
    whole(given.headDim, kept.headDim, "the size of its heads");
    whole(static_cast<int>(given.norm), static_cast<int>(kept.norm), "its kind of norm");
    real(given.normEpsilon, kept.normEpsilon, "the epsilon of its norms");
    whole(static_cast<int>(given.normPlace), static_cast<int>(kept.normPlace), "where its norms stand");
    whole(given.parallel, kept.parallel, "whether attention and MLP are in parallel");
    real(given.embeddingScale, kept.embeddingScale, "the scale of its embeddings");
    real(given.residualScale, kept.residualScale, "the scale of its residuals");
    whole(static_cast<int>(given.activation), static_cast<int>(kept.activation), "its activation function");
    whole(given.gated, kept.gated, "whether its MLP is gated");
    whole(given.alibi, kept.alibi, "its kind of positions (ALiBi)");
    whole(given.scaleByLayer, kept.scaleByLayer, "that scores are divided by the layer's number");
    whole(given.normalizesHeads, kept.normalizesHeads, "whether heads are normalised");
    whole(given.normalizesQk, kept.normalizesQk, "whether queries and keys are normalised");
    real(attentionScaleOf(given), attentionScaleOf(kept), "the scale of its attention scores");
    if ((architecture == "gemma2" || architecture == "gemma3") &&
        !near(attentionScaleOf(given), llamaCppScaleOf(given, architecture)))
        problems.warning("query_pre_attn_scalar",
                         fmt::format("llama.cpp takes the scale of {}'s attention scores from the size of its heads, not from the file: "
                                     "it will answer differently", architecture));
    real(given.attentionCap, kept.attentionCap, "the cap of its attention scores");
    real(given.logitCap, kept.logitCap, "the cap of its logits");
    real(given.logitScale, kept.logitScale, "the scale of its logits");
    whole(given.moe.count, kept.moe.count, "how many experts it has");
    whole(given.moe.active, kept.moe.active, "how many experts are active");
    if (given.experts())
        whole(given.moe.normalize, kept.moe.normalize, "whether the weights of the active experts add up to 1");
    bool sameWindows = true, samePositions = true, sameExperts = true;
    for (int layer = 0; layer < given.layers; ++layer) {
        sameWindows = sameWindows && windowOf(given, layer) == windowOf(kept, layer);
        sameExperts = sameExperts && hasExperts(given, layer) == hasExperts(kept, layer);
        samePositions = samePositions && sameRope(ropeOf(given, layer), ropeOf(kept, layer), 1) &&
                        (given.rope.scaling == model::RopeScaling::Dynamic ||
                         sameRope(ropeOf(given, layer), ropeOf(kept, layer), static_cast<std::size_t>(given.maxPositions)));
    }
    if (!sameWindows)
        problems.warning("sliding_window", fmt::format("GGUF models of the architecture {} can not say over how many tokens which layers slide: "
                                                       "longer texts will come out differently", architecture));
    if (!samePositions)
        refuse("how its positions are turned");
    if (!sameExperts)
        refuse("which of its layers have experts");
}

} // namespace crucible::convert
