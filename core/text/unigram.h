// SPDX-License-Identifier: GPL-3.0-or-later
// Unigram language models (Kudo 2018): of all ways to cut a word into pieces the one with the greatest sum of scores, found
// in one pass. An unknown character costs ten more than the worst piece; a run of them is one token.
#pragma once

#include "text/byte_trie.h"
#include "text/model.h"

#include <array>

namespace crucible::text {

struct UnigramPiece {
    double score = 0;
    TokenKind kind = TokenKind::Normal; // of sentencepiece: others than Normal and UserDefined are not found in a text
};

struct UnigramOptions {
    std::optional<TokenId> unknown; // without it, unknown characters are an error
    bool byteFallback = false;      // unknown characters become the tokens <0xHH> of their bytes where all are there
    bool singlePrecision = false;   // sums in float, as sentencepiece has them; tokenizers and llama.cpp sum in double
    bool freeUserSymbols = false;   // symbols of the user score zero, as in llama.cpp; else they beat everything
    bool unusedForms = false;       // pieces that are called unused are found like normal ones, as in llama.cpp
};

class UnigramModel final : public Model {
public:
    // pieces: by id, as many as the vocabulary has ids.
    UnigramModel(Vocabulary vocabulary, std::vector<UnigramPiece> pieces, UnigramOptions options);

    std::string_view name() const override { return "Unigram"; }
    void encodeWord(std::string_view word, ModelScratch& scratch) const override;

private:
    void findBestPath(std::string_view word, ModelScratch& scratch) const;
    void pushUnknown(std::string_view word, std::uint32_t begin, std::uint32_t end, ModelScratch& scratch) const;

    std::vector<UnigramPiece> m_pieces;
    UnigramOptions m_options;
    ByteTrie m_trie;
    std::array<TokenId, 256> m_byteIds;
    double m_lowest = 0, m_highest = 0; // scores of normal pieces
};

} // namespace crucible::text
