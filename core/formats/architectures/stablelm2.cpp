// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"StableLmForCausalLM"};
constexpr auto kLayer = join(kPreNorms<kBias>, kQkvAttention<kOptionalBias>, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer, kNormAndHead<kBias>)};
} // namespace

extern constexpr Architecture stablelm2_architecture{
    .id = "stablelm2", .title = "StableLM 2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
