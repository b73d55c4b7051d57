// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2 and Qwen2.5.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"qwen2"};
constexpr auto kNames = join(join(kOuter, kAttention), join(kNorms, kMlp));

} // namespace

extern const GgufArchitecture qwen2_gguf{.name = "qwen2", .modelTypes = kTypes, .className = "Qwen2ForCausalLM", .names = kNames, .keys = kRmsKeys};

} // namespace crucible::formats
