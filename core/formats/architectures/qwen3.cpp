// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Qwen3ForCausalLM"};
constexpr ModuleSpec kModules[] = {decoder(kQwen3Layer)};
} // namespace

extern constexpr Architecture qwen3_architecture{
    .id = "qwen3", .title = "Qwen 3", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
