// SPDX-License-Identifier: GPL-3.0-or-later
// The pre-tokenizers that GGUF files name (tokenizer.ggml.pre), as llama.cpp defines them.
#pragma once

#include <span>
#include <string_view>

namespace crucible::text {

struct GgufPreTokenizer {
    std::span<const std::string_view> regexes; // one after the other, matches and gaps become words
    bool ignoreMerges = false;
    bool addBos = false;         // unless the file says otherwise
    bool escapesSpaces = false;  // spaces become "▁" and characters are not bytes
};

// The one for an unknown or empty name is llama.cpp's default.
const GgufPreTokenizer& ggufPreTokenizer(std::string_view name);

} // namespace crucible::text
