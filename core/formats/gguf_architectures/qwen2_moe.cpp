// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2-MoE: small experts, and a shared one.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"qwen2_moe"};
constexpr std::array<GgufName, 4> kShared{{
    {"model.layers.{}.mlp.shared_expert_gate", "blk.{}.ffn_gate_inp_shexp"},
    {"model.layers.{}.mlp.shared_expert.gate_proj", "blk.{}.ffn_gate_shexp"},
    {"model.layers.{}.mlp.shared_expert.up_proj", "blk.{}.ffn_up_shexp"},
    {"model.layers.{}.mlp.shared_expert.down_proj", "blk.{}.ffn_down_shexp"},
}};
constexpr auto kNames = join(join(join(kOuter, kAttention), kNorms), join(kExperts, kShared));
constexpr auto kKeys = join(kRmsKeys, std::array<GgufKey, 4>{{
                                          {"expert_count", "num_experts"},
                                          {"expert_used_count", "num_experts_per_tok"},
                                          {"expert_feed_forward_length", "moe_intermediate_size", GgufKeyKind::Whole, true},
                                          {"expert_shared_feed_forward_length", "shared_expert_intermediate_size", GgufKeyKind::Whole, true},
                                      }});

void complete(const GgufFacts&, OrderedJson& config)
{
    config["norm_topk_prob"] = false; // llama.cpp's way with this family
    config["decoder_sparse_step"] = 1;
}

} // namespace

extern const GgufArchitecture qwen2_moe_gguf{.name = "qwen2moe", .modelTypes = kTypes, .className = "Qwen2MoeForCausalLM", .names = kNames,
                                             .keys = kKeys, .needsHead = true, .complete = &complete};

} // namespace crucible::formats
