// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"GPT2LMHeadModel", "GPT2Model"};
constexpr Weights<2> kPre{{{"transformer.wte.weight", kEmbedding}, {"transformer.wpe.weight"}}};
constexpr Weights<2> kPost{{{"transformer.ln_f.weight", kBias}, {"lm_head.weight", kHead, "transformer.wte.weight"}}};
constexpr Rename kRenames[] = {{"^transformer.", ""}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layer|num_hidden_layers",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kGpt2Layer,
                                    .postWeights = kPost,
                                    .renames = kRenames}};
} // namespace

extern constexpr Architecture gpt2_architecture{
    .id = "gpt2", .title = "GPT-2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
