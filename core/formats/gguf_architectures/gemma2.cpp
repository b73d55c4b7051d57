// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 2.
#include "formats/gguf_architectures/gemma.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"gemma2"};
constexpr auto kNames = join(join(kGemmaNorms, kAttention), kMlp);

void complete(const GgufFacts& facts, OrderedJson& config)
{
    constexpr std::int64_t kLayersOf27B = 46;
    config["query_pre_attn_scalar"] = gemmaScalar(facts, kLayersOf27B);
}

} // namespace

extern const GgufArchitecture gemma2_gguf{.name = "gemma2", .modelTypes = kTypes, .className = "Gemma2ForCausalLM", .names = kNames,
                                          .keys = kGemmaKeys, .complete = &complete};

} // namespace crucible::formats
