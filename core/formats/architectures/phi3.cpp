// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Phi3ForCausalLM"};
constexpr Weights<4> kFused{{{"self_attn.qkv_proj.weight"},
                             {"self_attn.o_proj.weight"},
                             {"mlp.gate_up_proj.weight"},
                             {"mlp.down_proj.weight"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kFused);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture phi3_architecture{
    .id = "phi3", .title = "Phi-3", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
