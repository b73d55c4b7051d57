// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3-MoE.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"qwen3_moe"};
constexpr auto kNames = join(join(join(kOuter, kAttention), kHeadNorms), join(kNorms, kExperts));
constexpr auto kKeys = join(kRmsKeys, std::array<GgufKey, 3>{{
                                          {"expert_count", "num_experts"},
                                          {"expert_used_count", "num_experts_per_tok"},
                                          {"expert_feed_forward_length", "moe_intermediate_size", GgufKeyKind::Whole, true},
                                      }});

void complete(const GgufFacts&, OrderedJson& config)
{
    config["norm_topk_prob"] = true; // llama.cpp's way with this family
    config["decoder_sparse_step"] = 1;
}

} // namespace

extern const GgufArchitecture qwen3_moe_gguf{.name = "qwen3moe", .modelTypes = kTypes, .className = "Qwen3MoeForCausalLM", .names = kNames,
                                             .keys = kKeys, .complete = &complete};

} // namespace crucible::formats
