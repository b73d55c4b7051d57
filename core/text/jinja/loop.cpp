// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/loop.h"

#include "text/jinja/interpreter.h"

#include <fmt/format.h>

namespace crucible::text::jinja {
namespace {

Value cycle(Run& run, const Value& self, Given& given)
{
    return self.as<LoopObject>()->cycle(run, given.all().positional);
}

Value changed(Run& run, const Value& self, Given& given)
{
    return self.as<LoopObject>()->changed(run.tuple(std::move(given.all().positional)));
}

constexpr Builtin kCycle{"cycle", "*", cycle};
constexpr Builtin kChanged{"changed", "*", changed};

} // namespace

std::string LoopObject::represent(Run&) const
{
    return fmt::format("<LoopContext {}/{}>", m_index + 1, m_length);
}

std::optional<Value> LoopObject::attribute(Run& run, std::string_view name)
{
    if (name == "index")
        return m_index + 1;
    if (name == "index0")
        return m_index;
    if (name == "first")
        return m_index == 0;
    if (name == "last")
        return m_index + 1 == m_length;
    if (name == "length")
        return m_length;
    if (name == "revindex")
        return m_length - m_index;
    if (name == "revindex0")
        return m_length - m_index - 1;
    if (name == "depth")
        return std::int64_t(m_depth) + 1;
    if (name == "depth0")
        return std::int64_t(m_depth);
    const auto at = static_cast<std::size_t>(m_index);
    if (name == "previtem")
        return at > 0 && at <= m_items.size() ? m_items[at - 1] : run.undefined("there is no previous item");
    if (name == "nextitem")
        return at + 1 < m_items.size() ? m_items[at + 1] : run.undefined("there is no next item");
    if (name == "cycle")
        return Value(run.make<MethodObject>(Value(this), kCycle));
    if (name == "changed")
        return Value(run.make<MethodObject>(Value(this), kChanged));
    return std::nullopt;
}

Value LoopObject::call(Run& run, Arguments& arguments)
{
    if (!m_stmt.recursive)
        run.fail(CRUCIBLE_TR_NOOP("Problem", "this loop can not be called"),
                 CRUCIBLE_TR_NOOP("Problem", "write 'recursive' at the end of its for"));
    if (arguments.positional.size() != 1 || !arguments.named.empty())
        run.fail(
            CRUCIBLE_TR_NOOP("Problem", "a recursive loop is called with the items to go through, and nothing else"));
    return run.text(m_run.runLoopAgain(m_stmt, m_scope, arguments.positional.front(), m_depth + 1));
}

Value LoopObject::cycle(Run& run, const std::vector<Value>& values) const
{
    if (values.empty())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "there is nothing to cycle through"));
    return values[static_cast<std::size_t>(m_index) % values.size()];
}

bool LoopObject::changed(Value values)
{
    if (m_last && equal(*m_last, values))
        return false;
    m_last = std::move(values);
    return true;
}

} // namespace crucible::text::jinja
