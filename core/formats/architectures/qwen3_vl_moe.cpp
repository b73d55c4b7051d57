// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Qwen3VLMoeForConditionalGeneration"};
// Its experts are stored as one tensor per projection.
constexpr Weights<3> kMoe{{{"mlp.gate.weight"}, {"mlp.experts.gate_up_proj"}, {"mlp.experts.down_proj"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kQkNorms<kPlain>, kMoe);
constexpr Weights<1> kTextPre{{{"embed_tokens.weight", kEmbedding}}};
constexpr Weights<2> kTextPost{{{"norm.weight"}, {"^lm_head.weight", kHead, "embed_tokens.weight"}}};
constexpr Weights<3> kMergerParts{{{"norm.weight", kBias}, {"linear_fc1.weight", kBias}, {"linear_fc2.weight", kBias}}};
constexpr Weights<3> kMerger{
    {{"merger.norm.weight", kBias}, {"merger.linear_fc1.weight", kBias}, {"merger.linear_fc2.weight", kBias}}};
constexpr Weights<2> kPatches{{{"patch_embed.proj.weight", kBias}, {"pos_embed.weight"}}};
constexpr Weights<6> kVisionLayer{{{"norm1.weight", kBias},
                                   {"norm2.weight", kBias},
                                   {"attn.qkv.weight", kBias},
                                   {"attn.proj.weight", kBias},
                                   {"mlp.linear_fc1.weight", kBias},
                                   {"mlp.linear_fc2.weight", kBias}}};
constexpr ModuleSpec kModules[] = {{.name = "text_decoder",
                                    .layersKey = "text_config.num_hidden_layers",
                                    .prefix = "model.language_model.",
                                    .layerPrefix = "layers.{l}.",
                                    .preWeights = kTextPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kTextPost},
                                   {.name = "multi_modal_projector",
                                    .layersKey = "vision_config.deepstack_visual_indexes",
                                    .prefix = "model.visual.",
                                    .layerPrefix = "deepstack_merger_list.{l}.",
                                    .preWeights = kMerger,
                                    .layerWeights = kMergerParts},
                                   {.name = "vision_tower",
                                    .layersKey = "vision_config.depth",
                                    .prefix = "model.visual.",
                                    .layerPrefix = "blocks.{l}.",
                                    .preWeights = kPatches,
                                    .layerWeights = kVisionLayer}};
} // namespace

extern constexpr Architecture qwen3_vl_moe_architecture{.id = "qwen3_vl_moe",
                                                        .title = "Qwen 3 VL MoE",
                                                        .classNames = kClasses,
                                                        .modules = kModules,
                                                        .vocabSizeKey = "text_config.vocab_size|vocab_size"};

} // namespace crucible::formats
