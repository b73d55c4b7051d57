// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens that are found in a text before any model sees it: what was added to a vocabulary after it was trained.
#pragma once

#include "text/byte_trie.h"
#include "text/normalizers.h"
#include "text/work_text.h"

#include <array>
#include <map>

namespace crucible::text {

struct AddedToken {
    std::string content;
    TokenId id = -1;
    bool singleWord = false; // only where no letter, digit or mark touches it
    bool lstrip = false;     // takes the white space before it
    bool rstrip = false;     // and behind it
    bool normalized = true;  // is looked for, normalized, in the normalized text
    bool special = false;
};

class AddedTokens {
public:
    // A token whose content is there already takes its place. Throws Error::invalid for contents that are absurdly long.
    void add(AddedToken token);
    // To be called once, when all are there.
    void prepare(const NormalizerList& normalizers);

    const AddedToken* find(TokenId id) const;
    const AddedToken* find(std::string_view content) const;
    const std::vector<AddedToken>& all() const { return m_tokens; }
    bool isSpecial(std::string_view content) const;
    TokenId largestId() const; // -1 when there is none

    // Cuts every piece of text at the tokens that are looked for in it: before (false) or after (true) it was normalized.
    void split(WorkText& text, bool normalized, bool parseSpecial) const;

private:
    struct Matcher {
        ByteTrie trie;
        std::array<bool, 256> first{}; // bytes that some token begins with
    };
    void splitPiece(const Matcher& matcher, const WorkText& text, const Piece& piece, bool parseSpecial, std::vector<Piece>& out) const;

    std::vector<AddedToken> m_tokens;
    std::map<std::string, std::size_t, std::less<>> m_byContent;
    std::map<TokenId, std::size_t> m_byId;
    Matcher m_raw, m_normalized;
};

} // namespace crucible::text
