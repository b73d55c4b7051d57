// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"FalconForCausalLM", "RWForCausalLM"};
// Which norms a layer has depends on the model size: one in 7B, two in 40B, others in the ALiBi models.
constexpr Weights<1> kPre{{{"transformer.word_embeddings.weight", kEmbedding}}};
constexpr Weights<8> kLayer{{{"input_layernorm.weight", kOptional | kBias},
                             {"post_attention_layernorm.weight", kOptional | kBias},
                             {"ln_attn.weight", kOptional | kBias},
                             {"ln_mlp.weight", kOptional | kBias},
                             {"self_attention.query_key_value.weight", kOptionalBias},
                             {"self_attention.dense.weight", kOptionalBias},
                             {"mlp.dense_h_to_4h.weight", kOptionalBias},
                             {"mlp.dense_4h_to_h.weight", kOptionalBias}}};
constexpr Weights<2> kPost{
    {{"transformer.ln_f.weight", kBias}, {"lm_head.weight", kHead, "transformer.word_embeddings.weight"}}};
constexpr ModuleSpec kModules[] = {{.layersKey = "num_hidden_layers|n_layer",
                                    .layerPrefix = "transformer.h.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost}};
} // namespace

extern constexpr Architecture falcon_architecture{
    .id = "falcon", .title = "Falcon", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
