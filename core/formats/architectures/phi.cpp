// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"PhiForCausalLM"};
// The weights of Phi-1 and Phi-1.5 in this layout are told by it, too.
constexpr Weights<9> kLayer{{{"input_layernorm.weight", kBias},
                             {"self_attn.q_proj.weight", kBias},
                             {"self_attn.k_proj.weight", kBias},
                             {"self_attn.v_proj.weight", kBias},
                             {"self_attn.dense.weight", kBias},
                             {"self_attn.q_layernorm.weight", kOptional | kBias},
                             {"self_attn.k_layernorm.weight", kOptional | kBias},
                             {"mlp.fc1.weight", kBias},
                             {"mlp.fc2.weight", kBias}}};
constexpr Weights<2> kPost{
    {{"model.final_layernorm.weight", kBias}, {"lm_head.weight", kHead | kBias, "model.embed_tokens.weight"}}};
constexpr ModuleSpec kModules[] = {decoder(kLayer, kPost)};
} // namespace

extern constexpr Architecture phi_architecture{
    .id = "phi", .title = "Phi-2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
