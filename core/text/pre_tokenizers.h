// SPDX-License-Identifier: GPL-3.0-or-later
// How a text is cut into the words that a model sees: the pre-tokenizers of tokenizer.json.
#pragma once

#include "base/json.h"
#include "text/split_patterns.h"
#include "text/work_text.h"

namespace crucible::text {

class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    virtual void apply(WorkText& text) const = 0;
};

using PreTokenizerList = std::vector<std::unique_ptr<const PreTokenizer>>;

struct PreTokenizers {
    PreTokenizerList steps;
    // The last step writes bytes in the alphabet of byte_level.h. It is left out of `steps`: a model of bytes gives the same.
    bool endsInByteLevel = false;
    // A step asks where in the original its piece begins.
    bool needsOrigins = false;
};

// What `pre_tokenizer` of tokenizer.json describes; nothing for null. Throws Error::invalid or Error::unsupported.
// bytesAsText: never leave the byte level alphabet to the model.
PreTokenizers readPreTokenizer(const Json& json, bool bytesAsText);

// What becomes of the matches of a pattern.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };
// inverted: what is between the matches takes their place.
std::unique_ptr<const PreTokenizer> splitBy(std::shared_ptr<const SplitPattern> pattern, SplitBehavior behavior, bool inverted = false);
std::unique_ptr<const PreTokenizer> bertPreTokenizer();

// {"String": ...} or {"Regex": ...} under the key "pattern". Throws Error::invalid.
std::shared_ptr<const SplitPattern> readPattern(const Json& json);

} // namespace crucible::text
