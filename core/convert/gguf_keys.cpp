// SPDX-License-Identifier: GPL-3.0-or-later
#include "convert/parts.h"

#include "base/units.h"
#include "model/rope.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace crucible::convert {
namespace {

using model::DecoderConfig;

std::uint32_t u32(std::int64_t value)
{
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
}

PlannedTensor factors(const char* name, const std::vector<double>& values)
{
    PlannedTensor tensor;
    tensor.info = {name, DType::F32, {static_cast<std::int64_t>(values.size())}, values.size() * sizeof(float)};
    tensor.values.assign(values.begin(), values.end());
    return tensor;
}

// What each pair's frequency is divided by.
std::vector<double> divisors(model::Rope rope)
{
    const std::vector<double> scaled = ropeFrequencies(rope, 1);
    rope.scaling = model::RopeScaling::None;
    std::vector<double> result = ropeFrequencies(rope, 1);
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] /= scaled[i];
    return result;
}

void writeRope(const DecoderConfig& decoder, const formats::ModelConfig& config, formats::GgufHeader& header, std::vector<PlannedTensor>& tensors,
               Problems& problems)
{
    using model::RopeScaling;
    const model::Rope& rope = decoder.rope;
    header.setWhole("rope.dimension_count", u32(rope.dims));
    header.setReal("rope.freq_base", rope.theta);
    const auto originalLength = [&] { header.setWhole("rope.scaling.original_context_length", u32(std::llround(rope.originalPositions))); };
    switch (rope.scaling) {
    case RopeScaling::None:
        return;
    case RopeScaling::Dynamic:
        problems.warning("rope_scaling", "GGUF has no dynamic scaling of positions: beyond the length that the model was trained with it will differ",
                         "texts of up to that length are not concerned");
        return;
    case RopeScaling::Linear:
        header.setText("rope.scaling.type", "linear");
        header.setReal("rope.scaling.factor", rope.factor);
        return;
    case RopeScaling::Yarn: {
        double factor = rope.factor;
        for (const char* place : {"rope_scaling", "rope_parameters"}) {
            const auto scaling = config.json().find(place);
            if (scaling != config.json().end() && scaling->is_object() && scaling->contains("factor") && (*scaling)["factor"].is_number())
                factor = (*scaling)["factor"].get<double>();
        }
        if (std::abs(factor - rope.factor) > 1e-6 * factor)
            problems.warning("rope_scaling", fmt::format("the factor {} is written; Hugging Face's code computes {} from the two lengths", formatNumber(factor),
                                                         formatNumber(rope.factor)));
        header.setText("rope.scaling.type", "yarn");
        header.setReal("rope.scaling.factor", factor);
        originalLength();
        const double usual = rope.factor <= 1 ? 1 : 0.1 * std::log(rope.factor) + 1;
        if (std::abs(rope.amplitude - usual) > 1e-6)
            header.setReal("rope.scaling.attn_factor", rope.amplitude / usual);
        return;
    }
    case RopeScaling::Llama3:
        originalLength();
        tensors.push_back(factors("rope_freqs.weight", divisors(rope)));
        return;
    case RopeScaling::LongRope:
        if (rope.longFactors == rope.shortFactors && rope.amplitude == 1) {
            tensors.push_back(factors("rope_freqs.weight", rope.longFactors));
            return;
        }
        header.setText("rope.scaling.type", "longrope");
        header.setReal("rope.scaling.attn_factor", rope.amplitude);
        originalLength();
        tensors.push_back(factors("rope_factors_long.weight", rope.longFactors));
        tensors.push_back(factors("rope_factors_short.weight", rope.shortFactors));
        return;
    }
}

// The window of the layers that have one, 0 when none has.
int windowOf(const DecoderConfig& decoder)
{
    int window = 0;
    for (int layer = 0; decoder.windowOf && layer < decoder.layers; ++layer)
        window = std::max(window, decoder.windowOf(layer));
    return window;
}

// Every so manieth layer sees everything, the others slide; 0 when it is not so. Gemma 3's own where nothing speaks against it.
int periodOf(const DecoderConfig& decoder)
{
    constexpr int kUsual = 6;
    const auto fits = [&](int period) {
        for (int layer = 0; layer < decoder.layers; ++layer) {
            if ((&decoder.ropeOf(decoder, layer) == &decoder.localRope) != ((layer + 1) % period != 0))
                return false;
        }
        return true;
    };
    if (fits(kUsual))
        return kUsual;
    for (int period = 1; period <= decoder.layers + 1; ++period) {
        if (fits(period))
            return period;
    }
    return 0;
}

} // namespace

void writeGgufKeys(const DecoderConfig& decoder, const formats::GgufArchitecture& architecture, const formats::ModelConfig& config,
                   const WidthsOfModel& widths, formats::GgufHeader& header, std::vector<PlannedTensor>& tensors, Problems& problems)
{
    const auto knows = [&](std::string_view key) {
        return std::ranges::any_of(architecture.keys, [key](const formats::GgufKey& known) { return known.key == key; });
    };
    header.setWhole("context_length", u32(decoder.maxPositions));
    header.setWhole("embedding_length", u32(decoder.hidden));
    header.setWhole("block_count", u32(decoder.layers));
    header.setWhole("feed_forward_length", u32(widths.feedForward));
    header.setWhole("attention.head_count", u32(decoder.heads));
    header.setWhole("attention.head_count_kv", u32(decoder.keyHeads));
    if (decoder.headDim * decoder.heads != decoder.hidden || config.integer("head_dim")) {
        header.setWhole("attention.key_length", u32(decoder.headDim));
        header.setWhole("attention.value_length", u32(decoder.headDim));
    }
    header.setReal(decoder.norm == model::NormKind::Layer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", decoder.normEpsilon);
    if (decoder.rope.style != model::RopeStyle::None)
        writeRope(decoder, config, header, tensors, problems);
    if (decoder.ropeOf)
        header.setReal("rope.freq_base_swa", decoder.localRope.theta);
    header.setWhole("vocab_size", u32(widths.vocabulary));
    if (decoder.experts()) {
        header.setWhole("expert_count", u32(decoder.moe.count));
        header.setWhole("expert_used_count", u32(decoder.moe.active));
        if (knows("expert_feed_forward_length"))
            header.setWhole("expert_feed_forward_length", u32(widths.expertFeedForward));
        if (widths.sharedFeedForward > 0)
            header.setWhole("expert_shared_feed_forward_length", u32(widths.sharedFeedForward));
    }
    if (decoder.attentionCap > 0)
        header.setReal("attn_logit_softcapping", decoder.attentionCap);
    if (decoder.logitCap > 0)
        header.setReal("final_logit_softcapping", decoder.logitCap);
    if (decoder.attentionScale > 0)
        header.setReal("attention.scale", decoder.attentionScale);
    if (decoder.logitScale != 1)
        header.setReal("logit_scale", decoder.logitScale);
    if (const int window = windowOf(decoder); window > 0 || architecture.name == "phi3") // where 0 has a meaning
        header.setWhole("attention.sliding_window", u32(window));
    if (const int window = windowOf(decoder); window > 0 && architecture.name == "llama")
        problems.warning("sliding_window", fmt::format("llama.cpp has no sliding window for this architecture: there, texts of more than {} tokens come out differently",
                                                       window),
                         "here the window is kept");
    if (const int period = decoder.ropeOf ? periodOf(decoder) : 0; period > 0)
        header.setWhole("attention.sliding_window_pattern", u32(period));
    if (architecture.name == "gptneox" || architecture.name == "stablelm")
        header.setFlag("use_parallel_residual", decoder.parallel);
    if (architecture.name == "falcon")
        header.setText("tensor_data_layout", "jploski"); // all queries, all keys, all values
}

} // namespace crucible::convert
