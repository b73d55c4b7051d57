// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"GlmForCausalLM"};
constexpr Weights<2> kMlp{{{"mlp.gate_up_proj.weight"}, {"mlp.down_proj.weight"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kQkvAttention<kOptionalBias>, kMlp);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture glm_architecture{
    .id = "glm", .title = "GLM", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
