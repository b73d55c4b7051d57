// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"DistilBertForSequenceClassification"};
constexpr Weights<2> kPost{{{"^pre_classifier.weight", kBias}, {"^classifier.weight", kBias}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layers|num_hidden_layers",
                                    .prefix = "distilbert.",
                                    .layerPrefix = "transformer.layer.{l}.",
                                    .preWeights = kDistilBertEmbeddings,
                                    .layerWeights = kDistilBertLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture distilbert_sequence_classification_architecture{
    .id = "distilbert_sequence_classification",
    .title = "DistilBERT, sequence classification",
    .classNames = kClasses,
    .modules = kModules,
    .isEncoder = true};

} // namespace crucible::formats
