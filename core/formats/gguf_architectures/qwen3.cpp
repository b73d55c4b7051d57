// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3.
#include "formats/gguf_architectures/common.h"
#include "formats/gguf_facts.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"qwen3"};
constexpr auto kNames = join(join(join(kOuter, kAttention), kHeadNorms), join(kNorms, kMlp));

} // namespace

extern const GgufArchitecture qwen3_gguf{.name = "qwen3", .modelTypes = kTypes, .className = "Qwen3ForCausalLM", .names = kNames, .keys = kRmsKeys};

} // namespace crucible::formats
