// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"StableLMEpochForCausalLM"};
constexpr auto kLayer = join(kPreNorms<kBias>, kQkvAttention<kOptionalBias>, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer, kNormAndHead<kOptionalBias>)};
} // namespace

extern constexpr Architecture stablelm_architecture{
    .id = "stablelm", .title = "StableLM", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
