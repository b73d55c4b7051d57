// SPDX-License-Identifier: GPL-3.0-or-later
// The two models that look whole words up: WordPiece (BERT), which takes the longest piece again and again, and WordLevel.
#pragma once

#include "text/byte_trie.h"
#include "text/model.h"

namespace crucible::text {

struct WordPieceOptions {
    std::string unknownPiece = "[UNK]";
    std::string continuingPrefix = "##";
    std::size_t maxCharacters = 100; // of a word; longer ones are unknown
};

class WordPieceModel final : public Model {
public:
    WordPieceModel(Vocabulary vocabulary, WordPieceOptions options);

    std::string_view name() const override { return "WordPiece"; }
    void encodeWord(std::string_view word, ModelScratch& scratch) const override;

private:
    WordPieceOptions m_options;
    std::optional<TokenId> m_unknown;
    ByteTrie m_first, m_continuing; // pieces that begin a word, and, without their prefix, those that go on
};

class WordLevelModel final : public Model {
public:
    WordLevelModel(Vocabulary vocabulary, std::string unknownPiece);

    std::string_view name() const override { return "WordLevel"; }
    void encodeWord(std::string_view word, ModelScratch& scratch) const override;

private:
    std::optional<TokenId> m_unknown;
};

} // namespace crucible::text
