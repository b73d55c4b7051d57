// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"LlamaForCausalLM", "LLaMaForCausalLM"};
constexpr ModuleSpec kModules[] = {decoder(kLlamaLayer)};
} // namespace

extern constexpr Architecture llama_architecture{
    .id = "llama", .title = "Llama", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
