// SPDX-License-Identifier: GPL-3.0-or-later
// What a sentencepiece model consists of, read from tokenizer.model (a protocol buffer, sentencepiece_model.proto) or put
// together from a GGUF file's metadata.
#pragma once

#include "text/tokenizer.h"

namespace crucible::text {

struct SentencepieceModel {
    enum class Type { Unigram = 1, Bpe = 2, Word = 3, Char = 4 };
    struct Piece {
        std::string text;
        float score = 0;
        TokenKind kind = TokenKind::Normal;
    };

    Type type = Type::Unigram;
    std::vector<Piece> pieces; // by id
    std::string charsMap;      // compiled normalization rules; empty when there are none
    bool addDummyPrefix = true;
    bool removeExtraWhitespaces = true;
    bool escapeWhitespaces = true;
    bool whitespaceAsSuffix = false;
    bool byteFallback = false;
    std::string unknownSurface = " \xE2\x81\x87 ";

    TokenId unknown = 0;
    std::optional<TokenId> bos, eos, padding;
    // Put around every text on request.
    bool addBos = true;
    bool addEos = false;
};

// Throws Error::invalid for bytes that are no such model.
SentencepieceModel parseSentencepieceModel(std::string_view bytes);

// The bytes of a tokenizer.model that is read back as the same model.
std::string writeSentencepieceModel(const SentencepieceModel& model);

} // namespace crucible::text
