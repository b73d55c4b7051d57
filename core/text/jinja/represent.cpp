// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/represent.h"

#include "text/jinja/characters.h"
#include "text/jinja/objects.h"
#include "text/jinja/operators.h"
#include "text/jinja/run.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace crucible::text::jinja {
namespace {

class JsonWriter {
public:
    JsonWriter(Run& run, const JsonStyle& style) : m_run(run), m_style(style) {}

    std::string take(const Value& value)
    {
        write(value);
        return std::move(m_text);
    }

private:
    void write(const Value& value)
    {
        const Run::Nesting nesting(m_run);
        m_run.spend(value.isText() ? 1 + value.text().size() / 64 : 1);
        switch (value.kind()) {
        case Kind::None: m_text += "null"; break;
        case Kind::Bool: m_text += value.boolean() ? "true" : "false"; break;
        case Kind::Integer: fmt::format_to(std::back_inserter(m_text), "{}", value.integer()); break;
        case Kind::Real: m_text += number(value.real()); break;
        case Kind::Text: writeText(value.text()); break;
        case Kind::Sequence: writeList(value.items()); break;
        case Kind::Dict: writeDict(value.dict()); break;
        case Kind::Object:
            if (value.as<WideIntegerObject>()) {
                m_text += value.object()->represent(m_run);
                break;
            }
            [[fallthrough]];
        default:
            m_run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 can not be written as JSON"), value.typeName()},
                       value.isUndefined() ? Sentence(value.absence().message) : Sentence());
        }
        m_run.checkTextSize(m_text.size());
    }

    static std::string number(double value)
    {
        if (std::isnan(value))
            return "NaN";
        if (std::isinf(value))
            return value < 0 ? "-Infinity" : "Infinity";
        return realText(value);
    }

    void newLine()
    {
        if (!m_style.hasIndent)
            return;
        m_text += '\n';
        m_run.checkTextSize(m_text.size() + m_style.indent.size() * m_level);
        for (std::size_t i = 0; i < m_level; ++i)
            m_text += m_style.indent;
    }

    void writeList(const std::vector<Value>& items)
    {
        if (items.empty()) {
            m_text += "[]";
            return;
        }
        m_text += '[';
        ++m_level;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0)
                m_text += m_style.itemSeparator;
            newLine();
            write(items[i]);
        }
        --m_level;
        newLine();
        m_text += ']';
    }

    void writeDict(const Dict& dict)
    {
        if (dict.entries.empty()) {
            m_text += "{}";
            return;
        }
        std::vector<const Dict::Entry*> entries;
        for (const Dict::Entry& entry : dict.entries)
            entries.push_back(&entry);
        if (m_style.sortKeys)
            std::stable_sort(entries.begin(), entries.end(),
                             [&](const auto* a, const auto* b) { return lessThan(m_run, a->first, b->first); });
        m_text += '{';
        ++m_level;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (i > 0)
                m_text += m_style.itemSeparator;
            newLine();
            writeText(key(entries[i]->first));
            m_text += m_style.keySeparator;
            write(entries[i]->second);
        }
        --m_level;
        newLine();
        m_text += '}';
    }

    std::string key(const Value& value)
    {
        switch (value.kind()) {
        case Kind::Text: return value.text();
        case Kind::None: return "null";
        case Kind::Bool: return value.boolean() ? "true" : "false";
        case Kind::Integer: return fmt::format("{}", value.integer());
        case Kind::Real: return number(value.real());
        default:
            m_run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 can not be a key in JSON"), value.typeName()});
        }
    }

    void writeText(const std::string& text)
    {
        m_text += '"';
        for (std::size_t at = 0; at < text.size();) {
            const Character character = characterAt(text, at);
            writeCharacter(character.code, std::string_view(text).substr(at, character.length));
            at += character.length;
        }
        m_text += '"';
    }

    void writeCharacter(char32_t code, std::string_view bytes)
    {
        switch (code) {
        case '"': m_text += "\\\""; return;
        case '\\': m_text += "\\\\"; return;
        case '\n': m_text += "\\n"; return;
        case '\r': m_text += "\\r"; return;
        case '\t': m_text += "\\t"; return;
        case '\b': m_text += "\\b"; return;
        case '\f': m_text += "\\f"; return;
        default: break;
        }
        const auto unit = [&](std::uint32_t value) { fmt::format_to(std::back_inserter(m_text), "\\u{:04x}", value); };
        if (code < 0x20 || (m_style.ensureAscii && code >= 0x7f && code < 0x10000)) {
            if (code == 0x7f)
                m_text += bytes;
            else
                unit(code);
        } else if (m_style.ensureAscii && code >= 0x10000) {
            unit(0xd800 + ((code - 0x10000) >> 10));
            unit(0xdc00 + ((code - 0x10000) & 0x3ff));
        } else {
            m_text += bytes;
        }
    }

    Run& m_run;
    const JsonStyle& m_style;
    std::string m_text;
    std::size_t m_level = 0;
};

void appendItems(Run& run, std::string& to, const std::vector<Value>& items, bool isTuple)
{
    to += isTuple ? '(' : '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            to += ", ";
        appendRepr(run, to, items[i]);
    }
    if (isTuple && items.size() == 1)
        to += ',';
    to += isTuple ? ')' : ']';
}

} // namespace

std::string realText(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    std::string_view text(buffer, static_cast<std::size_t>(end - buffer)); // [-]d[.ddd]e[+-]dd
    std::string result;
    if (text.front() == '-') {
        result = "-";
        text.remove_prefix(1);
    }
    const std::size_t mark = text.find('e');
    std::string digits(text.substr(0, mark));
    std::erase(digits, '.');
    std::string_view power = text.substr(mark + 1);
    if (power.front() == '+')
        power.remove_prefix(1);
    int exponent = 0;
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    const int count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= 16) {
        result += digits[0];
        if (count > 1)
            result += "." + digits.substr(1);
        return result + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
    }
    if (exponent < 0)
        return result + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    if (count <= exponent + 1)
        return result + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0') + ".0";
    const auto whole = static_cast<std::size_t>(exponent + 1);
    return result + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string quotedText(std::string_view text)
{
    const char quote =
        text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string result(1, quote);
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        const char32_t code = character.code;
        if (code == static_cast<char32_t>(quote) || code == '\\')
            (result += '\\') += static_cast<char>(code);
        else if (code == '\n')
            result += "\\n";
        else if (code == '\r')
            result += "\\r";
        else if (code == '\t')
            result += "\\t";
        else if (isPrintable(code))
            result += text.substr(at, character.length);
        else if (code < 0x100)
            result += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(code));
        else if (code < 0x10000)
            result += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
        else
            result += fmt::format("\\U{:08x}", static_cast<std::uint32_t>(code));
        at += character.length;
    }
    return result += quote;
}

void appendRepr(Run& run, std::string& to, const Value& value)
{
    const Run::Nesting nesting(run);
    run.spend();
    switch (value.kind()) {
    case Kind::Undefined: to += "Undefined"; break;
    case Kind::None: to += "None"; break;
    case Kind::Bool: to += value.boolean() ? "True" : "False"; break;
    case Kind::Integer: fmt::format_to(std::back_inserter(to), "{}", value.integer()); break;
    case Kind::Real: to += realText(value.real()); break;
    case Kind::Text:
        run.spend(value.text().size() / 64);
        to += value.textData().safe ? "Markup(" + quotedText(value.text()) + ")" : quotedText(value.text());
        break;
    case Kind::Sequence: appendItems(run, to, value.items(), value.isTuple()); break;
    case Kind::Dict: {
        to += '{';
        bool first = true;
        for (const auto& [key, entry] : value.dict().entries) {
            if (!std::exchange(first, false))
                to += ", ";
            appendRepr(run, to, key);
            to += ": ";
            appendRepr(run, to, entry);
        }
        to += '}';
        break;
    }
    case Kind::Object: to += value.object()->represent(run); break;
    }
    run.checkTextSize(to.size());
}

void appendText(Run& run, std::string& to, const Value& value)
{
    if (value.isText()) {
        run.spend(1 + value.text().size() / 64);
        run.checkTextSize(to.size() + value.text().size());
        to += value.text();
    } else if (!value.isUndefined()) {
        appendRepr(run, to, value);
    }
}

std::string textOf(Run& run, const Value& value)
{
    if (value.isText())
        return value.text();
    std::string text;
    appendText(run, text, value);
    return text;
}

std::string reprOf(Run& run, const Value& value)
{
    std::string text;
    appendRepr(run, text, value);
    return text;
}

std::string jsonText(Run& run, const Value& value, const JsonStyle& style)
{
    return JsonWriter(run, style).take(value);
}

} // namespace crucible::text::jinja
