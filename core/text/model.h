// SPDX-License-Identifier: GPL-3.0-or-later
// What cuts a word into tokens: BPE, Unigram, WordPiece or WordLevel, with its vocabulary.
#pragma once

#include "text/vocabulary.h"

namespace crucible::text {

struct ModelToken {
    TokenId id = 0;
    std::uint32_t begin = 0; // bytes of the word
    std::uint32_t end = 0;
};

// Memory that encoding reuses from word to word. One for each thread; every model uses what it needs.
struct ModelScratch {
    std::vector<ModelToken> tokens;
    std::vector<ModelToken> symbols;
    std::vector<std::uint32_t> ranks;
    std::vector<std::uint32_t> previous, next;
    std::vector<std::uint64_t> heap;
    std::vector<double> scores;
    std::vector<std::uint32_t> starts;
    std::vector<TokenId> ids;
    std::string bytes;
};

class Model {
public:
    virtual ~Model() = default;

    virtual std::string_view name() const = 0;
    const Vocabulary& vocabulary() const { return m_vocabulary; }

    // Appends the tokens of one word to scratch.tokens, with offsets in the word. Throws Error::invalid where the word
    // holds something unknown and the vocabulary has no token for that.
    virtual void encodeWord(std::string_view word, ModelScratch& scratch) const = 0;

    // Where encodeWord() may be called on the parts of a text instead of the whole, with the same result: appends the ends
    // of the parts, the last being text.size(). The default is one part.
    virtual void cut(std::string_view text, std::vector<std::uint32_t>& ends) const
    {
        ends.push_back(static_cast<std::uint32_t>(text.size()));
    }

protected:
    explicit Model(Vocabulary vocabulary) : m_vocabulary(std::move(vocabulary)) {}

    Vocabulary m_vocabulary;
};

} // namespace crucible::text
