// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of one model's tokenizer and their ids, read from tokenizer.json (BPE, Unigram, WordPiece, WordLevel) or, when
// there is none, from a sentencepiece tokenizer.model, a vocab.json or a vocab.txt, with what added_tokens.json and
// tokenizer_config.json add.
#pragma once

#include "base/json.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crucible::merge {

struct AddedToken {
    std::int64_t id = 0;
    std::string content;
    bool singleWord = false;
    bool leftStrip = false;
    bool rightStrip = false;
    bool normalized = true;
    bool special = false;

    bool sameSettings(const AddedToken& other) const;
    // As an entry of tokenizer.json's `added_tokens`, in its order of keys.
    OrderedJson json() const;
    // As a value of tokenizer_config.json's `added_tokens_decoder`.
    OrderedJson decoderJson() const;
};

struct Vocabulary {
    Vocabulary() = default;
    Vocabulary(Vocabulary&&) = default; // `ids` points into `tokens`, which moves but must not be copied
    Vocabulary& operator=(Vocabulary&&) = default;

    struct Token {
        std::string text;
        std::int64_t id = 0;
    };
    std::string file;          // name of the file it was read from
    std::vector<Token> tokens; // by id
    std::vector<AddedToken> added; // in the file's order
    std::unordered_map<std::string_view, std::int64_t> ids; // views into `tokens`

    bool isTokenizerJson() const { return file == "tokenizer.json"; }
    bool isAdded(std::string_view text) const;
    // -1 when there is no such token.
    std::int64_t idOf(std::string_view text) const;
    std::int64_t largestId() const { return tokens.empty() ? -1 : tokens.back().id; }
};

// nullptr when the folder holds no tokenizer of these kinds. Throws Error::corrupt, Error::io. Vocabularies that were read
// lately are kept and recognised by the content of their file, because a plan is made anew after every edit of a recipe.
std::shared_ptr<const Vocabulary> readVocabulary(const std::filesystem::path& modelFolder);

// Parses the text of a tokenizer.json.
Vocabulary vocabularyFromJson(std::string_view text, const std::filesystem::path& file);
// Parses a serialised sentencepiece model: the pieces are the tokens, by position.
Vocabulary vocabularyFromSentencePiece(std::string_view bytes, const std::filesystem::path& file);

} // namespace crucible::merge
