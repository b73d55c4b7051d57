// SPDX-License-Identifier: GPL-3.0-or-later
// One rendering: what values are made with, and where its limits are kept. Builtins see this; the interpreter is one.
#pragma once

#include "base/cancel.h"
#include "text/jinja/limits.h"
#include "text/jinja/strftime.h"
#include "text/jinja/value.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace crucible::text::jinja {

class Source;

class Run {
public:
    Run(const Source& source, const Limits& limits, Clock clock, CancelToken cancel);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // --- values; each fails when it would be beyond the limits
    Value text(std::string bytes, bool safe = false);
    Value list(std::vector<Value> items);
    Value tuple(std::vector<Value> items);
    // Fails for keys that are not hashable.
    Value dict(std::vector<Dict::Entry> entries);
    // A pair of groupby.
    Value group(Value key, Value items);
    Value undefined(std::string message) const;
    // An object that lives as long as the run.
    template<class T, class... A> T* make(A&&... arguments)
    {
        takeMemory(sizeof(T) + 64);
        auto made = std::make_unique<T>(std::forward<A>(arguments)...);
        T* object = made.get();
        m_objects.push_back(std::move(made));
        return object;
    }

    // --- limits
    void spend(std::uint64_t steps = 1)
    {
        m_steps += steps;
        if (m_steps >= m_nextCheck)
            checkSteps();
    }
    // To be asked before a text of this size is made.
    void checkTextSize(std::size_t bytes) const;
    const Limits& limits() const { return m_limits; }
    const Clock& clock() const { return m_clock; }

    // One more level of evaluation for as long as this lives.
    class Nesting {
    public:
        explicit Nesting(Run& run) : m_run(run) { m_run.enter(); }
        ~Nesting() { --m_run.m_depth; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;

    private:
        Run& m_run;
    };

    // --- errors, at the place that is evaluated now
    [[noreturn]] void fail(Sentence what, Sentence hint = {}) const;
    std::uint32_t place() const { return m_place; }
    void setPlace(std::uint32_t at) { m_place = at; }

    const Source& source() const { return m_source; }

protected:
    void takeMemory(std::size_t bytes)
    {
        m_memory += bytes;
        checkMemory();
    }
    void giveBackMemory(std::size_t bytes) { m_memory -= bytes; }
    void checkMemory() const
    {
        if (m_memory > m_limits.memoryBytes)
            failMemory();
    }

private:
    void enter();
    void checkSteps();
    void checkDepth(int depth) const;
    [[noreturn]] void failMemory() const;

    std::size_t m_memory = 0; // first: values give back to it when they go
    const Source& m_source;
    Limits m_limits;
    Clock m_clock;
    CancelToken m_cancel;
    std::uint64_t m_steps = 0;
    std::uint64_t m_nextCheck = 0;
    std::uint32_t m_place = 0;
    int m_depth = 0;
    std::vector<std::unique_ptr<Object>> m_objects;
};

} // namespace crucible::text::jinja
