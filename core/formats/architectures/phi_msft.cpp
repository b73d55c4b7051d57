// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"PhiForCausalLM"};
constexpr Weights<1> kPre{{{"transformer.embd.wte.weight", kEmbedding}}};
constexpr Weights<5> kLayer{{{"ln.weight", kBias},
                             {"mixer.Wqkv.weight", kBias},
                             {"mixer.out_proj.weight", kBias},
                             {"mlp.fc1.weight", kBias},
                             {"mlp.fc2.weight", kBias}}};
constexpr Weights<2> kPost{
    {{"lm_head.ln.weight", kBias}, {"lm_head.linear.weight", kHead | kBias, "transformer.embd.wte.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layer|num_hidden_layers",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture phi_msft_architecture{
    .id = "phi_msft", .title = "Phi-2, first release", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
