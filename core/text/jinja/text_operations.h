// SPDX-License-Identifier: GPL-3.0-or-later
// What Python's str does to text, for the filters and methods that offer it. Texts are valid UTF-8.
#pragma once

#include "text/jinja/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::text::jinja {

// An empty `old` stands between all characters. count < 0: all. Fails beyond the limit of a text.
std::string replaceText(Run& run, std::string_view text, std::string_view old, std::string_view with,
                        std::int64_t count);
// At white space without `separator`, which must not be empty; most < 0: everywhere.
std::vector<std::string_view> splitText(std::string_view text, const std::string_view* separator, std::int64_t most);
std::vector<std::string_view> splitTextFromRight(std::string_view text, const std::string_view* separator,
                                                 std::int64_t most);
std::vector<std::string_view> splitLines(std::string_view text, bool keepEnds = false);
std::size_t countText(std::string_view text, std::string_view part);
// int("…") and float("…"); nullopt for what they refuse.
std::optional<std::int64_t> parseInt(std::string_view text, int base);
std::optional<double> parseReal(std::string_view text);
// Truncated to a whole number; fails beyond 64 bits.
Value integerFromReal(Run& run, double value);
// A value of type text for each part.
Value listOfTexts(Run& run, const std::vector<std::string_view>& parts);
// The text as bytes [begin, end) in characters, as find(sub, start, end) takes them.
struct Window {
    std::string_view text;
    std::int64_t firstCharacter = 0;
    bool isEmptyRange = false; // start lies behind the end
};
Window windowOf(const TextData& text, std::int64_t start, std::optional<std::int64_t> end);

} // namespace crucible::text::jinja
