// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Glm4ForCausalLM"};
constexpr Weights<4> kOwn{{{"post_self_attn_layernorm.weight"},
                           {"post_mlp_layernorm.weight"},
                           {"mlp.gate_up_proj.weight"},
                           {"mlp.down_proj.weight"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kQkvAttention<kOptionalBias>, kOwn);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture glm4_architecture{
    .id = "glm4", .title = "GLM-4", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
