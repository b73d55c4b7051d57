// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"GPT2ForSequenceClassification"};
constexpr Weights<2> kPre{{{"transformer.wte.weight", kEmbedding}, {"transformer.wpe.weight"}}};
constexpr Weights<2> kPost{{{"transformer.ln_f.weight", kBias}, {"score.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layer|num_hidden_layers",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kGpt2Layer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture gpt2_sequence_classification_architecture{.id = "gpt2_sequence_classification",
                                                                        .title = "GPT-2, sequence classification",
                                                                        .classNames = kClasses,
                                                                        .modules = kModules};

} // namespace crucible::formats
