// SPDX-License-Identifier: GPL-3.0-or-later
// OLMo 2.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"olmo2"};
constexpr std::array<GgufName, 2> kNormsAfter{{
    {"model.layers.{}.post_attention_layernorm", "blk.{}.post_attention_norm"},
    {"model.layers.{}.post_feedforward_layernorm", "blk.{}.post_ffw_norm"},
}};
constexpr auto kNames = join(join(join(kOuter, kAttention), kHeadNorms), join(kNormsAfter, kMlp));

} // namespace

extern const GgufArchitecture olmo2_gguf{.name = "olmo2", .modelTypes = kTypes, .className = "Olmo2ForCausalLM", .names = kNames,
                                         .keys = kRmsKeys, .needsHead = true};

} // namespace crucible::formats
