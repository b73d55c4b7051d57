// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Qwen2ForCausalLM"};
constexpr ModuleSpec kModules[] = {decoder(kQwen2Layer)};
} // namespace

extern constexpr Architecture qwen2_architecture{
    .id = "qwen2", .title = "Qwen 2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
