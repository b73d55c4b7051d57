// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Qwen2_5_VLForConditionalGeneration"};
constexpr Rename kTextRenames[] = {{"^model.", "model.language_model."}};
constexpr Rename kVisualRenames[] = {{"^visual.", "model.visual."}};
constexpr Weights<3> kMerger{{{"merger.ln_q.weight"}, {"merger.mlp.0.weight", kBias}, {"merger.mlp.2.weight", kBias}}};
constexpr Weights<1> kPatches{{{"patch_embed.proj.weight"}}};
constexpr Weights<7> kVisionLayer{{{"norm1.weight"},
                                   {"norm2.weight"},
                                   {"attn.qkv.weight", kBias},
                                   {"attn.proj.weight", kBias},
                                   {"mlp.gate_proj.weight", kBias},
                                   {"mlp.up_proj.weight", kBias},
                                   {"mlp.down_proj.weight", kBias}}};
constexpr ModuleSpec kModules[] = {{.name = "text_decoder",
                                    .layersKey = "text_config.num_hidden_layers|num_hidden_layers",
                                    .preWeights = kEmbedTokens,
                                    .layerWeights = kQwen2Layer,
                                    .postWeights = kNormAndHead<kPlain>,
                                    .renames = kTextRenames},
                                   {.name = "multi_modal_projector",
                                    .layersKey = "",
                                    .prefix = "visual.",
                                    .preWeights = kMerger,
                                    .renames = kVisualRenames},
                                   {.name = "vision_tower",
                                    .layersKey = "vision_config.depth",
                                    .prefix = "visual.",
                                    .layerPrefix = "blocks.{l}.",
                                    .preWeights = kPatches,
                                    .layerWeights = kVisionLayer,
                                    .renames = kVisualRenames}};
} // namespace

extern constexpr Architecture qwen2_5_vl_architecture{.id = "qwen2_5_vl",
                                                      .title = "Qwen 2.5 VL",
                                                      .classNames = kClasses,
                                                      .modules = kModules,
                                                      .vocabSizeKey = "text_config.vocab_size|vocab_size"};

} // namespace crucible::formats
