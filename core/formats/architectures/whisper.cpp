// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"WhisperForConditionalGeneration"};
constexpr Weights<8> kCommon{{{"self_attn.q_proj.weight", kBias},
                              {"self_attn.k_proj.weight"},
                              {"self_attn.v_proj.weight", kBias},
                              {"self_attn.out_proj.weight", kBias},
                              {"self_attn_layer_norm.weight", kBias},
                              {"fc1.weight", kBias},
                              {"fc2.weight", kBias},
                              {"final_layer_norm.weight", kBias}}};
constexpr Weights<5> kCross{{{"encoder_attn.q_proj.weight", kBias},
                             {"encoder_attn.k_proj.weight"},
                             {"encoder_attn.v_proj.weight", kBias},
                             {"encoder_attn.out_proj.weight", kBias},
                             {"encoder_attn_layer_norm.weight", kBias}}};
constexpr auto kDecoderLayer = join(kCommon, kCross);
constexpr Weights<2> kDecoderPre{{{"embed_tokens.weight", kEmbedding}, {"embed_positions.weight"}}};
constexpr Weights<2> kDecoderPost{{{"layer_norm.weight", kBias}, {"^proj_out.weight", kHead, "embed_tokens.weight"}}};
constexpr Weights<3> kEncoderPre{{{"conv1.weight", kBias}, {"conv2.weight", kBias}, {"embed_positions.weight"}}};
constexpr Weights<1> kEncoderPost{{{"layer_norm.weight", kBias}}};
constexpr ModuleSpec kModules[] = {{.name = "decoder",
                                    .layersKey = "decoder_layers",
                                    .prefix = "model.decoder.",
                                    .layerPrefix = "layers.{l}.",
                                    .preWeights = kDecoderPre,
                                    .layerWeights = kDecoderLayer,
                                    .postWeights = kDecoderPost},
                                   {.name = "encoder",
                                    .layersKey = "encoder_layers",
                                    .prefix = "model.encoder.",
                                    .layerPrefix = "layers.{l}.",
                                    .preWeights = kEncoderPre,
                                    .layerWeights = kCommon,
                                    .postWeights = kEncoderPost}};
} // namespace

extern constexpr Architecture whisper_architecture{
    .id = "whisper", .title = "Whisper", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
