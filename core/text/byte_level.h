// SPDX-License-Identifier: GPL-3.0-or-later
// The alphabet of byte-level BPE (GPT-2): every byte is written as one visible character, so that vocabularies are text.
// Bytes that are visible in Latin-1 are themselves, the other 68 are U+0100 and up, in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crucible::text {

// The character that stands for a byte, as UTF-8.
std::string_view byteCharacter(unsigned char byte);
std::string toByteCharacters(std::string_view bytes);
// The bytes; nullopt when a character stands for none.
std::optional<std::string> fromByteCharacters(std::string_view text);

// "<0x0A>", the piece of a byte in vocabularies with byte fallback.
std::string bytePiece(unsigned char byte);
// The byte of such a piece. Both cases of digits are read.
std::optional<unsigned char> byteOfPiece(std::string_view piece);

} // namespace crucible::text
