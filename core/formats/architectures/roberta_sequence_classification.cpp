// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"RobertaForSequenceClassification", "XLMRobertaForSequenceClassification"};
constexpr Weights<2> kClassifier{{{"^classifier.dense.weight", kBias}, {"^classifier.out_proj.weight", kBias}}};
constexpr auto kPost = join(kOptionalPooler, kClassifier);
constexpr ModuleSpec kModules[] = {{.prefix = "roberta.",
                                    .layerPrefix = "encoder.layer.{l}.",
                                    .preWeights = kBertEmbeddings,
                                    .layerWeights = kBertLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture roberta_sequence_classification_architecture{.id = "roberta_sequence_classification",
                                                                           .title = "RoBERTa, sequence classification",
                                                                           .classNames = kClasses,
                                                                           .modules = kModules,
                                                                           .isEncoder = true};

} // namespace crucible::formats
