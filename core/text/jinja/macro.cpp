// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/macro.h"

#include "text/jinja/interpreter.h"
#include "text/jinja/represent.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::text::jinja {

std::string MacroObject::represent(Run&) const
{
    return m_code.name.empty() ? "<Macro anonymous>" : fmt::format("<Macro {}>", quotedText(m_code.name));
}

std::optional<Value> MacroObject::attribute(Run& run, std::string_view name)
{
    if (name == "name")
        return m_code.name.empty() ? Value() : run.text(m_code.name);
    if (name == "arguments") {
        std::vector<Value> names;
        for (const auto& [id, parameter] : m_code.parameters)
            names.push_back(run.text(parameter));
        return run.tuple(std::move(names));
    }
    if (name == "catch_varargs")
        return m_code.usesVarargs;
    if (name == "catch_kwargs")
        return m_code.usesKwargs;
    if (name == "caller")
        return m_code.usesCaller;
    return std::nullopt;
}

Value MacroObject::call(Run& run, Arguments& arguments)
{
    const Run::Nesting nesting(run);
    const std::string title = m_code.name.empty() ? "caller" : m_code.name;
    const std::size_t count = m_code.parameters.size();
    std::vector<std::pair<NameId, Value>> variables;
    variables.reserve(count + 3);
    std::vector<bool> isUsed(arguments.named.size());

    for (std::size_t i = 0; i < count; ++i) {
        const auto& [id, name] = m_code.parameters[i];
        const auto named = std::find_if(arguments.named.begin(), arguments.named.end(), [&](const auto& argument) {
            return argument.first == m_code.parameters[i].second;
        });
        const bool isNamed = named != arguments.named.end();
        if (isNamed)
            isUsed[static_cast<std::size_t>(named - arguments.named.begin())] = true;
        if (i < arguments.positional.size()) {
            if (isNamed)
                run.fail({CRUCIBLE_TR_NOOP("Problem", "'%1' got its argument %2 twice"), title, name});
            variables.emplace_back(id, arguments.positional[i]);
        } else if (isNamed) {
            variables.emplace_back(id, named->second);
        } else if (i + m_code.defaults.size() >= count) {
            const Expr& fallback = *m_code.defaults[i + m_code.defaults.size() - count];
            variables.emplace_back(id, m_run.evaluateIn(fallback, m_scope, variables));
        } else {
            variables.emplace_back(id, run.undefined(fmt::format("the parameter '{}' was not given", name)));
        }
    }

    std::vector<Value> varargs;
    if (arguments.positional.size() > count) {
        if (!m_code.usesVarargs)
            run.fail({CRUCIBLE_TR_NOOP("Problem", "the macro '%1' takes at most %2 arguments, and got %3"), title,
                      count, arguments.positional.size()});
        varargs.assign(arguments.positional.begin() + static_cast<std::ptrdiff_t>(count), arguments.positional.end());
    }
    std::vector<Dict::Entry> kwargs;
    std::optional<Value> caller;
    for (std::size_t i = 0; i < arguments.named.size(); ++i) {
        const auto& [name, value] = arguments.named[i];
        if (isUsed[i])
            continue;
        if (name == "caller" && m_code.usesCaller)
            caller = value;
        else if (m_code.usesKwargs)
            kwargs.emplace_back(run.text(name), value);
        else
            run.fail({CRUCIBLE_TR_NOOP("Problem", "the macro '%1' has no parameter %2"), title, name});
    }

    const auto isParameter = [&](NameId id) {
        return std::any_of(m_code.parameters.begin(), m_code.parameters.end(),
                           [&](const auto& p) { return p.first == id; });
    };
    const auto add = [&](bool used, std::string_view name, auto make) {
        if (const NameId id = m_run.nameOf(name); used && id != Interpreter::kNoName && !isParameter(id))
            variables.emplace_back(id, make());
    };
    add(m_code.usesCaller, "caller",
        [&] { return caller ? *caller : run.undefined("this macro was not called by a call block"); });
    add(m_code.usesKwargs, "kwargs", [&] { return run.dict(std::move(kwargs)); });
    add(m_code.usesVarargs, "varargs", [&] { return run.tuple(std::move(varargs)); });
    return run.text(m_run.runMacro(m_code, m_scope, std::move(variables)));
}

} // namespace crucible::text::jinja
