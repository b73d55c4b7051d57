// SPDX-License-Identifier: GPL-3.0-or-later
// sentencepiece's own way from text to ids: its normalization (which keeps symbols of the user as they are), its models,
// its decoding. GGUF files of the kinds "llama" and "t5" are read into it too.
#pragma once

#include "text/added_tokens.h"
#include "text/charsmap.h"
#include "text/model.h"
#include "text/sentencepiece_file.h"
#include "text/word_cache.h"

#include <mutex>

namespace crucible::text {

struct SentencepieceOptions {
    ParseSpecial parseSpecial = ParseSpecial::Never;
    // As llama.cpp has it: pieces of every kind can be formed from text, symbols of the user are cut out before, and texts for
    // Unigram models are normalized in its own way.
    bool anyKindForms = false;
    // Tokens to cut out of the text beside the model's own; with the flags that say how.
    std::vector<AddedToken> added;
};

class Sentencepiece final : public Tokenizer {
public:
    // Throws Error::invalid for a model that can not work.
    Sentencepiece(SentencepieceModel model, const SentencepieceOptions& options);

    std::string_view piece(TokenId id) const override;
    std::optional<TokenId> idOf(std::string_view piece) const override;
    TokenKind kind(TokenId id) const override;
    bool isSpecial(TokenId id) const override;
    std::string_view model() const override { return m_engine->name(); }

protected:
    void encodeInto(std::string_view text, const EncodeOptions& options, std::vector<TokenId>& ids,
                    std::vector<Offsets>* offsets) const override;
    std::string decodeIds(std::span<const TokenId> ids, bool skipSpecial) const override;
    std::size_t idLimit() const override { return std::max(m_model.pieces.size(), static_cast<std::size_t>(m_added.largestId() + 1)); }

private:
    struct Worker {
        ModelScratch scratch;
        WordCache cache;
        std::vector<std::uint32_t> ends;
        std::string normalized;
        std::vector<std::uint32_t> origins; // of each byte of `normalized`, and of its end
    };
    // What the beginning of the text becomes, and how many of its bytes that takes.
    struct Step {
        std::string_view text;
        std::size_t taken = 0;
    };
    Step step(std::string_view rest) const;
    Step llamaStep(std::string_view rest) const;
    void normalizeLikeLlama(std::string_view text, bool tracked, Worker& worker) const;
    void normalizeInto(std::string_view text, bool tracked, Worker& worker) const;
    void encodePart(std::string_view text, std::uint32_t offset, Worker& worker, std::vector<TokenId>& ids, std::vector<Offsets>* offsets) const;

    SentencepieceModel m_model;
    std::unique_ptr<const Model> m_engine;
    std::optional<CharsMap> m_charsMap;
    ByteTrie m_userSymbols;
    bool m_likeLlama = false; // how texts are normalized
    AddedTokens m_added; // control tokens and what was added to them
    ParseSpecial m_parseSpecial;
    mutable std::mutex m_mutex;
    mutable std::vector<std::unique_ptr<Worker>> m_idle;
};

} // namespace crucible::text
