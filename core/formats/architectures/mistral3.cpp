// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Mistral3ForConditionalGeneration"};
constexpr Rename kTextRenames[] = {{"^language_model.model.", "model.language_model."},
                                   {"^language_model.lm_head.", "lm_head."}};
constexpr Rename kProjectorRenames[] = {{"^multi_modal_projector.", "model.multi_modal_projector."}};
constexpr Rename kVisionRenames[] = {{"^vision_tower.", "model.vision_tower."}};
constexpr Weights<4> kProjector{{{"norm.weight"},
                                 {"patch_merger.merging_layer.weight"},
                                 {"linear_1.weight", kOptionalBias},
                                 {"linear_2.weight", kOptionalBias}}};
constexpr Weights<2> kVisionPre{{{"patch_conv.weight"}, {"ln_pre.weight"}}};
constexpr Weights<9> kVisionLayer{{{"attention_norm.weight"},
                                   {"ffn_norm.weight"},
                                   {"attention.q_proj.weight"},
                                   {"attention.k_proj.weight"},
                                   {"attention.v_proj.weight"},
                                   {"attention.o_proj.weight"},
                                   {"feed_forward.gate_proj.weight"},
                                   {"feed_forward.up_proj.weight"},
                                   {"feed_forward.down_proj.weight"}}};
constexpr ModuleSpec kModules[] = {{.name = "text_decoder",
                                    .layersKey = "text_config.num_hidden_layers",
                                    .prefix = "language_model.",
                                    .preWeights = kEmbedTokens,
                                    .layerWeights = kLlamaLayer,
                                    .postWeights = kNormAndHead<kPlain>,
                                    .renames = kTextRenames},
                                   {.name = "multi_modal_projector",
                                    .layersKey = "",
                                    .prefix = "multi_modal_projector.",
                                    .preWeights = kProjector,
                                    .renames = kProjectorRenames},
                                   {.name = "vision_tower",
                                    .layersKey = "vision_config.num_hidden_layers",
                                    .prefix = "vision_tower.",
                                    .layerPrefix = "transformer.layers.{l}.",
                                    .preWeights = kVisionPre,
                                    .layerWeights = kVisionLayer,
                                    .renames = kVisionRenames}};
} // namespace

extern constexpr Architecture mistral3_architecture{.id = "mistral3",
                                                    .title = "Mistral 3 with vision",
                                                    .classNames = kClasses,
                                                    .modules = kModules,
                                                    .vocabSizeKey = "text_config.vocab_size|vocab_size"};

} // namespace crucible::formats
