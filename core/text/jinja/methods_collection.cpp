// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of list, tuple and dict. Those that would change the value are not among them.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/objects.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"

#include <algorithm>

namespace crucible::text::jinja {
namespace {

Value count(Run& run, const Value& self, Given& given)
{
    std::int64_t found = 0;
    for (const Value& item : self.items())
        found += sameValue(run, item, given[0]);
    return found;
}

Value index(Run& run, const Value& self, Given& given)
{
    const auto length = static_cast<std::int64_t>(self.items().size());
    const auto place = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + length : at, 0, length); };
    const std::int64_t end = place(std::max(given.integer(2, length), -length));
    for (std::int64_t at = place(std::max(given.integer(1, 0), -length)); at < end; ++at) {
        if (sameValue(run, self.items()[static_cast<std::size_t>(at)], given[0]))
            return at;
    }
    run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 is not in the list"), reprOf(run, given[0]).substr(0, 80)});
}

// What does not change needs no second one.
Value copy(Run& run, const Value& self, Given&)
{
    if (self.isTuple())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "a tuple has no copy"));
    return self;
}

Value get(Run& run, const Value& self, Given& given)
{
    if (!isHashable(given[0]))
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 can not be a key of a dict"), given[0].typeName()});
    run.spend(given[0].weight());
    const Value* found = self.dict().find(given[0]);
    return found ? *found : given[1];
}

Value keys(Run& run, const Value& self, Given&)
{
    return Value(run.make<ViewObject>(self, ViewObject::Part::Keys));
}

Value values(Run& run, const Value& self, Given&)
{
    return Value(run.make<ViewObject>(self, ViewObject::Part::Values));
}

Value items(Run& run, const Value& self, Given&)
{
    return Value(run.make<ViewObject>(self, ViewObject::Part::Items));
}

Value copyDict(Run&, const Value& self, Given&)
{
    return self;
}

constexpr Builtin kOfLists[] = {
    {"count", "value", count},
    {"index", "value [start] [stop]", index},
    {"copy", "", copy},
};

constexpr Builtin kOfDicts[] = {
    {"get", "key [default]", get}, {"keys", "", keys},     {"values", "", values},
    {"items", "", items},          {"copy", "", copyDict},
};

} // namespace

std::span<const Builtin> listMethods()
{
    return kOfLists;
}

std::span<const Builtin> dictMethods()
{
    return kOfDicts;
}

} // namespace crucible::text::jinja
