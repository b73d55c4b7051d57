// SPDX-License-Identifier: GPL-3.0-or-later
// Values with behaviour. They belong to the run that made them (Run::make) and are borrowed everywhere else.
#pragma once

#include "text/jinja/builtins.h"
#include "text/jinja/value.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crucible::text::jinja {

// What a loop can go through.
class IterableObject : public Object {};

// range(start, stop, step)
class RangeObject final : public IterableObject {
public:
    RangeObject(std::int64_t start, std::int64_t step, std::int64_t count, std::int64_t stop)
        : m_start(start), m_step(step), m_count(count), m_stop(stop)
    {
    }
    std::string_view typeName() const override { return "range"; }
    std::string represent(Run& run) const override;
    bool truth() const override { return m_count > 0; }
    std::optional<std::int64_t> length() const override { return m_count; }
    bool iterate(Run& run, std::vector<Value>& items) override;
    Value element(Run& run, std::int64_t index) const override;
    bool isIndexable() const override { return true; }
    bool equals(const Object& other) const override;
    bool contains(const Value& value) const;
    // Every `stride`-th element from `begin` to `end`, which stand as sliceOf() found them: within the range or one
    // step beyond it.
    RangeObject* slice(Run& run, std::int64_t begin, std::int64_t end, std::int64_t stride) const;
    // count(value) and index(value)
    std::optional<Value> attribute(Run& run, std::string_view name) override;

private:
    std::int64_t m_start;
    std::int64_t m_step;
    std::int64_t m_count;
    std::int64_t m_stop;
};

// What map, select and others give: it can be gone through once, and is true whatever it holds.
class IteratorObject final : public IterableObject {
public:
    IteratorObject(std::string_view type, std::vector<Value> items) : m_type(type), m_items(std::move(items)) {}
    std::string_view typeName() const override { return m_type; }
    std::string represent(Run& run) const override;
    bool iterate(Run& run, std::vector<Value>& items) override;
    // Only the next; absent at the end.
    std::optional<Value> next();

private:
    std::string_view m_type;
    std::vector<Value> m_items;
    std::size_t m_at = 0;
};

// dict.keys(), values() and items()
class ViewObject final : public IterableObject {
public:
    enum class Part { Keys, Values, Items };
    ViewObject(Value dict, Part part) : m_dict(std::move(dict)), m_part(part) {}
    std::string_view typeName() const override;
    std::string represent(Run& run) const override;
    bool truth() const override { return m_dict.truth(); }
    std::optional<std::int64_t> length() const override;
    bool iterate(Run& run, std::vector<Value>& items) override;

private:
    std::vector<Value> items(Run& run) const;

    Value m_dict;
    Part m_part;
};

// namespace(): the one thing that templates may change.
class NamespaceObject final : public Object {
public:
    std::string_view typeName() const override { return "Namespace"; }
    std::string represent(Run& run) const override;
    std::optional<Value> attribute(Run& run, std::string_view name) override;
    void set(std::string_view name, Value value);

private:
    std::vector<std::pair<std::string, Value>> m_values;
};

class FunctionObject final : public Object {
public:
    explicit FunctionObject(const Builtin& builtin) : m_builtin(builtin) {}
    std::string_view typeName() const override { return "function"; }
    std::string represent(Run& run) const override;
    bool isCallable() const override { return true; }
    Value call(Run& run, Arguments& arguments) override;

private:
    const Builtin& m_builtin;
};

// A method with the value it was taken from.
class MethodObject final : public Object {
public:
    MethodObject(Value self, const Builtin& builtin) : m_self(std::move(self)), m_builtin(builtin) {}
    std::string_view typeName() const override { return "method"; }
    std::string represent(Run& run) const override;
    bool isCallable() const override { return true; }
    Value call(Run& run, Arguments& arguments) override;
    bool equals(const Object& other) const override;

private:
    Value m_self;
    const Builtin& m_builtin;
};

// cycler(a, b, c): next() gives one after the other, again and again.
class CyclerObject final : public Object {
public:
    explicit CyclerObject(std::vector<Value> items) : m_items(std::move(items)) {}
    std::string_view typeName() const override { return "Cycler"; }
    std::string represent(Run& run) const override;
    std::optional<Value> attribute(Run& run, std::string_view name) override;
    Value next();
    void reset() { m_at = 0; }

private:
    std::vector<Value> m_items;
    std::size_t m_at = 0;
};

// What `self` is: the template, of which nothing can be asked for here.
class TemplateObject final : public Object {
public:
    std::string_view typeName() const override { return "TemplateReference"; }
    std::string represent(Run&) const override { return "<TemplateReference None>"; }
};

// A whole number of JSON beyond 64 bits with a sign. It is written as it was read, and counts as a real number wherever
// something is computed from it.
class WideIntegerObject final : public Object {
public:
    explicit WideIntegerObject(std::uint64_t value) : m_value(value) {}
    std::string_view typeName() const override { return "int"; }
    std::string represent(Run&) const override { return fmt::format("{}", m_value); }
    double real() const { return static_cast<double>(m_value); }
    bool equals(const Object& other) const override;

private:
    std::uint64_t m_value;
};

// joiner(sep): nothing when called first, the separator from then on.
class JoinerObject final : public Object {
public:
    explicit JoinerObject(Value separator) : m_separator(std::move(separator)) {}
    std::string_view typeName() const override { return "Joiner"; }
    std::string represent(Run& run) const override;
    bool isCallable() const override { return true; }
    Value call(Run& run, Arguments& arguments) override;

private:
    Value m_separator;
    bool m_used = false;
};

} // namespace crucible::text::jinja
