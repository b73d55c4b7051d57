// SPDX-License-Identifier: GPL-3.0-or-later
// What many families' tables share.
#pragma once

#include "formats/gguf_architecture.h"

#include <array>

namespace crucible::formats::gguf_common {

template<class T, std::size_t A, std::size_t B>
constexpr std::array<T, A + B> join(const std::array<T, A>& a, const std::array<T, B>& b)
{
    std::array<T, A + B> all{};
    for (std::size_t i = 0; i < A; ++i)
        all[i] = a[i];
    for (std::size_t i = 0; i < B; ++i)
        all[A + i] = b[i];
    return all;
}

inline constexpr std::array<GgufKey, 7> kSizes{{
    {"context_length", "max_position_embeddings"},
    {"embedding_length", "hidden_size"},
    {"block_count", "num_hidden_layers"},
    {"feed_forward_length", "intermediate_size", GgufKeyKind::Whole, true},
    {"attention.head_count", "num_attention_heads"},
    {"attention.head_count_kv", "num_key_value_heads", GgufKeyKind::Whole, true},
    {"rope.freq_base", "rope_theta", GgufKeyKind::Real, true},
}};
inline constexpr auto kRmsKeys = join(kSizes, std::array<GgufKey, 1>{{{"attention.layer_norm_rms_epsilon", "rms_norm_eps", GgufKeyKind::Real}}});
inline constexpr auto kLayerNormKeys = join(kSizes, std::array<GgufKey, 1>{{{"attention.layer_norm_epsilon", "layer_norm_eps", GgufKeyKind::Real}}});

inline constexpr std::array<GgufName, 3> kOuter{{
    {"model.embed_tokens", "token_embd"},
    {"model.norm", "output_norm"},
    {"lm_head", "output"},
}};
inline constexpr std::array<GgufName, 4> kAttention{{
    {"model.layers.{}.self_attn.q_proj", "blk.{}.attn_q"},
    {"model.layers.{}.self_attn.k_proj", "blk.{}.attn_k"},
    {"model.layers.{}.self_attn.v_proj", "blk.{}.attn_v"},
    {"model.layers.{}.self_attn.o_proj", "blk.{}.attn_output"},
}};
inline constexpr std::array<GgufName, 4> kPairedAttention{{
    {"model.layers.{}.self_attn.q_proj", "blk.{}.attn_q", GgufForm::PairedQueries},
    {"model.layers.{}.self_attn.k_proj", "blk.{}.attn_k", GgufForm::PairedKeys},
    {"model.layers.{}.self_attn.v_proj", "blk.{}.attn_v"},
    {"model.layers.{}.self_attn.o_proj", "blk.{}.attn_output"},
}};
inline constexpr std::array<GgufName, 2> kHeadNorms{{
    {"model.layers.{}.self_attn.q_norm", "blk.{}.attn_q_norm"},
    {"model.layers.{}.self_attn.k_norm", "blk.{}.attn_k_norm"},
}};
inline constexpr std::array<GgufName, 2> kNorms{{
    {"model.layers.{}.input_layernorm", "blk.{}.attn_norm"},
    {"model.layers.{}.post_attention_layernorm", "blk.{}.ffn_norm"},
}};
inline constexpr std::array<GgufName, 3> kMlp{{
    {"model.layers.{}.mlp.gate_proj", "blk.{}.ffn_gate"},
    {"model.layers.{}.mlp.up_proj", "blk.{}.ffn_up"},
    {"model.layers.{}.mlp.down_proj", "blk.{}.ffn_down"},
}};
inline constexpr std::array<GgufName, 4> kExperts{{
    {"model.layers.{}.mlp.gate", "blk.{}.ffn_gate_inp"},
    {"model.layers.{}.mlp.experts.{}.gate_proj", "blk.{}.ffn_gate_exps"},
    {"model.layers.{}.mlp.experts.{}.up_proj", "blk.{}.ffn_up_exps"},
    {"model.layers.{}.mlp.experts.{}.down_proj", "blk.{}.ffn_down_exps"},
}};

} // namespace crucible::formats::gguf_common
