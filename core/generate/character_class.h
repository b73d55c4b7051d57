// SPDX-License-Identifier: GPL-3.0-or-later
// A set of characters as an automaton over their UTF-8 bytes, so that tokens may split a character.
#pragma once

#include <cstdint>
#include <vector>

namespace crucible::generate {

struct CharacterRange {
    char32_t low = 0;
    char32_t high = 0; // inclusive
    bool operator==(const CharacterRange&) const = default;
    auto operator<=>(const CharacterRange&) const = default;
};

// Sorted and joined; surrogates and what is beyond Unicode taken out.
std::vector<CharacterRange> normalized(std::vector<CharacterRange> ranges);
std::vector<CharacterRange> complement(const std::vector<CharacterRange>& ranges);

class CharacterClass {
public:
    explicit CharacterClass(std::vector<CharacterRange> ranges);

    static constexpr std::int32_t kAccept = -1;
    static constexpr std::int32_t kReject = -2;
    static constexpr std::int32_t kStart = 0;
    // The state after one more byte of a character.
    std::int32_t step(std::int32_t state, unsigned char byte) const;

private:
    struct ByteRange {
        unsigned char low;
        unsigned char high;
        bool operator==(const ByteRange&) const = default;
        auto operator<=>(const ByteRange&) const = default;
    };
    using Path = std::vector<ByteRange>;
    struct Edge {
        unsigned char low;
        unsigned char high;
        std::int32_t next;
    };
    static void addPaths(char32_t low, char32_t high, std::vector<Path>& paths);
    std::int32_t build(const std::vector<Path>& paths);

    std::vector<std::vector<Edge>> m_states;
};

} // namespace crucible::generate
