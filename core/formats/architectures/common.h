// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces that many families share. A family's file puts them together; names follow the checkpoints that the families'
// authors publish in the Hugging Face layout.
#pragma once

#include "formats/architecture_table.h"

#include <array>

namespace crucible::formats::tables {

template<std::size_t N> using Weights = std::array<WeightSpec, N>;

template<std::size_t... N> constexpr auto join(const Weights<N>&... parts)
{
    Weights<(N + ...)> all{};
    std::size_t at = 0;
    const auto append = [&](const auto& part) {
        for (const WeightSpec& weight : part)
            all[at++] = weight;
    };
    (append(parts), ...);
    return all;
}

inline constexpr unsigned kHead = kEmbedding | kOutputHead | kOptional;

// Embedding, final norm and head under Llama's names.
inline constexpr Weights<1> kEmbedTokens{{{"model.embed_tokens.weight", kEmbedding}}};
inline constexpr Weights<1> kLmHead{{{"lm_head.weight", kHead, "model.embed_tokens.weight"}}};
template<unsigned BiasFlag> inline constexpr Weights<2> kNormAndHead{{{"model.norm.weight", BiasFlag}, kLmHead[0]}};

// Pieces of a layer. BiasFlag is kPlain, kBias or kOptionalBias; kQkvAttention has none on its output.
template<unsigned BiasFlag> inline constexpr Weights<4> kAttention{{{"self_attn.q_proj.weight", BiasFlag},
                                                                    {"self_attn.k_proj.weight", BiasFlag},
                                                                    {"self_attn.v_proj.weight", BiasFlag},
                                                                    {"self_attn.o_proj.weight", BiasFlag}}};
template<unsigned BiasFlag> inline constexpr Weights<4> kQkvAttention{{{"self_attn.q_proj.weight", BiasFlag},
                                                                       {"self_attn.k_proj.weight", BiasFlag},
                                                                       {"self_attn.v_proj.weight", BiasFlag},
                                                                       {"self_attn.o_proj.weight"}}};
template<unsigned BiasFlag> inline constexpr Weights<3> kGatedMlp{
    {{"mlp.gate_proj.weight", BiasFlag}, {"mlp.up_proj.weight", BiasFlag}, {"mlp.down_proj.weight", BiasFlag}}};
template<unsigned BiasFlag> inline constexpr Weights<2> kPreNorms{
    {{"input_layernorm.weight", BiasFlag}, {"post_attention_layernorm.weight", BiasFlag}}};
// Norms before and after both attention and MLP (Gemma 2), and only after them (OLMo 2).
inline constexpr Weights<4> kSandwichNorms{{{"input_layernorm.weight"},
                                            {"post_attention_layernorm.weight"},
                                            {"pre_feedforward_layernorm.weight"},
                                            {"post_feedforward_layernorm.weight"}}};
inline constexpr Weights<2> kPostNorms{{{"post_attention_layernorm.weight"}, {"post_feedforward_layernorm.weight"}}};
template<unsigned Flags>
inline constexpr Weights<2> kQkNorms{{{"self_attn.q_norm.weight", Flags}, {"self_attn.k_norm.weight", Flags}}};

// One tensor per expert and projection; and, in families that mix both, a plain MLP in the first layers.
template<unsigned Flags> inline constexpr Weights<3> kExperts{{{"mlp.experts.{e}.gate_proj.weight", Flags},
                                                               {"mlp.experts.{e}.up_proj.weight", Flags},
                                                               {"mlp.experts.{e}.down_proj.weight", Flags}}};
template<unsigned Flags> inline constexpr Weights<3> kSharedExperts{{{"mlp.shared_experts.gate_proj.weight", Flags},
                                                                     {"mlp.shared_experts.up_proj.weight", Flags},
                                                                     {"mlp.shared_experts.down_proj.weight", Flags}}};

inline constexpr auto kLlamaLayer = join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kGatedMlp<kOptionalBias>);
inline constexpr auto kQwen2Layer = join(kPreNorms<kPlain>, kQkvAttention<kBias>, kGatedMlp<kPlain>);
inline constexpr auto kQwen3Layer =
    join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kQkNorms<kPlain>, kGatedMlp<kPlain>);
inline constexpr auto kGemma3Layer =
    join(kSandwichNorms, kAttention<kOptionalBias>, kQkNorms<kPlain>, kGatedMlp<kPlain>);

// GPT-2's layer: fused attention, two layer norms, biases everywhere.
inline constexpr Weights<6> kGpt2Layer{{{"ln_1.weight", kBias},
                                        {"attn.c_attn.weight", kBias},
                                        {"attn.c_proj.weight", kBias},
                                        {"ln_2.weight", kBias},
                                        {"mlp.c_fc.weight", kBias},
                                        {"mlp.c_proj.weight", kBias}}};

// The only module of a family whose names outside the layers are Llama's.
constexpr ModuleSpec decoder(std::span<const WeightSpec> layerWeights,
                             std::span<const WeightSpec> post = kNormAndHead<kPlain>)
{
    return {.preWeights = kEmbedTokens, .layerWeights = layerWeights, .postWeights = post};
}

} // namespace crucible::formats::tables
