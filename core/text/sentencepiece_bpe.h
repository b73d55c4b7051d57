// SPDX-License-Identifier: GPL-3.0-or-later
// BPE as sentencepiece has it: any two neighbours whose joined text is a piece may be joined, the piece of the greatest
// score first. All pairs that can occur are found when the model is loaded.
#pragma once

#include "text/bpe.h"
#include "text/byte_trie.h"
#include "text/sentencepiece_file.h"

namespace crucible::text {

class SentencepieceBpe final : public Model {
public:
    // anyKind: pieces of every kind may be formed, as llama.cpp has it; else control, unknown and byte pieces are not.
    SentencepieceBpe(Vocabulary vocabulary, const SentencepieceModel& model, bool anyKind);

    std::string_view name() const override { return "BPE"; }
    void encodeWord(std::string_view word, ModelScratch& scratch) const override;
    void cut(std::string_view text, std::vector<std::uint32_t>& ends) const override;

private:
    void findPairs(const SentencepieceModel& model, const std::vector<bool>& mayForm);
    TokenId symbolOf(std::string_view text) const;
    void resegment(ModelToken symbol, std::string_view word, ModelScratch& scratch) const;
    void push(ModelToken symbol, std::string_view word, ModelScratch& scratch) const;

    MergeTable m_merges;
    Vocabulary m_characters;      // parts of pieces that are no pieces themselves; numbered from m_firstCharacter
    TokenId m_firstCharacter = 0; // symbols from here on are unknown
    TokenId m_unknown = 0;
    bool m_usesBytes = false;
    std::array<TokenId, 256> m_byteIds;
    std::vector<bool> m_mayForm;  // by id
    ByteTrie m_frozen;            // symbols of the user, which are never taken apart nor joined
    std::vector<bool> m_isUnused;
    bool m_mayCutAtSpaces = false;
};

} // namespace crucible::text
