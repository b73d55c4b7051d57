// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"MistralForCausalLM"};
constexpr ModuleSpec kModules[] = {decoder(kLlamaLayer)};
} // namespace

extern constexpr Architecture mistral_architecture{
    .id = "mistral", .title = "Mistral", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
