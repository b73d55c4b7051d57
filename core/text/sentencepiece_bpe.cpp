// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/sentencepiece_bpe.h"

#include "base/error.h"
#include "text/byte_level.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::text {
namespace {

constexpr std::string_view kSpaceSymbol = "\xE2\x96\x81"; // "▁"
constexpr std::size_t kLongestJoined = 512; // bytes; finding the pairs of a piece takes the square of its length

// Ranks by score, the greatest first. Equal scores have equal ranks: of those, the leftmost pair goes first.
std::vector<std::uint32_t> ranksByScore(const SentencepieceModel& model)
{
    std::vector<std::uint32_t> order(model.pieces.size()), ranks(model.pieces.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return model.pieces[a].score > model.pieces[b].score; });
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && model.pieces[order[i]].score != model.pieces[order[i - 1]].score)
            ++rank;
        ranks[order[i]] = rank;
    }
    return ranks;
}

bool reachesOverSpace(std::string_view piece)
{
    for (std::size_t at = piece.find(kSpaceSymbol, 1); at != std::string_view::npos; at = piece.find(kSpaceSymbol, at + 1)) {
        if (!piece.substr(0, at).ends_with(kSpaceSymbol))
            return true;
    }
    return false;
}

} // namespace

SentencepieceBpe::SentencepieceBpe(Vocabulary vocabulary, const SentencepieceModel& model, bool anyKind)
    : Model(std::move(vocabulary)), m_firstCharacter(static_cast<TokenId>(model.pieces.size())), m_unknown(model.unknown), m_usesBytes(model.byteFallback)
{
    m_mayForm.resize(model.pieces.size());
    m_isUnused.resize(model.pieces.size());
    m_mayCutAtSpaces = m_vocabulary.find(kSpaceSymbol).has_value();
    std::vector<ByteTrie::Entry> frozen;
    for (std::size_t i = 0; i < model.pieces.size(); ++i) {
        const auto& piece = model.pieces[i];
        const bool isText = piece.kind == TokenKind::Normal || piece.kind == TokenKind::UserDefined || piece.kind == TokenKind::Unused;
        m_mayForm[i] = (isText || anyKind) && !piece.text.empty();
        m_isUnused[i] = piece.kind == TokenKind::Unused && !anyKind;
        if (piece.kind == TokenKind::UserDefined && !anyKind && !piece.text.empty())
            frozen.emplace_back(piece.text, static_cast<std::int32_t>(i));
        m_mayCutAtSpaces = m_mayCutAtSpaces && !(m_mayForm[i] && reachesOverSpace(piece.text));
    }
    m_frozen.build(std::move(frozen));
    for (unsigned byte = 0; byte < 256; ++byte) {
        const auto value = static_cast<unsigned char>(byte);
        m_byteIds[byte] = m_vocabulary.find(bytePiece(value)).value_or(-1);
        if (m_byteIds[byte] < 0 && anyKind) {
            const char character = static_cast<char>(value);
            m_byteIds[byte] = m_vocabulary.find(std::string_view(&character, 1)).value_or(-1);
        }
    }
    findPairs(model, m_mayForm);
}

TokenId SentencepieceBpe::symbolOf(std::string_view text) const
{
    const std::optional<TokenId> id = m_vocabulary.find(text);
    if (id && m_mayForm[static_cast<std::size_t>(*id)])
        return *id;
    const std::optional<TokenId> character = m_characters.find(text);
    return character ? m_firstCharacter + *character : -1;
}

void SentencepieceBpe::findPairs(const SentencepieceModel& model, const std::vector<bool>& mayForm)
{
    TokenId characters = 0;
    for (std::size_t i = 0; i < model.pieces.size(); ++i) {
        const std::string_view text = model.pieces[i].text;
        for (std::size_t at = 0; mayForm[i] && text.size() <= kLongestJoined && at < text.size();) {
            const std::size_t length = characterAt(text, at).length;
            if (symbolOf(text.substr(at, length)) < 0)
                m_characters.add(text.substr(at, length), characters++);
            at += length;
        }
    }
    const std::vector<std::uint32_t> ranks = ranksByScore(model);
    for (std::size_t i = 0; i < model.pieces.size(); ++i) {
        const std::string_view text = model.pieces[i].text;
        const auto id = static_cast<TokenId>(i);
        if (!mayForm[i] || text.size() > kLongestJoined || m_vocabulary.find(text) != id)
            continue;
        for (std::size_t at = characterAt(text, 0).length; at < text.size(); at += characterAt(text, at).length) {
            const TokenId left = symbolOf(text.substr(0, at));
            const TokenId right = left < 0 ? -1 : symbolOf(text.substr(at));
            if (right >= 0)
                m_merges.add(left, right, ranks[i], id);
        }
    }
}

void SentencepieceBpe::push(ModelToken symbol, std::string_view word, ModelScratch& scratch) const
{
    if (symbol.id >= 0 && symbol.id < m_firstCharacter) {
        scratch.tokens.push_back(symbol);
        return;
    }
    if (!m_usesBytes) {
        if (!scratch.tokens.empty() && scratch.tokens.back().id == m_unknown && scratch.tokens.back().end == symbol.begin)
            scratch.tokens.back().end = symbol.end;
        else
            scratch.tokens.push_back({m_unknown, symbol.begin, symbol.end});
        return;
    }
    for (std::uint32_t at = symbol.begin; at < symbol.end; ++at) {
        const TokenId id = m_byteIds[static_cast<unsigned char>(word[at])];
        scratch.tokens.push_back({id >= 0 ? id : m_unknown, at, at + 1});
    }
}

// An unused piece is not given out: the two symbols that it was joined from stand in its place.
void SentencepieceBpe::resegment(ModelToken symbol, std::string_view word, ModelScratch& scratch) const
{
    std::vector<ModelToken> parts;
    for (std::uint32_t at = symbol.begin; at < symbol.end;) {
        const std::uint32_t length = characterAt(word, at).length;
        parts.push_back({symbolOf(word.substr(at, length)), at, at + length});
        at += length;
    }
    while (parts.size() > 2) {
        std::size_t best = 0;
        MergeTable::Merge merge;
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            const MergeTable::Merge candidate = m_merges.find(parts[i].id, parts[i + 1].id);
            if (candidate.rank < merge.rank) {
                merge = candidate;
                best = i;
            }
        }
        if (merge.id < 0)
            break;
        parts[best] = {merge.id, parts[best].begin, parts[best + 1].end};
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
    for (const ModelToken& part : parts) {
        const bool isUnused = part.id >= 0 && part.id < m_firstCharacter && m_isUnused[static_cast<std::size_t>(part.id)];
        if (isUnused && part.end - part.begin < symbol.end - symbol.begin && countCharacters(word.substr(part.begin, part.end - part.begin)) > 1)
            resegment(part, word, scratch);
        else
            push(part, word, scratch);
    }
}

void SentencepieceBpe::encodeWord(std::string_view word, ModelScratch& scratch) const
{
    scratch.symbols.clear();
    for (std::uint32_t at = 0; at < word.size();) {
        const ByteTrie::Match frozen = m_frozen.longest(word, at);
        const auto length = static_cast<std::uint32_t>(frozen.length > 0 ? frozen.length : characterAt(word, at).length);
        // A frozen symbol is numbered so that no pair knows it.
        const TokenId id = frozen.length > 0 ? -2 - frozen.value : symbolOf(word.substr(at, length));
        scratch.symbols.push_back({id, at, at + length});
        at += length;
    }
    mergeSymbols(m_merges, scratch);
    for (ModelToken symbol : scratch.symbols) {
        if (symbol.id <= -2)
            symbol.id = -2 - symbol.id;
        const bool isUnused = symbol.id >= 0 && symbol.id < m_firstCharacter && m_isUnused[static_cast<std::size_t>(symbol.id)];
        if (isUnused && countCharacters(word.substr(symbol.begin, symbol.end - symbol.begin)) > 1)
            resegment(symbol, word, scratch);
        else
            push(symbol, word, scratch);
    }
}

void SentencepieceBpe::cut(std::string_view text, std::vector<std::uint32_t>& ends) const
{
    if (m_mayCutAtSpaces) {
        for (std::size_t at = text.find(kSpaceSymbol, 1); at != std::string_view::npos; at = text.find(kSpaceSymbol, at + kSpaceSymbol.size())) {
            if (!text.substr(0, at).ends_with(kSpaceSymbol))
                ends.push_back(static_cast<std::uint32_t>(at));
        }
    }
    ends.push_back(static_cast<std::uint32_t>(text.size()));
}

} // namespace crucible::text
