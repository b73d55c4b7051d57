// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"MambaForCausalLM", "FalconMambaForCausalLM"};
constexpr Weights<1> kPre{{{"backbone.embeddings.weight", kEmbedding}}};
constexpr Weights<8> kLayer{{{"norm.weight"},
                             {"mixer.A_log"},
                             {"mixer.D"},
                             {"mixer.conv1d.weight", kOptionalBias},
                             {"mixer.dt_proj.weight", kBias},
                             {"mixer.in_proj.weight", kOptionalBias},
                             {"mixer.out_proj.weight", kOptionalBias},
                             {"mixer.x_proj.weight"}}};
constexpr Weights<2> kPost{{{"backbone.norm_f.weight"}, {"lm_head.weight", kHead, "backbone.embeddings.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "num_hidden_layers|n_layer",
                                    .layerPrefix = "backbone.layers.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture mamba_architecture{
    .id = "mamba", .title = "Mamba", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
