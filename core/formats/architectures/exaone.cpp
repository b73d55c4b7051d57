// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"ExaoneForCausalLM"};
constexpr Weights<1> kPre{{{"transformer.wte.weight", kEmbedding}}};
constexpr Weights<9> kLayer{{{"ln_1.weight"},
                             {"ln_2.weight"},
                             {"attn.attention.q_proj.weight"},
                             {"attn.attention.k_proj.weight"},
                             {"attn.attention.v_proj.weight"},
                             {"attn.attention.out_proj.weight"},
                             {"mlp.c_fc_0.weight"},
                             {"mlp.c_fc_1.weight"},
                             {"mlp.c_proj.weight"}}};
constexpr Weights<2> kPost{{{"transformer.ln_f.weight"}, {"lm_head.weight", kHead, "transformer.wte.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "num_layers|num_hidden_layers",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture exaone_architecture{
    .id = "exaone", .title = "EXAONE", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
