// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 3: five layers that slide, with frequencies of their own, for one that sees everything; normalised heads.
#include "model/decoder_config.h"

#include <cmath>

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"gemma3_text"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.headDim = wholeNumber(config, "head_dim", 256);
    decoder.norm = NormKind::RmsPlusOne;
    decoder.embeddingScale = std::sqrt(static_cast<double>(decoder.hidden));
    decoder.rope = readRope(config, decoder.headDim, number(config, "rope_theta", 1000000));
    decoder.activation = activation(config, "hidden_activation", "gelu_pytorch_tanh");
    decoder.normPlace = NormPlace::BeforeAndAfter;
    decoder.attentionPostNorm = "model.layers.{}.post_attention_layernorm";
    decoder.mlpNorm = "model.layers.{}.pre_feedforward_layernorm";
    decoder.mlpPostNorm = "model.layers.{}.post_feedforward_layernorm";
    decoder.attentionScale = 1 / std::sqrt(number(config, "query_pre_attn_scalar", 256));
    decoder.attentionCap = number(config, "attn_logit_softcapping", 0);
    decoder.logitCap = number(config, "final_logit_softcapping", 0);
    decoder.normalizesHeads = true;
    const int period = wholeNumber(config, "_sliding_window_pattern", wholeNumber(config, "sliding_window_pattern", 6));
    std::vector<bool> slides;
    const auto types = config.json().find("layer_types");
    for (int layer = 0; layer < decoder.layers; ++layer) {
        const auto at = static_cast<std::size_t>(layer);
        slides.push_back(types != config.json().end() && types->is_array() && at < types->size()
                             ? (*types)[at] == "sliding_attention"
                             : period > 0 && (layer + 1) % period != 0);
    }
    decoder.localRope.dims = decoder.headDim;
    decoder.localRope.theta = number(config, "rope_local_base_freq", 10000);
    decoder.ropeOf = [slides](const DecoderConfig& all, int layer) -> const Rope& {
        return slides[static_cast<std::size_t>(layer)] ? all.localRope : all.rope;
    };
    if (const int window = wholeNumber(config, "sliding_window", 4096); window > 0)
        decoder.windowOf = [window, slides](int layer) { return slides[static_cast<std::size_t>(layer)] ? window : 0; };
}

} // namespace

extern const DecoderFamily gemma3_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
