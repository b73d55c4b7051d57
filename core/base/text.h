// SPDX-License-Identifier: GPL-3.0-or-later
// Small things done with words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible {

// The candidate that `word` was most likely meant to be (Damerau-Levenshtein distance of at most a third of its length,
// case and '-'/'_' ignored); nullopt when none is near.
std::optional<std::string> didYouMean(std::string_view word, std::span<const std::string_view> candidates);
std::optional<std::string> didYouMean(std::string_view word, const std::vector<std::string>& candidates);

// "a", "a and b", "a, b and c"
std::string joinWords(const std::vector<std::string>& words, std::string_view conjunction = "and");

// Orders "layers.2" before "layers.10": digits are compared as numbers.
bool naturalLess(std::string_view a, std::string_view b);

// True when the bytes are valid UTF-8 (no surrogates, no overlong forms).
bool isUtf8(std::string_view text);

} // namespace crucible
