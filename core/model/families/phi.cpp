// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-1 and Phi-2: attention and MLP in parallel after one norm, part of every head turned.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"phi"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_eps", 1e-5);
    decoder.rope = readRope(config, decoder.headDim, number(config, "rope_theta", 10000));
    decoder.activation = activation(config, "hidden_act", "gelu_new");
    decoder.parallel = true;
    decoder.gated = false;
    decoder.normalizesHeads = flag(config, "qk_layernorm", false);
    decoder.queryNorm = "model.layers.{}.self_attn.q_layernorm";
    decoder.keyNorm = "model.layers.{}.self_attn.k_layernorm";
    decoder.finalNormName = "model.final_layernorm";
    decoder.mlpNorm.clear();
    decoder.output = "model.layers.{}.self_attn.dense";
    decoder.up = "model.layers.{}.mlp.fc1";
    decoder.down = "model.layers.{}.mlp.fc2";
}

} // namespace

extern const DecoderFamily phi_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
