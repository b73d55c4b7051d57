// SPDX-License-Identifier: GPL-3.0-or-later
// One character of UTF-8 at a time. Texts are checked once where they come in (firstInvalidByte); what follows trusts them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace crucible::text {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

struct Character {
    char32_t code = 0;
    std::uint32_t length = 1; // bytes
};

// The bytes that a sequence with this first byte has; 1 for a continuation byte.
inline std::uint32_t sequenceLength(unsigned char lead)
{
    return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

inline bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

// The character at `at` of valid UTF-8; at < text.size(). Never reads past the end, whatever the bytes are.
inline Character characterAt(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
    const char32_t lead = byte(0);
    if (lead < 0x80)
        return {lead, 1};
    const std::uint32_t length = sequenceLength(static_cast<unsigned char>(lead));
    if (length == 1 || length > text.size() - at)
        return {0xfffd, 1};
    if (length == 2)
        return {((lead & 0x1f) << 6) | (byte(1) & 0x3f), 2};
    if (length == 3)
        return {((lead & 0x0f) << 12) | ((byte(1) & 0x3f) << 6) | (byte(2) & 0x3f), 3};
    return {((lead & 0x07) << 18) | ((byte(1) & 0x3f) << 12) | ((byte(2) & 0x3f) << 6) | (byte(3) & 0x3f), 4};
}

// Where the character that ends at `end` (end > 0) begins.
inline std::size_t previousCharacter(std::string_view text, std::size_t end)
{
    std::size_t at = end - 1;
    while (at > 0 && end - at < 4 && isContinuation(text[at]))
        --at;
    return at;
}

void appendCharacter(std::string& text, char32_t code);

// The byte where valid UTF-8 ends; text.size() when all of it is valid. No surrogates, no overlong forms.
std::size_t firstInvalidByte(std::string_view text);

// Every ill-formed part becomes U+FFFD, as Unicode recommends (one for each maximal part of a character).
std::string toValidUtf8(std::string_view bytes);

std::size_t countCharacters(std::string_view text);

} // namespace crucible::text
