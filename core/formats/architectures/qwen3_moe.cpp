// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Qwen3MoeForCausalLM"};
constexpr Weights<1> kRouter{{{"mlp.gate.weight"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kQkNorms<kPlain>, kRouter, kExperts<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture qwen3_moe_architecture{
    .id = "qwen3_moe", .title = "Qwen 3 MoE", .classNames = kClasses, .modules = kModules, .expertsKey = "num_experts"};

} // namespace crucible::formats
