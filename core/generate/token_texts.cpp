// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/token_texts.h"

#include "base/error.h"
#include "text/byte_level.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

namespace crucible::generate {

TokenTexts::TokenTexts(std::shared_ptr<const text::Tokenizer> tokenizer) : m_tokenizer(std::move(tokenizer))
{
    try {
        m_before = m_tokenizer->encode("a", {.addSpecial = false});
    } catch (const Error&) { // a vocabulary without the letter
    }
    if (!m_before.empty())
        m_before.erase(m_before.begin(), m_before.end() - 1);
    m_textBefore = m_tokenizer->decode(m_before, true);
}

const std::vector<std::string>& TokenTexts::all() const
{
    std::call_once(m_once, [this] {
        m_texts.resize(m_tokenizer->vocabularySize());
        for (std::size_t id = 0; id < m_texts.size(); ++id)
            m_texts[id] = textOf(static_cast<TokenId>(id));
    });
    return m_texts;
}

std::string TokenTexts::textOf(TokenId id) const
{
    std::vector<TokenId> ids = m_before;
    ids.push_back(id);
    std::string both = m_tokenizer->decode(ids, true);
    std::string text = both.starts_with(m_textBefore) ? both.substr(m_textBefore.size()) : std::move(both);
    if (text.find(text::kReplacementCharacter) == std::string::npos)
        return text;
    // Bytes that are no character on their own.
    const std::string_view piece = m_tokenizer->piece(id);
    if (const std::optional<unsigned char> byte = text::byteOfPiece(piece))
        return std::string(1, static_cast<char>(*byte));
    return text::fromByteCharacters(piece).value_or(std::move(text));
}

} // namespace crucible::generate
