// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"ChatGLMModel", "ChatGLMForConditionalGeneration"};
constexpr Weights<2> kPre{{{"transformer.embedding.word_embeddings.weight", kEmbedding},
                           {"transformer.rotary_pos_emb.inv_freq", kOptional | kConstant}}};
constexpr Weights<6> kLayer{{{"input_layernorm.weight"},
                             {"post_attention_layernorm.weight"},
                             {"self_attention.query_key_value.weight", kOptionalBias},
                             {"self_attention.dense.weight", kOptionalBias},
                             {"mlp.dense_h_to_4h.weight", kOptionalBias},
                             {"mlp.dense_4h_to_h.weight", kOptionalBias}}};
constexpr Weights<2> kPost{
    {{"transformer.encoder.final_layernorm.weight"},
     {"transformer.output_layer.weight", kHead, "transformer.embedding.word_embeddings.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "num_layers|num_hidden_layers",
                                    .layerPrefix = "transformer.encoder.layers.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture chatglm_architecture{.id = "chatglm",
                                                   .title = "ChatGLM",
                                                   .classNames = kClasses,
                                                   .modules = kModules,
                                                   .vocabSizeKey = "padded_vocab_size|vocab_size"};

} // namespace crucible::formats
