// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"BloomForCausalLM", "BloomModel"};
constexpr Weights<2> kPre{
    {{"transformer.word_embeddings.weight", kEmbedding}, {"transformer.word_embeddings_layernorm.weight", kBias}}};
constexpr Weights<6> kLayer{{{"input_layernorm.weight", kBias},
                             {"post_attention_layernorm.weight", kBias},
                             {"self_attention.query_key_value.weight", kBias},
                             {"self_attention.dense.weight", kBias},
                             {"mlp.dense_h_to_4h.weight", kBias},
                             {"mlp.dense_4h_to_h.weight", kBias}}};
constexpr Weights<2> kPost{
    {{"transformer.ln_f.weight", kBias}, {"lm_head.weight", kHead, "transformer.word_embeddings.weight"}}};
constexpr Rename kRenames[] = {{"^transformer.", ""}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layer|num_hidden_layers",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost,
                                    .renames = kRenames}};
} // namespace

extern constexpr Architecture bloom_architecture{
    .id = "bloom", .title = "BLOOM", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
