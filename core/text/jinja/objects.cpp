// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/objects.h"

#include "text/jinja/access.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::text::jinja {
namespace {

Value nextOfCycler(Run&, const Value& self, Given&)
{
    return self.as<CyclerObject>()->next();
}

Value resetCycler(Run&, const Value& self, Given&)
{
    self.as<CyclerObject>()->reset();
    return {};
}

Value countInRange(Run&, const Value& self, Given& given)
{
    return static_cast<std::int64_t>(self.as<RangeObject>()->contains(given[0]) ? 1 : 0);
}

Value indexInRange(Run& run, const Value& self, Given& given)
{
    std::vector<Value> items;
    self.as<RangeObject>()->iterate(run, items);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (equal(items[i], given[0]))
            return static_cast<std::int64_t>(i);
    }
    run.fail({CRUCIBLE_TR_NOOP("Problem", "%1 is not in the range"), reprOf(run, given[0]).substr(0, 80)});
}

constexpr Builtin kRangeCount{"count", "value", countInRange};
constexpr Builtin kRangeIndex{"index", "value", indexInRange};
constexpr Builtin kCyclerNext{"next", "", nextOfCycler};
constexpr Builtin kCyclerReset{"reset", "", resetCycler};

} // namespace

std::string RangeObject::represent(Run&) const
{
    return m_step == 1 ? fmt::format("range({}, {})", m_start, m_stop)
                       : fmt::format("range({}, {}, {})", m_start, m_stop, m_step);
}

bool RangeObject::iterate(Run& run, std::vector<Value>& items)
{
    run.spend(static_cast<std::uint64_t>(m_count) / 8);
    items.reserve(static_cast<std::size_t>(m_count));
    for (std::int64_t i = 0; i < m_count; ++i)
        items.emplace_back(m_start + i * m_step);
    return true;
}

Value RangeObject::element(Run&, std::int64_t index) const
{
    return m_start + index * m_step;
}

bool RangeObject::equals(const Object& other) const
{
    const auto* range = dynamic_cast<const RangeObject*>(&other);
    return range && m_count == range->m_count &&
           (m_count == 0 || (m_start == range->m_start && (m_count == 1 || m_step == range->m_step)));
}

bool RangeObject::contains(const Value& value) const
{
    for (std::int64_t i = 0; value.isNumber() && i < m_count; ++i) {
        if (equal(m_start + i * m_step, value))
            return true;
    }
    return false;
}

RangeObject* RangeObject::slice(Run& run, std::int64_t begin, std::int64_t end, std::int64_t stride) const
{
    const std::int64_t span = stride > 0 ? end - begin : begin - end;
    const std::int64_t size = stride > 0 ? stride : -stride;
    const std::int64_t count = span > 0 ? (span - 1) / size + 1 : 0;
    return run.make<RangeObject>(m_start + begin * m_step, m_step * stride, count, m_start + end * m_step);
}

std::optional<Value> RangeObject::attribute(Run& run, std::string_view name)
{
    if (name == kRangeCount.name)
        return Value(run.make<MethodObject>(Value(this), kRangeCount));
    if (name == kRangeIndex.name)
        return Value(run.make<MethodObject>(Value(this), kRangeIndex));
    return std::nullopt;
}

bool WideIntegerObject::equals(const Object& other) const
{
    const auto* wide = dynamic_cast<const WideIntegerObject*>(&other);
    return wide && wide->m_value == m_value;
}

std::string IteratorObject::represent(Run&) const
{
    return fmt::format("<{} object>", m_type);
}

bool IteratorObject::iterate(Run&, std::vector<Value>& items)
{
    items.insert(items.end(), m_items.begin() + static_cast<std::ptrdiff_t>(m_at), m_items.end());
    m_items.clear();
    m_at = 0;
    return true;
}

std::optional<Value> IteratorObject::next()
{
    if (m_at == m_items.size())
        return std::nullopt;
    return m_items[m_at++];
}

std::string_view ViewObject::typeName() const
{
    switch (m_part) {
    case Part::Keys: return "dict_keys";
    case Part::Values: return "dict_values";
    case Part::Items: return "dict_items";
    }
    return {};
}

std::string ViewObject::represent(Run& run) const
{
    return fmt::format("{}({})", typeName(), reprOf(run, run.list(items(run))));
}

std::optional<std::int64_t> ViewObject::length() const
{
    return static_cast<std::int64_t>(m_dict.dict().entries.size());
}

std::vector<Value> ViewObject::items(Run& run) const
{
    std::vector<Value> all;
    all.reserve(m_dict.dict().entries.size());
    for (const auto& [key, value] : m_dict.dict().entries)
        all.push_back(m_part == Part::Keys ? key : m_part == Part::Values ? value : run.tuple({key, value}));
    return all;
}

bool ViewObject::iterate(Run& run, std::vector<Value>& all)
{
    all = items(run);
    return true;
}

std::string NamespaceObject::represent(Run& run) const
{
    std::string text = "<Namespace {";
    for (const auto& [name, value] : m_values) {
        if (text.back() != '{')
            text += ", ";
        text += quotedText(name) + ": ";
        appendRepr(run, text, value);
    }
    return text + "}>";
}

std::optional<Value> NamespaceObject::attribute(Run&, std::string_view name)
{
    for (const auto& [known, value] : m_values) {
        if (known == name)
            return value;
    }
    return std::nullopt;
}

void NamespaceObject::set(std::string_view name, Value value)
{
    for (auto& [known, old] : m_values) {
        if (known == name) {
            old = std::move(value);
            return;
        }
    }
    m_values.emplace_back(std::string(name), std::move(value));
}

std::string FunctionObject::represent(Run&) const
{
    return fmt::format("<function {}>", m_builtin.name);
}

Value FunctionObject::call(Run& run, Arguments& arguments)
{
    return applyBuiltin(run, m_builtin, {}, arguments);
}

std::string MethodObject::represent(Run&) const
{
    return fmt::format("<built-in method {} of {} object>", m_builtin.name, m_self.typeName());
}

Value MethodObject::call(Run& run, Arguments& arguments)
{
    return applyBuiltin(run, m_builtin, m_self, arguments);
}

bool MethodObject::equals(const Object& other) const
{
    const auto* method = dynamic_cast<const MethodObject*>(&other);
    return method && &m_builtin == &method->m_builtin && identical(m_self, method->m_self);
}

std::string CyclerObject::represent(Run&) const
{
    return "<Cycler>";
}

std::optional<Value> CyclerObject::attribute(Run& run, std::string_view name)
{
    if (name == "current")
        return m_items[m_at];
    if (name == "next")
        return Value(run.make<MethodObject>(Value(this), kCyclerNext));
    if (name == "reset")
        return Value(run.make<MethodObject>(Value(this), kCyclerReset));
    return std::nullopt;
}

Value CyclerObject::next()
{
    const std::size_t at = m_at;
    m_at = (m_at + 1) % m_items.size();
    return m_items[at];
}

std::string JoinerObject::represent(Run&) const
{
    return "<Joiner>";
}

Value JoinerObject::call(Run& run, Arguments&)
{
    return std::exchange(m_used, true) ? m_separator : run.text({});
}

} // namespace crucible::text::jinja
