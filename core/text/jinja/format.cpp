// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/format.h"

#include "text/jinja/access.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"
#include "text/jinja/text_operations.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace crucible::text::jinja {
namespace {

constexpr std::int64_t kWidest = 100'000; // of a field

struct Spec {
    std::string fill = " ";
    char align = '\0'; // < > ^ =
    char sign = '-';
    bool alternate = false;
    bool zero = false;
    std::int64_t width = 0;
    char grouping = '\0'; // , _
    std::int64_t precision = -1;
    char type = '\0';
};

std::int64_t readWidth(Run& run, std::string_view& text)
{
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range || value > kWidest)
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a field wider than %1 characters"), kWidest});
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return value;
}

bool startsWithDigit(std::string_view text)
{
    return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

Spec parseSpec(Run& run, std::string_view text)
{
    const std::string_view whole = text;
    Spec spec;
    const auto isAlign = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
    const std::size_t first = text.empty() ? 0 : characterAt(text, 0).length;
    if (text.size() > first && first > 0 && isAlign(text[first])) {
        spec.fill = text.substr(0, first);
        spec.align = text[first];
        text.remove_prefix(first + 1);
    } else if (!text.empty() && isAlign(text[0])) {
        spec.align = text[0];
        text.remove_prefix(1);
    }
    const auto take = [&](std::string_view any, char& to) {
        if (!text.empty() && any.find(text[0]) != std::string_view::npos) {
            to = text[0];
            text.remove_prefix(1);
        }
    };
    take("+- ", spec.sign);
    char mark = '\0';
    take("#", mark);
    spec.alternate = mark == '#';
    if (text.starts_with('0')) {
        spec.zero = true;
        text.remove_prefix(1);
    }
    if (startsWithDigit(text))
        spec.width = readWidth(run, text);
    take(",_", spec.grouping);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!startsWithDigit(text))
            run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' is no format: a precision is missing"), whole});
        spec.precision = readWidth(run, text);
    }
    take("bcdeEfFgGnosxX%", spec.type);
    if (!text.empty())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' is no format"), whole});
    return spec;
}

std::string pad(const Spec& spec, std::string text, char defaultAlign, std::size_t prefix)
{
    const auto length = static_cast<std::int64_t>(countCharacters(text));
    if (length >= spec.width)
        return text;
    const std::int64_t missing = spec.width - length;
    const char align = spec.align ? spec.align : defaultAlign;
    const std::string fill = spec.zero && !spec.align ? "0" : spec.fill;
    const auto fills = [&](std::int64_t count) {
        std::string all;
        for (std::int64_t i = 0; i < count; ++i)
            all += fill;
        return all;
    };
    switch (align) {
    case '<': return text + fills(missing);
    case '^': return fills(missing / 2) + text + fills(missing - missing / 2);
    case '=': return text.substr(0, prefix) + fills(missing) + text.substr(prefix);
    default: return fills(missing) + text;
    }
}

// Groups of three digits (of four for bases that are powers of two) in the whole part.
std::string grouped(const std::string& number, char separator, std::size_t size)
{
    const std::size_t whole = std::min(number.find_first_not_of("0123456789abcdefABCDEF"), number.size());
    std::string result;
    for (std::size_t i = 0; i < whole; ++i) {
        if (i > 0 && (whole - i) % size == 0)
            result += separator;
        result += number[i];
    }
    return result + number.substr(whole);
}

std::string signOf(bool negative, char sign)
{
    return negative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
}

std::string formatInteger(Run& run, std::int64_t value, const Spec& spec)
{
    const std::uint64_t size = value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
    std::string digits;
    std::string prefix = signOf(value < 0, spec.sign);
    switch (spec.type) {
    case 'b': digits = fmt::format("{:b}", size); break;
    case 'o': digits = fmt::format("{:o}", size); break;
    case 'x': digits = fmt::format("{:x}", size); break;
    case 'X': digits = fmt::format("{:X}", size); break;
    case 'c':
        if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
            run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 is no character"), value});
        appendCharacter(digits, static_cast<char32_t>(value));
        return pad(spec, digits, '<', 0);
    default: digits = fmt::format("{}", size);
    }
    if (spec.alternate && spec.type && std::string_view("boxX").find(spec.type) != std::string_view::npos)
        (prefix += '0') += spec.type;
    if (spec.grouping)
        digits = grouped(digits, spec.grouping,
                         spec.type && std::string_view("boxX").find(spec.type) != std::string_view::npos ? 4 : 3);
    return pad(spec, prefix + digits, spec.zero ? '=' : '>', prefix.size());
}

std::string formatReal(double value, const Spec& spec)
{
    const bool negative = std::signbit(value);
    const std::string prefix = signOf(negative, spec.sign);
    const double size = std::abs(value);
    const int precision = spec.precision < 0 ? 6 : static_cast<int>(spec.precision);
    std::string digits;
    if (std::isnan(size) || std::isinf(size)) {
        digits = std::isnan(size) ? "nan" : "inf";
    } else {
        switch (spec.type) {
        case 'e': digits = fmt::format("{:.{}e}", size, precision); break;
        case 'E': digits = fmt::format("{:.{}E}", size, precision); break;
        case 'f':
        case 'F': digits = fmt::format("{:.{}f}", size, precision); break;
        case '%': digits = fmt::format("{:.{}f}%", size * 100, precision); break;
        case 'g':
        case 'n': digits = fmt::format("{:.{}g}", size, precision); break;
        case 'G': digits = fmt::format("{:.{}G}", size, precision); break;
        default:
            digits = spec.precision < 0 ? realText(size) : fmt::format("{:.{}g}", size, precision);
            if (spec.precision >= 0 && digits.find_first_of(".e") == std::string::npos)
                digits += ".0";
        }
    }
    if (spec.grouping)
        digits = grouped(digits, spec.grouping, 3);
    return pad(spec, prefix + digits, spec.zero ? '=' : '>', prefix.size());
}

std::string formatWith(Run& run, const Value& value, const Spec& spec)
{
    const bool forReal = spec.type && std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos;
    const bool forInteger = spec.type && std::string_view("bcdoxXn").find(spec.type) != std::string_view::npos;
    if (value.isIntegral()) {
        if (forReal || (spec.precision >= 0 && !spec.type))
            return formatReal(value.real(), spec);
        if (spec.type != 's')
            return formatInteger(run, value.integer(), spec);
    } else if (value.kind() == Kind::Real && (forReal || !spec.type || spec.type == 'n')) {
        return formatReal(value.real(), spec);
    } else if (!forReal && !forInteger) {
        std::string text = textOf(run, value);
        if (spec.precision >= 0)
            text = Window(windowOf(TextData(text), 0, spec.precision)).text;
        return pad(spec, std::move(text), '<', 0);
    }
    run.fail({CRUCIBLE_TR_NOOP("Problem", "the format '%1' does not fit a value of type %2"), std::string(1, spec.type),
              value.typeName()});
}

} // namespace

std::string formatField(Run& run, const Value& value, std::string_view text)
{
    if (text.empty())
        return textOf(run, value);
    const Spec spec = parseSpec(run, text);
    if (!value.isText() && (!value.isNumber() || spec.type == 's'))
        run.fail(
            {CRUCIBLE_TR_NOOP("Problem", "the format '%1' does not fit a value of type %2"), text, value.typeName()});
    return formatWith(run, value, spec);
}

Value formatPercent(Run& run, const Value& pattern, const Value& arguments)
{
    const bool isTuple = arguments.isTuple();
    const bool safe = pattern.textData().safe;
    std::size_t used = 0;
    const auto nextArgument = [&]() -> Value {
        const std::size_t at = used++;
        if (isTuple ? at >= arguments.items().size() : at > 0)
            run.fail(CRUCIBLE_TR_NOOP("Problem", "the text has more % fields than there are values"));
        return isTuple ? arguments.items()[at] : arguments;
    };
    std::string result;
    std::string_view text = pattern.text();
    while (!text.empty()) {
        const std::size_t percent = text.find('%');
        result += text.substr(0, percent);
        if (percent == std::string_view::npos)
            break;
        text.remove_prefix(percent + 1);
        if (text.empty())
            run.fail(CRUCIBLE_TR_NOOP("Problem", "a % at the end of the text stands for nothing"));
        std::optional<Value> named;
        if (text.starts_with('(')) {
            const std::size_t close = text.find(')');
            if (close == std::string_view::npos || !arguments.isDict())
                run.fail(CRUCIBLE_TR_NOOP("Problem", "%(name) fields need a dict of values"));
            const std::string key(text.substr(1, close - 1));
            const Value* found = arguments.dict().find(std::string_view(key));
            if (!found)
                run.fail({CRUCIBLE_TR_NOOP("Problem", "there is no value named %1"), key});
            named = *found;
            ++used;
            text.remove_prefix(close + 1);
        }
        Spec spec;
        spec.align = '>';
        for (; !text.empty() && std::string_view("-+ #0").find(text[0]) != std::string_view::npos;
             text.remove_prefix(1)) {
            switch (text[0]) {
            case '-': spec.align = '<'; break;
            case '+': spec.sign = '+'; break;
            case ' ': spec.sign = spec.sign == '+' ? '+' : ' '; break;
            case '#': spec.alternate = true; break;
            default: spec.zero = true;
            }
        }
        const auto size = [&]() -> std::int64_t {
            if (!text.starts_with('*'))
                return startsWithDigit(text) ? readWidth(run, text) : 0;
            text.remove_prefix(1);
            const Value width = nextArgument();
            if (!width.isIntegral() || std::abs(width.integer()) > kWidest)
                run.fail(CRUCIBLE_TR_NOOP("Problem", "* takes a whole number for the width of a field"));
            return width.integer();
        };
        spec.width = size();
        if (spec.width < 0) {
            spec.align = '<';
            spec.width = -spec.width;
        }
        if (text.starts_with('.')) {
            text.remove_prefix(1);
            spec.precision = std::max<std::int64_t>(size(), 0);
        }
        while (!text.empty() && std::string_view("hlL").find(text[0]) != std::string_view::npos)
            text.remove_prefix(1);
        if (text.empty())
            run.fail(CRUCIBLE_TR_NOOP("Problem", "a % field at the end of the text is not complete"));
        const char type = text[0];
        text.remove_prefix(1);
        if (type == '%') {
            result += '%';
            continue;
        }
        Value value = named ? *named : nextArgument();
        switch (type) {
        case 's':
        case 'r':
        case 'a':
            if (type != 's')
                value = run.text(reprOf(run, value));
            else if (safe)
                value = run.text(escaped(run, value));
            spec.type = 's';
            spec.zero = false;
            result += formatWith(run, value.isText() ? value : run.text(textOf(run, value)), spec);
            break;
        case 'd':
        case 'i':
        case 'u':
        case 'x':
        case 'X':
        case 'o': {
            if (value.kind() == Kind::Real && (type == 'd' || type == 'i' || type == 'u'))
                value = integerFromReal(run, value.real());
            demandDefined(run, value);
            if (!value.isIntegral())
                run.fail({CRUCIBLE_TR_NOOP("Problem", "%%1 needs a whole number, not a value of type %2"),
                          std::string(1, type), value.typeName()});
            spec.type = type == 'i' || type == 'u' ? 'd' : type;
            spec.precision = -1;
            if (spec.zero && spec.align == '>')
                spec.align = '\0';
            result += formatInteger(run, value.integer(), spec);
            break;
        }
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
            demandDefined(run, value);
            if (!value.isNumber())
                run.fail({CRUCIBLE_TR_NOOP("Problem", "%%1 needs a number, not a value of type %2"),
                          std::string(1, type), value.typeName()});
            spec.type = type;
            if (spec.zero && spec.align == '>')
                spec.align = '\0';
            result += formatReal(value.real(), spec);
            break;
        case 'c':
            if (value.isText() && value.textData().characters() == 1) {
                spec.type = 's';
                result += formatWith(run, value, spec);
                break;
            }
            if (!value.isIntegral())
                run.fail(CRUCIBLE_TR_NOOP("Problem", "%c needs one character or its code"));
            spec.type = 'c';
            result += formatInteger(run, value.integer(), spec);
            break;
        default: run.fail({CRUCIBLE_TR_NOOP("Problem", "there is no field of type %1"), std::string(1, type)});
        }
        run.checkTextSize(result.size());
    }
    if (isTuple ? used < arguments.items().size() : used == 0 && !arguments.isDict() && !arguments.isList())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "there are more values than % fields in the text"));
    return run.text(std::move(result), safe);
}

namespace {

class BraceFormatter {
public:
    BraceFormatter(Run& run, const Arguments& arguments, bool safe) : m_run(run), m_arguments(arguments), m_safe(safe)
    {
    }

    std::string format(std::string_view text, int depth)
    {
        std::string result;
        for (std::size_t at = 0; at < text.size();) {
            const char c = text[at];
            if ((c == '{' || c == '}') && at + 1 < text.size() && text[at + 1] == c) {
                result += c;
                at += 2;
            } else if (c == '}') {
                m_run.fail(CRUCIBLE_TR_NOOP("Problem", "a single '}' in a format"),
                           CRUCIBLE_TR_NOOP("Problem", "write '}}' for the character itself"));
            } else if (c == '{') {
                const std::size_t end = closing(text, at);
                result += field(text.substr(at + 1, end - at - 1), depth);
                at = end + 1;
            } else {
                result += c;
                ++at;
            }
            m_run.checkTextSize(result.size());
        }
        return result;
    }

private:
    std::size_t closing(std::string_view text, std::size_t open)
    {
        int depth = 0;
        for (std::size_t at = open; at < text.size(); ++at) {
            depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            if (depth == 0)
                return at;
        }
        m_run.fail(CRUCIBLE_TR_NOOP("Problem", "a '{' in a format is never closed"),
                   CRUCIBLE_TR_NOOP("Problem", "write '{{' for the character itself"));
    }

    std::string field(std::string_view inner, int depth)
    {
        if (depth > 1)
            m_run.fail(CRUCIBLE_TR_NOOP("Problem", "a field within a field within a field"));
        const std::size_t nameEnd = std::min(inner.find_first_of("!:"), inner.size());
        Value value = lookUp(inner.substr(0, nameEnd));
        std::string_view rest = inner.substr(nameEnd);
        if (rest.starts_with('!')) {
            const char conversion = rest.size() > 1 ? rest[1] : '\0';
            if (conversion != 'r' && conversion != 's' && conversion != 'a')
                m_run.fail(CRUCIBLE_TR_NOOP("Problem", "after '!' comes r, s or a"));
            value = m_run.text(conversion == 's' ? textOf(m_run, value) : reprOf(m_run, value));
            rest.remove_prefix(2);
        }
        if (!rest.empty() && rest[0] != ':')
            m_run.fail(CRUCIBLE_TR_NOOP("Problem", "a ':' is missing before the format of a field"));
        const std::string spec = rest.size() > 1 ? format(rest.substr(1), depth + 1) : std::string();
        std::string text = formatField(m_run, value, spec);
        return m_safe && !(value.isText() && value.textData().safe) ? escapeText(text) : text;
    }

    Value lookUp(std::string_view path)
    {
        const std::size_t end = std::min(path.find_first_of(".["), path.size());
        const std::string_view first = path.substr(0, end);
        Value value;
        if (first.empty() || startsWithDigit(first)) {
            std::size_t index = m_next;
            if (first.empty())
                ++m_next;
            else
                std::from_chars(first.data(), first.data() + first.size(), index);
            if (index >= m_arguments.positional.size())
                m_run.fail({CRUCIBLE_TR_NOOP("Problem", "the format asks for value %1, and there are %2"), index,
                            m_arguments.positional.size()});
            value = m_arguments.positional[index];
        } else {
            const auto named = std::find_if(m_arguments.named.begin(), m_arguments.named.end(),
                                            [&](const auto& argument) { return argument.first == first; });
            if (named == m_arguments.named.end())
                m_run.fail({CRUCIBLE_TR_NOOP("Problem", "there is no value named %1"), first});
            value = named->second;
        }
        for (std::string_view rest = path.substr(end); !rest.empty();) {
            if (rest[0] == '.') {
                const std::size_t stop = std::min(rest.find_first_of(".[", 1), rest.size());
                value = attributeOf(m_run, value, rest.substr(1, stop - 1));
                rest.remove_prefix(stop);
                continue;
            }
            const std::size_t close = rest.find(']');
            if (rest[0] != '[' || close == std::string_view::npos)
                m_run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' is no field of a format"), path});
            const std::string key(rest.substr(1, close - 1));
            std::int64_t index = 0;
            const auto read = std::from_chars(key.data(), key.data() + key.size(), index);
            const bool isIndex = read.ec == std::errc() && read.ptr == key.data() + key.size();
            value = itemOf(m_run, value, isIndex ? Value(index) : m_run.text(key));
            rest.remove_prefix(close + 1);
        }
        return value;
    }

    Run& m_run;
    const Arguments& m_arguments;
    bool m_safe;
    std::size_t m_next = 0;
};

} // namespace

Value formatBraces(Run& run, const Value& pattern, const Arguments& arguments)
{
    const bool safe = pattern.textData().safe;
    return run.text(BraceFormatter(run, arguments, safe).format(pattern.text(), 0), safe);
}

} // namespace crucible::text::jinja
