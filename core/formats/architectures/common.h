// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces that many families share. A family's file puts them together; names follow the checkpoints that the families'
// authors publish in the Hugging Face layout.
#pragma once

#include "formats/architecture.h"

#include <array>

namespace crucible::formats::tables {

template <std::size_t N> using Weights = std::array<WeightSpec, N>;

template <std::size_t... N> constexpr auto join(const Weights<N>&... parts)
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
inline constexpr Weights<1> kFinalNorm{{{"model.norm.weight"}}};
inline constexpr Weights<1> kFinalNormWithBias{{{"model.norm.weight", kBias}}};
inline constexpr Weights<1> kLmHead{{{"lm_head.weight", kHead, {}, "model.embed_tokens.weight"}}};
inline constexpr auto kNormAndHead = join(kFinalNorm, kLmHead);
inline constexpr auto kNormWithBiasAndHead = join(kFinalNormWithBias, kLmHead);

// Pieces of a layer. `BiasFlag` is kPlain, kBias or kOptionalBias.
template <unsigned BiasFlag>
inline constexpr Weights<4> kAttention{{{"self_attn.q_proj.weight", BiasFlag},
                                        {"self_attn.k_proj.weight", BiasFlag},
                                        {"self_attn.v_proj.weight", BiasFlag},
                                        {"self_attn.o_proj.weight", BiasFlag}}};
// Only the inputs of attention are biased.
template <unsigned BiasFlag>
inline constexpr Weights<4> kAttentionQkvBias{{{"self_attn.q_proj.weight", BiasFlag},
                                               {"self_attn.k_proj.weight", BiasFlag},
                                               {"self_attn.v_proj.weight", BiasFlag},
                                               {"self_attn.o_proj.weight"}}};
template <unsigned BiasFlag>
inline constexpr Weights<3> kGatedMlp{{{"mlp.gate_proj.weight", BiasFlag},
                                       {"mlp.up_proj.weight", BiasFlag},
                                       {"mlp.down_proj.weight", BiasFlag}}};
template <unsigned BiasFlag>
inline constexpr Weights<2> kPreNorms{{{"input_layernorm.weight", BiasFlag}, {"post_attention_layernorm.weight", BiasFlag}}};
// Norms around both attention and MLP (Gemma 2).
inline constexpr Weights<4> kSandwichNorms{{{"input_layernorm.weight"},
                                            {"post_attention_layernorm.weight"},
                                            {"pre_feedforward_layernorm.weight"},
                                            {"post_feedforward_layernorm.weight"}}};
inline constexpr Weights<2> kQkNorms{{{"self_attn.q_norm.weight"}, {"self_attn.k_norm.weight"}}};

inline constexpr auto kLlamaLayer = join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kGatedMlp<kOptionalBias>);
inline constexpr auto kQwen2Layer = join(kPreNorms<kPlain>, kAttentionQkvBias<kBias>, kGatedMlp<kPlain>);
inline constexpr auto kQwen3Layer =
    join(kPreNorms<kPlain>, kAttention<kOptionalBias>, kQkNorms, kGatedMlp<kPlain>);
inline constexpr auto kGemma3Layer = join(kSandwichNorms, kAttention<kOptionalBias>, kQkNorms, kGatedMlp<kPlain>);

// Experts as single tensors, and fused into one per projection (transformers 5).
inline constexpr Weights<3> kExperts{{{"mlp.experts.{e}.gate_proj.weight"},
                                      {"mlp.experts.{e}.up_proj.weight"},
                                      {"mlp.experts.{e}.down_proj.weight"}}};
inline constexpr Weights<2> kFusedExperts{{{"mlp.experts.gate_up_proj"}, {"mlp.experts.down_proj"}}};
inline constexpr Weights<1> kRouter{{{"mlp.gate.weight"}}};

inline constexpr std::string_view kLayerTypes[] = {"layer_types"};

// The only module of a family whose names are Llama's.
constexpr ModuleSpec decoder(std::span<const WeightSpec> layerWeights, std::span<const WeightSpec> post = kNormAndHead)
{
    return {.preWeights = kEmbedTokens, .layerWeights = layerWeights, .postWeights = post};
}

} // namespace crucible::formats::tables
