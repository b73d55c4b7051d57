// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of a vocabulary by id, and the ids by piece. Pieces are bytes; two ids never share one.
#pragma once

#include "text/tokenizer.h"

#include <cstring>

namespace crucible::text {

// 64 bits of any text of moderate length; not stable between versions.
inline std::uint64_t quickHash(std::string_view bytes);

class Vocabulary {
public:
    // Gives `id` the piece. A piece that is there already moves to the new id; an id that has a piece gets the new one too.
    // Throws Error::invalid when the id is negative or absurd.
    void add(std::string_view piece, TokenId id);
    void reserve(std::size_t pieces) { m_entries.reserve(pieces); }

    std::optional<TokenId> find(std::string_view piece) const;
    std::string_view piece(TokenId id) const;
    // How many different pieces there are, and one past the largest id.
    std::size_t size() const { return m_size; }
    std::size_t idLimit() const { return m_ids.size(); }
    std::size_t longestPiece() const { return m_longest; }

private:
    struct Entry {
        std::uint64_t begin = 0; // in m_bytes
        std::uint32_t length = 0;
        TokenId id = -1;
    };
    std::string_view textOf(const Entry& entry) const { return std::string_view(m_bytes).substr(entry.begin, entry.length); }
    std::size_t slotOf(std::string_view piece) const;
    void grow();

    std::string m_bytes;
    std::vector<Entry> m_entries;
    std::vector<std::uint32_t> m_slots; // index in m_entries + 1; 0 is free
    std::vector<std::uint32_t> m_ids;   // by id: index in m_entries + 1; 0 is without a piece
    std::size_t m_size = 0;
    std::size_t m_longest = 0;
};

std::uint64_t quickHash(std::string_view bytes)
{
    constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15u;
    std::uint64_t hash = bytes.size() * kFactor;
    const auto mix = [&](std::uint64_t word) {
        hash = (hash ^ word) * kFactor;
        hash ^= hash >> 32;
    };
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t word = 0;
    for (; left >= 8; left -= 8, at += 8) {
        std::memcpy(&word, at, 8);
        mix(word);
    }
    if (left > 0) {
        word = 0;
        std::memcpy(&word, at, left);
        mix(word);
    }
    return hash;
}

} // namespace crucible::text
