// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/run.h"

#include "base/units.h"
#include "text/jinja/lexer.h"

#include <algorithm>

namespace crucible::text::jinja {
namespace {

constexpr std::uint64_t kStepsBetweenChecks = 4096;

} // namespace

Run::Run(const Source& source, const Limits& limits, Clock clock, CancelToken cancel)
    : m_source(source), m_limits(limits), m_clock(std::move(clock)), m_cancel(std::move(cancel)),
      m_nextCheck(std::min(limits.steps, kStepsBetweenChecks))
{
}

Value Run::text(std::string bytes, bool safe)
{
    checkTextSize(bytes.size());
    spend(1 + bytes.size() / 64);
    auto made = std::make_shared<const TextData>(std::move(bytes), safe, &m_memory);
    checkMemory();
    return made;
}

Value Run::list(std::vector<Value> items)
{
    spend(1 + items.size() / 8);
    auto made = std::make_shared<const Sequence>(std::move(items), false, &m_memory);
    checkDepth(made->depth);
    checkMemory();
    return made;
}

Value Run::tuple(std::vector<Value> items)
{
    spend(1 + items.size() / 8);
    auto made = std::make_shared<const Sequence>(std::move(items), true, &m_memory);
    checkDepth(made->depth);
    checkMemory();
    return made;
}

Value Run::group(Value key, Value items)
{
    std::vector<Value> both;
    both.push_back(std::move(key));
    both.push_back(std::move(items));
    auto made = std::make_shared<Sequence>(std::move(both), true, &m_memory);
    made->isGroup = true;
    checkDepth(made->depth);
    checkMemory();
    return Value(Value::SequencePtr(std::move(made)));
}

Value Run::dict(std::vector<Dict::Entry> entries)
{
    for (const Dict::Entry& entry : entries) {
        spend(1 + entry.first.weight());
        if (!isHashable(entry.first))
            fail(
                {CRUCIBLE_TR_NOOP("Problem", "a value of type %1 can not be a key of a dict"), entry.first.typeName()});
    }
    auto made = std::make_shared<const Dict>(std::move(entries), &m_memory);
    checkDepth(made->depth);
    checkMemory();
    return made;
}

Value Run::undefined(std::string message) const
{
    return std::make_shared<const Absence>(Absence{std::move(message)});
}

void Run::checkTextSize(std::size_t bytes) const
{
    if (bytes > m_limits.textBytes)
        fail({CRUCIBLE_TR_NOOP("Problem", "a text of %1 is longer than the limit of %2"), formatBytes(bytes),
              formatBytes(m_limits.textBytes)});
}

void Run::checkDepth(int depth) const
{
    if (depth > kMaxValueDepth)
        fail({CRUCIBLE_TR_NOOP("Problem", "a value is nested deeper than %1 levels"), kMaxValueDepth});
}

void Run::checkSteps()
{
    m_cancel.check();
    if (m_steps >= m_limits.steps)
        fail({CRUCIBLE_TR_NOOP("Problem", "the template does not come to an end within %1 steps"), m_limits.steps});
    m_nextCheck = std::min(m_limits.steps, m_steps + kStepsBetweenChecks);
}

void Run::enter()
{
    if (++m_depth > m_limits.nesting) {
        --m_depth;
        fail({CRUCIBLE_TR_NOOP("Problem", "the evaluation is nested deeper than %1 levels"), m_limits.nesting},
             CRUCIBLE_TR_NOOP("Problem", "a macro may be calling itself without end"));
    }
}

void Run::failMemory() const
{
    fail({CRUCIBLE_TR_NOOP("Problem", "the template needs more than %1 of memory"), formatBytes(m_limits.memoryBytes)});
}

void Run::fail(Sentence what, Sentence hint) const
{
    m_source.fail(m_place, std::move(what), std::move(hint));
}

} // namespace crucible::text::jinja
