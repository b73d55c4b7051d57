// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Gemma3ForConditionalGeneration"};
constexpr Rename kTextRenames[] = {{"^language_model.model.", "model.language_model."},
                                   {"^language_model.lm_head.", "lm_head."}};
constexpr Rename kProjectorRenames[] = {{"^multi_modal_projector.", "model.multi_modal_projector."}};
constexpr Rename kVisionRenames[] = {{"^vision_tower.", "model.vision_tower."}};
constexpr Weights<2> kProjector{{{"mm_input_projection_weight"}, {"mm_soft_emb_norm.weight"}}};
constexpr Weights<2> kVisionPre{
    {{"embeddings.patch_embedding.weight", kBias}, {"embeddings.position_embedding.weight"}}};
constexpr Weights<8> kVisionLayer{{{"layer_norm1.weight", kBias},
                                   {"layer_norm2.weight", kBias},
                                   {"self_attn.q_proj.weight", kBias},
                                   {"self_attn.k_proj.weight", kBias},
                                   {"self_attn.v_proj.weight", kBias},
                                   {"self_attn.out_proj.weight", kBias},
                                   {"mlp.fc1.weight", kBias},
                                   {"mlp.fc2.weight", kBias}}};
constexpr Weights<1> kVisionPost{{{"post_layernorm.weight", kBias}}};
constexpr ModuleSpec kModules[] = {{.name = "text_decoder",
                                    .layersKey = "text_config.num_hidden_layers",
                                    .prefix = "language_model.",
                                    .preWeights = kEmbedTokens,
                                    .layerWeights = kGemma3Layer,
                                    .postWeights = kNormAndHead<kPlain>,
                                    .renames = kTextRenames},
                                   {.name = "multi_modal_projector",
                                    .layersKey = "",
                                    .prefix = "multi_modal_projector.",
                                    .preWeights = kProjector,
                                    .renames = kProjectorRenames},
                                   {.name = "vision_tower",
                                    .layersKey = "vision_config.num_hidden_layers",
                                    .prefix = "vision_tower.vision_model.",
                                    .layerPrefix = "encoder.layers.{l}.",
                                    .preWeights = kVisionPre,
                                    .layerWeights = kVisionLayer,
                                    .postWeights = kVisionPost,
                                    .renames = kVisionRenames}};
} // namespace

extern constexpr Architecture gemma3vl_architecture{.id = "gemma3vl",
                                                    .title = "Gemma 3 with vision",
                                                    .classNames = kClasses,
                                                    .modules = kModules,
                                                    .vocabSizeKey = "text_config.vocab_size|vocab_size"};

} // namespace crucible::formats
