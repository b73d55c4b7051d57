// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"BertForSequenceClassification", "BertForMultipleChoice",
                                         "BertForTokenClassification"};
constexpr Weights<1> kClassifier{{{"^classifier.weight", kBias}}};
constexpr auto kPost = join(kOptionalPooler, kClassifier);
constexpr ModuleSpec kModules[] = {{.prefix = "bert.",
                                    .layerPrefix = "encoder.layer.{l}.",
                                    .preWeights = kBertEmbeddings,
                                    .layerWeights = kBertLayer,
                                    .postWeights = kPost,
                                    .renames = kTensorFlowNorms}};
} // namespace

extern constexpr Architecture bert_sequence_classification_architecture{.id = "bert_sequence_classification",
                                                                        .title = "BERT, classification",
                                                                        .classNames = kClasses,
                                                                        .modules = kModules,
                                                                        .isEncoder = true};

} // namespace crucible::formats
