// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Gemma2ForCausalLM"};
constexpr auto kLayer = join(kSandwichNorms, kAttention<kOptionalBias>, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture gemma2_architecture{
    .id = "gemma2", .title = "Gemma 2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
