// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"ApertusForCausalLM"};
constexpr Weights<8> kOwn{{{"attention_layernorm.weight"},
                           {"feedforward_layernorm.weight"},
                           {"mlp.up_proj.weight"},
                           {"mlp.down_proj.weight"},
                           {"mlp.act_fn.alpha_n"},
                           {"mlp.act_fn.alpha_p"},
                           {"mlp.act_fn.beta", kOptional | kConstant},
                           {"mlp.act_fn.eps", kOptional | kConstant}}};
constexpr auto kLayer = join(kOwn, kAttention<kOptionalBias>, kQkNorms<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture apertus_architecture{
    .id = "apertus", .title = "Apertus", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
