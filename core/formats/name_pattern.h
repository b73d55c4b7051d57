// SPDX-License-Identifier: GPL-3.0-or-later
// Regular expressions over module names, as PEFT's rank_pattern and alpha_pattern use them. They come from strangers' files:
// matching takes time in proportion to pattern times name, whatever both are.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::formats {

// Knows Python's syntax as far as names need it: literals, '.', [classes], \d \w \s and their opposites, groups, '|', and
// '*', '+', '?', {m}, {m,}, {m,n}, also lazy; '^' and '$' where they say nothing new (the pattern's ends).
class NamePattern {
public:
    // Throws Error::unsupported for what is not known, Error::invalid for what is no regular expression or larger than 64 KiB of states.
    explicit NamePattern(std::string_view pattern);

    // The whole name must match.
    bool matches(std::string_view name) const;
    // PEFT's rule for pattern keys, `^(.*\.)?KEY$`: the whole name or what follows one of its dots must match.
    bool matchesSuffix(std::string_view name) const;

private:
    friend class PatternParser;
    using Bytes = std::bitset<256>;

    struct State {
        enum Kind { Consume, Split, Accept } kind = Accept;
        int next = -1;
        int other = -1;         // of a Split
        std::size_t bytes = 0;  // of a Consume: index into m_sets
    };

    void enter(int state, std::vector<int>& list, std::vector<bool>& member) const;
    bool run(std::string_view name, bool startAfterDots) const;

    std::vector<State> m_states;
    std::vector<Bytes> m_sets;
    int m_start = 0;
};

} // namespace crucible::formats
