// SPDX-License-Identifier: GPL-3.0-or-later
// Command R: neighbours are turned together in the original already.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"cohere"};
constexpr std::array<GgufName, 1> kNorm{{{"model.layers.{}.input_layernorm", "blk.{}.attn_norm"}}};
constexpr auto kNames = join(join(join(kOuter, kAttention), kHeadNorms), join(kNorm, kMlp));
constexpr auto kKeys = join(kLayerNormKeys, std::array<GgufKey, 1>{{{"logit_scale", "logit_scale", GgufKeyKind::Real, true}}});

void complete(const GgufFacts& facts, OrderedJson& config)
{
    config["use_qk_norm"] = facts.find("blk.0.attn_q_norm.weight") != nullptr;
}

} // namespace

extern const GgufArchitecture cohere_gguf{.name = "command-r", .modelTypes = kTypes, .className = "CohereForCausalLM", .names = kNames,
                                          .keys = kKeys, .complete = &complete};

} // namespace crucible::formats
