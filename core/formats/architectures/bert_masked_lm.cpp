// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"BertForMaskedLM", "BertForPreTraining"};
constexpr Weights<5> kHeadParts{
    {{"^cls.predictions.transform.dense.weight", kBias},
     {"^cls.predictions.transform.LayerNorm.weight", kBias},
     {"^cls.predictions.bias", kEmbedding},
     {"^cls.predictions.decoder.weight", kHead | kOptionalBias, "embeddings.word_embeddings.weight"},
     {"^cls.seq_relationship.weight", kOptional | kBias}}};
constexpr auto kPost = join(kOptionalPooler, kHeadParts);
constexpr ModuleSpec kModules[] = {{.prefix = "bert.",
                                    .layerPrefix = "encoder.layer.{l}.",
                                    .preWeights = kBertEmbeddings,
                                    .layerWeights = kBertLayer,
                                    .postWeights = kPost,
                                    .renames = kTensorFlowNorms}};
} // namespace

extern constexpr Architecture bert_masked_lm_architecture{.id = "bert_masked_lm",
                                                          .title = "BERT, masked language model",
                                                          .classNames = kClasses,
                                                          .modules = kModules,
                                                          .isEncoder = true};

} // namespace crucible::formats
