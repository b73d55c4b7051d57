// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 2: four norms per layer, capped scores, every other layer slides, the first one does.
#include "model/decoder_config.h"

#include <cmath>

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"gemma2"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.headDim = wholeNumber(config, "head_dim", 256);
    decoder.norm = NormKind::RmsPlusOne;
    decoder.embeddingScale = std::sqrt(static_cast<double>(decoder.hidden));
    decoder.rope = readRope(config, decoder.headDim, number(config, "rope_theta", 10000));
    decoder.activation = activation(config, "hidden_activation", "gelu_pytorch_tanh");
    decoder.normPlace = NormPlace::BeforeAndAfter;
    decoder.attentionPostNorm = "model.layers.{}.post_attention_layernorm";
    decoder.mlpNorm = "model.layers.{}.pre_feedforward_layernorm";
    decoder.mlpPostNorm = "model.layers.{}.post_feedforward_layernorm";
    decoder.attentionScale = 1 / std::sqrt(number(config, "query_pre_attn_scalar", 256));
    decoder.attentionCap = number(config, "attn_logit_softcapping", 0);
    decoder.logitCap = number(config, "final_logit_softcapping", 0);
    if (const int window = wholeNumber(config, "sliding_window", 4096); window > 0)
        decoder.windowOf = [window](int layer) { return layer % 2 == 0 ? window : 0; };
}

} // namespace

extern const DecoderFamily gemma2_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
