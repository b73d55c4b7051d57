// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/bpe.h"

#include "base/error.h"
#include "text/byte_level.h"
#include "text/utf8.h"

#include <algorithm>
#include <bit>

namespace crucible::text {
namespace {

constexpr std::string_view kSpaceSymbol = "\xE2\x96\x81"; // "▁"
constexpr std::size_t kShortWord = 40; // symbols; up to here a scan for the lowest rank beats a heap

// Few symbols: scans for the lowest rank, and closes the gap that a merge leaves.
void mergeShort(const MergeTable& merges, std::vector<ModelToken>& symbols, std::vector<std::uint32_t>& ranks)
{
    std::size_t count = symbols.size();
    ranks.resize(count);
    const auto rankAt = [&](std::size_t i) { return merges.find(symbols[i].id, symbols[i + 1].id).rank; };
    for (std::size_t i = 0; i + 1 < count; ++i)
        ranks[i] = rankAt(i);
    while (count > 1) {
        const auto best = static_cast<std::size_t>(std::min_element(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(count) - 1) - ranks.begin());
        if (ranks[best] == MergeTable::kNoRank)
            break;
        symbols[best].id = merges.find(symbols[best].id, symbols[best + 1].id).id;
        symbols[best].end = symbols[best + 1].end;
        std::copy(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 2, symbols.begin() + static_cast<std::ptrdiff_t>(count),
                  symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        std::copy(ranks.begin() + static_cast<std::ptrdiff_t>(best) + 2, ranks.begin() + static_cast<std::ptrdiff_t>(count),
                  ranks.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        --count;
        if (best + 1 < count)
            ranks[best] = rankAt(best);
        if (best > 0)
            ranks[best - 1] = rankAt(best - 1);
    }
    symbols.resize(count);
}

// Many symbols: a list of neighbours and a heap of (rank, position). Entries that a later merge made stale are told by
// their rank no longer being that of the pair.
void mergeLong(const MergeTable& merges, ModelScratch& scratch)
{
    constexpr std::uint32_t kNone = 0xffffffffu;
    std::vector<ModelToken>& symbols = scratch.symbols;
    std::vector<std::uint32_t>&previous = scratch.previous, &next = scratch.next, &ranks = scratch.ranks;
    std::vector<std::uint64_t>& heap = scratch.heap;
    const auto count = static_cast<std::uint32_t>(symbols.size());
    previous.resize(count);
    next.resize(count);
    ranks.assign(count, MergeTable::kNoRank);
    heap.clear();
    for (std::uint32_t i = 0; i < count; ++i) {
        previous[i] = i == 0 ? kNone : i - 1;
        next[i] = i + 1 == count ? kNone : i + 1;
    }
    const auto rankOf = [&](std::uint32_t i) {
        return next[i] == kNone ? MergeTable::kNoRank : merges.find(symbols[i].id, symbols[next[i]].id).rank;
    };
    const auto entry = [](std::uint32_t rank, std::uint32_t i) { return (std::uint64_t(rank) << 32) | i; };
    for (std::uint32_t i = 0; i + 1 < count; ++i) {
        ranks[i] = rankOf(i);
        if (ranks[i] != MergeTable::kNoRank)
            heap.push_back(entry(ranks[i], i));
    }
    const auto later = std::greater<std::uint64_t>();
    std::make_heap(heap.begin(), heap.end(), later);
    const auto update = [&](std::uint32_t i) {
        ranks[i] = rankOf(i);
        if (ranks[i] != MergeTable::kNoRank) {
            heap.push_back(entry(ranks[i], i));
            std::push_heap(heap.begin(), heap.end(), later);
        }
    };
    while (!heap.empty()) {
        std::pop_heap(heap.begin(), heap.end(), later);
        const std::uint64_t top = heap.back();
        heap.pop_back();
        const auto i = static_cast<std::uint32_t>(top);
        if (ranks[i] != static_cast<std::uint32_t>(top >> 32))
            continue;
        const std::uint32_t right = next[i];
        symbols[i].id = merges.find(symbols[i].id, symbols[right].id).id;
        symbols[i].end = symbols[right].end;
        ranks[right] = MergeTable::kNoRank; // it is no more
        next[i] = next[right];
        if (next[i] != kNone)
            previous[next[i]] = i;
        update(i);
        if (previous[i] != kNone)
            update(previous[i]);
    }
    std::size_t kept = 0;
    for (std::uint32_t i = 0; i != kNone; i = next[i])
        symbols[kept++] = symbols[i];
    symbols.resize(kept);
}

} // namespace

void MergeTable::grow(std::size_t slots)
{
    std::vector<Slot> old(slots);
    old.swap(m_slots);
    m_mask = slots - 1;
    for (const Slot& slot : old) {
        if (slot.key == kFree)
            continue;
        std::size_t at = hash(slot.key) & m_mask;
        while (m_slots[at].key != kFree)
            at = (at + 1) & m_mask;
        m_slots[at] = slot;
    }
}

void MergeTable::reserve(std::size_t merges)
{
    const std::size_t slots = std::bit_ceil(std::max<std::size_t>(64, 2 * merges));
    if (slots > m_slots.size())
        grow(slots);
}

void MergeTable::add(TokenId left, TokenId right, std::uint32_t rank, TokenId id)
{
    if (2 * (m_size + 1) > m_slots.size())
        grow(std::max<std::size_t>(64, 2 * m_slots.size()));
    const std::uint64_t key = keyOf(left, right);
    std::size_t slot = hash(key) & m_mask;
    while (m_slots[slot].key != kFree && m_slots[slot].key != key)
        slot = (slot + 1) & m_mask;
    m_size += m_slots[slot].key == kFree;
    m_slots[slot] = {key, {rank, id}};
}

void mergeSymbols(const MergeTable& merges, ModelScratch& scratch)
{
    if (scratch.symbols.size() <= kShortWord)
        mergeShort(merges, scratch.symbols, scratch.ranks);
    else
        mergeLong(merges, scratch);
}

BpeModel::BpeModel(Vocabulary vocabulary, const std::vector<PieceMerge>& merges, BpeOptions options)
    : Model(std::move(vocabulary)), m_options(std::move(options))
{
    const auto idOf = [&](std::string_view piece, std::size_t rank) {
        const std::optional<TokenId> id = m_vocabulary.find(piece);
        if (!id)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "merge %1 speaks of \"%2\", which is not in the vocabulary"), rank,
                 piece.substr(0, 100)});
        return *id;
    };
    bool crosses = false;
    m_merges.reserve(merges.size());
    std::string joined;
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [left, right] = merges[rank];
        if (!right.starts_with(m_options.continuingPrefix))
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the right side of merge %1 lacks the prefix \"%2\""),
                                  rank, m_options.continuingPrefix});
        joined.assign(left).append(right.substr(m_options.continuingPrefix.size()));
        m_merges.add(idOf(left, rank), idOf(right, rank), static_cast<std::uint32_t>(rank), idOf(joined, rank));
        crosses = crosses || (right.starts_with(kSpaceSymbol) && !left.ends_with(kSpaceSymbol));
    }
    prepareSymbols();
    // A text may be cut before a "▁" that follows something else when no merge reaches over such a place and no run of
    // unknown characters does.
    m_mayCutAtSpaces = !crosses && !m_options.byteLevel && !m_options.ignoreMerges && m_options.continuingPrefix.empty() &&
                       m_options.endSuffix.empty() && m_vocabulary.find(kSpaceSymbol).has_value();
}

BpeModel::BpeModel(Vocabulary vocabulary, MergeTable merges, const std::array<TokenId, 256>& byteIds, BpeOptions options)
    : Model(std::move(vocabulary)), m_options(std::move(options)), m_merges(std::move(merges)), m_byteIds(byteIds)
{
    m_options.byteLevel = true;
    m_asciiIds.fill(-1);
}

void BpeModel::prepareSymbols()
{
    m_hasAllBytes = m_options.byteFallback;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const auto value = static_cast<unsigned char>(byte);
        m_byteIds[byte] = m_options.byteLevel      ? m_vocabulary.find(byteCharacter(value)).value_or(-1)
                          : m_options.byteFallback ? m_vocabulary.find(bytePiece(value)).value_or(-1)
                                                   : -1;
        m_hasAllBytes = m_hasAllBytes && m_byteIds[byte] >= 0;
    }
    for (unsigned byte = 0; byte < 128; ++byte) {
        const char character = static_cast<char>(byte);
        m_asciiIds[byte] = m_vocabulary.find(std::string_view(&character, 1)).value_or(-1);
    }
    if (!m_options.unknownPiece.empty()) // some files name one that they do not have, and never need it
        m_unknown = m_vocabulary.find(m_options.unknownPiece).value_or(-1);
}

void BpeModel::byteSymbols(std::string_view word, ModelScratch& scratch) const
{
    for (std::uint32_t i = 0; i < word.size(); ++i) {
        const TokenId id = m_byteIds[static_cast<unsigned char>(word[i])];
        if (id >= 0)
            scratch.symbols.push_back({id, i, i + 1});
        else if (m_unknown >= 0 && m_options.fuseUnknown && !scratch.symbols.empty() && scratch.symbols.back().id == m_unknown && scratch.symbols.back().end == i)
            scratch.symbols.back().end = i + 1;
        else if (m_unknown >= 0)
            scratch.symbols.push_back({m_unknown, i, i + 1});
    }
}

// One symbol for each character. An unknown one waits until a known one follows, as the reference program has it: bytes
// that stand for another character in between come first.
void BpeModel::characterSymbols(std::string_view word, ModelScratch& scratch) const
{
    const bool plain = m_options.continuingPrefix.empty() && m_options.endSuffix.empty();
    std::optional<ModelToken> unknown;
    for (std::uint32_t begin = 0; begin < word.size();) {
        const auto lead = static_cast<unsigned char>(word[begin]);
        const auto end = static_cast<std::uint32_t>(std::min<std::size_t>(begin + sequenceLength(lead), word.size()));
        const std::string_view character = word.substr(begin, end - begin);
        TokenId id = -1;
        if (plain) {
            id = lead < 0x80 ? m_asciiIds[lead] : m_vocabulary.find(character).value_or(-1);
        } else {
            scratch.bytes.assign(begin > 0 ? m_options.continuingPrefix : std::string_view()).append(character);
            if (end == word.size())
                scratch.bytes.append(m_options.endSuffix);
            id = m_vocabulary.find(scratch.bytes).value_or(-1);
        }
        const std::string_view written = plain ? character : std::string_view(scratch.bytes);
        const auto hasBytes = [&] {
            return m_hasAllBytes || std::all_of(written.begin(), written.end(), [&](char byte) { return m_byteIds[static_cast<unsigned char>(byte)] >= 0; });
        };
        if (id >= 0) {
            if (unknown)
                scratch.symbols.push_back(*unknown);
            unknown.reset();
            scratch.symbols.push_back({id, begin, end});
        } else if (m_options.byteFallback && hasBytes()) {
            for (std::uint32_t i = 0; i < written.size(); ++i)
                scratch.symbols.push_back({m_byteIds[static_cast<unsigned char>(written[i])], begin, end});
        } else if (!m_options.unknownPiece.empty()) {
            if (m_unknown < 0)
                throw Error::invalid(
                    {CRUCIBLE_TR_NOOP(
                         "Problem",
                         "the text holds \"%1\", and the vocabulary lacks the token \"%2\" for what it does not know"),
                     character, m_options.unknownPiece},
                    {}, CRUCIBLE_TR_NOOP("Problem", "complete the tokenizer's vocabulary"));
            if (unknown && m_options.fuseUnknown) {
                unknown->end = end;
            } else {
                if (unknown)
                    scratch.symbols.push_back(*unknown);
                unknown = ModelToken{m_unknown, begin, end};
            }
        }
        begin = end;
    }
    if (unknown)
        scratch.symbols.push_back(*unknown);
}

void BpeModel::encodeWord(std::string_view word, ModelScratch& scratch) const
{
    if (m_options.ignoreMerges) {
        std::optional<TokenId> whole;
        if (!m_options.byteLevel)
            whole = m_vocabulary.find(word);
        else if (word.size() <= m_vocabulary.longestPiece())
            whole = m_vocabulary.find(toByteCharacters(word));
        if (whole) {
            scratch.tokens.push_back({*whole, 0, static_cast<std::uint32_t>(word.size())});
            return;
        }
    }
    scratch.symbols.clear();
    if (m_options.byteLevel)
        byteSymbols(word, scratch);
    else
        characterSymbols(word, scratch);
    mergeSymbols(m_merges, scratch);
    scratch.tokens.insert(scratch.tokens.end(), scratch.symbols.begin(), scratch.symbols.end());
}

void BpeModel::cut(std::string_view text, std::vector<std::uint32_t>& ends) const
{
    if (m_mayCutAtSpaces) {
        for (std::size_t at = text.find(kSpaceSymbol, 1); at != std::string_view::npos; at = text.find(kSpaceSymbol, at + kSpaceSymbol.size())) {
            if (at < kSpaceSymbol.size() || text.substr(at - kSpaceSymbol.size(), kSpaceSymbol.size()) != kSpaceSymbol)
                ends.push_back(static_cast<std::uint32_t>(at));
        }
    }
    ends.push_back(static_cast<std::uint32_t>(text.size()));
}

} // namespace crucible::text
