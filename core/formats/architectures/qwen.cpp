// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"QWenLMHeadModel"};
constexpr Weights<1> kPre{{{"transformer.wte.weight", kEmbedding}}};
constexpr Weights<7> kLayer{{{"ln_1.weight"},
                             {"ln_2.weight"},
                             {"attn.c_attn.weight", kBias},
                             {"attn.c_proj.weight"},
                             {"mlp.w1.weight"},
                             {"mlp.w2.weight"},
                             {"mlp.c_proj.weight"}}};
constexpr Weights<2> kPost{{{"transformer.ln_f.weight"}, {"lm_head.weight", kHead, "transformer.wte.weight"}}};
constexpr ModuleSpec kModules[] = {
    {.layerPrefix = "transformer.h.{l}.", .preWeights = kPre, .layerWeights = kLayer, .postWeights = kPost}};
} // namespace

extern constexpr Architecture qwen_architecture{
    .id = "qwen", .title = "Qwen", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
