// SPDX-License-Identifier: GPL-3.0-or-later
// What Gemma 2 and 3 share: four norms in a layer, stored with their 1 added, and scores that are scaled by a size of their own.
#pragma once

#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats::gguf_common {

inline constexpr std::array<GgufName, 6> kGemmaNorms{{
    {"model.embed_tokens", "token_embd"},
    {"model.norm", "output_norm", GgufForm::PlusOne},
    {"model.layers.{}.input_layernorm", "blk.{}.attn_norm", GgufForm::PlusOne},
    {"model.layers.{}.post_attention_layernorm", "blk.{}.post_attention_norm", GgufForm::PlusOne},
    {"model.layers.{}.pre_feedforward_layernorm", "blk.{}.ffn_norm", GgufForm::PlusOne},
    {"model.layers.{}.post_feedforward_layernorm", "blk.{}.post_ffw_norm", GgufForm::PlusOne},
}};
inline constexpr auto kGemmaKeys = join(kRmsKeys, std::array<GgufKey, 3>{{
                                                      {"attn_logit_softcapping", "attn_logit_softcapping", GgufKeyKind::Real, true},
                                                      {"final_logit_softcapping", "final_logit_softcapping", GgufKeyKind::Real, true},
                                                      {"attention.sliding_window", "sliding_window", GgufKeyKind::Whole, true},
                                                  }});

// query_pre_attn_scalar: llama.cpp tells the 27B model, where it is another size, by its layers. Files written here say the scale.
inline double gemmaScalar(const GgufFacts& facts, std::int64_t layersOf27B)
{
    const GgufHeads heads = facts.heads();
    if (const auto scale = facts.real("attention.scale"); scale && *scale > 0)
        return 1 / (*scale * *scale);
    return static_cast<double>(facts.size("block_count") == layersOf27B ? facts.size("embedding_length") / heads.heads : heads.headDim);
}

} // namespace crucible::formats::gguf_common
