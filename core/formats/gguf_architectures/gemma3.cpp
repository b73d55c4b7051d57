// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 3, the part of it that writes.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"gemma3_text"};
constexpr std::array<GgufName, 8> kNormed{{
    {"model.embed_tokens", "token_embd"},
    {"model.norm", "output_norm", GgufForm::PlusOne},
    {"model.layers.{}.input_layernorm", "blk.{}.attn_norm", GgufForm::PlusOne},
    {"model.layers.{}.self_attn.q_norm", "blk.{}.attn_q_norm", GgufForm::PlusOne},
    {"model.layers.{}.self_attn.k_norm", "blk.{}.attn_k_norm", GgufForm::PlusOne},
    {"model.layers.{}.post_attention_layernorm", "blk.{}.post_attention_norm", GgufForm::PlusOne},
    {"model.layers.{}.pre_feedforward_layernorm", "blk.{}.ffn_norm", GgufForm::PlusOne},
    {"model.layers.{}.post_feedforward_layernorm", "blk.{}.post_ffw_norm", GgufForm::PlusOne},
}};
constexpr auto kNames = join(join(kNormed, kAttention), kMlp);
constexpr auto kKeys = join(kRmsKeys, std::array<GgufKey, 4>{{
                                          {"attn_logit_softcapping", "attn_logit_softcapping", GgufKeyKind::Real, true},
                                          {"final_logit_softcapping", "final_logit_softcapping", GgufKeyKind::Real, true},
                                          {"attention.sliding_window", "sliding_window", GgufKeyKind::Whole, true},
                                          {"rope.freq_base_swa", "rope_local_base_freq", GgufKeyKind::Real, true},
                                      }});

void complete(const GgufFacts& facts, OrderedJson& config)
{
    constexpr double kTheta = 1000000;
    constexpr std::int64_t kLayersOf27B = 62;
    constexpr std::int64_t kPeriod = 6;
    if (!facts.real("rope.freq_base"))
        config["rope_theta"] = kTheta;
    double scalar = static_cast<double>(facts.heads().headDim);
    if (facts.size("block_count") == kLayersOf27B)
        scalar = static_cast<double>(facts.size("embedding_length") / facts.heads().heads);
    if (const auto scale = facts.real("attention.scale"); scale && *scale > 0)
        scalar = 1 / (*scale * *scale);
    config["query_pre_attn_scalar"] = scalar;
    config["_sliding_window_pattern"] = facts.whole("attention.sliding_window_pattern").value_or(kPeriod);
}

} // namespace

extern const GgufArchitecture gemma3_gguf{.name = "gemma3", .modelTypes = kTypes, .className = "Gemma3ForCausalLM", .names = kNames,
                                          .keys = kKeys, .complete = &complete};

} // namespace crucible::formats
