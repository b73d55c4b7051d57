// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/text_operations.h"

#include "text/jinja/characters.h"
#include "text/jinja/run.h"
#include "text/utf8.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace crucible::text::jinja {
namespace {

// The first byte from `at` on that is (or is not) white space.
std::size_t findSpace(std::string_view text, std::size_t at, bool space)
{
    while (at < text.size()) {
        const Character character = characterAt(text, at);
        if (isSpace(character.code) == space)
            break;
        at += character.length;
    }
    return std::min(at, text.size());
}

std::size_t lineEndLength(std::string_view text, std::size_t at)
{
    const Character character = characterAt(text, at);
    switch (character.code) {
    case '\r': return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
    case '\n':
    case '\v':
    case '\f':
    case 0x1c:
    case 0x1d:
    case 0x1e:
    case 0x85:
    case 0x2028:
    case 0x2029: return character.length;
    default: return 0;
    }
}

// Digits with single underscores between them, as ASCII; nullopt when they are not set right.
std::optional<std::string> plainDigits(std::string_view text)
{
    std::string digits;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        if (character.code == '_') {
            const bool between = at > 0 && at + 1 < text.size() && text[at - 1] != '_' && text[at + 1] != '_';
            if (!between)
                return std::nullopt;
        } else if (const int value = decimalValue(character.code); value >= 0) {
            digits += static_cast<char>('0' + value);
        } else {
            digits += text.substr(at, character.length);
        }
        at += character.length;
    }
    return digits;
}

} // namespace

std::string replaceText(Run& run, std::string_view text, std::string_view old, std::string_view with,
                        std::int64_t count)
{
    std::string result;
    const auto allowed = [&](std::int64_t done) { return count < 0 || done < count; };
    const auto append = [&](std::string_view part) {
        run.checkTextSize(result.size() + part.size());
        result += part;
    };
    std::int64_t done = 0;
    if (old.empty()) {
        std::size_t at = 0;
        for (; allowed(done); ++done) {
            append(with);
            if (at >= text.size())
                return result;
            const std::uint32_t length = characterAt(text, at).length;
            append(text.substr(at, length));
            at += length;
        }
        append(text.substr(at));
        return result;
    }
    std::size_t at = 0;
    while (allowed(done)) {
        const std::size_t found = text.find(old, at);
        if (found == std::string_view::npos)
            break;
        append(text.substr(at, found - at));
        append(with);
        at = found + old.size();
        ++done;
    }
    append(text.substr(at));
    return result;
}

std::vector<std::string_view> splitText(std::string_view text, const std::string_view* separator, std::int64_t most)
{
    std::vector<std::string_view> parts;
    const auto more = [&] { return most < 0 || static_cast<std::int64_t>(parts.size()) < most; };
    if (separator) {
        std::size_t at = 0;
        for (std::size_t found = text.find(*separator); found != std::string_view::npos && more();
             found = text.find(*separator, at)) {
            parts.push_back(text.substr(at, found - at));
            at = found + separator->size();
        }
        parts.push_back(text.substr(at));
        return parts;
    }
    for (std::size_t at = findSpace(text, 0, false); at < text.size(); at = findSpace(text, at, false)) {
        if (!more()) {
            parts.push_back(text.substr(at));
            break;
        }
        const std::size_t end = findSpace(text, at, true);
        parts.push_back(text.substr(at, end - at));
        at = end;
    }
    return parts;
}

std::vector<std::string_view> splitTextFromRight(std::string_view text, const std::string_view* separator,
                                                 std::int64_t most)
{
    std::vector<std::string_view> parts;
    const auto more = [&] { return most < 0 || static_cast<std::int64_t>(parts.size()) < most; };
    if (separator) {
        while (more()) {
            const std::size_t found = text.rfind(*separator);
            if (found == std::string_view::npos)
                break;
            parts.push_back(text.substr(found + separator->size()));
            text = text.substr(0, found);
        }
        parts.push_back(text);
    } else {
        for (text = stripRight(text); !text.empty(); text = stripRight(text)) {
            if (!more()) {
                parts.push_back(text);
                break;
            }
            std::size_t begin = text.size();
            while (begin > 0) {
                const std::size_t before = previousCharacter(text, begin);
                if (isSpace(characterAt(text, before).code))
                    break;
                begin = before;
            }
            parts.push_back(text.substr(begin));
            text = text.substr(0, begin);
        }
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
}

std::vector<std::string_view> splitLines(std::string_view text, bool keepEnds)
{
    std::vector<std::string_view> lines;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = lineEndLength(text, at);
        if (end == 0) {
            at += characterAt(text, at).length;
            continue;
        }
        lines.push_back(text.substr(begin, at - begin + (keepEnds ? end : 0)));
        at += end;
        begin = at;
    }
    if (begin < text.size())
        lines.push_back(text.substr(begin));
    return lines;
}

std::size_t countText(std::string_view text, std::string_view part)
{
    if (part.empty())
        return countCharacters(text) + 1;
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

std::optional<std::int64_t> parseInt(std::string_view text, int base)
{
    text = stripRight(stripLeft(text));
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    if (text.size() > 2 && text[0] == '0') {
        const char mark = static_cast<char>(text[1] | 0x20);
        const int named = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
        if (named != 0 && (base == 0 || base == named)) {
            base = named;
            text.remove_prefix(text[2] == '_' ? 3 : 2);
        }
    }
    if (base == 0)
        base = 10;
    std::optional<std::string> digits = plainDigits(text);
    if (!digits || digits->empty() || digits->front() == '-' || digits->front() == '+')
        return std::nullopt;
    if (negative)
        digits->insert(digits->begin(), '-');
    std::int64_t value = 0;
    const auto read = std::from_chars(digits->data(), digits->data() + digits->size(), value, base);
    if (read.ec != std::errc() || read.ptr != digits->data() + digits->size())
        return std::nullopt;
    return value;
}

std::optional<double> parseReal(std::string_view text)
{
    const std::optional<std::string> digits = plainDigits(stripRight(stripLeft(text)));
    if (!digits)
        return std::nullopt;
    std::string_view plain = *digits;
    bool negative = false;
    if (!plain.empty() && (plain[0] == '-' || plain[0] == '+')) {
        negative = plain[0] == '-';
        plain.remove_prefix(1);
    }
    if (plain.empty() || plain[0] == '-')
        return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    if (read.ptr != plain.data() + plain.size() || plain.find('(') != std::string_view::npos)
        return std::nullopt;
    if (read.ec == std::errc::result_out_of_range) {
        const std::size_t exponent = plain.find_first_of("eE");
        const bool isTiny =
            exponent != std::string_view::npos && exponent + 1 < plain.size() && plain[exponent + 1] == '-';
        value = isTiny ? 0 : HUGE_VAL;
    }
    return negative ? -value : value;
}

Value integerFromReal(Run& run, double value)
{
    if (!(std::abs(value) < 9.2e18))
        run.fail(CRUCIBLE_TR_NOOP("Problem", "a whole number beyond 64 bits"));
    return static_cast<std::int64_t>(value);
}

Value listOfTexts(Run& run, const std::vector<std::string_view>& parts)
{
    std::vector<Value> items;
    items.reserve(parts.size());
    for (const std::string_view part : parts)
        items.push_back(run.text(std::string(part)));
    return run.list(std::move(items));
}

Window windowOf(const TextData& text, std::int64_t start, std::optional<std::int64_t> end)
{
    const auto length = static_cast<std::int64_t>(text.characters());
    const auto place = [&](std::int64_t at) { return at < 0 ? std::max<std::int64_t>(at + length, 0) : at; };
    Window window;
    window.firstCharacter = place(std::max(start, -length));
    const std::int64_t stop = std::min(end ? place(std::max(*end, -length)) : length, length);
    window.isEmptyRange = window.firstCharacter > stop;
    if (window.isEmptyRange)
        return window;
    const std::string_view all = text.bytes;
    const auto byte = [&](std::int64_t at) {
        return text.isAscii() ? static_cast<std::size_t>(at) : byteOfCharacter(all, static_cast<std::size_t>(at));
    };
    const std::size_t first = byte(window.firstCharacter);
    window.text = all.substr(first, byte(stop) - first);
    return window;
}

} // namespace crucible::text::jinja
