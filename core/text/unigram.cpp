// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/unigram.h"

#include "base/error.h"
#include "text/byte_level.h"
#include "text/utf8.h"

#include <algorithm>
#include <limits>

namespace crucible::text {
namespace {

constexpr double kUnknownPenalty = 10;
constexpr std::uint32_t kNowhere = 0xffffffffu;

} // namespace

UnigramModel::UnigramModel(Vocabulary vocabulary, std::vector<UnigramPiece> pieces, UnigramOptions options)
    : Model(std::move(vocabulary)), m_pieces(std::move(pieces)), m_options(options)
{
    std::vector<ByteTrie::Entry> entries;
    entries.reserve(m_pieces.size());
    // As sentencepiece starts, with the smallest positive number, when it looks for the greatest score.
    m_lowest = m_options.singlePrecision ? double(std::numeric_limits<float>::max()) : std::numeric_limits<double>::infinity();
    m_highest = double(std::numeric_limits<float>::min());
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        const UnigramPiece& piece = m_pieces[i];
        const std::string_view text = m_vocabulary.piece(static_cast<TokenId>(i));
        const bool isLatest = m_vocabulary.find(text) == static_cast<TokenId>(i); // of pieces that are the same text
        const bool isUnused = piece.kind == TokenKind::Unused && m_options.unusedForms;
        if ((piece.kind == TokenKind::Normal || piece.kind == TokenKind::UserDefined || isUnused) && !text.empty() && isLatest)
            entries.emplace_back(text, static_cast<std::int32_t>(i));
        if (piece.kind == TokenKind::Normal) {
            m_lowest = std::min(m_lowest, piece.score);
            m_highest = std::max(m_highest, piece.score);
        }
    }
    m_trie.build(std::move(entries));
    for (unsigned byte = 0; byte < 256; ++byte)
        m_byteIds[byte] = m_options.byteFallback ? m_vocabulary.find(bytePiece(static_cast<unsigned char>(byte))).value_or(-1) : -1;
}

void UnigramModel::pushUnknown(std::string_view word, std::uint32_t begin, std::uint32_t end, ModelScratch& scratch) const
{
    const std::string_view run = word.substr(begin, end - begin);
    const auto hasToken = [&](char byte) { return m_byteIds[static_cast<unsigned char>(byte)] >= 0; };
    if (m_options.byteFallback && std::all_of(run.begin(), run.end(), hasToken)) {
        for (const char byte : run)
            scratch.tokens.push_back({m_byteIds[static_cast<unsigned char>(byte)], begin, end});
    } else {
        scratch.tokens.push_back({*m_options.unknown, begin, end});
    }
}

// sentencepiece keeps sums in float, but compares them before they are rounded.
void UnigramModel::findBestPath(std::string_view word, ModelScratch& scratch) const
{
    const auto size = static_cast<std::uint32_t>(word.size());
    const auto rounded = [this](double value) { return m_options.singlePrecision ? double(static_cast<float>(value)) : value; };
    const double unknownScore = rounded(m_lowest - kUnknownPenalty);
    scratch.scores.assign(size + 1, 0);
    scratch.starts.assign(size + 1, kNowhere);
    scratch.ids.assign(size + 1, -1);
    const auto offer = [&](std::uint32_t begin, std::uint32_t end, TokenId id, double sum) {
        if (scratch.starts[end] == kNowhere || sum > scratch.scores[end]) {
            scratch.scores[end] = rounded(sum);
            scratch.starts[end] = begin;
            scratch.ids[end] = id;
        }
    };
    for (std::uint32_t begin = 0; begin < size;) {
        const std::uint32_t length = std::min(sequenceLength(static_cast<unsigned char>(word[begin])), size - begin);
        bool hasSingle = false;
        std::uint32_t node = ByteTrie::root();
        for (std::uint32_t end = begin; end < size;) {
            node = m_trie.child(node, static_cast<unsigned char>(word[end]));
            if (node == 0)
                break;
            ++end;
            const TokenId id = m_trie.value(node);
            if (id < 0)
                continue;
            const UnigramPiece& piece = m_pieces[static_cast<std::size_t>(id)];
            // A symbol of the user is to win over everything else.
            const bool isUsers = piece.kind == TokenKind::UserDefined;
            const double bonus = m_options.freeUserSymbols ? 0.0 : static_cast<float>(end - begin) * static_cast<float>(m_highest) - 0.1;
            const double score = isUsers ? bonus : piece.score;
            offer(begin, end, id, scratch.scores[begin] + score);
            hasSingle = hasSingle || end - begin == length;
        }
        if (!hasSingle) {
            if (!m_options.unknown)
                throw Error::invalid(
                    {CRUCIBLE_TR_NOOP(
                         "Problem", "the text holds \"%1\", and the vocabulary has no token for what it does not know"),
                     word.substr(begin, length)},
                    {}, CRUCIBLE_TR_NOOP("Problem", "complete the tokenizer's vocabulary"));
            offer(begin, begin + length, *m_options.unknown, rounded(scratch.scores[begin] + unknownScore));
        }
        begin += length;
    }
    // Backwards along the best path; runs of unknown characters are joined.
    const std::size_t first = scratch.symbols.size();
    for (std::uint32_t end = size; end > 0; end = scratch.starts[end]) {
        const ModelToken token{scratch.ids[end], scratch.starts[end], end};
        if (token.id == m_options.unknown && scratch.symbols.size() > first && scratch.symbols.back().id == token.id)
            scratch.symbols.back().begin = token.begin;
        else
            scratch.symbols.push_back(token);
    }
}

void UnigramModel::encodeWord(std::string_view word, ModelScratch& scratch) const
{
    scratch.symbols.clear();
    findBestPath(word, scratch);
    for (auto token = scratch.symbols.rbegin(); token != scratch.symbols.rend(); ++token) {
        if (token->id == m_options.unknown)
            pushUnknown(word, token->begin, token->end, scratch);
        else
            scratch.tokens.push_back(*token);
    }
}

} // namespace crucible::text
