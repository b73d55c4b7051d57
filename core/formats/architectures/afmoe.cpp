// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"AfmoeForCausalLM"};
constexpr Weights<5> kOwn{{{"pre_mlp_layernorm.weight"},
                           {"post_mlp_layernorm.weight"},
                           {"self_attn.gate_proj.weight"},
                           {"mlp.expert_bias", kOptional},
                           {"mlp.router.gate.weight", kOptional}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kAttention<kPlain>, kQkNorms<kPlain>, kOwn, kGatedMlp<kOptional>,
                             kExperts<kOptional>, kSharedExperts<kOptional>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture afmoe_architecture{
    .id = "afmoe", .title = "AFM MoE", .classNames = kClasses, .modules = kModules, .expertsKey = "num_experts"};

} // namespace crucible::formats
