// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"DeepseekV3ForCausalLM"};
// The first layers (first_k_dense_replace) have a plain MLP. The layer behind the last one, which predicts a second
// token, is not part of the model that is merged.
constexpr Weights<8> kLatentAttention{{{"self_attn.q_proj.weight", kOptional},
                                       {"self_attn.q_a_proj.weight", kOptional | kOptionalBias},
                                       {"self_attn.q_a_layernorm.weight", kOptional},
                                       {"self_attn.q_b_proj.weight", kOptional},
                                       {"self_attn.kv_a_proj_with_mqa.weight", kOptionalBias},
                                       {"self_attn.kv_a_layernorm.weight"},
                                       {"self_attn.kv_b_proj.weight"},
                                       {"self_attn.o_proj.weight", kOptionalBias}}};
constexpr Weights<2> kRouter{{{"mlp.gate.weight", kOptional}, {"mlp.gate.e_score_correction_bias", kOptional}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kLatentAttention, kGatedMlp<kOptional>, kRouter, kExperts<kOptional>,
                             kSharedExperts<kOptional>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture deepseek_v3_architecture{.id = "deepseek_v3",
                                                       .title = "DeepSeek V3",
                                                       .classNames = kClasses,
                                                       .modules = kModules,
                                                       .expertsKey = "n_routed_experts"};

} // namespace crucible::formats
