// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"GPTNeoXForCausalLM"};
constexpr Weights<1> kPre{{{"gpt_neox.embed_in.weight", kEmbedding}}};
constexpr Weights<9> kLayer{{{"input_layernorm.weight", kBias},
                             {"post_attention_layernorm.weight", kBias},
                             {"attention.query_key_value.weight", kOptionalBias},
                             {"attention.dense.weight", kOptionalBias},
                             {"mlp.dense_h_to_4h.weight", kBias},
                             {"mlp.dense_4h_to_h.weight", kBias},
                             {"attention.bias", kOptional | kConstant},
                             {"attention.masked_bias", kOptional | kConstant},
                             {"attention.rotary_emb.inv_freq", kOptional | kConstant}}};
constexpr Weights<2> kPost{
    {{"gpt_neox.final_layer_norm.weight", kBias}, {"embed_out.weight", kHead, "gpt_neox.embed_in.weight"}}};
constexpr ModuleSpec kModules[] = {
    {.layerPrefix = "gpt_neox.layers.{l}.", .preWeights = kPre, .layerWeights = kLayer, .postWeights = kPost}};
} // namespace

extern constexpr Architecture gpt_neox_architecture{
    .id = "gpt_neox", .title = "GPT-NeoX", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
