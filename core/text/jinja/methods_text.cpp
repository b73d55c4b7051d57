// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of str that give texts and lists.
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

Value like(Run& run, const Value& self, std::string text)
{
    return run.text(std::move(text), self.textData().safe);
}

Value upper(Run& run, const Value& self, Given&)
{
    return like(run, self, toUpper(self.text()));
}
Value lower(Run& run, const Value& self, Given&)
{
    return like(run, self, toLower(self.text()));
}
Value title(Run& run, const Value& self, Given&)
{
    return like(run, self, toTitle(self.text()));
}
Value capitalizeText(Run& run, const Value& self, Given&)
{
    return like(run, self, capitalize(self.text()));
}
Value swapcase(Run& run, const Value& self, Given&)
{
    return like(run, self, swapCase(self.text()));
}
Value casefold(Run& run, const Value& self, Given&)
{
    return like(run, self, caseFold(self.text()));
}

template<bool left, bool right> Value strip(Run& run, const Value& self, Given& given)
{
    std::string_view chars;
    const std::string_view* used = nullptr;
    if (!given[0].isNone()) {
        chars = given.text(0);
        used = &chars;
    }
    std::string_view text = self.text();
    if (left)
        text = stripLeft(text, used);
    if (right)
        text = stripRight(text, used);
    return text.size() == self.text().size() ? self : like(run, self, std::string(text));
}

template<bool fromRight> Value split(Run& run, const Value& self, Given& given)
{
    std::string_view separator;
    const std::string_view* used = nullptr;
    if (!given[0].isNone()) {
        separator = given.text(0);
        used = &separator;
        if (separator.empty())
            run.fail(CRUCIBLE_TR_NOOP("Problem", "a text can not be split at an empty separator"));
    }
    const std::int64_t most = given.integer(1, -1);
    return listOfTexts(run,
                       fromRight ? splitTextFromRight(self.text(), used, most) : splitText(self.text(), used, most));
}

Value splitlines(Run& run, const Value& self, Given& given)
{
    return listOfTexts(run, splitLines(self.text(), given.truth(0)));
}

template<bool fromRight> Value partition(Run& run, const Value& self, Given& given)
{
    const std::string& text = self.text();
    const std::string& separator = given.text(0);
    if (separator.empty())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "a text can not be split at an empty separator"));
    const std::size_t at = fromRight ? text.rfind(separator) : text.find(separator);
    if (at == std::string::npos)
        return fromRight ? run.tuple({run.text({}), run.text({}), self})
                         : run.tuple({self, run.text({}), run.text({})});
    return run.tuple({run.text(text.substr(0, at)), given[0], run.text(text.substr(at + separator.size()))});
}

Value replace(Run& run, const Value& self, Given& given)
{
    return like(run, self, replaceText(run, self.text(), given.text(0), given.text(1), given.integer(2, -1)));
}

Value removeprefix(Run& run, const Value& self, Given& given)
{
    const std::string& prefix = given.text(0);
    return self.text().starts_with(prefix) ? like(run, self, self.text().substr(prefix.size())) : self;
}

Value removesuffix(Run& run, const Value& self, Given& given)
{
    const std::string& suffix = given.text(0);
    if (suffix.empty() || !self.text().ends_with(suffix))
        return self;
    return like(run, self, self.text().substr(0, self.text().size() - suffix.size()));
}

Value join(Run& run, const Value& self, Given& given)
{
    std::string all;
    bool isFirst = true;
    std::int64_t at = 0;
    for (const Value& item : itemsOf(run, given[0])) {
        if (!item.isText())
            run.fail({CRUCIBLE_TR_NOOP("Problem", "join needs texts, and item %1 is of type %2"), at, item.typeName()},
                     CRUCIBLE_TR_NOOP("Problem", "the filter join takes anything"));
        if (!std::exchange(isFirst, false))
            all += self.text();
        all += item.text();
        run.checkTextSize(all.size());
        ++at;
    }
    return like(run, self, std::move(all));
}

// The text with characters before and behind it, to a width.
Value padded(Run& run, const Value& self, Given& given, std::int64_t (*left)(std::int64_t missing, std::int64_t width))
{
    const std::int64_t width = given.integer(0);
    const auto length = static_cast<std::int64_t>(self.textData().characters());
    const std::string fill = given[1].isNone() ? " " : given.text(1);
    if (countCharacters(fill) != 1)
        run.fail(CRUCIBLE_TR_NOOP("Problem", "a text is filled up with one character"));
    if (width <= length)
        return self;
    run.checkTextSize(static_cast<std::size_t>(width));
    run.checkTextSize(static_cast<std::size_t>(width) * fill.size());
    const std::int64_t before = left(width - length, width);
    std::string text;
    for (std::int64_t i = 0; i < before; ++i)
        text += fill;
    text += self.text();
    for (std::int64_t i = before; i < width - length; ++i)
        text += fill;
    return like(run, self, std::move(text));
}

Value ljust(Run& run, const Value& self, Given& given)
{
    return padded(run, self, given, [](std::int64_t, std::int64_t) { return std::int64_t(0); });
}

Value rjust(Run& run, const Value& self, Given& given)
{
    return padded(run, self, given, [](std::int64_t missing, std::int64_t) { return missing; });
}

Value center(Run& run, const Value& self, Given& given)
{
    // Python puts an odd one to the left when the width is odd too.
    return padded(run, self, given,
                  [](std::int64_t missing, std::int64_t width) { return missing / 2 + (missing & width & 1); });
}

Value zfill(Run& run, const Value& self, Given& given)
{
    const std::int64_t width = given.integer(0);
    const auto length = static_cast<std::int64_t>(self.textData().characters());
    if (width <= length)
        return self;
    run.checkTextSize(static_cast<std::size_t>(width));
    const bool hasSign = self.text().starts_with('-') || self.text().starts_with('+');
    std::string text = self.text();
    text.insert(hasSign ? 1 : 0, static_cast<std::size_t>(width - length), '0');
    return like(run, self, std::move(text));
}

Value expandtabs(Run& run, const Value& self, Given& given)
{
    const std::int64_t size = given.integer(0, 8);
    std::string text;
    std::int64_t column = 0;
    for (const char c : self.text()) {
        if (c != '\t') {
            text += c;
            column = c == '\n' || c == '\r' ? 0 : column + !isContinuation(c);
            continue;
        }
        const std::int64_t spaces = size > 0 ? size - column % size : 0;
        run.checkTextSize(text.size() + static_cast<std::size_t>(spaces));
        text.append(static_cast<std::size_t>(spaces), ' ');
        column += spaces;
    }
    return like(run, self, std::move(text));
}

Value format(Run& run, const Value& self, Given& given)
{
    return formatBraces(run, self, given.all());
}

Value formatMap(Run& run, const Value& self, Given& given)
{
    if (!given[0].isDict())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "format_map needs a dict, not a value of type %1"), given[0].typeName()});
    Arguments arguments;
    for (const auto& [key, value] : given[0].dict().entries) {
        if (key.isText())
            arguments.named.emplace_back(key.text(), value);
    }
    return formatBraces(run, self, arguments);
}

Value encode(Run& run, const Value&, Given&)
{
    run.fail(CRUCIBLE_TR_NOOP("Problem", "a template has no bytes to encode a text into"));
}

constexpr Builtin kMethods[] = {
    {"upper", "", upper},
    {"lower", "", lower},
    {"title", "", title},
    {"capitalize", "", capitalizeText},
    {"swapcase", "", swapcase},
    {"casefold", "", casefold},
    {"strip", "[chars]", strip<true, true>},
    {"lstrip", "[chars]", strip<true, false>},
    {"rstrip", "[chars]", strip<false, true>},
    {"split", "[sep] [maxsplit]", split<false>},
    {"rsplit", "[sep] [maxsplit]", split<true>},
    {"splitlines", "[keepends]", splitlines},
    {"partition", "sep", partition<false>},
    {"rpartition", "sep", partition<true>},
    {"replace", "old new [count]", replace},
    {"removeprefix", "prefix", removeprefix},
    {"removesuffix", "suffix", removesuffix},
    {"join", "iterable", join},
    {"ljust", "width [fillchar]", ljust},
    {"rjust", "width [fillchar]", rjust},
    {"center", "width [fillchar]", center},
    {"zfill", "width", zfill},
    {"expandtabs", "[tabsize]", expandtabs},
    {"format", "*", format},
    {"format_map", "mapping", formatMap},
    {"encode", "[encoding] [errors]", encode},
};

} // namespace

std::span<const Builtin> textMethods()
{
    return kMethods;
}

} // namespace crucible::text::jinja
