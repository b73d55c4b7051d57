// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"DeepseekV2ForCausalLM"};
// Queries are of low rank in the large model only. The first layers (first_k_dense_replace) have a plain MLP.
constexpr Weights<8> kLatentAttention{{{"self_attn.q_proj.weight", kOptional},
                                       {"self_attn.q_a_proj.weight", kOptional | kOptionalBias},
                                       {"self_attn.q_a_layernorm.weight", kOptional},
                                       {"self_attn.q_b_proj.weight", kOptional},
                                       {"self_attn.kv_a_proj_with_mqa.weight", kOptionalBias},
                                       {"self_attn.kv_a_layernorm.weight"},
                                       {"self_attn.kv_b_proj.weight"},
                                       {"self_attn.o_proj.weight", kOptionalBias}}};
constexpr Weights<1> kRouter{{{"mlp.gate.weight", kOptional}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kLatentAttention, kGatedMlp<kOptional>, kRouter, kExperts<kOptional>,
                             kSharedExperts<kOptional>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture deepseek_v2_architecture{.id = "deepseek_v2",
                                                       .title = "DeepSeek V2",
                                                       .classNames = kClasses,
                                                       .modules = kModules,
                                                       .expertsKey = "n_routed_experts"};

} // namespace crucible::formats
