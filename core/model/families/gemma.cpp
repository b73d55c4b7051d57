// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma: norms multiply by 1 + w, embeddings are scaled, the gate is a GELU.
#include "model/decoder_config.h"

#include <cmath>

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"gemma"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.headDim = wholeNumber(config, "head_dim", 256);
    decoder.norm = NormKind::RmsPlusOne;
    decoder.embeddingScale = std::sqrt(static_cast<double>(decoder.hidden));
    decoder.rope = readRope(config, decoder.headDim, number(config, "rope_theta", 10000));
    decoder.activation = activation(config, "hidden_activation", "gelu_pytorch_tanh");
}

} // namespace

extern const DecoderFamily gemma_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
