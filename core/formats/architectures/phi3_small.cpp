// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Phi3SmallForCausalLM"};
constexpr Weights<4> kOwn{{{"self_attn.query_key_value.weight", kBias},
                           {"self_attn.dense.weight", kBias},
                           {"mlp.up_proj.weight", kBias},
                           {"mlp.down_proj.weight", kBias}}};
constexpr auto kLayer = join(kPreNorms<kBias>, kOwn);
constexpr Weights<1> kNorm{{{"model.final_layernorm.weight", kBias}}};
constexpr auto kPost = join(kNorm, kLmHead);
constexpr ModuleSpec kModules[] = {decoder(kLayer, kPost)};
} // namespace

extern constexpr Architecture phi3_small_architecture{
    .id = "phi3_small", .title = "Phi-3 small", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
