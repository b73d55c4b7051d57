// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences that cross from one process to another, or are kept, and can still be said in another language there.
#pragma once

#include "base/json.h"
#include "base/sentence.h"

namespace crucible {

// The text itself, or {"pattern": text, "arguments": [sentence, ...]} when something was put in.
Json toJson(const Sentence& sentence);
// Anything else than these is an empty sentence. At most eight sentences inside one another are read.
Sentence sentenceFromJson(const Json& json);

} // namespace crucible
