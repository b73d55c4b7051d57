// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Olmo2ForCausalLM", "Olmo3ForCausalLM"};
constexpr auto kLayer = join(kPostNorms, kAttention<kOptionalBias>, kQkNorms<kPlain>, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture olmo2_architecture{
    .id = "olmo2", .title = "OLMo 2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
