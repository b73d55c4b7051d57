// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-pair encoding (Sennrich, Haddow, Birch 2016): the symbols of a word are joined pair by pair, the pair of the lowest
// rank first and the leftmost of equals, until no pair of neighbours has a rank. Words of any length take O(n log n).
#pragma once

#include "text/model.h"

#include <array>

namespace crucible::text {

// What two neighbouring symbols become. Pairs are looked up by both ids.
class MergeTable {
public:
    struct Merge {
        std::uint32_t rank = kNoRank;
        TokenId id = -1;
    };
    static constexpr std::uint32_t kNoRank = 0xffffffffu;

    void reserve(std::size_t merges);
    // A pair that is there already gets the new rank.
    void add(TokenId left, TokenId right, std::uint32_t rank, TokenId id);
    std::size_t size() const { return m_size; }

    Merge find(TokenId left, TokenId right) const
    {
        if (m_slots.empty())
            return {};
        const std::uint64_t key = keyOf(left, right);
        for (std::size_t slot = hash(key) & m_mask;; slot = (slot + 1) & m_mask) {
            if (m_slots[slot].key == key)
                return m_slots[slot].merge;
            if (m_slots[slot].key == kFree)
                return {};
        }
    }

private:
    static constexpr std::uint64_t kFree = ~std::uint64_t(0);
    struct Slot {
        std::uint64_t key = kFree;
        Merge merge;
    };
    static std::uint64_t keyOf(TokenId left, TokenId right)
    {
        return (std::uint64_t(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
    }
    static std::size_t hash(std::uint64_t key)
    {
        key *= 0x9e3779b97f4a7c15u;
        return static_cast<std::size_t>(key ^ (key >> 32));
    }
    void grow(std::size_t slots);

    std::vector<Slot> m_slots;
    std::size_t m_mask = 0;
    std::size_t m_size = 0;
};

// Joins scratch.symbols (id and range of each) in place.
void mergeSymbols(const MergeTable& merges, ModelScratch& scratch);

struct BpeOptions {
    // Words are bytes, each of which is a symbol: the pieces are written in the alphabet of byte_level.h.
    bool byteLevel = false;
    bool ignoreMerges = false; // a word that is a piece is one token, whatever the merges say
    bool byteFallback = false; // an unknown character becomes the tokens <0xHH> of its bytes
    bool fuseUnknown = false;  // a run of unknown characters is one token
    std::string unknownPiece;  // empty: unknown characters vanish
    std::string continuingPrefix; // before every symbol of a word but the first
    std::string endSuffix;        // after its last
};

class BpeModel final : public Model {
public:
    // Merges come in the order of their ranks, as pairs of pieces. Throws Error::invalid when a merge, its result or the
    // unknown token is not in the vocabulary.
    struct PieceMerge {
        std::string_view left, right;
    };
    BpeModel(Vocabulary vocabulary, const std::vector<PieceMerge>& merges, BpeOptions options);
    // With a table made elsewhere (tiktoken). byteIds: the symbol of each byte, -1 where it has none.
    BpeModel(Vocabulary vocabulary, MergeTable merges, const std::array<TokenId, 256>& byteIds, BpeOptions options);

    std::string_view name() const override { return "BPE"; }
    void encodeWord(std::string_view word, ModelScratch& scratch) const override;
    void cut(std::string_view text, std::vector<std::uint32_t>& ends) const override;
    const BpeOptions& options() const { return m_options; }

private:
    void prepareSymbols();
    void byteSymbols(std::string_view word, ModelScratch& scratch) const;
    void characterSymbols(std::string_view word, ModelScratch& scratch) const;

    BpeOptions m_options;
    MergeTable m_merges;
    std::array<TokenId, 256> m_byteIds;     // symbols of bytes (byteLevel), or the tokens <0xHH> (byteFallback)
    std::array<TokenId, 128> m_asciiIds;    // characters below 0x80, without prefix or suffix
    TokenId m_unknown = -1;
    bool m_hasAllBytes = false;             // every token <0xHH> is there
    bool m_mayCutAtSpaces = false;          // no merge joins something with a following "▁"
};

} // namespace crucible::text
