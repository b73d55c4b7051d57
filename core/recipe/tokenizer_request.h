// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a merge recipe that speaks of the output's vocabulary.
#pragma once

#include "recipe/recipe_reader.h"

namespace crucible::recipe {

// Reads `tokenizer_source` or `tokenizer` of a recipe's top level; nullopt when neither is there or nothing usable is.
std::optional<TokenizerRequest> readTokenizerRequest(RecipeReader& read, const YamlNode& root);

} // namespace crucible::recipe
