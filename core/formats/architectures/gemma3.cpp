// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Gemma3ForCausalLM"};
constexpr ModuleSpec kModules[] = {decoder(kGemma3Layer)};
} // namespace

extern constexpr Architecture gemma3_architecture{
    .id = "gemma3", .title = "Gemma 3", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
