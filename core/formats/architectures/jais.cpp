// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"JAISLMHeadModel"};
constexpr Weights<1> kGate{{{"mlp.c_fc2.weight", kBias}}};
constexpr auto kLayer = join(kGpt2Layer, kGate);
constexpr Weights<3> kPre{{{"transformer.wte.weight", kEmbedding},
                           {"transformer.wpe.weight", kOptional},
                           {"transformer.relative_pe.slopes", kOptional | kConstant}}};
constexpr Weights<2> kPost{{{"transformer.ln_f.weight", kBias}, {"lm_head.weight", kHead, "transformer.wte.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layer|num_hidden_layers",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture jais_architecture{
    .id = "jais", .title = "Jais", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
