// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that apply another filter or test to every item.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/objects.h"
#include "text/jinja/run.h"

#include <algorithm>

namespace crucible::text::jinja {
namespace {

// The filter or test that an argument names.
const Builtin& named(Run& run, std::string_view what, const Value& name, Builtins table)
{
    if (!name.isText())
        run.fail(
            {CRUCIBLE_TR_NOOP("Problem", "a %1 is named by a text, not by a value of type %2"), what, name.typeName()});
    const Builtin* builtin = findBuiltin(table, name.text());
    if (!builtin)
        run.fail(missingBuiltin(what, name.text(), table));
    return *builtin;
}

Value map(Run& run, const Value& self, Given& given)
{
    Arguments& arguments = given.all();
    std::vector<Value> results;
    if (!self.truth())
        return Value(run.make<IteratorObject>("generator", std::move(results)));
    if (arguments.positional.empty()) {
        Value attribute;
        const Value* fallback = nullptr;
        for (const auto& [name, value] : arguments.named) {
            if (name == "attribute")
                attribute = value;
            else if (name == "default")
                fallback = value.isNone() ? nullptr : &value;
            else
                run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' has no argument %2"), "map", name});
        }
        if (attribute.isNone())
            run.fail(CRUCIBLE_TR_NOOP("Problem", "map needs the name of a filter, or attribute="));
        const AttributePath path(run, attribute);
        for (Value& item : itemsOf(run, self))
            results.push_back(path.of(run, std::move(item), fallback));
    } else {
        const Builtin& filter = named(run, "filter", arguments.positional.front(), filters());
        const Arguments rest{{arguments.positional.begin() + 1, arguments.positional.end()}, arguments.named};
        for (const Value& item : itemsOf(run, self)) {
            Arguments once = rest;
            results.push_back(applyBuiltin(run, filter, item, once));
        }
    }
    return Value(run.make<IteratorObject>("generator", std::move(results)));
}

Value choose(Run& run, const Value& self, Given& given, bool wanted, bool byAttribute)
{
    const Arguments& arguments = given.all();
    std::vector<Value> chosen;
    if (!self.truth())
        return Value(run.make<IteratorObject>("generator", std::move(chosen)));
    const std::size_t testAt = byAttribute ? 1 : 0;
    if (byAttribute && arguments.positional.empty())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "the name of an attribute is missing"));
    const AttributePath path(run, byAttribute ? arguments.positional.front() : Value());
    const Builtin* test = nullptr;
    Arguments rest;
    if (arguments.positional.size() > testAt) {
        test = &named(run, "test", arguments.positional[testAt], tests());
        rest = {{arguments.positional.begin() + static_cast<std::ptrdiff_t>(testAt) + 1, arguments.positional.end()},
                arguments.named};
    }
    for (Value& item : itemsOf(run, self)) {
        run.spend();
        const Value examined = path.of(run, item);
        bool holds = false;
        if (test) {
            Arguments once = rest;
            holds = applyBuiltin(run, *test, examined, once).truth();
        } else {
            holds = examined.truth();
        }
        if (holds == wanted)
            chosen.push_back(std::move(item));
    }
    return Value(run.make<IteratorObject>("generator", std::move(chosen)));
}

Value select(Run& run, const Value& self, Given& given)
{
    return choose(run, self, given, true, false);
}

Value reject(Run& run, const Value& self, Given& given)
{
    return choose(run, self, given, false, false);
}

Value selectattr(Run& run, const Value& self, Given& given)
{
    return choose(run, self, given, true, true);
}

Value rejectattr(Run& run, const Value& self, Given& given)
{
    return choose(run, self, given, false, true);
}

Value random(Run& run, const Value&, Given&)
{
    run.fail(CRUCIBLE_TR_NOOP("Problem",
                              "a chat template has to give the same text every time, so there is no random here"));
}

constexpr Builtin kFilters[] = {
    {"map", "*", map},
    {"select", "*", select},
    {"reject", "*", reject},
    {"selectattr", "*", selectattr},
    {"rejectattr", "*", rejectattr},
    {"random", "", random},
};

} // namespace

std::span<const Builtin> selectionFilters()
{
    return kFilters;
}

} // namespace crucible::text::jinja
