// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/utf8.h"

#include <algorithm>
#include <cstring>

namespace crucible::text {
namespace {

struct Sequence {
    std::size_t length = 1; // of the character, or of the ill-formed part
    bool valid = false;
};

// What stands at `at`: a whole character, or the longest part of one before the bytes go wrong.
Sequence sequenceAt(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80)
        return {1, true};
    if (lead < 0xc2 || lead > 0xf4)
        return {1, false};
    const std::size_t length = sequenceLength(lead);
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    for (std::size_t i = 1; i < length; ++i) {
        if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high)
            return {i, false};
        low = 0x80, high = 0xbf;
    }
    return {length, true};
}

// Skips bytes below 0x80, eight at a time.
std::size_t skipAscii(std::string_view text, std::size_t at)
{
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        if (word & 0x8080808080808080u)
            break;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
        ++at;
    return at;
}

} // namespace

void appendCharacter(std::string& text, char32_t code)
{
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | (code >> 6));
        put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        put(0xe0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3f));
        put(0x80 | (code & 0x3f));
    } else {
        put(0xf0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3f));
        put(0x80 | ((code >> 6) & 0x3f));
        put(0x80 | (code & 0x3f));
    }
}

std::size_t firstInvalidByte(std::string_view text)
{
    for (std::size_t at = skipAscii(text, 0); at < text.size();) {
        const Sequence sequence = sequenceAt(text, at);
        if (!sequence.valid)
            return at;
        at += sequence.length;
        if (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
            at = skipAscii(text, at);
    }
    return text.size();
}

std::string toValidUtf8(std::string_view bytes)
{
    std::string text;
    std::size_t kept = 0;
    for (std::size_t at = firstInvalidByte(bytes); at < bytes.size();) {
        text.append(bytes.substr(kept, at - kept));
        text.append(kReplacementCharacter);
        kept = at + sequenceAt(bytes, at).length;
        at = kept + firstInvalidByte(bytes.substr(kept));
    }
    return text.append(bytes.substr(kept));
}

std::size_t countCharacters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) { return !isContinuation(byte); }));
}

} // namespace crucible::text
