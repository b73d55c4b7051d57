// SPDX-License-Identifier: GPL-3.0-or-later
// StableLM.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"stablelm"};
constexpr auto kNames = join(join(kOuter, kAttention), join(kNorms, kMlp));

void complete(const GgufFacts& facts, OrderedJson& config)
{
    config["partial_rotary_factor"] = rotaryShare(facts);
    config["use_qkv_bias"] = facts.find("blk.0.attn_q.bias") != nullptr;
    config["use_parallel_residual"] = facts.find("blk.0.ffn_norm.weight") == nullptr; // as llama.cpp tells
}

} // namespace

extern const GgufArchitecture stablelm_gguf{.name = "stablelm", .modelTypes = kTypes, .className = "StableLmForCausalLM", .names = kNames,
                                            .keys = kLayerNormKeys, .needsHead = true, .complete = &complete};

} // namespace crucible::formats
