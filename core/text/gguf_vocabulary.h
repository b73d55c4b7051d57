// SPDX-License-Identifier: GPL-3.0-or-later
// A vocabulary as GGUF files keep it, under tokenizer.ggml: to be read from one, to be written to one, and to be
// made a tokenizer of.
#pragma once

#include "text/tokenizer.h"

namespace crucible::formats {
class GgufFile;
}

namespace crucible::text {

struct GgufVocabulary {
    std::string model; // "llama" (sentencepiece BPE), "gpt2" (byte-level BPE), "t5" (Unigram), "bert" (WordPiece)
    std::string pre;   // name of the pre-tokenizer, for "gpt2"
    std::vector<std::string> tokens; // by id
    std::vector<float> scores;       // as many
    std::vector<TokenKind> kinds;    // as many
    std::vector<std::string> merges; // "left right", for "gpt2"
    Tokenizer::SpecialTokens special;
    std::optional<TokenId> separator, classifier, mask;
    // Absent: as is usual for the kind.
    std::optional<bool> addBos, addEos, addSpacePrefix, removeExtraWhitespaces;
    std::optional<bool> lowercase, stripAccents; // for "bert"
    std::string charsMap;  // compiled normalization rules, for "t5"
    std::string modelName; // general.name
};

// Throws Error::notFound when the file has none, Error::corrupt.
GgufVocabulary vocabularyIn(const formats::GgufFile& file);

// Throws Error::invalid, Error::corrupt, Error::unsupported for another kind.
std::shared_ptr<const Tokenizer> makeTokenizer(const GgufVocabulary& contents);

} // namespace crucible::text
