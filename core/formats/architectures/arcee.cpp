// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"ArceeForCausalLM"};
constexpr Weights<2> kMlp{{{"mlp.up_proj.weight", kOptionalBias}, {"mlp.down_proj.weight", kOptionalBias}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kMlp);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture arcee_architecture{
    .id = "arcee", .title = "Arcee", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
