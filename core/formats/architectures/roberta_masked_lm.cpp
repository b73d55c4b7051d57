// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"RobertaForMaskedLM", "XLMRobertaForMaskedLM"};
constexpr Weights<4> kHeadParts{
    {{"^lm_head.dense.weight", kBias},
     {"^lm_head.layer_norm.weight", kBias},
     {"^lm_head.bias", kEmbedding},
     {"^lm_head.decoder.weight", kHead | kOptionalBias, "embeddings.word_embeddings.weight"}}};
constexpr auto kPost = join(kOptionalPooler, kHeadParts);
constexpr ModuleSpec kModules[] = {{.prefix = "roberta.",
                                    .layerPrefix = "encoder.layer.{l}.",
                                    .preWeights = kBertEmbeddings,
                                    .layerWeights = kBertLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture roberta_masked_lm_architecture{.id = "roberta_masked_lm",
                                                             .title = "RoBERTa, masked language model",
                                                             .classNames = kClasses,
                                                             .modules = kModules,
                                                             .isEncoder = true};

} // namespace crucible::formats
