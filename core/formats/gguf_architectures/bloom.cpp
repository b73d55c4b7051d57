// SPDX-License-Identifier: GPL-3.0-or-later
// BLOOM.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"bloom"};
constexpr std::array<GgufName, 10> kNames{{
    {"transformer.word_embeddings", "token_embd"},
    {"transformer.word_embeddings_layernorm", "token_embd_norm"},
    {"transformer.ln_f", "output_norm"},
    {"lm_head", "output"},
    {"transformer.h.{}.input_layernorm", "blk.{}.attn_norm"},
    {"transformer.h.{}.self_attention.query_key_value", "blk.{}.attn_qkv", GgufForm::StackedQkv},
    {"transformer.h.{}.self_attention.dense", "blk.{}.attn_output"},
    {"transformer.h.{}.post_attention_layernorm", "blk.{}.ffn_norm"},
    {"transformer.h.{}.mlp.dense_h_to_4h", "blk.{}.ffn_up"},
    {"transformer.h.{}.mlp.dense_4h_to_h", "blk.{}.ffn_down"},
}};
constexpr std::array<GgufKey, 5> kKeys{{
    {"context_length", "seq_length"},
    {"embedding_length", "hidden_size"},
    {"block_count", "n_layer"},
    {"attention.head_count", "n_head"},
    {"attention.layer_norm_epsilon", "layer_norm_epsilon", GgufKeyKind::Real},
}};

} // namespace

extern const GgufArchitecture bloom_gguf{.name = "bloom", .modelTypes = kTypes, .className = "BloomForCausalLM", .names = kNames,
                                         .keys = kKeys, .needsHead = true};

} // namespace crucible::formats
