// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of str that ask something of a text.
#include "text/jinja/builtins.h"
#include "text/jinja/characters.h"
#include "text/jinja/operators.h"
#include "text/jinja/run.h"
#include "text/jinja/text_operations.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text::jinja {
namespace {

Window window(const Value& self, const Given& given)
{
    return windowOf(self.textData(), given.integer(1, 0),
                    given[2].isNone() ? std::nullopt : std::optional(given.integer(2)));
}

// Where the text begins that is looked for, in characters; -1 when it is not there.
std::int64_t position(const Value& self, const Given& given, bool last)
{
    const Window looked = window(self, given);
    if (looked.isEmptyRange)
        return -1;
    const std::string& part = given.text(0);
    const std::size_t at = last ? looked.text.rfind(part) : looked.text.find(part);
    if (at == std::string_view::npos)
        return -1;
    return looked.firstCharacter + static_cast<std::int64_t>(countCharacters(looked.text.substr(0, at)));
}

template<bool last> Value find(Run&, const Value& self, Given& given)
{
    return position(self, given, last);
}

template<bool last> Value index(Run& run, const Value& self, Given& given)
{
    const std::int64_t at = position(self, given, last);
    if (at < 0)
        run.fail(CRUCIBLE_TR_NOOP("Problem", "the text that is looked for is not there"),
                 CRUCIBLE_TR_NOOP("Problem", "find gives -1 then"));
    return at;
}

Value count(Run&, const Value& self, Given& given)
{
    const Window looked = window(self, given);
    return looked.isEmptyRange ? std::int64_t(0) : static_cast<std::int64_t>(countText(looked.text, given.text(0)));
}

// One text or a tuple of them.
template<bool atStart> Value hasAffix(Run& run, const Value& self, Given& given)
{
    const Window looked = window(self, given);
    const auto has = [&](const Value& affix) {
        if (!affix.isText()) {
            demandDefined(run, affix);
            run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 takes a text or a tuple of texts, not a value of type %2"),
                      atStart ? "startswith" : "endswith", affix.typeName()});
        }
        return !looked.isEmptyRange &&
               (atStart ? looked.text.starts_with(affix.text()) : looked.text.ends_with(affix.text()));
    };
    if (given[0].isTuple())
        return std::any_of(given[0].items().begin(), given[0].items().end(), has);
    return has(given[0]);
}

// Not empty, and all characters are of the kind.
template<bool (*is)(char32_t)> Value allAre(Run&, const Value& self, Given&)
{
    const std::string& text = self.text();
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        if (!is(character.code))
            return false;
        at += character.length;
    }
    return !text.empty();
}

bool isAlphaOrNumber(char32_t code)
{
    return isAlpha(code) || isNumeric(code);
}

template<bool upper> Value isCase(Run&, const Value& self, Given&)
{
    const std::string& text = self.text();
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        at += character.length;
        if (isTitle(character.code) || (upper ? isLower(character.code) : isUpper(character.code)))
            return false;
        any = any || isCased(character.code);
    }
    return any;
}

Value istitle(Run&, const Value& self, Given&)
{
    const std::string& text = self.text();
    bool any = false;
    bool inWord = false;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        at += character.length;
        const bool begins = isUpper(character.code) || isTitle(character.code);
        if ((begins && inWord) || (isLower(character.code) && !inWord))
            return false;
        inWord = isCased(character.code);
        any = any || inWord;
    }
    return any;
}

Value isascii(Run&, const Value& self, Given&)
{
    return std::all_of(self.text().begin(), self.text().end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Value isprintable(Run& run, const Value& self, Given& given)
{
    return self.text().empty() ? Value(true) : allAre<isPrintable>(run, self, given);
}

Value isidentifier(Run& run, const Value& self, Given& given)
{
    if (self.text().empty() || !isNameStart(characterAt(self.text(), 0).code))
        return false;
    return allAre<isNamePart>(run, self, given);
}

constexpr Builtin kMethods[] = {
    {"find", "sub [start] [end]", find<false>},
    {"rfind", "sub [start] [end]", find<true>},
    {"index", "sub [start] [end]", index<false>},
    {"rindex", "sub [start] [end]", index<true>},
    {"count", "sub [start] [end]", count},
    {"startswith", "prefix [start] [end]", hasAffix<true>},
    {"endswith", "suffix [start] [end]", hasAffix<false>},
    {"isalpha", "", allAre<isAlpha>},
    {"isalnum", "", allAre<isAlphaOrNumber>},
    {"isdigit", "", allAre<isDigit>},
    {"isdecimal", "", allAre<isDecimal>},
    {"isnumeric", "", allAre<isNumeric>},
    {"isspace", "", allAre<isSpace>},
    {"isupper", "", isCase<true>},
    {"islower", "", isCase<false>},
    {"istitle", "", istitle},
    {"isascii", "", isascii},
    {"isprintable", "", isprintable},
    {"isidentifier", "", isidentifier},
};

} // namespace

std::span<const Builtin> textQuestionMethods()
{
    return kMethods;
}

} // namespace crucible::text::jinja
