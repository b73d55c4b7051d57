// SPDX-License-Identifier: GPL-3.0-or-later
// Llama and what llama.cpp takes for it: Mistral, Yi, InternLM 1 and 3. Neighbours are turned together, so rows are paired.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"llama", "mistral", "yi", "aquila", "internlm", "internlm3"};
constexpr auto kNames = join(join(kOuter, kPairedAttention), join(kNorms, kMlp));

void complete(const GgufFacts& facts, OrderedJson& config)
{
    // llama.cpp does not know Mistral's window; files written here keep it.
    if (const auto window = facts.whole("attention.sliding_window"); window && *window > 0) {
        config["architectures"] = {"MistralForCausalLM"};
        config["model_type"] = "mistral";
        config["sliding_window"] = *window;
        return;
    }
    config["attention_bias"] = facts.find("blk.0.attn_q.bias") != nullptr;
    config["mlp_bias"] = facts.find("blk.0.ffn_up.bias") != nullptr;
}

} // namespace

extern const GgufArchitecture llama_gguf{.name = "llama", .modelTypes = kTypes, .className = "LlamaForCausalLM", .names = kNames,
                                         .keys = kRmsKeys, .complete = &complete};

} // namespace crucible::formats
