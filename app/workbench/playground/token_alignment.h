// SPDX-License-Identifier: GPL-3.0-or-later
// Where the tokens of a text lie in it, when what they decode to is not the text to the letter: a blank before the first
// word, characters that the tokenizer folded, special tokens that stand for nothing.
#pragma once

#include "playground/token_record.h"

namespace crucible::workbench {

// Changes each token's text so that together they are `text`. A token that is not found gets nothing; what no token claims
// goes to the one before it (at the start: to the first that has text).
void alignTokens(const QString& text, QList<TokenRecord>& tokens);

} // namespace crucible::workbench
