// SPDX-License-Identifier: GPL-3.0-or-later
// Ranges of numbers as grammars over their decimal digits.
#include "generate/json_schema.h"

#include "base/error.h"
#include "base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace crucible::generate {
namespace {

constexpr std::size_t kMostDigits = 18; // on either side of the point

// Numbers of equally many digits, from `low` to `high`.
std::string digitsBetween(const std::string& low, const std::string& high)
{
    if (low.empty())
        return "\"\"";
    const auto rest = [](const std::string& text) { return text.substr(1); };
    const auto any = [](std::size_t digits) {
        return digits == 0 ? std::string() : fmt::format(" [0-9]{{{}}}", digits);
    };
    const auto followed = [](char first, const std::string& tail) {
        return tail == "\"\"" ? fmt::format("\"{}\"", first) : fmt::format("\"{}\" ({})", first, tail);
    };
    if (low.front() == high.front())
        return followed(low.front(), digitsBetween(rest(low), rest(high)));
    const std::string zeros(low.size() - 1, '0');
    const std::string nines(low.size() - 1, '9');
    char first = low.front();
    char last = high.front();
    std::vector<std::string> choices;
    if (rest(low) != zeros)
        choices.push_back(followed(first++, digitsBetween(rest(low), nines)));
    std::string atTop;
    if (rest(high) != nines)
        atTop = followed(last--, digitsBetween(zeros, rest(high)));
    if (first <= last)
        choices.push_back(fmt::format("[{}-{}]{}", first, last, any(low.size() - 1)));
    if (!atTop.empty())
        choices.push_back(atTop);
    return fmt::format("{}", fmt::join(choices, " | "));
}

// Whole numbers that are not negative, without leading zeros; `high` empty: up to 18 digits.
void addNaturals(const std::string& low, const std::string& high, const std::string& sign,
                 std::vector<std::string>& choices)
{
    const std::string last = high.empty() ? std::string(18, '9') : high;
    for (std::size_t digits = low.size(); digits <= last.size(); ++digits) {
        const std::string from = digits == low.size() ? low : "1" + std::string(digits - 1, '0');
        const std::string to = digits == last.size() ? last : std::string(digits, '9');
        if (from <= to)
            choices.push_back(fmt::format("{}({})", sign, digitsBetween(from, to)));
    }
}

// A bound of the digits after a point, without zeros at its end.
struct Digits {
    std::string digits;
    bool open = false; // the bound itself is excluded
    Digits rest() const { return {digits.empty() ? std::string() : digits.substr(1), open}; }
};
using Limit = std::optional<Digits>;

// Digits after a point between two bounds: those that are at least one digit, and whether there may be none.
struct Tail {
    std::vector<std::string> some;
    bool none = false;
};

std::string followedBy(const std::string& first, const Tail& tail)
{
    const std::string rest = fmt::format("({})", fmt::join(tail.some, " | "));
    return tail.some.empty() ? first : fmt::format("{} {}{}", first, rest, tail.none ? "?" : "");
}

Tail tailBetween(Limit low, const Limit& high)
{
    Tail tail;
    const auto isZero = [](const Limit& limit) { return limit && limit->digits.empty(); };
    tail.none = (!low || (isZero(low) && !low->open)) && !(isZero(high) && high->open);
    if (isZero(low) && !low->open)
        low.reset();
    if (isZero(high)) { // nothing but zeros
        if (!low && !high->open)
            tail.some.push_back(fmt::format("\"0\"{{1,{}}}", kMostDigits));
        return tail;
    }
    if (!high && (!low || isZero(low))) {
        tail.some.push_back(low ? fmt::format("\"0\"{{0,{0}}} [1-9] [0-9]{{0,{0}}}", kMostDigits - 1)
                                : fmt::format("[0-9]{{1,{}}}", kMostDigits));
        return tail;
    }
    char first = low && !low->digits.empty() ? low->digits.front() : '0';
    char last = high ? high->digits.front() : '9';
    const auto add = [&tail](char digit, const Tail& rest) {
        if (rest.none || !rest.some.empty())
            tail.some.push_back(followedBy(fmt::format("\"{}\"", digit), rest));
    };
    if (low && high && first == last) {
        add(first, tailBetween(low->rest(), high->rest()));
        return tail;
    }
    if (low)
        add(first++, tailBetween(low->rest(), {}));
    if (high)
        add(last--, tailBetween({}, high->rest()));
    if (first <= last)
        tail.some.push_back(fmt::format("[{}-{}] [0-9]{{0,{}}}", first, last, kMostDigits - 1));
    return tail;
}

// The size of a number, taken apart.
struct Size {
    std::string whole = "0";
    Digits part;
};

Size sizeOf(double value, bool open, const std::string& where)
{
    std::string text = formatNumber(value < 0 ? -value : value);
    if (text.find_first_not_of("0123456789.") != std::string::npos)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a number of at most 17 digits"), "minimum, maximum"}, where);
    const std::size_t point = text.find('.');
    Size size{text.substr(0, point), {point == std::string::npos ? std::string() : text.substr(point + 1), open}};
    size.part.digits.erase(size.part.digits.find_last_not_of('0') + 1);
    return size;
}

// Numbers that are not negative, between sizes.
void addSizes(const Size& low, const std::optional<Size>& high, const std::string& sign,
              std::vector<std::string>& choices)
{
    const auto add = [&](const std::string& whole, const Tail& tail) {
        if (tail.some.empty() && !tail.none)
            return;
        const std::string part = fmt::format("(\".\" ({}))", fmt::join(tail.some, " | "));
        choices.push_back(fmt::format("{}\"{}\"{}", sign, whole,
                                      tail.some.empty() ? std::string() : " " + part + (tail.none ? "?" : "")));
    };
    if (high && low.whole == high->whole)
        return add(low.whole, tailBetween(low.part, high->part));
    add(low.whole, tailBetween(low.part, {}));
    const std::string above = fmt::format("{}", std::stoll(low.whole) + 1);
    const std::string below = high ? fmt::format("{}", std::stoll(high->whole) - 1) : std::string();
    if (!high || std::stoll(above) <= std::stoll(below))
        choices.push_back(
            fmt::format("{}({}) (\".\" [0-9]{{1,{}}})?", sign, grammarOfIntegers(above, below), kMostDigits));
    if (high)
        add(high->whole, tailBetween({}, high->part));
}

} // namespace

std::string grammarOfIntegers(const std::string& low, const std::string& high)
{
    const auto isNegative = [](const std::string& number) { return number.starts_with('-'); };
    const auto size = [](const std::string& number) { return number.starts_with('-') ? number.substr(1) : number; };
    std::vector<std::string> choices;
    if (!low.empty() && !high.empty() && std::stoll(low) > std::stoll(high))
        return {};
    if (low.empty() || isNegative(low)) // those below zero
        addNaturals(isNegative(high) ? size(high) : "1", size(low), "\"-\" ", choices);
    if (high.empty() || !isNegative(high))
        addNaturals(low.empty() || isNegative(low) ? "0" : low, high, "", choices);
    return fmt::format("{}", fmt::join(choices, " | "));
}

std::string grammarOfNumbers(const NumberLimit& low, const NumberLimit& high, const std::string& where)
{
    std::vector<std::string> choices;
    const bool isEmpty =
        low.value && high.value && (*low.value > *high.value || (*low.value == *high.value && (low.open || high.open)));
    const auto sizeOrNone = [&](const NumberLimit& limit) {
        return limit.value ? std::optional(sizeOf(*limit.value, limit.open, where)) : std::nullopt;
    };
    if (!isEmpty && (!high.value || *high.value >= 0)) {
        const bool fromZero = !low.value || *low.value < 0;
        addSizes(fromZero ? Size{} : *sizeOrNone(low), sizeOrNone(high), "", choices);
    }
    if (!isEmpty && (!low.value || *low.value < 0)) {
        const bool fromZero = !high.value || *high.value > 0;
        addSizes(fromZero ? Size{} : *sizeOrNone(high), sizeOrNone(low), "\"-\" ", choices);
    }
    if (choices.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "no number lies between the bounds"), where);
    return fmt::format("{}", fmt::join(choices, " | "));
}

} // namespace crucible::generate
