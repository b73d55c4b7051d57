// SPDX-License-Identifier: GPL-3.0-or-later
// config.json of a merged model: the donor's, made true where the merge changed what it says. The donor's keys keep their
// order and spelling.
#pragma once

#include "base/dtype.h"
#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crucible::merge {

struct OutputFacts {
    // A stack of layers of the output.
    struct Stack {
        std::string layersKey;         // dotted key of the number of layers; empty: the config has none
        std::vector<int> sourceLayers; // by output layer: its number in the model it was taken from
    };

    OrderedJson donor; // the donor's config.json
    std::vector<Stack> stacks;
    bool usesSlices = false;                // layers were chosen; else numbers of layers stay as they are
    std::vector<std::string> perLayerLists; // keys that the family knows to hold one value per layer
    std::string vocabSizeKey = "vocab_size"; // dotted
    std::int64_t embeddingRows = 0;          // of the input embedding as written; 0: there is none
    bool vocabularyBuilt = false;            // the recipe asked for a tokenizer
    std::optional<bool> headIsTied;          // no output head is written; nullopt: the family has none
    // As written, when one dtype holds for all floating-point tensors that the config speaks of. Under mergekitExact what the
    // recipe says, nullopt when it says nothing.
    std::optional<DType> dtype;
    bool mergekitExact = false;
};

// Ids of tokens that begin, end and fill a text: the keys of config.json and generation_config.json that hold them become
// those of `source`, whose vocabulary the ids belong to, where that has them.
void takeTokenIds(OrderedJson& config, const OrderedJson& source);

// Sets the numbers of layers (with slices), the dtype, and unless mergekitExact the vocabulary size, tie_word_embeddings
// and lists with one entry per layer: those that the family names, and lists beside a number of layers or at the top
// whose key contains "layer" and whose length is the donor's number of layers. Under mergekitExact the vocabulary size
// follows a built tokenizer only.
OrderedJson outputConfig(const OutputFacts& facts);

} // namespace crucible::merge
