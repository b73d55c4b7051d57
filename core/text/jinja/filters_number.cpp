// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that make numbers, or write them.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"
#include "text/jinja/text_operations.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace crucible::text::jinja {
namespace {

Value absolute(Run& run, const Value& self, Given&)
{
    demandDefined(run, self);
    if (!self.isNumber())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "abs needs a number, not a value of type %1"), self.typeName()});
    if (self.isIntegral())
        return negate(run, self, self.integer() < 0);
    return std::abs(self.real());
}

Value toInteger(Run& run, const Value& self, Given& given)
{
    demandDefined(run, self);
    const Value fallback = given.has(0) ? given[0] : Value(std::int64_t(0));
    if (self.isIntegral())
        return self.integer();
    if (self.isText()) {
        const std::int64_t base = given.integer(1, 10);
        if (base != 0 && (base < 2 || base > 36))
            return fallback;
        if (const std::optional<std::int64_t> value = parseInt(self.text(), static_cast<int>(base)))
            return *value;
    }
    const std::optional<double> real = self.kind() == Kind::Real ? std::optional(self.real())
                                       : self.isText()           ? parseReal(self.text())
                                                                 : std::nullopt;
    return real && std::isfinite(*real) ? integerFromReal(run, *real) : fallback;
}

Value toReal(Run& run, const Value& self, Given& given)
{
    demandDefined(run, self);
    if (self.isNumber())
        return self.real();
    if (self.isText()) {
        if (const std::optional<double> value = parseReal(self.text()))
            return *value;
    }
    return given.has(0) ? given[0] : Value(0.0);
}

// To the nearest multiple of ten to the power of -precision; halves go to the even one.
std::int64_t roundTens(std::int64_t value, std::int64_t precision)
{
    std::int64_t unit = 1;
    for (std::int64_t i = 0; i < -precision; ++i) {
        if (unit > 100'000'000'000'000'000)
            return 0;
        unit *= 10;
    }
    const std::int64_t rest = ((value % unit) + unit) % unit;
    const std::int64_t down = value - rest;
    const bool up = rest > unit / 2 || (unit > 1 && rest == unit / 2 && (down / unit) % 2 != 0);
    return up ? down + unit : down;
}

double roundReal(double value, std::int64_t precision)
{
    if (!std::isfinite(value) || precision > 320)
        return value;
    if (precision < 0) {
        const double unit = std::pow(10.0, static_cast<double>(-precision));
        return std::isfinite(unit) ? std::nearbyint(value / unit) * unit : 0.0;
    }
    const std::string text = fmt::format("{:.{}f}", value, static_cast<int>(precision));
    double rounded = value;
    std::from_chars(text.data(), text.data() + text.size(), rounded);
    return rounded;
}

Value round(Run& run, const Value& self, Given& given)
{
    demandDefined(run, self);
    if (!self.isNumber())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "round needs a number, not a value of type %1"), self.typeName()});
    const std::int64_t precision = given.integer(0, 0);
    const std::string method = given[1].isNone() ? "common" : given.text(1);
    if (method == "common") {
        if (self.isIntegral())
            return precision >= 0 ? self.integer() : roundTens(self.integer(), precision);
        return roundReal(self.real(), precision);
    }
    if (method != "ceil" && method != "floor")
        run.fail(CRUCIBLE_TR_NOOP("Problem", "the method of round is common, ceil or floor"));
    const double unit = std::pow(10.0, static_cast<double>(precision));
    const double scaled = self.real() * unit;
    return (method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / unit;
}

Value filesizeformat(Run& run, const Value& self, Given& given)
{
    const std::optional<double> size = self.isNumber() ? std::optional(self.real())
                                       : self.isText() ? parseReal(self.text())
                                                       : std::nullopt;
    if (!size || !(std::abs(*size) < 1e30))
        run.fail(
            {CRUCIBLE_TR_NOOP("Problem", "filesizeformat needs a number, not a value of type %1"), self.typeName()});
    const double bytes = *size;
    const bool binary = given.truth(0);
    const double base = binary ? 1024 : 1000;
    static constexpr std::string_view kPrefixes = "kMGTPEZY";
    if (bytes == 1)
        return run.text("1 Byte");
    if (bytes < base)
        return run.text(fmt::format("{} Bytes", static_cast<std::int64_t>(bytes)));
    double unit = base;
    std::size_t i = 0;
    while (i + 1 < kPrefixes.size() && bytes >= unit * base) {
        unit *= base;
        ++i;
    }
    const char prefix = binary && i == 0 ? 'K' : kPrefixes[i];
    return run.text(fmt::format("{:.1f} {}{}B", bytes / unit, prefix, binary ? "i" : ""));
}

constexpr Builtin kFilters[] = {
    {"abs", "", absolute},
    {"int", "[default] [base]", toInteger},
    {"float", "[default]", toReal},
    {"round", "[precision] [method]", round},
    {"filesizeformat", "[binary]", filesizeformat},
};

} // namespace

std::span<const Builtin> numberFilters()
{
    return kFilters;
}

} // namespace crucible::text::jinja
