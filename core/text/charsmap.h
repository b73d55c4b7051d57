// SPDX-License-Identifier: GPL-3.0-or-later
// The normalization rules that sentencepiece compiles into its models: a double-array dictionary (Darts) from texts to
// places in a block of replacements that are ended by zero bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::text {

class CharsMap {
public:
    // Throws Error::invalid when the sizes in the block can not be.
    explicit CharsMap(std::string_view block);

    struct Match {
        std::size_t length = 0; // bytes of the text that are replaced; 0: no rule
        std::string_view replacement;
    };
    // The rule for the longest, or for the shortest, text that `text` begins with.
    Match longest(std::string_view text) const { return find(text, false); }
    Match shortest(std::string_view text) const { return find(text, true); }

private:
    Match find(std::string_view text, bool shortest) const;

    std::vector<std::uint32_t> m_units;
    std::string m_replacements;
};

} // namespace crucible::text
