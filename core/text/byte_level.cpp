// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/byte_level.h"

#include "text/utf8.h"

#include <fmt/format.h>

#include <array>

namespace crucible::text {
namespace {

bool isVisible(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

struct Alphabet {
    std::array<std::string, 256> characters;
    std::array<int, 0x144> bytes; // by code point; -1 where none

    Alphabet()
    {
        bytes.fill(-1);
        char32_t next = 0x100;
        for (unsigned byte = 0; byte < 256; ++byte) {
            const char32_t code = isVisible(byte) ? static_cast<char32_t>(byte) : next++;
            appendCharacter(characters[byte], code);
            bytes[code] = static_cast<int>(byte);
        }
    }
};

const Alphabet& alphabet()
{
    static const Alphabet all;
    return all;
}

int digitValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

std::string_view byteCharacter(unsigned char byte)
{
    return alphabet().characters[byte];
}

std::string toByteCharacters(std::string_view bytes)
{
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char byte : bytes)
        text.append(byteCharacter(static_cast<unsigned char>(byte)));
    return text;
}

std::optional<std::string> fromByteCharacters(std::string_view text)
{
    const Alphabet& all = alphabet();
    std::string bytes;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        if (character.code >= all.bytes.size() || all.bytes[character.code] < 0)
            return std::nullopt;
        bytes.push_back(static_cast<char>(all.bytes[character.code]));
        at += character.length;
    }
    return bytes;
}

std::string bytePiece(unsigned char byte)
{
    return fmt::format("<0x{:02X}>", byte);
}

std::optional<unsigned char> byteOfPiece(std::string_view piece)
{
    if (piece.size() != 6 || !piece.starts_with("<0x") || piece[5] != '>')
        return std::nullopt;
    const int high = digitValue(piece[3]), low = digitValue(piece[4]);
    if (high < 0 || low < 0)
        return std::nullopt;
    return static_cast<unsigned char>(16 * high + low);
}

} // namespace crucible::text
