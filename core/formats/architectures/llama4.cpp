// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Llama4ForConditionalGeneration"};
// A layer has either experts or a plain MLP (interleave_moe_layer_step).
constexpr Weights<9> kMoe{{{"feed_forward.shared_expert.gate_proj.weight", kOptional},
                           {"feed_forward.shared_expert.up_proj.weight", kOptional},
                           {"feed_forward.shared_expert.down_proj.weight", kOptional},
                           {"feed_forward.router.weight", kOptional},
                           {"feed_forward.gate_proj.weight", kOptional},
                           {"feed_forward.up_proj.weight", kOptional},
                           {"feed_forward.down_proj.weight", kOptional},
                           {"feed_forward.experts.gate_up_proj", kOptional},
                           {"feed_forward.experts.down_proj", kOptional}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kMoe);
constexpr Weights<1> kProjector{{{"linear_1.weight"}}};
constexpr Weights<4> kVisionPre{{{"class_embedding"},
                                 {"positional_embedding_vlm"},
                                 {"patch_embedding.linear.weight"},
                                 {"layernorm_pre.weight", kBias}}};
constexpr Weights<2> kVisionMlp{{{"mlp.fc1.weight", kBias}, {"mlp.fc2.weight", kBias}}};
constexpr auto kVisionLayer = join(kPreNorms<kBias>, kAttention<kBias>, kVisionMlp);
constexpr Weights<3> kVisionPost{
    {{"layernorm_post.weight", kBias}, {"vision_adapter.mlp.fc1.weight"}, {"vision_adapter.mlp.fc2.weight"}}};
constexpr ModuleSpec kModules[] = {
    {.name = "text_decoder",
     .layersKey = "text_config.num_hidden_layers",
     .prefix = "language_model.",
     .preWeights = kEmbedTokens,
     .layerWeights = kLayer,
     .postWeights = kNormAndHead<kPlain>},
    {.name = "multi_modal_projector", .layersKey = "", .prefix = "multi_modal_projector.", .preWeights = kProjector},
    {.name = "vision_model",
     .layersKey = "vision_config.num_hidden_layers",
     .prefix = "vision_model.",
     .preWeights = kVisionPre,
     .layerWeights = kVisionLayer,
     .postWeights = kVisionPost}};
} // namespace

extern constexpr Architecture llama4_architecture{.id = "llama4",
                                                  .title = "Llama 4",
                                                  .classNames = kClasses,
                                                  .modules = kModules,
                                                  .vocabSizeKey = "text_config.vocab_size|vocab_size"};

} // namespace crucible::formats
