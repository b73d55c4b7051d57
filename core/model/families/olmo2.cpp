// SPDX-License-Identifier: GPL-3.0-or-later
// OLMo 2: norms stand after attention and MLP, queries and keys are normalised over all heads at once.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"olmo2"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.normPlace = NormPlace::After;
    decoder.attentionNorm.clear();
    decoder.attentionPostNorm = "model.layers.{}.post_attention_layernorm";
    decoder.mlpNorm.clear();
    decoder.mlpPostNorm = "model.layers.{}.post_feedforward_layernorm";
    decoder.normalizesQk = true;
}

} // namespace

extern const DecoderFamily olmo2_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
