// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"OPTForCausalLM", "OPTModel"};
constexpr Weights<3> kPre{{{"model.decoder.embed_tokens.weight", kEmbedding},
                           {"model.decoder.embed_positions.weight"},
                           {"model.decoder.project_in.weight", kOptional}}};
constexpr Weights<8> kLayer{{{"self_attn.q_proj.weight", kOptionalBias},
                             {"self_attn.k_proj.weight", kOptionalBias},
                             {"self_attn.v_proj.weight", kOptionalBias},
                             {"self_attn.out_proj.weight", kOptionalBias},
                             {"self_attn_layer_norm.weight", kBias},
                             {"fc1.weight", kOptionalBias},
                             {"fc2.weight", kOptionalBias},
                             {"final_layer_norm.weight", kBias}}};
constexpr Weights<3> kPost{{{"model.decoder.final_layer_norm.weight", kOptional | kBias},
                            {"model.decoder.project_out.weight", kOptional},
                            {"lm_head.weight", kHead, "model.decoder.embed_tokens.weight"}}};
constexpr Rename kRenames[] = {{"^model.", ""}};
constexpr ModuleSpec kModules[] = {{.layerPrefix = "model.decoder.layers.{l}.",
                                    .preWeights = kPre,
                                    .layerWeights = kLayer,
                                    .postWeights = kPost,
                                    .renames = kRenames}};
} // namespace

extern constexpr Architecture opt_architecture{
    .id = "opt", .title = "OPT", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
