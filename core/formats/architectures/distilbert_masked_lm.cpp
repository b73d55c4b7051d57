// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"DistilBertForMaskedLM"};
constexpr Weights<4> kPost{{{"^vocab_transform.weight", kBias},
                            {"^vocab_layer_norm.weight", kBias},
                            {"^vocab_projector.bias", kEmbedding},
                            {"^vocab_projector.weight", kHead, "embeddings.word_embeddings.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layers|num_hidden_layers",
                                    .prefix = "distilbert.",
                                    .layerPrefix = "transformer.layer.{l}.",
                                    .preWeights = kDistilBertEmbeddings,
                                    .layerWeights = kDistilBertLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture distilbert_masked_lm_architecture{.id = "distilbert_masked_lm",
                                                                .title = "DistilBERT, masked language model",
                                                                .classNames = kClasses,
                                                                .modules = kModules,
                                                                .isEncoder = true};

} // namespace crucible::formats
