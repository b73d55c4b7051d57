// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/added_tokens.h"

#include "base/error.h"
#include "text/unicode.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text {

void AddedTokens::add(AddedToken token)
{
    constexpr std::size_t kLongest = 1024; // bounds the work for a text that nearly matches everywhere
    if (token.content.size() > kLongest)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the added token %1 has %2 bytes, at most %3 are possible"),
                              token.id, token.content.size(), kLongest});
    if (token.content.empty())
        return;
    const auto known = m_byContent.find(token.content);
    const std::size_t index = known != m_byContent.end() ? known->second : m_tokens.size();
    if (index == m_tokens.size())
        m_tokens.emplace_back();
    m_byContent[token.content] = index;
    m_byId[token.id] = index;
    m_tokens[index] = std::move(token);
}

void AddedTokens::prepare(const NormalizerList& normalizers)
{
    std::vector<std::string> contents;
    contents.reserve(m_tokens.size());
    for (const AddedToken& token : m_tokens) {
        WorkText text(token.content, false);
        for (const auto& normalizer : normalizers)
            normalizer->apply(text);
        contents.push_back(token.normalized ? std::string(text.pieces().empty() ? std::string_view() : text.textOf(text.pieces().front()))
                                            : token.content);
    }
    for (Matcher* matcher : {&m_raw, &m_normalized}) {
        std::vector<ByteTrie::Entry> entries;
        for (std::size_t i = 0; i < m_tokens.size(); ++i) {
            if (m_tokens[i].normalized != (matcher == &m_normalized) || contents[i].empty())
                continue;
            entries.emplace_back(contents[i], static_cast<std::int32_t>(i));
            matcher->first[static_cast<unsigned char>(contents[i][0])] = true;
        }
        matcher->trie.build(std::move(entries));
    }
}

const AddedToken* AddedTokens::find(TokenId id) const
{
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &m_tokens[found->second];
}

const AddedToken* AddedTokens::find(std::string_view content) const
{
    const auto found = m_byContent.find(content);
    return found == m_byContent.end() ? nullptr : &m_tokens[found->second];
}

bool AddedTokens::isSpecial(std::string_view content) const
{
    const AddedToken* token = find(content);
    return token && token->special;
}

TokenId AddedTokens::largestId() const
{
    return m_byId.empty() ? -1 : m_byId.rbegin()->first;
}

void AddedTokens::split(WorkText& text, bool normalized, bool parseSpecial) const
{
    const Matcher& matcher = normalized ? m_normalized : m_raw;
    if (!matcher.trie.empty())
        text.split([&](const Piece& piece, std::vector<Piece>& out) { splitPiece(matcher, text, piece, parseSpecial, out); });
}

// From left to right the longest token at each place; what a found token was refused for is not searched again.
void AddedTokens::splitPiece(const Matcher& matcher, const WorkText& text, const Piece& piece, bool parseSpecial, std::vector<Piece>& out) const
{
    const std::string_view view = text.textOf(piece);
    const auto push = [&](std::size_t begin, std::size_t end, TokenId token) {
        if (end > begin || token >= 0)
            out.push_back({piece.begin + static_cast<std::uint32_t>(begin), piece.begin + static_cast<std::uint32_t>(end), token});
    };
    std::size_t done = 0;
    for (std::size_t at = 0; at < view.size();) {
        if (!matcher.first[static_cast<unsigned char>(view[at])]) {
            ++at;
            continue;
        }
        const ByteTrie::Match match = matcher.trie.longest(view, at);
        if (match.length == 0) {
            ++at;
            continue;
        }
        const AddedToken& token = m_tokens[static_cast<std::size_t>(match.value)];
        std::size_t begin = at, end = at + match.length;
        at = end;
        if (token.special && !parseSpecial)
            continue;
        if (token.singleWord) {
            const bool touchesLeft = begin > 0 && isWord(characterAt(view, previousCharacter(view, begin)).code);
            const bool touchesRight = end < view.size() && isWord(characterAt(view, end).code);
            if (touchesLeft || touchesRight)
                continue;
        }
        while (token.lstrip && begin > done && isWhiteSpace(characterAt(view, previousCharacter(view, begin)).code))
            begin = previousCharacter(view, begin);
        while (token.rstrip && end < view.size() && isWhiteSpace(characterAt(view, end).code))
            end += characterAt(view, end).length;
        push(done, std::max(begin, done), -1);
        // Found before the white space behind an earlier one was given to that one: then it stands for nothing more.
        push(std::max(begin, done), std::max(end, done), token.id);
        done = std::max(end, done);
    }
    push(done, view.size(), -1);
}

} // namespace crucible::text
