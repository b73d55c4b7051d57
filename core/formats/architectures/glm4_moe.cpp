// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Glm4MoeForCausalLM"};
// The first layers (first_k_dense_replace) have a plain MLP, the others experts.
constexpr Weights<2> kRouter{{{"mlp.gate.weight", kOptional}, {"mlp.gate.e_score_correction_bias", kOptional}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kQkvAttention<kOptionalBias>, kQkNorms<kOptional>, kGatedMlp<kOptional>,
                             kRouter, kExperts<kOptional>, kSharedExperts<kOptional>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture glm4_moe_architecture{.id = "glm4_moe",
                                                    .title = "GLM-4 MoE",
                                                    .classNames = kClasses,
                                                    .modules = kModules,
                                                    .expertsKey = "n_routed_experts"};

} // namespace crucible::formats
