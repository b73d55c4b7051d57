// SPDX-License-Identifier: GPL-3.0-or-later
// The files of an output's tokenizer: those of one model, with tokens taken away and added. What does not change is kept
// byte for byte.
#pragma once

#include "merge/tokenizer_vocabulary.h"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace crucible::merge {

struct VocabularyChange {
    std::vector<AddedToken> added;  // appended; an entry whose content is added already replaces nothing
    std::set<std::string> removed;  // tokens that have no row in the model's embedding

    bool empty() const { return added.empty() && removed.empty(); }
};

// The text of a tokenizer.json after the change. Throws Error::corrupt.
std::string changedTokenizerJson(std::string_view text, const VocabularyChange& change,
                                 const std::filesystem::path& file);

// All files that the output's tokenizer needs, from a model's folder. Files that describe the vocabulary in older forms
// (tokenizer.model, vocab.json, merges.txt, added_tokens.json) only go along when the vocabulary is unchanged.
// Throws Error::notFound, Error::io, Error::corrupt.
std::map<std::string, std::string> tokenizerFiles(const std::filesystem::path& folder, const VocabularyChange& change);

} // namespace crucible::merge
