// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"CohereForCausalLM"};
constexpr Weights<1> kNorm{{{"input_layernorm.weight"}}};
constexpr auto kLayer = join(kNorm, kAttention<kOptionalBias>, kQkNorms<kOptional>, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture cohere_architecture{
    .id = "cohere", .title = "Command R", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
