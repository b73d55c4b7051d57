// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"GPTJForCausalLM"};
constexpr Weights<1> kPre{{{"transformer.wte.weight", kEmbedding}}};
constexpr Weights<7> kLayer{{{"ln_1.weight", kBias},
                             {"attn.q_proj.weight"},
                             {"attn.k_proj.weight"},
                             {"attn.v_proj.weight"},
                             {"attn.out_proj.weight"},
                             {"mlp.fc_in.weight", kBias},
                             {"mlp.fc_out.weight", kBias}}};
constexpr Weights<2> kPost{
    {{"transformer.ln_f.weight", kBias}, {"lm_head.weight", kHead | kBias, "transformer.wte.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layer|num_hidden_layers",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture gptj_architecture{
    .id = "gptj", .title = "GPT-J", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
