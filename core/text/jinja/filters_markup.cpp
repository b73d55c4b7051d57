// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that write JSON, HTML and URLs.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/characters.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"
#include "text/jinja/text_operations.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace crucible::text::jinja {
namespace {

// As transformers defines it for chat templates: nothing is escaped for HTML, and letters stay letters.
Value tojson(Run& run, const Value& self, Given& given)
{
    JsonStyle style;
    style.ensureAscii = given.truth(0);
    style.sortKeys = given.truth(3);
    if (!given[1].isNone()) {
        style.hasIndent = true;
        if (given[1].isText()) {
            style.indent = given.text(1);
        } else {
            const std::int64_t width = std::max<std::int64_t>(given.integer(1), 0);
            run.checkTextSize(static_cast<std::size_t>(width));
            style.indent.assign(static_cast<std::size_t>(width), ' ');
        }
        style.itemSeparator = ",";
    }
    if (!given[2].isNone()) {
        const std::vector<Value> separators = itemsOf(run, given[2]);
        if (separators.size() != 2 || !separators[0].isText() || !separators[1].isText())
            run.fail(CRUCIBLE_TR_NOOP("Problem", "separators are two texts, such as (',', ':')"));
        style.itemSeparator = separators[0].text();
        style.keySeparator = separators[1].text();
    }
    return run.text(jsonText(run, self, style));
}

Value safe(Run& run, const Value& self, Given&)
{
    return run.text(textOf(run, self), true);
}

Value escape(Run& run, const Value& self, Given&)
{
    return run.text(escaped(run, self), true);
}

Value forceescape(Run& run, const Value& self, Given&)
{
    return run.text(escapeText(textOf(run, self)), true);
}

// The parts of a text outside of everything between `open` and `close`; one that is never closed stays.
std::string without(std::string_view text, std::string_view open, std::string_view close)
{
    std::string rest;
    for (;;) {
        const std::size_t begin = text.find(open);
        const std::size_t end = begin == std::string_view::npos ? begin : text.find(close, begin);
        if (end == std::string_view::npos)
            return rest += text;
        rest += text.substr(0, begin);
        text.remove_prefix(end + close.size());
    }
}

// Characters for the entities that running text has: by number, and the common names.
std::string unescape(std::string_view text)
{
    struct Entity {
        std::string_view name;
        char32_t code;
    };
    static constexpr std::array<Entity, 6> kNames = {
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", 0xa0}}};
    std::string result;
    while (!text.empty()) {
        const std::size_t begin = std::min(text.find('&'), text.size());
        result += text.substr(0, begin);
        text.remove_prefix(begin);
        const std::size_t end = text.substr(0, 12).find(';');
        char32_t code = 0;
        if (end != std::string_view::npos) {
            const std::string_view name = text.substr(1, end - 1);
            const bool hex = name.size() > 2 && (name[1] | 0x20) == 'x';
            const std::string_view digits = name.starts_with('#') ? name.substr(hex ? 2 : 1) : std::string_view();
            std::uint32_t number = 0;
            const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
            if (!digits.empty() && read.ec == std::errc() && read.ptr == digits.data() + digits.size())
                code = number > 0x10ffff || (number >= 0xd800 && number < 0xe000) ? 0xfffd : number;
            for (const Entity& entity : kNames)
                code = entity.name == name ? entity.code : code;
        }
        if (code) {
            appendCharacter(result, code);
            text.remove_prefix(end + 1);
        } else if (!text.empty()) {
            result += text.front();
            text.remove_prefix(1);
        }
    }
    return result;
}

Value striptags(Run& run, const Value& self, Given&)
{
    const std::string plain = without(without(textOf(run, self), "<!--", "-->"), "<", ">");
    std::string joined;
    for (const std::string_view word : splitText(plain, nullptr, -1)) {
        if (!joined.empty())
            joined += ' ';
        joined += word;
    }
    return run.text(unescape(joined));
}

std::string quoteUrl(std::string_view text, bool inQuery)
{
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                           c == '.' || c == '-' || c == '~' || (c == '/' && !inQuery);
        if (plain)
            result += c;
        else if (c == ' ' && inQuery)
            result += '+';
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

Value urlencode(Run& run, const Value& self, Given&)
{
    if (self.isText() || !isIterable(self))
        return run.text(quoteUrl(textOf(run, self), false));
    std::string query;
    const auto add = [&](const Value& key, const Value& value) {
        if (!query.empty())
            query += '&';
        query += quoteUrl(textOf(run, key), true) + "=" + quoteUrl(textOf(run, value), true);
    };
    if (self.isDict()) {
        for (const auto& [key, value] : self.dict().entries)
            add(key, value);
        return run.text(std::move(query));
    }
    for (const Value& pair : itemsOf(run, self)) {
        const std::vector<Value> both = itemsOf(run, pair);
        if (both.size() != 2)
            run.fail(CRUCIBLE_TR_NOOP("Problem", "urlencode takes a dict or pairs"));
        add(both[0], both[1]);
    }
    return run.text(std::move(query));
}

Value xmlattr(Run& run, const Value& self, Given& given)
{
    if (!self.isDict())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "xmlattr needs a dict, not a value of type %1"), self.typeName()});
    std::string result;
    for (const auto& [key, value] : self.dict().entries) {
        if (value.isNone() || value.isUndefined())
            continue;
        if (!key.isText())
            run.fail({CRUCIBLE_TR_NOOP("Problem", "the name of an attribute is a text, not a value of type %1"),
                      key.typeName()});
        const std::string& name = key.text();
        if (name.find_first_of(" \t\n\r\f\v/>=") != std::string::npos)
            run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 can not be the name of an attribute"), quotedText(name)});
        if (!result.empty())
            result += ' ';
        result += escapeText(name) + "=\"" + escaped(run, value) + "\"";
    }
    if (given.truth(0, true) && !result.empty())
        result.insert(result.begin(), ' ');
    return run.text(std::move(result));
}

constexpr Builtin kFilters[] = {
    {"tojson", "[ensure_ascii] [indent] [separators] [sort_keys]", tojson},
    {"safe", "", safe},
    {"escape", "", escape},
    {"e", "", escape},
    {"forceescape", "", forceescape},
    {"striptags", "", striptags},
    {"urlencode", "", urlencode},
    {"xmlattr", "[autospace]", xmlattr},
};

} // namespace

std::span<const Builtin> markupFilters()
{
    return kFilters;
}

} // namespace crucible::text::jinja
