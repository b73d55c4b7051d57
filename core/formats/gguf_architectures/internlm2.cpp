// SPDX-License-Identifier: GPL-3.0-or-later
// InternLM2: its fused matrix is taken apart.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"internlm2"};
constexpr std::array<GgufName, 10> kNames{{
    {"model.tok_embeddings", "token_embd"},
    {"model.norm", "output_norm"},
    {"output", "output"},
    {"model.layers.{}.attention_norm", "blk.{}.attn_norm"},
    {"model.layers.{}.attention.wqkv", "blk.{}.attn_qkv", GgufForm::SplitPairedQkv},
    {"model.layers.{}.attention.wo", "blk.{}.attn_output"},
    {"model.layers.{}.ffn_norm", "blk.{}.ffn_norm"},
    {"model.layers.{}.feed_forward.w1", "blk.{}.ffn_gate"},
    {"model.layers.{}.feed_forward.w3", "blk.{}.ffn_up"},
    {"model.layers.{}.feed_forward.w2", "blk.{}.ffn_down"},
}};

void complete(const GgufFacts& facts, OrderedJson& config)
{
    config["bias"] = facts.find("blk.0.attn_q.bias") != nullptr;
}

} // namespace

extern const GgufArchitecture internlm2_gguf{.name = "internlm2", .modelTypes = kTypes, .className = "InternLM2ForCausalLM", .names = kNames,
                                             .keys = kRmsKeys, .needsHead = true, .complete = &complete};

} // namespace crucible::formats
