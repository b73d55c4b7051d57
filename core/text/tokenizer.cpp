// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/tokenizer.h"

#include "base/error.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text {
namespace {

constexpr std::size_t kMaxTextBytes = std::size_t(1) << 30;

void checkText(std::string_view text)
{
    if (text.size() > kMaxTextBytes)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "a text of %1 bytes is too long to encode at once"), text.size()}, {},
            CRUCIBLE_TR_NOOP("Problem", "encode it in parts"));
    const std::size_t bad = firstInvalidByte(text);
    if (bad < text.size())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the text is not valid UTF-8 at byte %1"), bad}, {},
                             CRUCIBLE_TR_NOOP("Problem", "convert it to UTF-8 first"));
}

std::size_t commonPrefix(std::string_view a, std::string_view b)
{
    const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
    std::size_t length = static_cast<std::size_t>(end - a.begin());
    while (length > 0 && length < b.size() && isContinuation(b[length]))
        --length;
    return length;
}

} // namespace

std::vector<TokenId> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const
{
    checkText(text);
    std::vector<TokenId> ids;
    encodeInto(text, options, ids, nullptr);
    return ids;
}

Encoding Tokenizer::encodeWithOffsets(std::string_view text, const EncodeOptions& options) const
{
    checkText(text);
    Encoding encoding;
    encodeInto(text, options, encoding.ids, &encoding.offsets);
    return encoding;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skipSpecial) const
{
    return decodeIds(ids, skipSpecial);
}

std::size_t Tokenizer::vocabularySize() const
{
    return idLimit();
}

StreamDecoder::StreamDecoder(std::shared_ptr<const Tokenizer> tokenizer, bool skipSpecial)
    : m_tokenizer(std::move(tokenizer)), m_skipSpecial(skipSpecial)
{
}

std::string StreamDecoder::push(TokenId id)
{
    m_ids.push_back(id);
    return take(false);
}

std::string StreamDecoder::finish()
{
    std::string text = take(true);
    m_ids.clear();
    m_contextIds = 0;
    return text;
}

// Decoders treat the first token of a sequence differently, so what is new is the difference between the text of the
// context and the text of the context with the new ids.
std::string StreamDecoder::take(bool everything)
{
    if (m_ids.size() == m_contextIds)
        return {};
    // A character is never longer than this many tokens: what is still not whole by then never will be.
    constexpr std::size_t kMostHeldBack = 16;
    const std::span<const TokenId> all(m_ids);
    const std::string before = m_tokenizer->decode(all.first(m_contextIds), m_skipSpecial);
    const std::string after = m_tokenizer->decode(all, m_skipSpecial);
    const bool incomplete = std::string_view(after).ends_with(kReplacementCharacter);
    if (incomplete && !everything && m_ids.size() - m_contextIds < kMostHeldBack)
        return {};
    std::string fresh = after.substr(commonPrefix(before, after));
    if (fresh.empty() && !everything) { // tokens without a text; they may still decide on the space before the next one
        if (m_ids.size() - m_contextIds >= kMostHeldBack)
            m_ids.resize(m_contextIds);
        return {};
    }
    m_ids.erase(m_ids.begin(), m_ids.begin() + static_cast<std::ptrdiff_t>(m_contextIds));
    m_contextIds = m_ids.size();
    return fresh;
}

} // namespace crucible::text
