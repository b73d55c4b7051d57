// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Qwen2MoeForCausalLM"};
constexpr Weights<5> kShared{{{"mlp.gate.weight"},
                              {"mlp.shared_expert.gate_proj.weight"},
                              {"mlp.shared_expert.up_proj.weight"},
                              {"mlp.shared_expert.down_proj.weight"},
                              {"mlp.shared_expert_gate.weight"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kQkvAttention<kOptionalBias>, kShared, kExperts<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture qwen2_moe_architecture{
    .id = "qwen2_moe", .title = "Qwen 2 MoE", .classNames = kClasses, .modules = kModules, .expertsKey = "num_experts"};

} // namespace crucible::formats
