// SPDX-License-Identifier: GPL-3.0-or-later
// What a recipe's `tokenizer:` or `tokenizer_source:` means: the output vocabulary, the tokenizer's files, and for every
// model and every output row where that row of its embedding (and output head) comes from. Made from files of the
// tokenizers alone, before any weight is read.
//
// Unlike mergekit, ids of a union are reproducible: the base model's tokens keep their ids, then follow the ordinary
// tokens of the other inputs in listed order and by id, then their added tokens likewise, then the tokens named in `tokens`.
// A token that no input has, and no rule gives a row, gets a row of zeros and a warning.
#pragma once

#include "base/error.h"
#include "recipe/merge_recipe.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace crucible::merge {

// One model of the merge, as far as its tokenizer goes.
struct TokenizerInput {
    recipe::ModelRef ref;
    std::filesystem::path folder;    // of the model, not of its adapter
    std::int64_t embeddingRows = 0;  // dimension 0 of its input embedding; 0: taken from config.json's vocab_size
    bool isBase = false;             // the recipe's base_model; at most one
    bool tokenizerOnly = false;      // named by the request but not merged: gives its vocabulary, never a row
};

struct RowRef {
    std::uint32_t model = 0; // index into the inputs
    std::uint32_t row = 0;   // of that model's embedding as stored
    bool operator==(const RowRef&) const = default;
};

// Where one row of one model's rearranged embedding comes from.
struct RowSource {
    enum class Kind : std::uint8_t {
        Row,       // `ref`: a row of this model or of another one
        Mean,      // TokenizerPlan::means[mean]: float32 mean of several rows, added in that order
        Zero,      // zeros
        MeanOfAll, // the mean of this model's rearranged rows of all real tokens (padding rows)
    };
    Kind kind = Kind::Zero;
    RowRef ref;
    std::uint32_t mean = 0;
};

// How one model's vocabulary relates to the output's.
struct VocabularyDiff {
    std::size_t same = 0;        // output tokens that have the same id here
    std::size_t differentId = 0; // here under another id
    std::size_t missing = 0;     // not here
    struct Example {
        std::string token;
        std::int64_t outputId = -1;
        std::int64_t modelId = -1; // -1: missing
    };
    std::vector<Example> examples; // the first few that are not `same`
};

struct TokenizerPlan {
    std::vector<std::string> tokens; // by output id; an empty text where an id has no token
    std::size_t vocabSize = 0;       // rows of the output's embedding, padding included
    std::vector<std::vector<RowSource>> rows; // [input][output id], vocabSize each
    std::vector<std::vector<RowRef>> means;
    std::vector<std::int64_t> inputRows;      // [input]: embedding rows that `rows` was made for
    std::vector<VocabularyDiff> diffs;        // [input]
    std::map<std::string, std::string> files; // file name -> content: tokenizer.json, tokenizer_config.json, ...
    std::size_t source = 0;                   // the input whose tokenizer was taken or extended
    std::filesystem::path sourceFolder;       // of that input

    // True when the model's embedding is used as it is stored.
    bool isIdentity(std::size_t input) const;
};

// nullptr when something is wrong; then `problems` says what. Reads tokenizer.json, tokenizer_config.json,
// added_tokens.json and, for models without a tokenizer.json, the pieces of a sentencepiece tokenizer.model.
std::shared_ptr<const TokenizerPlan> planTokenizer(const recipe::TokenizerRequest& request,
                                                   std::span<const TokenizerInput> inputs, Problems& problems);

// How the inputs' tokenizers compare when the recipe asks for none.
struct TokenizerComparison {
    bool allKnown = true;             // every input has a tokenizer that could be read
    bool sameVocabulary = true;       // every readable one has the same tokens under the same ids
    bool sameChatTemplate = true;     // among the inputs that have one
    bool anyChatTemplate = false;
    std::vector<std::size_t> sizes;   // [input]: number of tokens, 0 when unknown
    std::vector<VocabularyDiff> diffs; // [input], against the donor's vocabulary; empty ones for unknown tokenizers
    // Full sentences for the plan: "The tokenizers are the same, 32 000 tokens."
    Sentence vocabularyMessage;
    Sentence chatTemplateMessage; // empty when no input has a template
};
// `donor`: index of the input whose tokenizer is going to be copied. Never throws for unreadable files.
TokenizerComparison compareTokenizers(std::span<const TokenizerInput> inputs, std::size_t donor);

} // namespace crucible::merge
