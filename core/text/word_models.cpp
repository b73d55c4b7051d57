// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/word_models.h"

#include "base/error.h"
#include "text/utf8.h"

namespace crucible::text {
namespace {

TokenId unknownOr(const std::optional<TokenId>& unknown, std::string_view word)
{
    if (!unknown)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem",
                              "the word \"%1\" is not in the vocabulary, which has no token for what it does not know"),
             word.substr(0, 100)},
            {}, CRUCIBLE_TR_NOOP("Problem", "complete the tokenizer's vocabulary"));
    return *unknown;
}

} // namespace

WordPieceModel::WordPieceModel(Vocabulary vocabulary, WordPieceOptions options)
    : Model(std::move(vocabulary)), m_options(std::move(options)), m_unknown(m_vocabulary.find(m_options.unknownPiece))
{
    std::vector<ByteTrie::Entry> first, continuing;
    for (std::size_t i = 0; i < m_vocabulary.idLimit(); ++i) {
        const auto id = static_cast<TokenId>(i);
        const std::string_view piece = m_vocabulary.piece(id);
        if (piece.empty() || m_vocabulary.find(piece) != id)
            continue;
        first.emplace_back(piece, id);
        if (piece.starts_with(m_options.continuingPrefix))
            continuing.emplace_back(piece.substr(m_options.continuingPrefix.size()), id);
    }
    m_first.build(std::move(first));
    m_continuing.build(std::move(continuing));
}

void WordPieceModel::encodeWord(std::string_view word, ModelScratch& scratch) const
{
    const std::size_t before = scratch.tokens.size();
    bool known = word.size() <= m_options.maxCharacters || countCharacters(word) <= m_options.maxCharacters;
    for (std::size_t at = 0; known && at < word.size();) {
        const ByteTrie::Match match = (at == 0 ? m_first : m_continuing).longest(word, at);
        known = match.length > 0;
        if (known)
            scratch.tokens.push_back({match.value, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + match.length)});
        at += match.length;
    }
    if (!known) {
        scratch.tokens.resize(before);
        scratch.tokens.push_back({unknownOr(m_unknown, word), 0, static_cast<std::uint32_t>(word.size())});
    }
}

WordLevelModel::WordLevelModel(Vocabulary vocabulary, std::string unknownPiece)
    : Model(std::move(vocabulary)), m_unknown(m_vocabulary.find(unknownPiece))
{
}

void WordLevelModel::encodeWord(std::string_view word, ModelScratch& scratch) const
{
    const std::optional<TokenId> id = m_vocabulary.find(word);
    scratch.tokens.push_back({id ? *id : unknownOr(m_unknown, word), 0, static_cast<std::uint32_t>(word.size())});
}

} // namespace crucible::text
