// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"RobertaForTokenClassification", "XLMRobertaForTokenClassification"};
constexpr Weights<1> kClassifier{{{"^classifier.weight", kBias}}};
constexpr auto kPost = join(kOptionalPooler, kClassifier);
constexpr ModuleSpec kModules[] = {{.prefix = "roberta.",
                                    .layerPrefix = "encoder.layer.{l}.",
                                    .preWeights = kBertEmbeddings,
                                    .layerWeights = kBertLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture roberta_token_classification_architecture{.id = "roberta_token_classification",
                                                                        .title = "RoBERTa, token classification",
                                                                        .classNames = kClasses,
                                                                        .modules = kModules,
                                                                        .isEncoder = true};

} // namespace crucible::formats
