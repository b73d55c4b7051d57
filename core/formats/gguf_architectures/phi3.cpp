// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-3 and Phi-4.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"phi3"};
constexpr std::array<GgufName, 4> kFused{{
    {"model.layers.{}.self_attn.qkv_proj", "blk.{}.attn_qkv"},
    {"model.layers.{}.self_attn.o_proj", "blk.{}.attn_output"},
    {"model.layers.{}.mlp.gate_up_proj", "blk.{}.ffn_up"},
    {"model.layers.{}.mlp.down_proj", "blk.{}.ffn_down"},
}};
constexpr auto kNames = join(join(kOuter, kNorms), kFused);

void complete(const GgufFacts& facts, OrderedJson& config)
{
    const std::int64_t positions = facts.size("context_length");
    config["original_max_position_embeddings"] = facts.whole("rope.scaling.original_context_length").value_or(positions);
    // 0 stands for none.
    if (const auto window = facts.whole("attention.sliding_window"); window && *window > 0)
        config["sliding_window"] = *window;
}

} // namespace

extern const GgufArchitecture phi3_gguf{.name = "phi3", .modelTypes = kTypes, .className = "Phi3ForCausalLM", .names = kNames,
                                        .keys = kRmsKeys, .needsHead = true, .complete = &complete};

} // namespace crucible::formats
