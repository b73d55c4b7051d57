// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"GemmaForCausalLM"};
constexpr ModuleSpec kModules[] = {decoder(kLlamaLayer)};
} // namespace

extern constexpr Architecture gemma_architecture{
    .id = "gemma", .title = "Gemma", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
