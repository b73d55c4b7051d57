// SPDX-License-Identifier: GPL-3.0-or-later
// StarCoder2.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"starcoder2"};
constexpr std::array<GgufName, 2> kPlainMlp{{
    {"model.layers.{}.mlp.c_fc", "blk.{}.ffn_up"},
    {"model.layers.{}.mlp.c_proj", "blk.{}.ffn_down"},
}};
constexpr auto kNames = join(join(kOuter, kAttention), join(kNorms, kPlainMlp));
constexpr auto kKeys = join(kSizes, std::array<GgufKey, 2>{{
                                        {"attention.layer_norm_epsilon", "norm_epsilon", GgufKeyKind::Real},
                                        {"attention.sliding_window", "sliding_window", GgufKeyKind::Whole, true},
                                    }});

void complete(const GgufFacts& facts, OrderedJson& config)
{
    config["use_bias"] = facts.find("blk.0.attn_q.bias") != nullptr;
}

} // namespace

extern const GgufArchitecture starcoder2_gguf{.name = "starcoder2", .modelTypes = kTypes, .className = "Starcoder2ForCausalLM", .names = kNames,
                                              .keys = kKeys, .complete = &complete};

} // namespace crucible::formats
