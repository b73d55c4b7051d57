// SPDX-License-Identifier: GPL-3.0-or-later
// What a template computes with: the data types of Python that JSON has, plus tuples, undefined, and a few objects.
// Texts, lists and dicts never change once made and are shared. Objects belong to the run that made them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace crucible::text::jinja {

class Run;
class Value;
struct Arguments;

// Gives back to a meter what was taken from it, when the thing that it was taken for goes.
class Charge {
public:
    Charge() = default;
    // `meter` may be null: what belongs to a parsed template is not counted.
    Charge(std::size_t* meter, std::size_t bytes) : m_meter(meter), m_bytes(bytes)
    {
        if (m_meter)
            *m_meter += bytes;
    }
    ~Charge()
    {
        if (m_meter)
            *m_meter -= m_bytes;
    }
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

private:
    std::size_t* m_meter = nullptr;
    std::size_t m_bytes = 0;
};

// A string: valid UTF-8. `safe` marks what was escaped for HTML already (Markup).
struct TextData {
    explicit TextData(std::string text, bool isSafe = false, std::size_t* meter = nullptr)
        : bytes(std::move(text)), safe(isSafe), charge(meter, bytes.size() + 96)
    {
    }
    // Code points.
    std::size_t characters() const;
    bool isAscii() const { return characters() == bytes.size(); }

    std::string bytes;
    bool safe;

private:
    mutable std::size_t m_characters = std::string::npos;
    Charge charge;
};

struct Sequence;
struct Dict;

// Why there is no value.
struct Absence {
    std::string message; // "'x' is undefined"
};

// Something with behaviour: a range, an iterator, a function, a namespace.
class Object {
public:
    virtual ~Object() = default;
    virtual std::string_view typeName() const = 0; // as Python names it
    virtual std::string represent(Run& run) const = 0;
    virtual bool truth() const { return true; }
    // nullopt for what has no length.
    virtual std::optional<std::int64_t> length() const { return std::nullopt; }
    // Appends what iteration gives, and returns true; one-shot iterators are empty afterwards. False for what can not
    // be iterated.
    virtual bool iterate(Run& run, std::vector<Value>& items);
    // Absent: no such attribute.
    virtual std::optional<Value> attribute(Run& run, std::string_view name);
    // The element at an index; only for objects with isIndexable().
    virtual Value element(Run& run, std::int64_t index) const;
    virtual bool isIndexable() const { return false; }
    virtual bool isCallable() const { return false; }
    virtual Value call(Run& run, Arguments& arguments);
    // Equality beyond identity.
    virtual bool equals(const Object& other) const { return this == &other; }
};

enum class Kind : std::uint8_t { Undefined, None, Bool, Integer, Real, Text, Sequence, Dict, Object };

class Value {
public:
    using TextPtr = std::shared_ptr<const TextData>;
    using SequencePtr = std::shared_ptr<const Sequence>;
    using DictPtr = std::shared_ptr<const Dict>;
    using AbsencePtr = std::shared_ptr<const Absence>;

    Value() : m_data(std::monostate()) {} // None
    Value(bool value) : m_data(value) {}
    Value(std::int64_t value) : m_data(value) {}
    Value(double value) : m_data(value) {}
    Value(TextPtr text) : m_data(std::move(text)) {}
    Value(SequencePtr items) : m_data(std::move(items)) {}
    Value(DictPtr dict) : m_data(std::move(dict)) {}
    Value(AbsencePtr absence) : m_data(std::move(absence)) {}
    Value(Object* object) : m_data(object) {}
    Value(const char*) = delete; // would be true

    Kind kind() const { return static_cast<Kind>(m_data.index()); }
    bool isUndefined() const { return kind() == Kind::Undefined; }
    bool isNone() const { return kind() == Kind::None; }
    bool isText() const { return kind() == Kind::Text; }
    bool isSequence() const { return kind() == Kind::Sequence; }
    bool isList() const;
    bool isTuple() const;
    bool isDict() const { return kind() == Kind::Dict; }
    bool isObject() const { return kind() == Kind::Object; }
    // Python's int, of which bool is a kind.
    bool isIntegral() const { return kind() == Kind::Integer || kind() == Kind::Bool; }
    bool isNumber() const { return isIntegral() || kind() == Kind::Real; }

    const Absence& absence() const { return *std::get<AbsencePtr>(m_data); }
    bool boolean() const { return std::get<bool>(m_data); }
    std::int64_t integer() const { return kind() == Kind::Bool ? boolean() : std::get<std::int64_t>(m_data); }
    double real() const { return kind() == Kind::Real ? std::get<double>(m_data) : static_cast<double>(integer()); }
    const TextData& textData() const { return *std::get<TextPtr>(m_data); }
    const std::string& text() const { return textData().bytes; }
    const TextPtr& textPointer() const { return std::get<TextPtr>(m_data); }
    const std::vector<Value>& items() const;
    const SequencePtr& sequencePointer() const { return std::get<SequencePtr>(m_data); }
    const Dict& dict() const { return *std::get<DictPtr>(m_data); }
    const DictPtr& dictPointer() const { return std::get<DictPtr>(m_data); }
    Object* object() const { return std::get<Object*>(m_data); }
    template<class T> T* as() const { return isObject() ? dynamic_cast<T*>(object()) : nullptr; }

    // bool(value) of Python.
    bool truth() const;
    // "str", "list", "NoneType": for messages.
    std::string_view typeName() const;
    // Levels of lists and dicts: 0 for everything else.
    int depth() const;
    // What looking at all of it costs: nodes, each as often as it occurs, and texts by their length.
    std::uint64_t weight() const;

private:
    std::variant<AbsencePtr, std::monostate, bool, std::int64_t, double, TextPtr, SequencePtr, DictPtr, Object*> m_data;
};

// A list or a tuple.
struct Sequence {
    Sequence(std::vector<Value> values, bool tuple, std::size_t* meter);
    std::vector<Value> items;
    bool isTuple;
    // What groupby gives: a tuple whose two items have the names grouper and list.
    bool isGroup = false;
    int depth;
    std::uint64_t weight;
    Charge charge;
};

// Keeps the order of insertion.
struct Dict {
    using Entry = std::pair<Value, Value>;
    // A key that comes again replaces the value and keeps its first place. Keys must be hashable.
    Dict(std::vector<Entry> all, std::size_t* meter);
    const Value* find(const Value& key) const;
    const Value* find(std::string_view key) const;

    std::vector<Entry> entries;
    int depth;
    std::uint64_t weight = 1;

private:
    void build(std::vector<Entry> all);
    std::unordered_multimap<std::size_t, std::size_t> m_index; // only for many entries
    Charge charge;
};

struct Arguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

// ==, as Python has it: numbers by value, lists and dicts by content, objects by identity.
bool equal(const Value& a, const Value& b);
// `is`: the same object; small immutable values count as the same when they are equal.
bool identical(const Value& a, const Value& b);
// False for lists and dicts, and tuples that hold one.
bool isHashable(const Value& value);
std::size_t hashOf(const Value& value);

} // namespace crucible::text::jinja
