// SPDX-License-Identifier: GPL-3.0-or-later
// Where versions of Unicode show: characters that are newer than utf8proc's tables, and the older tables that the
// tokenizers library of Hugging Face asks in some places. Found by asking that library for every character.
#pragma once

#include <cstdint>

namespace crucible::text {

// The category of a character that was assigned after Unicode 15.0; 0 for all others.
std::uint32_t addedCategory(char32_t code);

// As the pre-tokenizers Punctuation and BertPreTokenizer see it, beside ASCII.
bool isReferencePunctuation(char32_t code);
// What the normalizer StripAccents takes away.
bool isReferenceMark(char32_t code);
// What BertNormalizer takes away as an accent.
bool isReferenceNonspacing(char32_t code);
// What BertNormalizer cleans away: control, format and private characters.
bool isReferenceControl(char32_t code);

} // namespace crucible::text
