// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Starcoder2ForCausalLM"};
constexpr Weights<2> kMlp{{{"mlp.c_fc.weight", kOptionalBias}, {"mlp.c_proj.weight", kOptionalBias}}};
constexpr auto kLayer = join(kPreNorms<kBias>, kAttention<kOptionalBias>, kMlp);
constexpr ModuleSpec kModules[] = {decoder(kLayer, kNormAndHead<kBias>)};
} // namespace

extern constexpr Architecture starcoder2_architecture{
    .id = "starcoder2", .title = "StarCoder 2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
