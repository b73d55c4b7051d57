// SPDX-License-Identifier: GPL-3.0-or-later
// Falcon: the 7B model with one norm, the larger ones with two. What is called attn_norm is that of the MLP then.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"falcon", "RefinedWeb", "RefinedWebModel"};
constexpr std::array<GgufName, 10> kNames{{
    {"transformer.word_embeddings", "token_embd"},
    {"transformer.ln_f", "output_norm"},
    {"lm_head", "output"},
    {"transformer.h.{}.input_layernorm", "blk.{}.attn_norm", GgufForm::Same, "!blk.{}.attn_norm_2"},
    {"transformer.h.{}.ln_mlp", "blk.{}.attn_norm", GgufForm::Same, "blk.{}.attn_norm_2"},
    {"transformer.h.{}.ln_attn", "blk.{}.attn_norm_2"},
    {"transformer.h.{}.self_attention.query_key_value", "blk.{}.attn_qkv", GgufForm::StackedQkv},
    {"transformer.h.{}.self_attention.dense", "blk.{}.attn_output"},
    {"transformer.h.{}.mlp.dense_h_to_4h", "blk.{}.ffn_up"},
    {"transformer.h.{}.mlp.dense_4h_to_h", "blk.{}.ffn_down"},
}};
constexpr std::array<GgufKey, 6> kKeys{{
    {"context_length", "max_position_embeddings"},
    {"embedding_length", "hidden_size"},
    {"block_count", "num_hidden_layers"},
    {"attention.head_count", "num_attention_heads"},
    {"rope.freq_base", "rope_theta", GgufKeyKind::Real, true},
    {"attention.layer_norm_epsilon", "layer_norm_epsilon", GgufKeyKind::Real},
}};

void complete(const GgufFacts& facts, OrderedJson& config)
{
    const GgufHeads heads = facts.heads();
    const bool twoNorms = facts.find("blk.0.attn_norm_2.weight") != nullptr;
    const bool grouped = twoNorms || (heads.keyHeads != 1 && heads.keyHeads != heads.heads);
    config["new_decoder_architecture"] = grouped;
    config["multi_query"] = grouped || heads.keyHeads == 1;
    config["num_kv_heads"] = heads.keyHeads;
    config["num_ln_in_parallel_attn"] = twoNorms ? 2 : 1;
    config["parallel_attn"] = true;
    config["alibi"] = false;
    config["bias"] = facts.find("blk.0.attn_qkv.bias") != nullptr;
}

} // namespace

extern const GgufArchitecture falcon_gguf{.name = "falcon", .modelTypes = kTypes, .className = "FalconForCausalLM", .names = kNames,
                                          .keys = kKeys, .complete = &complete};

} // namespace crucible::formats
