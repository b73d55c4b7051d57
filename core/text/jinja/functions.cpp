// SPDX-License-Identifier: GPL-3.0-or-later
// Functions that every template has: those of Jinja2, and the two that transformers adds.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/objects.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"

namespace crucible::text::jinja {
namespace {

Value range(Run& run, const Value&, Given& given)
{
    if (given[0].isNone())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "range needs whole numbers"));
    std::int64_t start = given.integer(0);
    std::int64_t stop = start;
    if (given.has(1))
        stop = given.integer(1);
    else
        start = 0;
    const std::int64_t step = given.integer(2, 1);
    if (step == 0)
        run.fail(CRUCIBLE_TR_NOOP("Problem", "the step of a range is zero"));
    std::uint64_t count = 0;
    if (step > 0 ? start < stop : start > stop) {
        const std::uint64_t span = step > 0 ? static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start)
                                            : static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop);
        const std::uint64_t stride =
            step > 0 ? static_cast<std::uint64_t>(step) : ~static_cast<std::uint64_t>(step) + 1;
        count = (span - 1) / stride + 1;
    }
    if (count > static_cast<std::uint64_t>(run.limits().rangeLength))
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a range of more than %1 numbers"), run.limits().rangeLength});
    return Value(run.make<RangeObject>(start, step, static_cast<std::int64_t>(count), stop));
}

// The entries of dict(...) and namespace(...): a dict or pairs, and named values.
std::vector<Dict::Entry> entriesOf(Run& run, std::string_view function, const Arguments& arguments)
{
    std::vector<Dict::Entry> entries;
    if (arguments.positional.size() > 1)
        run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 takes one dict or list of pairs, and named values"), function});
    if (!arguments.positional.empty()) {
        const Value& first = arguments.positional.front();
        demandDefined(run, first);
        if (first.isDict()) {
            entries = first.dict().entries;
        } else {
            for (const Value& pair : itemsOf(run, first)) {
                const std::vector<Value> both = itemsOf(run, pair);
                if (both.size() != 2)
                    run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 takes one dict or list of pairs, and named values"),
                              function});
                entries.emplace_back(both[0], both[1]);
            }
        }
    }
    for (const auto& [name, value] : arguments.named)
        entries.emplace_back(run.text(name), value);
    return entries;
}

Value dict(Run& run, const Value&, Given& given)
{
    return run.dict(entriesOf(run, "dict", given.all()));
}

Value makeNamespace(Run& run, const Value&, Given& given)
{
    auto* space = run.make<NamespaceObject>();
    for (const auto& [key, value] : entriesOf(run, "namespace", given.all()))
        space->set(textOf(run, key), value);
    return Value(space);
}

Value cycler(Run& run, const Value&, Given& given)
{
    if (given.all().positional.empty())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "there is nothing to cycle through"));
    return Value(run.make<CyclerObject>(given.all().positional));
}

Value joiner(Run& run, const Value&, Given& given)
{
    return Value(run.make<JoinerObject>(given.has(0) ? given[0] : run.text(", ")));
}

Value raiseException(Run& run, const Value&, Given& given)
{
    run.fail(textOf(run, given[0]));
}

Value strftimeNow(Run& run, const Value&, Given& given)
{
    constexpr std::size_t kLongest = 1000;
    const std::string& format = given.text(0);
    if (format.size() > kLongest)
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a format of more than %1 bytes"), kLongest});
    return run.text(formatMoment(run.clock() ? run.clock()() : localTime(), format));
}

constexpr Builtin kFunctions[] = {
    {"range", "start [stop] [step]", range},
    {"dict", "*", dict},
    {"namespace", "*", makeNamespace},
    {"cycler", "*", cycler},
    {"joiner", "[sep]", joiner},
    {"raise_exception", "message", raiseException},
    {"strftime_now", "format", strftimeNow},
};

} // namespace

std::span<const Builtin> globalFunctions()
{
    return kFunctions;
}

} // namespace crucible::text::jinja
