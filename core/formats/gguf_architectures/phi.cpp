// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-1 and Phi-2.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"phi"};
constexpr std::array<GgufName, 10> kNames{{
    {"model.embed_tokens", "token_embd"},
    {"model.final_layernorm", "output_norm"},
    {"lm_head", "output"},
    {"model.layers.{}.input_layernorm", "blk.{}.attn_norm"},
    {"model.layers.{}.self_attn.q_proj", "blk.{}.attn_q"},
    {"model.layers.{}.self_attn.k_proj", "blk.{}.attn_k"},
    {"model.layers.{}.self_attn.v_proj", "blk.{}.attn_v"},
    {"model.layers.{}.self_attn.dense", "blk.{}.attn_output"},
    {"model.layers.{}.mlp.fc1", "blk.{}.ffn_up"},
    {"model.layers.{}.mlp.fc2", "blk.{}.ffn_down"},
}};

void complete(const GgufFacts& facts, OrderedJson& config)
{
    config["partial_rotary_factor"] = rotaryShare(facts);
}

} // namespace

extern const GgufArchitecture phi_gguf{.name = "phi2", .modelTypes = kTypes, .className = "PhiForCausalLM", .names = kNames,
                                       .keys = kLayerNormKeys, .needsHead = true, .complete = &complete};

} // namespace crucible::formats
