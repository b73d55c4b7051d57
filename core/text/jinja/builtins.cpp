// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/builtins.h"

#include "base/text.h"
#include "text/jinja/run.h"

#include <algorithm>

namespace crucible::text::jinja {
namespace {

// Reads "old new [count]" word by word.
class Parameters {
public:
    explicit Parameters(std::string_view all) : m_rest(all) {}
    bool next()
    {
        m_rest.remove_prefix(std::min(m_rest.find_first_not_of(' '), m_rest.size()));
        if (m_rest.empty())
            return false;
        name = m_rest.substr(0, m_rest.find(' '));
        m_rest.remove_prefix(name.size());
        optional = name.front() == '[';
        if (optional)
            name = name.substr(1, name.size() - 2);
        return true;
    }
    std::string_view name;
    bool optional = false;

private:
    std::string_view m_rest;
};

std::vector<const Builtin*> sorted(std::initializer_list<std::span<const Builtin>> parts)
{
    std::vector<const Builtin*> all;
    for (const std::span<const Builtin> part : parts) {
        for (const Builtin& builtin : part)
            all.push_back(&builtin);
    }
    std::sort(all.begin(), all.end(), [](const Builtin* a, const Builtin* b) { return a->name < b->name; });
    return all;
}

} // namespace

Given::Given(Run& run, const Builtin& builtin, Arguments& arguments)
    : m_run(run), m_builtin(builtin), m_arguments(arguments)
{
    if (builtin.parameters == "*")
        return;
    std::size_t count = 0;
    std::size_t usedNames = 0;
    for (Parameters parameters(builtin.parameters); parameters.next(); ++count) {
        if (count < arguments.positional.size())
            m_values[count] = &arguments.positional[count];
        for (const auto& [name, value] : arguments.named) {
            if (name != parameters.name)
                continue;
            if (m_values[count])
                run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' got its argument %2 twice"), builtin.name, name});
            m_values[count] = &value;
            ++usedNames;
        }
        if (!m_values[count] && !parameters.optional)
            run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' needs the argument %2"), builtin.name, parameters.name});
    }
    if (arguments.positional.size() > count)
        run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' takes at most %2 arguments, and got %3"), builtin.name, count,
                  arguments.positional.size()});
    if (usedNames == arguments.named.size())
        return;
    for (const auto& [name, value] : arguments.named) {
        bool known = false;
        for (Parameters parameters(builtin.parameters); parameters.next();)
            known = known || parameters.name == name;
        if (!known)
            run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' has no argument %2"), builtin.name, name});
    }
}

const Value& Given::operator[](std::size_t i) const
{
    static const Value kNone;
    return m_values[i] ? *m_values[i] : kNone;
}

void Given::wrongType(std::size_t i, std::string_view wanted) const
{
    Parameters parameters(m_builtin.parameters);
    for (std::size_t n = 0; n <= i; ++n)
        parameters.next();
    m_run.fail({CRUCIBLE_TR_NOOP("Problem", "the argument %1 of '%2' has to be %3, not %4"), parameters.name,
                m_builtin.name, wanted, (*this)[i].typeName()});
}

std::int64_t Given::integer(std::size_t i, std::int64_t fallback) const
{
    const Value& value = (*this)[i];
    if (value.isNone())
        return fallback;
    if (!value.isIntegral())
        wrongType(i, "a whole number");
    return value.integer();
}

const std::string& Given::text(std::size_t i) const
{
    const Value& value = (*this)[i];
    if (!value.isText())
        wrongType(i, "a text");
    return value.text();
}

Value applyBuiltin(Run& run, const Builtin& builtin, const Value& self, Arguments& arguments)
{
    Given given(run, builtin, arguments);
    return builtin.apply(run, self, given);
}

const Builtin* findBuiltin(Builtins table, std::string_view name)
{
    const auto at =
        std::lower_bound(table.begin(), table.end(), name,
                         [](const Builtin* builtin, std::string_view wanted) { return builtin->name < wanted; });
    return at != table.end() && (*at)->name == name ? *at : nullptr;
}

Sentence missingBuiltin(std::string_view what, std::string_view name, Builtins table)
{
    std::vector<std::string_view> names;
    for (const Builtin* builtin : table)
        names.push_back(builtin->name);
    const std::optional<std::string> near = didYouMean(name, std::span<const std::string_view>(names));
    if (near)
        return {CRUCIBLE_TR_NOOP("Problem", "there is no %1 '%2'; did you mean '%3'?"), what, name, *near};
    return {CRUCIBLE_TR_NOOP("Problem", "there is no %1 '%2'"), what, name};
}

Builtins filters()
{
    static const std::vector<const Builtin*> table =
        sorted({textFilters(), markupFilters(), numberFilters(), sequenceFilters(), selectionFilters()});
    return table;
}

Builtins tests()
{
    static const std::vector<const Builtin*> table = sorted({valueTests()});
    return table;
}

Builtins functions()
{
    static const std::vector<const Builtin*> table = sorted({globalFunctions()});
    return table;
}

Builtins methodsOf(const Value& value)
{
    static const std::vector<const Builtin*> ofText = sorted({textMethods(), textQuestionMethods()});
    static const std::vector<const Builtin*> ofList = sorted({listMethods()});
    static const std::vector<const Builtin*> ofDict = sorted({dictMethods()});
    if (value.isText())
        return ofText;
    if (value.isSequence())
        return ofList;
    return value.isDict() ? Builtins(ofDict) : Builtins();
}

bool isForbiddenMethod(const Value& value, std::string_view name)
{
    static constexpr std::string_view kOfLists[] = {"append", "clear",  "extend",  "insert",
                                                    "pop",    "remove", "reverse", "sort"};
    static constexpr std::string_view kOfDicts[] = {"clear", "pop", "popitem", "setdefault", "update"};
    const auto isOneOf = [&](const auto& names) {
        return std::find(std::begin(names), std::end(names), name) != std::end(names);
    };
    return value.isList() ? isOneOf(kOfLists) : value.isDict() && isOneOf(kOfDicts);
}

} // namespace crucible::text::jinja
