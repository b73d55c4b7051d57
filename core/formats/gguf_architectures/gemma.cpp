// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma: norms are stored with their 1 added.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"gemma"};
constexpr std::array<GgufName, 4> kNormed{{
    {"model.embed_tokens", "token_embd"},
    {"model.norm", "output_norm", GgufForm::PlusOne},
    {"model.layers.{}.input_layernorm", "blk.{}.attn_norm", GgufForm::PlusOne},
    {"model.layers.{}.post_attention_layernorm", "blk.{}.ffn_norm", GgufForm::PlusOne},
}};
constexpr auto kNames = join(join(kNormed, kAttention), kMlp);

} // namespace

extern const GgufArchitecture gemma_gguf{.name = "gemma", .modelTypes = kTypes, .className = "GemmaForCausalLM", .names = kNames,
                                         .keys = kRmsKeys};

} // namespace crucible::formats
