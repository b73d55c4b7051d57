// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2-MoE: small experts, and a shared one that a sigmoid weighs.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"qwen2_moe"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.moe.count = wholeNumber(config, "num_experts");
    decoder.moe.active = wholeNumber(config, "num_experts_per_tok", 4);
    decoder.moe.normalize = flag(config, "norm_topk_prob", false);
    decoder.moe.inLayer = sparseLayers(config);
    decoder.moe.router = "model.layers.{}.mlp.gate";
    decoder.moe.gate = "model.layers.{}.mlp.experts.{}.gate_proj";
    decoder.moe.up = "model.layers.{}.mlp.experts.{}.up_proj";
    decoder.moe.down = "model.layers.{}.mlp.experts.{}.down_proj";
    decoder.moe.sharedRouter = "model.layers.{}.mlp.shared_expert_gate";
    decoder.moe.sharedGate = "model.layers.{}.mlp.shared_expert.gate_proj";
    decoder.moe.sharedUp = "model.layers.{}.mlp.shared_expert.up_proj";
    decoder.moe.sharedDown = "model.layers.{}.mlp.shared_expert.down_proj";
}

} // namespace

extern const DecoderFamily qwen2_moe_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
