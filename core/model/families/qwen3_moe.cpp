// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3-MoE: Qwen3 with experts and no shared one.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"qwen3_moe"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.normalizesHeads = true;
    decoder.moe.count = wholeNumber(config, "num_experts");
    decoder.moe.active = wholeNumber(config, "num_experts_per_tok", 8);
    decoder.moe.normalize = flag(config, "norm_topk_prob", false);
    decoder.moe.inLayer = sparseLayers(config);
    decoder.moe.router = "model.layers.{}.mlp.gate";
    decoder.moe.gate = "model.layers.{}.mlp.experts.{}.gate_proj";
    decoder.moe.up = "model.layers.{}.mlp.experts.{}.up_proj";
    decoder.moe.down = "model.layers.{}.mlp.experts.{}.down_proj";
}

} // namespace

extern const DecoderFamily qwen3_moe_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
