// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-2: matrices are turned round.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"gpt2"};
constexpr std::array<GgufName, 10> kNames{{
    {"transformer.wte", "token_embd"},
    {"transformer.wpe", "position_embd"},
    {"transformer.ln_f", "output_norm"},
    {"lm_head", "output"},
    {"transformer.h.{}.ln_1", "blk.{}.attn_norm"},
    {"transformer.h.{}.attn.c_attn", "blk.{}.attn_qkv", GgufForm::Transposed},
    {"transformer.h.{}.attn.c_proj", "blk.{}.attn_output", GgufForm::Transposed},
    {"transformer.h.{}.ln_2", "blk.{}.ffn_norm"},
    {"transformer.h.{}.mlp.c_fc", "blk.{}.ffn_up", GgufForm::Transposed},
    {"transformer.h.{}.mlp.c_proj", "blk.{}.ffn_down", GgufForm::Transposed},
}};
constexpr std::array<GgufKey, 6> kKeys{{
    {"context_length", "n_positions"},
    {"embedding_length", "n_embd"},
    {"block_count", "n_layer"},
    {"attention.head_count", "n_head"},
    {"feed_forward_length", "n_inner", GgufKeyKind::Whole, true},
    {"attention.layer_norm_epsilon", "layer_norm_epsilon", GgufKeyKind::Real},
}};

} // namespace

extern const GgufArchitecture gpt2_gguf{.name = "gpt2", .modelTypes = kTypes, .className = "GPT2LMHeadModel", .names = kNames,
                                        .keys = kKeys, .needsHead = true};

} // namespace crucible::formats
