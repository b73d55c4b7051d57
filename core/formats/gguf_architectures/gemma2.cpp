// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 2.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"gemma2"};
constexpr std::array<GgufName, 6> kNormed{{
    {"model.embed_tokens", "token_embd"},
    {"model.norm", "output_norm", GgufForm::PlusOne},
    {"model.layers.{}.input_layernorm", "blk.{}.attn_norm", GgufForm::PlusOne},
    {"model.layers.{}.post_attention_layernorm", "blk.{}.post_attention_norm", GgufForm::PlusOne},
    {"model.layers.{}.pre_feedforward_layernorm", "blk.{}.ffn_norm", GgufForm::PlusOne},
    {"model.layers.{}.post_feedforward_layernorm", "blk.{}.post_ffw_norm", GgufForm::PlusOne},
}};
constexpr auto kNames = join(join(kNormed, kAttention), kMlp);
constexpr auto kKeys = join(kRmsKeys, std::array<GgufKey, 3>{{
                                          {"attn_logit_softcapping", "attn_logit_softcapping", GgufKeyKind::Real, true},
                                          {"final_logit_softcapping", "final_logit_softcapping", GgufKeyKind::Real, true},
                                          {"attention.sliding_window", "sliding_window", GgufKeyKind::Whole, true},
                                      }});

void complete(const GgufFacts& facts, OrderedJson& config)
{
    // llama.cpp tells the 27B model, whose scores are scaled by another size, by its layers. Files written here say the scale.
    constexpr std::int64_t kLayersOf27B = 46;
    double scalar = static_cast<double>(facts.heads().headDim);
    if (facts.size("block_count") == kLayersOf27B)
        scalar = static_cast<double>(facts.size("embedding_length") / facts.heads().heads);
    if (const auto scale = facts.real("attention.scale"); scale && *scale > 0)
        scalar = 1 / (*scale * *scale);
    config["query_pre_attn_scalar"] = scalar;
}

} // namespace

extern const GgufArchitecture gemma2_gguf{.name = "gemma2", .modelTypes = kTypes, .className = "Gemma2ForCausalLM", .names = kNames,
                                          .keys = kKeys, .complete = &complete};

} // namespace crucible::formats
