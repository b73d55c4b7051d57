// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Cohere2ForCausalLM"};
constexpr Weights<1> kNorm{{{"input_layernorm.weight"}}};
constexpr auto kLayer = join(kNorm, kAttention<kOptionalBias>, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture cohere2_architecture{
    .id = "cohere2", .title = "Command R7B", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
