// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that make texts of texts.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/characters.h"
#include "text/jinja/format.h"
#include "text/jinja/operators.h"
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

// The text that a filter can only work on, where others take any value for the text that it prints as.
const std::string& demandText(Run& run, const Value& self, std::string_view filter)
{
    demandDefined(run, self);
    if (!self.isText())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 needs a text, not a value of type %2"), filter, self.typeName()});
    return self.text();
}

Value indent(Run& run, const Value& self, Given& given)
{
    demandText(run, self, "indent");
    std::string width;
    if (given[0].isText()) {
        width = given.text(0);
    } else {
        const std::int64_t count = std::max<std::int64_t>(given.integer(0, 4), 0);
        run.checkTextSize(static_cast<std::size_t>(count));
        width.assign(static_cast<std::size_t>(count), ' ');
    }
    const std::string text = self.text() + "\n";
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
    const std::int64_t length = given.integer(0, 255);
    const std::string end = given[2].isNone() ? "..." : given.text(2);
    const std::int64_t leeway = given.integer(3, 5);
    const auto endLength = static_cast<std::int64_t>(countCharacters(end));
    if (length < endLength || leeway < 0)
        run.fail(
            CRUCIBLE_TR_NOOP("Problem", "truncate needs a length of at least that of its end, and no negative leeway"));
    // What has few elements stays what it is.
    const std::optional<std::int64_t> size = self.isUndefined() ? 0 : lengthOf(self);
    if (size && *size - leeway <= length)
        return self;
    const std::string& text = demandText(run, self, "truncate");
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

// What divides words when lines are wrapped: no-break spaces do not.
bool isWrapSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isWordPart(char32_t code)
{
    return isNamePart(code) || isNumeric(code);
}

bool isLetter(char32_t code)
{
    return isWordPart(code) && !isNumeric(code);
}

// The code point before a byte, or 0.
char32_t codeBefore(std::string_view text, std::size_t at)
{
    return at == 0 ? 0 : characterAt(text, previousCharacter(text, at)).code;
}

char32_t codeAt(std::string_view text, std::size_t at)
{
    return at < text.size() ? characterAt(text, at).code : 0;
}

// Two or more hyphens that join words, as dashes do.
bool isDash(std::string_view line, std::size_t at)
{
    const std::size_t end = std::min(line.find_first_not_of('-', at), line.size());
    const char32_t before = codeBefore(line, at);
    return end - at >= 2 && isWordPart(codeAt(line, end)) &&
           (isWordPart(before) ||
            (before != 0 && std::u32string_view(U"!\"'&.,?").find(before) != std::u32string_view::npos));
}

// A hyphen between parts of a word, behind which a line may end: each side has two letters (or one, a hyphen and one).
bool isHyphen(std::string_view line, std::size_t at)
{
    const char32_t last = codeBefore(line, at);
    const std::size_t lastAt = at == 0 ? 0 : previousCharacter(line, at);
    const char32_t second = codeBefore(line, lastAt);
    const bool before = isLetter(last) && isLetter(second);
    std::size_t after = at + 1;
    const char32_t first = codeAt(line, after);
    if (!isLetter(first))
        return false;
    after += characterAt(line, after).length;
    const bool joined = codeAt(line, after) == '-';
    const bool behind = isLetter(codeAt(line, joined ? after + 1 : after));
    if (before)
        return behind;
    const std::size_t secondAt = lastAt == 0 ? 0 : previousCharacter(line, lastAt);
    return behind && isWordPart(last) && second == '-' && isLetter(codeBefore(line, secondAt));
}

// White space and words in turn; a word is also divided at its hyphens.
std::vector<std::string_view> wrapChunks(std::string_view line, bool atHyphens)
{
    std::vector<std::string_view> chunks;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = at;
        if (isWrapSpace(line[at])) {
            while (end < line.size() && isWrapSpace(line[end]))
                ++end;
        } else if (atHyphens && line[at] == '-' && isDash(line, at)) {
            end = line.find_first_not_of('-', at);
        } else {
            do {
                if (end > at && atHyphens && line[end] == '-' && isHyphen(line, end)) {
                    ++end;
                    break;
                }
                end += characterAt(line, end).length;
            } while (end < line.size() && !isWrapSpace(line[end]) &&
                     !(atHyphens && line[end] == '-' && isDash(line, end)));
        }
        chunks.push_back(line.substr(at, end - at));
        at = end;
    }
    return chunks;
}

// Where a word that is longer than the room for it is broken: behind a hyphen, if there is one in that room.
std::size_t breakOf(std::string_view word, std::size_t room, bool atHyphens)
{
    const std::size_t cut = byteOfCharacter(word, room);
    const std::size_t hyphen = word.substr(0, cut).rfind('-');
    const bool useful = atHyphens && hyphen != std::string_view::npos &&
                        word.substr(0, hyphen).find_first_not_of('-') != std::string_view::npos;
    return useful ? hyphen + 1 : cut;
}

std::vector<std::string> wrapLine(std::string_view line, std::int64_t width, bool breakLong, bool atHyphens)
{
    std::vector<std::string> lines;
    std::vector<std::string_view> chunks = wrapChunks(line, atHyphens);
    std::reverse(chunks.begin(), chunks.end());
    const auto isBlank = [](std::string_view chunk) { return stripLeft(chunk).empty(); };
    while (!chunks.empty()) {
        if (!lines.empty() && isBlank(chunks.back()))
            chunks.pop_back();
        std::vector<std::string_view> current;
        std::int64_t length = 0;
        std::int64_t size = 0;
        for (; !chunks.empty(); chunks.pop_back()) {
            size = static_cast<std::int64_t>(countCharacters(chunks.back()));
            if (length + size > width)
                break;
            length += size;
            current.push_back(chunks.back());
        }
        if (!chunks.empty() && size > width) {
            if (breakLong) {
                // Possibly nothing of it: then the blank before it stays.
                std::string_view& word = chunks.back();
                const std::size_t cut = breakOf(word, static_cast<std::size_t>(width - length), atHyphens);
                current.push_back(word.substr(0, cut));
                word.remove_prefix(cut);
            } else if (current.empty()) {
                current.push_back(chunks.back());
                chunks.pop_back();
            }
        }
        if (!current.empty() && isBlank(current.back()))
            current.pop_back();
        if (current.empty())
            continue;
        std::string& all = lines.emplace_back();
        for (const std::string_view chunk : current)
            all += chunk;
    }
    return lines;
}

Value wordwrap(Run& run, const Value& self, Given& given)
{
    const std::string& text = demandText(run, self, "wordwrap");
    const std::int64_t width = given.integer(0, 79);
    const std::string newline = given[2].isNone() ? "\n" : given.text(2);
    if (width < 1)
        run.fail(CRUCIBLE_TR_NOOP("Problem", "wordwrap needs a width of at least 1"));
    std::string result;
    bool isFirst = true;
    for (const std::string_view line : splitLines(text)) {
        std::vector<std::string> lines = wrapLine(line, width, given.truth(1, true), given.truth(3, true));
        if (lines.empty())
            lines.emplace_back(); // an empty line stays one
        for (const std::string& wrapped : lines) {
            if (!std::exchange(isFirst, false))
                result += newline;
            result += wrapped;
            run.checkTextSize(result.size());
        }
    }
    return run.text(std::move(result));
}

Value format(Run& run, const Value& self, Given& given)
{
    Arguments& arguments = given.all();
    if (!arguments.positional.empty() && !arguments.named.empty())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "format takes values or names with values, not both"));
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
