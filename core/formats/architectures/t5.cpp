// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"T5ForConditionalGeneration", "MT5ForConditionalGeneration",
                                         "UMT5ForConditionalGeneration"};
// T5 has one inner projection (wi), its gated successors two (wi_0, wi_1).
constexpr Weights<6> kSelfAttention{{{"layer.0.SelfAttention.q.weight"},
                                     {"layer.0.SelfAttention.k.weight"},
                                     {"layer.0.SelfAttention.v.weight"},
                                     {"layer.0.SelfAttention.o.weight"},
                                     {"layer.0.SelfAttention.relative_attention_bias.weight", kOptional},
                                     {"layer.0.layer_norm.weight"}}};
constexpr Weights<5> kEncoderMlp{{{"layer.1.DenseReluDense.wi.weight", kOptional},
                                  {"layer.1.DenseReluDense.wi_0.weight", kOptional},
                                  {"layer.1.DenseReluDense.wi_1.weight", kOptional},
                                  {"layer.1.DenseReluDense.wo.weight"},
                                  {"layer.1.layer_norm.weight"}}};
constexpr Weights<10> kCrossAndMlp{{{"layer.1.EncDecAttention.q.weight"},
                                    {"layer.1.EncDecAttention.k.weight"},
                                    {"layer.1.EncDecAttention.v.weight"},
                                    {"layer.1.EncDecAttention.o.weight"},
                                    {"layer.1.layer_norm.weight"},
                                    {"layer.2.DenseReluDense.wi.weight", kOptional},
                                    {"layer.2.DenseReluDense.wi_0.weight", kOptional},
                                    {"layer.2.DenseReluDense.wi_1.weight", kOptional},
                                    {"layer.2.DenseReluDense.wo.weight"},
                                    {"layer.2.layer_norm.weight"}}};
constexpr auto kEncoderLayer = join(kSelfAttention, kEncoderMlp);
constexpr auto kDecoderLayer = join(kSelfAttention, kCrossAndMlp);
constexpr Weights<1> kStackPre{{{"embed_tokens.weight", kEmbedding | kOptional, "^shared.weight"}}};
constexpr Weights<1> kStackPost{{{"final_layer_norm.weight"}}};
constexpr Weights<1> kShared{{{"shared.weight", kEmbedding}}};
constexpr Weights<1> kSharedHead{{{"lm_head.weight", kHead, "shared.weight"}}};
constexpr ModuleSpec kModules[] = {
    {.name = "decoder",
     .layersKey = "num_decoder_layers|num_layers",
     .prefix = "decoder.",
     .layerPrefix = "block.{l}.",
     .preWeights = kStackPre,
     .layerWeights = kDecoderLayer,
     .postWeights = kStackPost},
    {.name = "encoder",
     .layersKey = "num_layers|num_hidden_layers",
     .prefix = "encoder.",
     .layerPrefix = "block.{l}.",
     .preWeights = kStackPre,
     .layerWeights = kEncoderLayer,
     .postWeights = kStackPost},
    {.name = "shared", .layersKey = "", .preWeights = kShared, .postWeights = kSharedHead}};
} // namespace

extern constexpr Architecture t5_architecture{.id = "t5", .title = "T5", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
