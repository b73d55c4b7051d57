// SPDX-License-Identifier: GPL-3.0-or-later
// What is put around the tokens of a text: the post-processors of tokenizer.json, for one text at a time.
#pragma once

#include "base/json.h"
#include "text/tokenizer.h"

#include <functional>

namespace crucible::text {

class PostProcessor {
public:
    // Replaces the tokens by `before`, the tokens, `after`.
    struct Frame {
        std::vector<TokenId> before, after;
        // The text stands in the template. Some templates for one text leave it out.
        bool hasText = true;
    };
    // Takes the spaces at a token's ends out of its offsets.
    struct TrimOffsets {
        bool addPrefixSpace = true;
    };

    void addFrame(Frame frame) { m_frames.push_back(std::move(frame)); }
    void addTrim(TrimOffsets trim) { m_trims.push_back(trim); }
    // Forgets what is put around texts.
    void clearFrames() { m_frames.clear(); }

    // offsets may be null. pieceOf gives the text of a token in the vocabulary.
    void apply(bool addSpecial, const std::function<std::string_view(TokenId)>& pieceOf, std::vector<TokenId>& ids,
               std::vector<Offsets>* offsets) const;

private:
    std::vector<Frame> m_frames; // from the innermost to the outermost
    std::vector<TrimOffsets> m_trims;
};

// What `post_processor` describes; one that does nothing for null. Throws Error::invalid or Error::unsupported.
PostProcessor readPostProcessor(const Json& json);

} // namespace crucible::text
