// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/characters.h"

#include "text/unicode.h"
#include "text/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace crucible::text::jinja {
namespace {

utf8proc_int32_t raw(char32_t code)
{
    return static_cast<utf8proc_int32_t>(code);
}

// Calls for every character of valid UTF-8.
template<class F> void forEach(std::string_view text, F use)
{
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        use(character.code, at);
        at += character.length;
    }
}

// Full case mappings that are longer than one character; the others are utf8proc's simple ones. (Unicode
// SpecialCasing.txt, the part without conditions that occurs in running text.)
struct Special {
    char32_t code;
    char32_t upper[3];
    char32_t title[3];
};
constexpr Special kSpecial[] = {
    {0x00df, {'S', 'S', 0}, {'S', 's', 0}},
    {0x0149, {0x02bc, 'N', 0}, {0x02bc, 'N', 0}},
    {0x01f0, {'J', 0x030c, 0}, {'J', 0x030c, 0}},
    {0x0390, {0x0399, 0x0308, 0x0301}, {0x0399, 0x0308, 0x0301}},
    {0x03b0, {0x03a5, 0x0308, 0x0301}, {0x03a5, 0x0308, 0x0301}},
    {0x0587, {0x0535, 0x0552, 0}, {0x0535, 0x0582, 0}},
    {0x1e96, {'H', 0x0331, 0}, {'H', 0x0331, 0}},
    {0x1e97, {'T', 0x0308, 0}, {'T', 0x0308, 0}},
    {0x1e98, {'W', 0x030a, 0}, {'W', 0x030a, 0}},
    {0x1e99, {'Y', 0x030a, 0}, {'Y', 0x030a, 0}},
    {0x1e9a, {'A', 0x02be, 0}, {'A', 0x02be, 0}},
    {0xfb00, {'F', 'F', 0}, {'F', 'f', 0}},
    {0xfb01, {'F', 'I', 0}, {'F', 'i', 0}},
    {0xfb02, {'F', 'L', 0}, {'F', 'l', 0}},
    {0xfb03, {'F', 'F', 'I'}, {'F', 'f', 'i'}},
    {0xfb04, {'F', 'F', 'L'}, {'F', 'f', 'l'}},
    {0xfb05, {'S', 'T', 0}, {'S', 't', 0}},
    {0xfb06, {'S', 'T', 0}, {'S', 't', 0}},
};

const Special* specialOf(char32_t code)
{
    if (code < 0x80)
        return nullptr;
    const auto* found =
        std::find_if(std::begin(kSpecial), std::end(kSpecial), [&](const Special& s) { return s.code == code; });
    return found == std::end(kSpecial) ? nullptr : found;
}

void appendAll(std::string& to, const char32_t (&codes)[3])
{
    for (const char32_t code : codes) {
        if (code)
            appendCharacter(to, code);
    }
}

void appendUpper(std::string& to, char32_t code)
{
    if (const Special* special = specialOf(code))
        appendAll(to, special->upper);
    else
        appendCharacter(to, static_cast<char32_t>(utf8proc_toupper(raw(code))));
}

void appendTitle(std::string& to, char32_t code)
{
    if (const Special* special = specialOf(code))
        appendAll(to, special->title);
    else
        appendCharacter(to, static_cast<char32_t>(utf8proc_totitle(raw(code))));
}

// A sigma at the end of a word has a form of its own.
bool isFinalSigma(std::string_view text, std::size_t at)
{
    bool before = false;
    for (std::size_t i = at; i > 0;) {
        i = previousCharacter(text, i);
        const char32_t code = characterAt(text, i).code;
        if (isIn(code, kMn | kMe | kCf | kLm | kSk))
            continue;
        before = isCased(code);
        break;
    }
    if (!before)
        return false;
    for (std::size_t i = at + characterAt(text, at).length; i < text.size();) {
        const Character next = characterAt(text, i);
        i += next.length;
        if (isIn(next.code, kMn | kMe | kCf | kLm | kSk))
            continue;
        return !isCased(next.code);
    }
    return true;
}

void appendLower(std::string& to, char32_t code, std::string_view text, std::size_t at)
{
    if (code == 0x3a3)
        appendCharacter(to, isFinalSigma(text, at) ? 0x3c2 : 0x3c3);
    else
        appendLowercase(to, code);
}

bool isOneOf(char32_t code, std::string_view chars)
{
    for (std::size_t at = 0; at < chars.size();) {
        const Character character = characterAt(chars, at);
        if (character.code == code)
            return true;
        at += character.length;
    }
    return false;
}

bool isStripped(char32_t code, const std::string_view* chars)
{
    return chars ? isOneOf(code, *chars) : isSpace(code);
}

} // namespace

bool isSpace(char32_t code)
{
    if (code < 0x80)
        return code == ' ' || (code >= 9 && code <= 13) || (code >= 0x1c && code <= 0x1f);
    return isWhiteSpace(code);
}

bool isUpper(char32_t code)
{
    return code < 0x80 ? code >= 'A' && code <= 'Z' : utf8proc_isupper(raw(code));
}

bool isLower(char32_t code)
{
    return code < 0x80 ? code >= 'a' && code <= 'z' : utf8proc_islower(raw(code));
}

bool isTitle(char32_t code)
{
    return isIn(code, kLt);
}

bool isCased(char32_t code)
{
    return isUpper(code) || isLower(code) || isTitle(code);
}

bool isPrintable(char32_t code)
{
    return code == ' ' || !isIn(code, kCc | kCf | kCs | kCo | kCn | kZl | kZp | kZs);
}

bool isAlpha(char32_t code)
{
    return isIn(code, kLetter);
}

bool isDecimal(char32_t code)
{
    return isIn(code, kNd);
}

bool isDigit(char32_t code)
{
    const auto between = [&](char32_t low, char32_t high) { return code >= low && code <= high; };
    return isDecimal(code) || code == 0xb2 || code == 0xb3 || code == 0xb9 || code == 0x2070 ||
           between(0x2074, 0x2079) || between(0x2080, 0x2089) || between(0x2460, 0x2468) || between(0x2474, 0x247c) ||
           between(0x2488, 0x2490) || code == 0x24ea || between(0x24f5, 0x24fd) || code == 0x24ff ||
           between(0x2776, 0x277e) || between(0x2780, 0x2788) || between(0x278a, 0x2792);
}

bool isNumeric(char32_t code)
{
    return isIn(code, kNumber) || isDigit(code);
}

bool isNameStart(char32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '_';
    return isIn(code, kLetter | kNl);
}

bool isNamePart(char32_t code)
{
    if (code < 0x80)
        return isNameStart(code) || (code >= '0' && code <= '9');
    return isWord(code);
}

int decimalValue(char32_t code)
{
    if (code < 0x80)
        return code >= '0' && code <= '9' ? static_cast<int>(code - '0') : -1;
    if (!isDecimal(code))
        return -1;
    // Decimal digits come in runs of ten, but a run may begin right after another.
    int before = 0;
    while (isDecimal(code - static_cast<char32_t>(before) - 1))
        ++before;
    return before % 10;
}

std::string toUpper(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    forEach(text, [&](char32_t code, std::size_t) { appendUpper(result, code); });
    return result;
}

std::string toLower(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    forEach(text, [&](char32_t code, std::size_t at) { appendLower(result, code, text, at); });
    return result;
}

std::string toTitle(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    bool inWord = false;
    forEach(text, [&](char32_t code, std::size_t at) {
        if (inWord)
            appendLower(result, code, text, at);
        else
            appendTitle(result, code);
        inWord = isCased(code);
    });
    return result;
}

std::string capitalize(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    forEach(text, [&](char32_t code, std::size_t at) {
        if (at == 0)
            appendTitle(result, code);
        else
            appendLower(result, code, text, at);
    });
    return result;
}

std::string swapCase(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    forEach(text, [&](char32_t code, std::size_t at) {
        if (isUpper(code))
            appendLower(result, code, text, at);
        else if (isLower(code))
            appendUpper(result, code);
        else
            appendCharacter(result, code);
    });
    return result;
}

std::string caseFold(std::string_view text)
{
    utf8proc_uint8_t* folded = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &folded, UTF8PROC_CASEFOLD);
    const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(folded, &std::free);
    return size < 0 ? toLower(text)
                    : std::string(reinterpret_cast<const char*>(folded), static_cast<std::size_t>(size));
}

std::string_view stripLeft(std::string_view text, const std::string_view* chars)
{
    while (!text.empty()) {
        const Character first = characterAt(text, 0);
        if (!isStripped(first.code, chars))
            break;
        text.remove_prefix(first.length);
    }
    return text;
}

std::string_view stripRight(std::string_view text, const std::string_view* chars)
{
    while (!text.empty()) {
        const std::size_t last = previousCharacter(text, text.size());
        if (!isStripped(characterAt(text, last).code, chars))
            break;
        text = text.substr(0, last);
    }
    return text;
}

std::size_t byteOfCharacter(std::string_view text, std::size_t character)
{
    std::size_t at = 0;
    while (character > 0 && at < text.size()) {
        at += sequenceLength(static_cast<unsigned char>(text[at]));
        --character;
    }
    return std::min(at, text.size());
}

} // namespace crucible::text::jinja
