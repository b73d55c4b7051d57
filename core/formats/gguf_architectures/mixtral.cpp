// SPDX-License-Identifier: GPL-3.0-or-later
// Mixtral: to llama.cpp a Llama with experts.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"mixtral"};
constexpr std::array<GgufName, 4> kMixtralExperts{{
    {"model.layers.{}.block_sparse_moe.gate", "blk.{}.ffn_gate_inp"},
    {"model.layers.{}.block_sparse_moe.experts.{}.w1", "blk.{}.ffn_gate_exps"},
    {"model.layers.{}.block_sparse_moe.experts.{}.w3", "blk.{}.ffn_up_exps"},
    {"model.layers.{}.block_sparse_moe.experts.{}.w2", "blk.{}.ffn_down_exps"},
}};
constexpr auto kNames = join(join(kOuter, kPairedAttention), join(kNorms, kMixtralExperts));
constexpr auto kKeys = join(kRmsKeys, std::array<GgufKey, 3>{{{"expert_count", "num_local_experts"},
                                                             {"expert_used_count", "num_experts_per_tok"},
                                                             {"attention.sliding_window", "sliding_window", GgufKeyKind::Whole, true}}});

bool claims(const GgufFacts& facts)
{
    return facts.whole("expert_count").value_or(0) > 0;
}

} // namespace

extern const GgufArchitecture mixtral_gguf{.name = "llama", .modelTypes = kTypes, .className = "MixtralForCausalLM", .names = kNames,
                                           .keys = kKeys, .claims = &claims};

} // namespace crucible::formats
