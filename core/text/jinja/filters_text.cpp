// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that make texts of texts.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/characters.h"
#include "text/jinja/format.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"
#include "text/jinja/text_operations.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text::jinja {
namespace {

bool isSafe(const Value& value)
{
    return value.isText() && value.textData().safe;
}

Value upper(Run& run, const Value& self, Given&)
{
    return run.text(toUpper(textOf(run, self)), isSafe(self));
}

Value lower(Run& run, const Value& self, Given&)
{
    return run.text(toLower(textOf(run, self)), isSafe(self));
}

Value capitalizeText(Run& run, const Value& self, Given&)
{
    return run.text(capitalize(textOf(run, self)), isSafe(self));
}

// Words begin after white space, '-' and opening brackets.
Value title(Run& run, const Value& self, Given&)
{
    const std::string text = textOf(run, self);
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const auto isBreak = [](char32_t code) {
            return isSpace(code) || code == '-' || code == '(' || code == '{' || code == '[' || code == '<';
        };
        std::size_t end = at;
        const bool breaks = isBreak(characterAt(text, at).code);
        while (end < text.size() && isBreak(characterAt(text, end).code) == breaks)
            end += characterAt(text, end).length;
        const std::string_view word = std::string_view(text).substr(at, end - at);
        const std::uint32_t first = characterAt(word, 0).length;
        result += breaks ? std::string(word) : toUpper(word.substr(0, first)) + toLower(word.substr(first));
        at = end;
    }
    return run.text(std::move(result));
}

Value trim(Run& run, const Value& self, Given& given)
{
    const std::string text = textOf(run, self);
    const std::string chars = given[0].isNone() ? std::string() : given.text(0);
    const std::string_view view = chars;
    const std::string_view* used = given[0].isNone() ? nullptr : &view;
    return run.text(std::string(stripRight(stripLeft(text, used), used)), isSafe(self));
}

Value replace(Run& run, const Value& self, Given& given)
{
    return run.text(
        replaceText(run, textOf(run, self), textOf(run, given[0]), textOf(run, given[1]), given.integer(2, -1)));
}

Value string(Run& run, const Value& self, Given&)
{
    return self.isText() ? self : run.text(textOf(run, self));
}

Value center(Run& run, const Value& self, Given& given)
{
    std::string text = textOf(run, self);
    const auto length = static_cast<std::int64_t>(countCharacters(text));
    const std::int64_t width = given.integer(0, 80);
    if (width <= length)
        return run.text(std::move(text));
    run.checkTextSize(static_cast<std::size_t>(width));
    const std::int64_t missing = width - length;
    const std::int64_t left = missing / 2 + (missing & width & 1);
    return run.text(std::string(static_cast<std::size_t>(left), ' ') + text +
                    std::string(static_cast<std::size_t>(missing - left), ' '));
}

Value indent(Run& run, const Value& self, Given& given)
{
    std::string width;
    if (given[0].isText()) {
        width = given.text(0);
    } else {
        const std::int64_t count = std::max<std::int64_t>(given.integer(0, 4), 0);
        run.checkTextSize(static_cast<std::size_t>(count));
        width.assign(static_cast<std::size_t>(count), ' ');
    }
    const std::string text = textOf(run, self) + "\n";
    const std::vector<std::string_view> lines = splitLines(text);
    std::string result = given.truth(1) ? width : std::string();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        run.checkTextSize(result.size() + width.size());
        if (i > 0)
            (result += '\n') += given.truth(2) || !lines[i].empty() ? width : std::string();
        result += lines[i];
    }
    return run.text(std::move(result), isSafe(self));
}

Value truncate(Run& run, const Value& self, Given& given)
{
    const std::string text = textOf(run, self);
    const std::int64_t length = given.integer(0, 255);
    const std::string end = given[2].isNone() ? "..." : given.text(2);
    const std::int64_t leeway = given.integer(3, 5);
    const auto endLength = static_cast<std::int64_t>(countCharacters(end));
    if (length < endLength || leeway < 0)
        run.fail("truncate needs a length of at least that of its end, and no negative leeway");
    if (static_cast<std::int64_t>(countCharacters(text)) - leeway <= length)
        return run.text(text);
    std::string_view kept =
        std::string_view(text).substr(0, byteOfCharacter(text, static_cast<std::size_t>(length - endLength)));
    if (!given.truth(1))
        kept = kept.substr(0, kept.rfind(' '));
    return run.text(std::string(kept) + end);
}

Value wordcount(Run& run, const Value& self, Given&)
{
    const std::string text = textOf(run, self);
    std::int64_t words = 0;
    bool inWord = false;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        const bool isPart = isNamePart(character.code) || isNumeric(character.code);
        words += isPart && !inWord;
        inWord = isPart;
        at += character.length;
    }
    return words;
}

// White space and words in turn; a word is also divided behind its hyphens.
std::vector<std::string_view> wrapChunks(std::string_view line, bool atHyphens)
{
    std::vector<std::string_view> chunks;
    for (std::size_t at = 0; at < line.size();) {
        const bool space = isSpace(characterAt(line, at).code);
        std::size_t end = at;
        while (end < line.size() && isSpace(characterAt(line, end).code) == space) {
            const Character character = characterAt(line, end);
            end += character.length;
            if (!space && atHyphens && character.code == '-' && end - at > 2 && end < line.size() &&
                isAlpha(characterAt(line, previousCharacter(line, end - 1)).code) &&
                isAlpha(characterAt(line, end).code))
                break;
        }
        chunks.push_back(line.substr(at, end - at));
        at = end;
    }
    return chunks;
}

Value wordwrap(Run& run, const Value& self, Given& given)
{
    const std::string text = textOf(run, self);
    const std::int64_t width = given.integer(0, 79);
    const bool breakLong = given.truth(1, true);
    const std::string newline = given[2].isNone() ? "\n" : given.text(2);
    if (width < 1)
        run.fail("wordwrap needs a width of at least 1");
    std::string result;
    bool firstLine = true;
    const auto begin = [&] {
        if (!std::exchange(firstLine, false))
            result += newline;
        run.checkTextSize(result.size());
    };
    for (const std::string_view line : splitLines(text)) {
        std::vector<std::string_view> chunks = wrapChunks(line, given.truth(3, true));
        std::reverse(chunks.begin(), chunks.end());
        if (chunks.empty())
            begin();
        bool hasLines = false;
        while (!chunks.empty()) {
            if (hasLines && stripLeft(chunks.back()).empty()) {
                chunks.pop_back();
                if (chunks.empty())
                    break;
            }
            std::vector<std::string_view> current;
            std::int64_t length = 0;
            while (!chunks.empty()) {
                const auto size = static_cast<std::int64_t>(countCharacters(chunks.back()));
                if (length + size > width)
                    break;
                length += size;
                current.push_back(chunks.back());
                chunks.pop_back();
            }
            if (!chunks.empty() && static_cast<std::int64_t>(countCharacters(chunks.back())) > width &&
                (breakLong ? length < width : current.empty())) {
                std::string_view& longOne = chunks.back();
                const std::size_t cut =
                    breakLong ? byteOfCharacter(longOne, static_cast<std::size_t>(width - length)) : longOne.size();
                current.push_back(longOne.substr(0, cut));
                longOne.remove_prefix(cut);
                if (longOne.empty())
                    chunks.pop_back();
            }
            if (!current.empty() && stripLeft(current.back()).empty())
                current.pop_back();
            if (current.empty())
                continue;
            begin();
            for (const std::string_view chunk : current)
                result += chunk;
            hasLines = true;
        }
        if (!hasLines && !line.empty())
            begin();
    }
    return run.text(std::move(result));
}

Value format(Run& run, const Value& self, Given& given)
{
    Arguments& arguments = given.all();
    if (!arguments.positional.empty() && !arguments.named.empty())
        run.fail("format takes values or names with values, not both");
    const Value pattern = self.isText() ? self : run.text(textOf(run, self));
    if (arguments.named.empty())
        return formatPercent(run, pattern, run.tuple(arguments.positional));
    std::vector<Dict::Entry> named;
    for (const auto& [name, value] : arguments.named)
        named.emplace_back(run.text(name), value);
    return formatPercent(run, pattern, run.dict(std::move(named)));
}

constexpr Builtin kFilters[] = {
    {"upper", "", upper},
    {"lower", "", lower},
    {"capitalize", "", capitalizeText},
    {"title", "", title},
    {"trim", "[chars]", trim},
    {"replace", "old new [count]", replace},
    {"string", "", string},
    {"center", "[width]", center},
    {"indent", "[width] [first] [blank]", indent},
    {"truncate", "[length] [killwords] [end] [leeway]", truncate},
    {"wordcount", "", wordcount},
    {"wordwrap", "[width] [break_long_words] [wrapstring] [break_on_hyphens]", wordwrap},
    {"format", "*", format},
};

} // namespace

std::span<const Builtin> textFilters()
{
    return kFilters;
}

} // namespace crucible::text::jinja
