// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"Lfm2ForCausalLM"};
// A layer has either attention or a short convolution (layer_types). embedding_norm is the final norm.
constexpr Weights<14> kLayer{{{"operator_norm.weight"},
                              {"ffn_norm.weight"},
                              {"feed_forward.w1.weight"},
                              {"feed_forward.w2.weight"},
                              {"feed_forward.w3.weight"},
                              {"conv.conv.weight", kOptional | kOptionalBias},
                              {"conv.in_proj.weight", kOptional | kOptionalBias},
                              {"conv.out_proj.weight", kOptional | kOptionalBias},
                              {"self_attn.q_proj.weight", kOptional},
                              {"self_attn.k_proj.weight", kOptional},
                              {"self_attn.v_proj.weight", kOptional},
                              {"self_attn.out_proj.weight", kOptional},
                              {"self_attn.q_layernorm.weight", kOptional},
                              {"self_attn.k_layernorm.weight", kOptional}}};
constexpr Weights<1> kNorm{{{"model.embedding_norm.weight"}}};
constexpr auto kPost = join(kNorm, kLmHead);
constexpr ModuleSpec kModules[] = {decoder(kLayer, kPost)};
} // namespace

extern constexpr Architecture lfm2_architecture{
    .id = "lfm2", .title = "LFM2", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
