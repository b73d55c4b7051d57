// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/operators.h"

#include "text/jinja/access.h"
#include "text/jinja/format.h"
#include "text/jinja/objects.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace crucible::text::jinja {
namespace {

[[noreturn]] void noOperator(Run& run, std::string_view op, const Value& a, const Value& b)
{
    run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' does not work between a value of type %2 and one of type %3"), op,
              a.typeName(), b.typeName()});
}

[[noreturn]] void overflow(Run& run)
{
    run.fail(CRUCIBLE_TR_NOOP("Problem", "a whole number beyond 64 bits"));
}

[[noreturn]] void divisionByZero(Run& run)
{
    run.fail(CRUCIBLE_TR_NOOP("Problem", "division by zero"));
}

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

std::int64_t sum(Run& run, std::int64_t a, std::int64_t b)
{
    if (b > 0 ? a > kHighest - b : a < kLowest - b)
        overflow(run);
    return a + b;
}

std::int64_t difference(Run& run, std::int64_t a, std::int64_t b)
{
    if (b < 0 ? a > kHighest + b : a < kLowest + b)
        overflow(run);
    return a - b;
}

std::int64_t product(Run& run, std::int64_t a, std::int64_t b)
{
    const bool tooBig =
        a > 0 ? (b > 0 ? a > kHighest / b : b < kLowest / a) : (b > 0 ? a < kLowest / b : a != 0 && b < kHighest / a);
    if (tooBig)
        overflow(run);
    return a * b;
}

std::int64_t floorDivide(Run& run, std::int64_t a, std::int64_t b)
{
    if (b == 0)
        divisionByZero(run);
    if (a == kLowest && b == -1)
        overflow(run);
    const std::int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t floorModulo(Run& run, std::int64_t a, std::int64_t b)
{
    if (b == 0)
        divisionByZero(run);
    if (b == -1)
        return 0;
    const std::int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

double floorModulo(Run& run, double a, double b)
{
    if (b == 0)
        divisionByZero(run);
    double rest = std::fmod(a, b);
    if (rest == 0)
        return std::copysign(0.0, b);
    if ((rest < 0) != (b < 0))
        rest += b;
    return rest;
}

Value power(Run& run, std::int64_t base, std::int64_t exponent)
{
    if (exponent < 0) {
        if (base == 0)
            divisionByZero(run);
        return std::pow(static_cast<double>(base), static_cast<double>(exponent));
    }
    std::int64_t result = 1;
    while (exponent > 0) {
        if (exponent & 1)
            result = product(run, result, base);
        exponent >>= 1;
        if (exponent > 0)
            base = product(run, base, base);
    }
    return result;
}

Value integerArithmetic(Run& run, Tok op, std::int64_t a, std::int64_t b)
{
    switch (op) {
    case Tok::Add: return sum(run, a, b);
    case Tok::Sub: return difference(run, a, b);
    case Tok::Mul: return product(run, a, b);
    case Tok::Div:
        if (b == 0)
            divisionByZero(run);
        return static_cast<double>(a) / static_cast<double>(b);
    case Tok::FloorDiv: return floorDivide(run, a, b);
    case Tok::Mod: return floorModulo(run, a, b);
    default: return power(run, a, b);
    }
}

Value realArithmetic(Run& run, Tok op, double a, double b)
{
    switch (op) {
    case Tok::Add: return a + b;
    case Tok::Sub: return a - b;
    case Tok::Mul: return a * b;
    case Tok::Div:
        if (b == 0)
            divisionByZero(run);
        return a / b;
    case Tok::FloorDiv: {
        const double quotient = std::round((a - floorModulo(run, a, b)) / b);
        return quotient == 0 ? std::copysign(0.0, a / b) : quotient;
    }
    case Tok::Mod: return floorModulo(run, a, b);
    default: {
        if (a == 0 && b < 0)
            divisionByZero(run);
        if (a < 0 && std::trunc(b) != b)
            run.fail(CRUCIBLE_TR_NOOP("Problem", "a root of a negative number"));
        const double result = std::pow(a, b);
        if (std::isinf(result) && std::isfinite(a) && std::isfinite(b))
            run.fail(CRUCIBLE_TR_NOOP("Problem", "the power is too large for a number"));
        return result;
    }
    }
}

bool isWide(const Value& value)
{
    return value.as<WideIntegerObject>() != nullptr;
}

// Wide integers as the real numbers next to them.
Value narrowed(const Value& value)
{
    const auto* wide = value.as<WideIntegerObject>();
    return wide ? Value(wide->real()) : value;
}

Value repeat(Run& run, const Value& what, std::int64_t times)
{
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(times, 0));
    if (what.isText()) {
        const std::string& piece = what.text();
        if (piece.empty() || count == 0)
            return run.text({}, what.textData().safe);
        if (count > run.limits().textBytes)
            run.fail({CRUCIBLE_TR_NOOP("Problem", "a text repeated %1 times is too long"), times});
        run.checkTextSize(piece.size() * static_cast<std::size_t>(count));
        std::string text;
        text.reserve(piece.size() * static_cast<std::size_t>(count));
        for (std::uint64_t i = 0; i < count; ++i)
            text += piece;
        return run.text(std::move(text), what.textData().safe);
    }
    std::vector<Value> items;
    const std::uint64_t most = static_cast<std::uint64_t>(run.limits().textBytes) / sizeof(Value);
    if (!what.items().empty() && count > most / what.items().size())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a list repeated %1 times is too long"), times});
    if (!what.items().empty()) {
        run.spend(what.items().size() * count);
        for (std::uint64_t i = 0; i < count; ++i)
            items.insert(items.end(), what.items().begin(), what.items().end());
    }
    return what.isTuple() ? run.tuple(std::move(items)) : run.list(std::move(items));
}

Value add(Run& run, const Value& a, const Value& b)
{
    if (a.isText() && b.isText()) {
        run.checkTextSize(a.text().size() + b.text().size());
        if (a.textData().safe || b.textData().safe)
            return run.text(escaped(run, a) + escaped(run, b), true);
        std::string both;
        both.reserve(a.text().size() + b.text().size());
        both += a.text();
        both += b.text();
        return run.text(std::move(both));
    }
    if (a.isSequence() && b.isSequence() && a.isTuple() == b.isTuple()) {
        run.spend(a.items().size() + b.items().size());
        std::vector<Value> items;
        items.reserve(a.items().size() + b.items().size());
        items.insert(items.end(), a.items().begin(), a.items().end());
        items.insert(items.end(), b.items().begin(), b.items().end());
        return a.isTuple() ? run.tuple(std::move(items)) : run.list(std::move(items));
    }
    noOperator(run, "+", a, b);
}

// -1, 0 or 1; 2 when a number is no number.
int order(Run& run, std::string_view op, const Value& a, const Value& b)
{
    run.spend();
    demandDefined(run, a);
    demandDefined(run, b);
    if (a.isNumber() && b.isNumber()) {
        if (a.isIntegral() && b.isIntegral())
            return a.integer() < b.integer() ? -1 : a.integer() > b.integer();
        const double x = a.real();
        const double y = b.real();
        return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
    }
    if (a.isText() && b.isText()) {
        run.spend(std::min(a.text().size(), b.text().size()) / 64);
        const int compared = a.text().compare(b.text()); // the order of bytes is that of code points
        return compared < 0 ? -1 : compared > 0;
    }
    if (a.isSequence() && b.isSequence() && a.isTuple() == b.isTuple()) {
        const Run::Nesting nesting(run);
        const std::size_t common = std::min(a.items().size(), b.items().size());
        for (std::size_t i = 0; i < common; ++i) {
            if (!sameValue(run, a.items()[i], b.items()[i]))
                return order(run, op, a.items()[i], b.items()[i]);
        }
        return a.items().size() < b.items().size() ? -1 : a.items().size() > b.items().size();
    }
    noOperator(run, op, a, b);
}

} // namespace

void demandDefined(Run& run, const Value& value)
{
    if (value.isUndefined())
        run.fail(value.absence().message);
}

std::string escapeText(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&#34;"; break;
        case '\'': result += "&#39;"; break;
        default: result += c;
        }
    }
    return result;
}

std::string escaped(Run& run, const Value& value)
{
    if (value.isText() && value.textData().safe)
        return value.text();
    return escapeText(textOf(run, value));
}

Value arithmetic(Run& run, Tok op, const Value& a, const Value& b)
{
    if (a.isIntegral() && b.isIntegral())
        return integerArithmetic(run, op, a.integer(), b.integer());
    if (a.isNumber() && b.isNumber())
        return realArithmetic(run, op, a.real(), b.real());
    if (isWide(a) ? b.isNumber() || isWide(b) : isWide(b) && a.isNumber())
        return arithmetic(run, op, narrowed(a), narrowed(b));
    demandDefined(run, a);
    if (op == Tok::Mod && a.isText())
        return formatPercent(run, a, b);
    demandDefined(run, b);
    if (op == Tok::Add)
        return add(run, a, b);
    if (op == Tok::Mul && (a.isText() || a.isSequence()) && b.isIntegral())
        return repeat(run, a, b.integer());
    if (op == Tok::Mul && (b.isText() || b.isSequence()) && a.isIntegral())
        return repeat(run, b, a.integer());
    noOperator(run, describe(op), a, b);
}

Value negate(Run& run, const Value& value, bool minus)
{
    demandDefined(run, value);
    if (value.isIntegral()) {
        if (minus && value.integer() == kLowest)
            overflow(run);
        return minus ? -value.integer() : value.integer();
    }
    if (value.kind() == Kind::Real)
        return minus ? -value.real() : value.real();
    run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 has no sign"), value.typeName()});
}

bool sameValue(Run& run, const Value& a, const Value& b)
{
    run.spend(std::min(a.weight(), b.weight()));
    return equal(a, b);
}

bool lessThan(Run& run, const Value& a, const Value& b)
{
    return order(run, "<", a, b) == -1;
}

bool contains(Run& run, const Value& container, const Value& item)
{
    if (container.isText()) {
        if (!item.isText()) {
            demandDefined(run, item);
            run.fail(
                {CRUCIBLE_TR_NOOP("Problem", "only a text can be in a text, not a value of type %1"), item.typeName()});
        }
        run.spend(container.text().size() / 64);
        return container.text().find(item.text()) != std::string::npos;
    }
    if (container.isSequence())
        return std::any_of(container.items().begin(), container.items().end(),
                           [&](const Value& candidate) { return sameValue(run, candidate, item); });
    if (container.isDict()) {
        run.spend(item.weight());
        if (!isHashable(item))
            run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 can not be a key of a dict"), item.typeName()});
        return container.dict().find(item) != nullptr;
    }
    if (const auto* range = container.as<RangeObject>())
        return range->contains(item);
    const std::vector<Value> items = itemsOf(run, container);
    return std::any_of(items.begin(), items.end(),
                       [&](const Value& candidate) { return sameValue(run, candidate, item); });
}

bool compare(Run& run, Comparison comparison, const Value& a, const Value& b)
{
    if (isWide(a) != isWide(b) || (isWide(a) && comparison != Comparison::Eq && comparison != Comparison::Ne))
        return compare(run, comparison, narrowed(a), narrowed(b));
    switch (comparison) {
    case Comparison::Eq: return sameValue(run, a, b);
    case Comparison::Ne: return !sameValue(run, a, b);
    case Comparison::Lt: return order(run, "<", a, b) == -1;
    case Comparison::Gt: return order(run, ">", a, b) == 1;
    case Comparison::Le: {
        const int found = order(run, "<=", a, b);
        return found == -1 || found == 0;
    }
    case Comparison::Ge: {
        const int found = order(run, ">=", a, b);
        return found == 1 || found == 0;
    }
    case Comparison::In: return contains(run, b, a);
    case Comparison::NotIn: return !contains(run, b, a);
    }
    return false;
}

} // namespace crucible::text::jinja
