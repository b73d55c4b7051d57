// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-NeoX and Pythia.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"gpt_neox"};
constexpr std::array<GgufName, 9> kNames{{
    {"gpt_neox.embed_in", "token_embd"},
    {"gpt_neox.final_layer_norm", "output_norm"},
    {"embed_out", "output"},
    {"gpt_neox.layers.{}.input_layernorm", "blk.{}.attn_norm"},
    {"gpt_neox.layers.{}.attention.query_key_value", "blk.{}.attn_qkv", GgufForm::StackedQkv},
    {"gpt_neox.layers.{}.attention.dense", "blk.{}.attn_output"},
    {"gpt_neox.layers.{}.post_attention_layernorm", "blk.{}.ffn_norm"},
    {"gpt_neox.layers.{}.mlp.dense_h_to_4h", "blk.{}.ffn_up"},
    {"gpt_neox.layers.{}.mlp.dense_4h_to_h", "blk.{}.ffn_down"},
}};

void complete(const GgufFacts& facts, OrderedJson& config)
{
    config.erase("num_key_value_heads");
    config.erase("head_dim");
    config.erase("partial_rotary_factor");
    config["rotary_pct"] = rotaryShare(facts);
    config["rotary_emb_base"] = config["rope_theta"];
    config["use_parallel_residual"] = facts.flag("use_parallel_residual").value_or(true);
}

} // namespace

extern const GgufArchitecture gpt_neox_gguf{.name = "gptneox", .modelTypes = kTypes, .className = "GPTNeoXForCausalLM", .names = kNames,
                                            .keys = kLayerNormKeys, .needsHead = true, .complete = &complete};

} // namespace crucible::formats
