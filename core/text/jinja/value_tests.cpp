// SPDX-License-Identifier: GPL-3.0-or-later
// What can stand behind `is`.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/characters.h"
#include "text/jinja/objects.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"
#include "text/utf8.h"

namespace crucible::text::jinja {
namespace {

// Every cased character is of the one case, and there is one.
bool isCase(const std::string& text, bool upper)
{
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

bool isRemainder(Run& run, const Value& value, const Value& divisor, std::int64_t rest)
{
    return equal(arithmetic(run, Tok::Mod, value, divisor), Value(rest));
}

template<Comparison comparison> Value compared(Run& run, const Value& self, Given& given)
{
    return compare(run, comparison, self, given[0]);
}

Value isDefined(Run&, const Value& self, Given&)
{
    return !self.isUndefined();
}
Value isUndefined(Run&, const Value& self, Given&)
{
    return self.isUndefined();
}
Value isNone(Run&, const Value& self, Given&)
{
    return self.isNone();
}
Value isBoolean(Run&, const Value& self, Given&)
{
    return self.kind() == Kind::Bool;
}
Value isTrue(Run&, const Value& self, Given&)
{
    return self.kind() == Kind::Bool && self.boolean();
}
Value isFalse(Run&, const Value& self, Given&)
{
    return self.kind() == Kind::Bool && !self.boolean();
}
Value isInteger(Run&, const Value& self, Given&)
{
    return self.kind() == Kind::Integer || self.as<WideIntegerObject>();
}
Value isFloat(Run&, const Value& self, Given&)
{
    return self.kind() == Kind::Real;
}
Value isNumber(Run&, const Value& self, Given&)
{
    return self.isNumber() || self.as<WideIntegerObject>();
}
Value isString(Run&, const Value& self, Given&)
{
    return self.isText();
}
Value isMapping(Run&, const Value& self, Given&)
{
    return self.isDict();
}
Value isIterableValue(Run&, const Value& self, Given&)
{
    return isIterable(self);
}
Value isEscaped(Run&, const Value& self, Given&)
{
    return self.isText() && self.textData().safe;
}
Value isUpperText(Run& run, const Value& self, Given&)
{
    return isCase(textOf(run, self), true);
}
Value isLowerText(Run& run, const Value& self, Given&)
{
    return isCase(textOf(run, self), false);
}
Value isOdd(Run& run, const Value& self, Given&)
{
    return isRemainder(run, self, std::int64_t(2), 1);
}
Value isEven(Run& run, const Value& self, Given&)
{
    return isRemainder(run, self, std::int64_t(2), 0);
}
Value isDivisible(Run& run, const Value& self, Given& given)
{
    return isRemainder(run, self, given[0], 0);
}
Value isSame(Run&, const Value& self, Given& given)
{
    return identical(self, given[0]);
}
Value isFilter(Run&, const Value& self, Given&)
{
    return self.isText() && findBuiltin(filters(), self.text());
}
Value isTest(Run&, const Value& self, Given&)
{
    return self.isText() && findBuiltin(tests(), self.text());
}

// What has a length and elements.
Value isSequence(Run&, const Value& self, Given&)
{
    return self.isUndefined() || self.isText() || self.isSequence() || self.isDict() || self.as<RangeObject>();
}

Value isCallable(Run&, const Value& self, Given&)
{
    return self.isUndefined() || (self.isObject() && self.object()->isCallable());
}

constexpr Builtin kTests[] = {
    {"defined", "", isDefined},
    {"undefined", "", isUndefined},
    {"none", "", isNone},
    {"boolean", "", isBoolean},
    {"true", "", isTrue},
    {"false", "", isFalse},
    {"integer", "", isInteger},
    {"float", "", isFloat},
    {"number", "", isNumber},
    {"string", "", isString},
    {"mapping", "", isMapping},
    {"sequence", "", isSequence},
    {"iterable", "", isIterableValue},
    {"callable", "", isCallable},
    {"escaped", "", isEscaped},
    {"upper", "", isUpperText},
    {"lower", "", isLowerText},
    {"odd", "", isOdd},
    {"even", "", isEven},
    {"divisibleby", "num", isDivisible},
    {"sameas", "other", isSame},
    {"filter", "", isFilter},
    {"test", "", isTest},
    {"in", "seq", compared<Comparison::In>},
    {"eq", "other", compared<Comparison::Eq>},
    {"equalto", "other", compared<Comparison::Eq>},
    {"==", "other", compared<Comparison::Eq>},
    {"ne", "other", compared<Comparison::Ne>},
    {"!=", "other", compared<Comparison::Ne>},
    {"lt", "other", compared<Comparison::Lt>},
    {"lessthan", "other", compared<Comparison::Lt>},
    {"<", "other", compared<Comparison::Lt>},
    {"le", "other", compared<Comparison::Le>},
    {"<=", "other", compared<Comparison::Le>},
    {"gt", "other", compared<Comparison::Gt>},
    {"greaterthan", "other", compared<Comparison::Gt>},
    {">", "other", compared<Comparison::Gt>},
    {"ge", "other", compared<Comparison::Ge>},
    {">=", "other", compared<Comparison::Ge>},
};

} // namespace

std::span<const Builtin> valueTests()
{
    return kTests;
}

} // namespace crucible::text::jinja
