// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/value.h"

#include "text/utf8.h"

#include <algorithm>
#include <cmath>

namespace crucible::text::jinja {
namespace {

constexpr std::size_t kIndexedFrom = 12; // entries of a dict
constexpr std::size_t kHeaderBytes = 96; // what a list or dict costs beside its content

constexpr std::uint64_t kMostWeight = std::uint64_t(1) << 40; // more is not told apart

int depthOf(const std::vector<Value>& items)
{
    int deepest = 0;
    for (const Value& item : items)
        deepest = std::max(deepest, item.depth());
    return deepest + 1;
}

std::uint64_t weightOf(const std::vector<Value>& items)
{
    std::uint64_t sum = 1;
    for (const Value& item : items)
        sum = std::min(sum + item.weight(), kMostWeight);
    return sum;
}

std::size_t mix(std::size_t a, std::size_t b)
{
    return a ^ (b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2));
}

} // namespace

std::size_t TextData::characters() const
{
    if (m_characters == std::string::npos)
        m_characters = countCharacters(bytes);
    return m_characters;
}

bool Object::iterate(Run&, std::vector<Value>&)
{
    return false;
}

std::optional<Value> Object::attribute(Run&, std::string_view)
{
    return std::nullopt;
}

Value Object::element(Run&, std::int64_t) const
{
    return {};
}

Value Object::call(Run&, Arguments&)
{
    return {};
}

bool Value::isList() const
{
    return isSequence() && !sequencePointer()->isTuple;
}

bool Value::isTuple() const
{
    return isSequence() && sequencePointer()->isTuple;
}

const std::vector<Value>& Value::items() const
{
    return sequencePointer()->items;
}

bool Value::truth() const
{
    switch (kind()) {
    case Kind::Undefined:
    case Kind::None: return false;
    case Kind::Bool: return boolean();
    case Kind::Integer: return integer() != 0;
    case Kind::Real: return real() != 0;
    case Kind::Text: return !text().empty();
    case Kind::Sequence: return !items().empty();
    case Kind::Dict: return !dict().entries.empty();
    case Kind::Object: return object()->truth();
    }
    return false;
}

std::string_view Value::typeName() const
{
    switch (kind()) {
    case Kind::Undefined: return "Undefined";
    case Kind::None: return "NoneType";
    case Kind::Bool: return "bool";
    case Kind::Integer: return "int";
    case Kind::Real: return "float";
    case Kind::Text: return textData().safe ? "Markup" : "str";
    case Kind::Sequence: return sequencePointer()->isTuple ? "tuple" : "list";
    case Kind::Dict: return "dict";
    case Kind::Object: return object()->typeName();
    }
    return {};
}

int Value::depth() const
{
    if (isSequence())
        return sequencePointer()->depth;
    return isDict() ? dict().depth : 0;
}

std::uint64_t Value::weight() const
{
    if (isText())
        return 1 + text().size() / 64;
    if (isSequence())
        return sequencePointer()->weight;
    return isDict() ? dict().weight : 1;
}

Sequence::Sequence(std::vector<Value> values, bool tuple, std::size_t* meter)
    : items(std::move(values)), isTuple(tuple), depth(depthOf(items)), weight(weightOf(items)),
      charge(meter, items.capacity() * sizeof(Value) + kHeaderBytes)
{
}

Dict::Dict(std::vector<Entry> all, std::size_t* meter) : depth(1), charge(meter, all.size() * 96 + kHeaderBytes)
{
    build(std::move(all));
    for (const Entry& entry : entries) {
        depth = std::max({depth, entry.first.depth() + 1, entry.second.depth() + 1});
        weight = std::min(weight + entry.first.weight() + entry.second.weight(), kMostWeight);
    }
}

void Dict::build(std::vector<Entry> all)
{
    const bool indexed = all.size() > kIndexedFrom;
    entries.reserve(all.size());
    for (Entry& entry : all) {
        if (const Value* known = find(entry.first)) {
            const auto at = static_cast<std::size_t>(
                std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return &e.second == known; }) -
                entries.begin());
            entries[at].second = std::move(entry.second);
            continue;
        }
        if (indexed)
            m_index.emplace(hashOf(entry.first), entries.size());
        entries.push_back(std::move(entry));
    }
}

const Value* Dict::find(const Value& key) const
{
    if (!m_index.empty()) {
        const auto [begin, end] = m_index.equal_range(hashOf(key));
        for (auto at = begin; at != end; ++at) {
            if (equal(entries[at->second].first, key))
                return &entries[at->second].second;
        }
        return nullptr;
    }
    for (const Entry& entry : entries) {
        if (equal(entry.first, key))
            return &entry.second;
    }
    return nullptr;
}

const Value* Dict::find(std::string_view key) const
{
    if (!m_index.empty()) {
        const auto [begin, end] = m_index.equal_range(std::hash<std::string_view>()(key));
        for (auto at = begin; at != end; ++at) {
            const Value& known = entries[at->second].first;
            if (known.isText() && known.text() == key)
                return &entries[at->second].second;
        }
        return nullptr;
    }
    for (const Entry& entry : entries) {
        if (entry.first.isText() && entry.first.text() == key)
            return &entry.second;
    }
    return nullptr;
}

bool equal(const Value& a, const Value& b)
{
    if (a.isNumber() && b.isNumber()) {
        if (a.isIntegral() && b.isIntegral())
            return a.integer() == b.integer();
        return a.real() == b.real();
    }
    if (a.kind() != b.kind())
        return false;
    switch (a.kind()) {
    case Kind::Undefined:
    case Kind::None: return true;
    case Kind::Text: return a.text() == b.text();
    case Kind::Sequence:
        return a.sequencePointer() == b.sequencePointer() ||
               (a.isTuple() == b.isTuple() &&
                std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), equal));
    case Kind::Dict: {
        if (a.dictPointer() == b.dictPointer())
            return true;
        if (a.dict().entries.size() != b.dict().entries.size())
            return false;
        return std::all_of(a.dict().entries.begin(), a.dict().entries.end(), [&](const Dict::Entry& entry) {
            const Value* other = b.dict().find(entry.first);
            return other && equal(entry.second, *other);
        });
    }
    case Kind::Object: return a.object() == b.object() || a.object()->equals(*b.object());
    default: return false;
    }
}

bool identical(const Value& a, const Value& b)
{
    if (a.kind() != b.kind())
        return false;
    switch (a.kind()) {
    case Kind::Sequence:
        return a.sequencePointer() == b.sequencePointer() || (a.isTuple() && equal(a, b) && a.items().empty());
    case Kind::Dict: return a.dictPointer() == b.dictPointer();
    case Kind::Object: return a.object() == b.object();
    case Kind::Undefined: return false;
    default: return equal(a, b);
    }
}

bool isHashable(const Value& value)
{
    if (value.isDict() || value.isList())
        return false;
    return !value.isSequence() || std::all_of(value.items().begin(), value.items().end(), isHashable);
}

std::size_t hashOf(const Value& value)
{
    switch (value.kind()) {
    case Kind::Bool:
    case Kind::Integer: return std::hash<std::int64_t>()(value.integer());
    case Kind::Real: {
        const double real = value.real();
        // Equal numbers have equal hashes, whatever their type.
        if (std::trunc(real) == real && std::abs(real) < 9e18)
            return std::hash<std::int64_t>()(static_cast<std::int64_t>(real));
        return std::hash<double>()(real);
    }
    case Kind::Text: return std::hash<std::string_view>()(value.text());
    case Kind::Sequence: {
        std::size_t hash = 7;
        for (const Value& item : value.items())
            hash = mix(hash, hashOf(item));
        return hash;
    }
    case Kind::Object: return std::hash<const Object*>()(value.object());
    default: return 1;
    }
}

} // namespace crucible::text::jinja
