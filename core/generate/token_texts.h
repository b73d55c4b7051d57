// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes that each token adds to a text, which may be a part of a character. Empty for special tokens.
#pragma once

#include "generate/candidates.h"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::text {
class Tokenizer;
}

namespace crucible::generate {

class TokenTexts {
public:
    explicit TokenTexts(std::shared_ptr<const text::Tokenizer> tokenizer);

    const text::Tokenizer& tokenizer() const { return *m_tokenizer; }
    // Of every token, by id. Computed when they are first asked for; any thread may ask.
    const std::vector<std::string>& all() const;

private:
    std::string textOf(TokenId id) const;

    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::vector<TokenId> m_before; // a token that others are written after, since some decoders treat the first differently
    std::string m_textBefore;
    mutable std::once_flag m_once;
    mutable std::vector<std::string> m_texts;
};

} // namespace crucible::generate
