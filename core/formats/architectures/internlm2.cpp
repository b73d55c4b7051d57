// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"InternLM2ForCausalLM"};
constexpr Weights<1> kPre{{{"model.tok_embeddings.weight", kEmbedding}}};
constexpr Weights<7> kLayer{{{"attention_norm.weight"},
                             {"ffn_norm.weight"},
                             {"attention.wqkv.weight", kOptionalBias},
                             {"attention.wo.weight", kOptionalBias},
                             {"feed_forward.w1.weight"},
                             {"feed_forward.w2.weight"},
                             {"feed_forward.w3.weight"}}};
constexpr Weights<2> kPost{{{"model.norm.weight"}, {"output.weight", kHead, "model.tok_embeddings.weight"}}};
constexpr ModuleSpec kModules[] = {
    {.layerPrefix = "model.layers.{l}.", .preWeights = kPre, .layerWeights = kLayer, .postWeights = kPost}};
} // namespace

extern constexpr Architecture internlm2_architecture{
    .id = "internlm2", .title = "InternLM 2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
