// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/access.h"

#include "text/jinja/characters.h"
#include "text/jinja/objects.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crucible::text::jinja {
namespace {

Value noAttribute(const Run& run, const Value& object, std::string_view name)
{
    return run.undefined(object.isNone() ? fmt::format("None has no attribute '{}'", name)
                                         : fmt::format("'{} object' has no attribute '{}'", object.typeName(), name));
}

// What a value has beside its elements; absent when it has no such thing.
std::optional<Value> builtinAttribute(Run& run, const Value& object, std::string_view name)
{
    if (object.isObject()) {
        std::optional<Value> found = object.object()->attribute(run, name);
        // Names that begin with an underscore are private to the program, whatever they hold.
        return found && name.starts_with('_') ? noAttribute(run, object, name) : found;
    }
    if (object.isSequence() && object.sequencePointer()->isGroup) {
        if (name == "grouper")
            return object.items()[0];
        if (name == "list")
            return object.items()[1];
    }
    if (const Builtin* method = methodOf(object, name))
        return Value(run.make<MethodObject>(object, *method));
    if (isForbiddenMethod(object, name))
        return run.undefined(fmt::format("'{}' would change a {}, which templates may not", name, object.typeName()));
    return std::nullopt;
}

const Value* keyOf(Run& run, const Value& object, const Value& key)
{
    run.spend(key.weight());
    return isHashable(key) ? object.dict().find(key) : nullptr;
}

// The element of a text, list or range; absent when there is none.
std::optional<Value> elementOf(Run& run, const Value& object, std::int64_t index)
{
    const std::optional<std::int64_t> length = lengthOf(object);
    if (!length)
        return std::nullopt;
    const std::int64_t at = index < 0 ? index + *length : index;
    if (at < 0 || at >= *length)
        return std::nullopt;
    if (object.isSequence())
        return object.items()[static_cast<std::size_t>(at)];
    if (object.isText()) {
        const std::string& text = object.text();
        std::size_t byte = static_cast<std::size_t>(at);
        if (!object.textData().isAscii()) {
            run.spend(text.size() / 16);
            byte = byteOfCharacter(text, byte);
        }
        return run.text(text.substr(byte, characterAt(text, byte).length));
    }
    return object.object()->element(run, at);
}

bool isIndexable(const Value& value)
{
    return value.isText() || value.isSequence() || (value.isObject() && value.object()->isIndexable());
}

std::int64_t sliceBound(Run& run, const Value& value, std::int64_t length, std::int64_t step, std::int64_t fallback)
{
    if (value.isNone())
        return fallback;
    if (!value.isIntegral()) {
        demandDefined(run, value);
        run.fail({CRUCIBLE_TR_NOOP("Problem", "the bounds of a slice are whole numbers, not values of type %1"),
                  value.typeName()});
    }
    const std::int64_t low = step < 0 ? -1 : 0;
    const std::int64_t high = step < 0 ? length - 1 : length;
    std::int64_t at = value.integer();
    if (at < 0)
        at = at < -length ? low : at + length;
    return std::clamp(at, low, std::max(low, high));
}

} // namespace

const Builtin* methodOf(const Value& object, std::string_view name)
{
    return findBuiltin(methodsOf(object), name);
}

Value attributeOf(Run& run, const Value& object, std::string_view name)
{
    demandDefined(run, object);
    if (std::optional<Value> found = builtinAttribute(run, object, name))
        return *found;
    if (object.isDict()) {
        if (const Value* found = object.dict().find(name))
            return *found;
    }
    return noAttribute(run, object, name);
}

Value itemOf(Run& run, const Value& object, const Value& key)
{
    demandDefined(run, object);
    if (object.isDict()) {
        if (const Value* found = keyOf(run, object, key))
            return *found;
    } else if (key.isIntegral() && isIndexable(object)) {
        if (std::optional<Value> found = elementOf(run, object, key.integer()))
            return *found;
        return run.undefined(fmt::format("'{} object' has no element {}", object.typeName(), key.integer()));
    }
    if (key.isText()) {
        if (std::optional<Value> found = builtinAttribute(run, object, key.text()))
            return *found;
        return noAttribute(run, object, key.text());
    }
    return run.undefined(
        fmt::format("'{} object' has no element {}", object.typeName(), reprOf(run, key).substr(0, 80)));
}

Value sliceOf(Run& run, const Value& object, const Value& start, const Value& stop, const Value& step)
{
    demandDefined(run, object);
    if (!isIndexable(object))
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 can not be sliced"), object.typeName()});
    if (!step.isNone() && !step.isIntegral()) {
        demandDefined(run, step);
        run.fail({CRUCIBLE_TR_NOOP("Problem", "the step of a slice is a whole number, not a value of type %1"),
                  step.typeName()});
    }
    const std::int64_t by = step.isNone() ? 1 : step.integer();
    if (by == 0)
        run.fail(CRUCIBLE_TR_NOOP("Problem", "the step of a slice is zero"));
    const std::int64_t length = *lengthOf(object);
    std::int64_t at = sliceBound(run, start, length, by, by < 0 ? length - 1 : 0);
    const std::int64_t end = sliceBound(run, stop, length, by, by < 0 ? -1 : length);
    // Never further than one step beyond the end, so that nothing overflows.
    const std::int64_t stride = std::clamp<std::int64_t>(by, -length - 1, length + 1);

    if (object.isText()) {
        const std::string& text = object.text();
        run.spend(1 + text.size() / 64);
        const bool safe = object.textData().safe;
        if (stride == 1) {
            if (at >= end)
                return run.text({}, safe);
            const bool ascii = object.textData().isAscii();
            const auto from = static_cast<std::size_t>(at);
            const auto count = static_cast<std::size_t>(end - at);
            const std::size_t first = ascii ? from : byteOfCharacter(text, from);
            const std::size_t bytes = ascii ? count : byteOfCharacter(std::string_view(text).substr(first), count);
            return run.text(text.substr(first, bytes), safe);
        }
        std::vector<std::string_view> characters;
        for (std::size_t byte = 0; byte < text.size(); byte += characters.back().size())
            characters.push_back(std::string_view(text).substr(byte, characterAt(text, byte).length));
        run.spend(characters.size() / 4);
        std::string picked;
        for (; stride > 0 ? at < end : at > end; at += stride)
            picked += characters[static_cast<std::size_t>(at)];
        return run.text(std::move(picked), safe);
    }
    if (const auto* range = object.as<RangeObject>())
        return Value(range->slice(run, at, end, stride));
    std::vector<Value> picked;
    for (; stride > 0 ? at < end : at > end; at += stride)
        picked.push_back(*elementOf(run, object, at));
    run.spend(picked.size() / 4);
    return object.isTuple() ? run.tuple(std::move(picked)) : run.list(std::move(picked));
}

std::vector<Value> itemsOf(Run& run, const Value& value)
{
    switch (value.kind()) {
    case Kind::Undefined: return {};
    case Kind::Sequence: run.spend(value.items().size() / 8); return value.items();
    case Kind::Text: {
        std::vector<Value> characters;
        const std::string& text = value.text();
        for (std::size_t at = 0; at < text.size();) {
            const std::uint32_t length = characterAt(text, at).length;
            characters.push_back(run.text(text.substr(at, length)));
            at += length;
        }
        return characters;
    }
    case Kind::Dict: {
        std::vector<Value> keys;
        keys.reserve(value.dict().entries.size());
        for (const auto& [key, entry] : value.dict().entries)
            keys.push_back(key);
        run.spend(keys.size() / 8);
        return keys;
    }
    case Kind::Object: {
        std::vector<Value> items;
        if (value.object()->iterate(run, items)) {
            run.spend(items.size() / 8);
            return items;
        }
        break;
    }
    default: break;
    }
    run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 has no items to go through"), value.typeName()});
}

bool isIterable(const Value& value)
{
    switch (value.kind()) {
    case Kind::None:
    case Kind::Bool:
    case Kind::Integer:
    case Kind::Real: return false;
    case Kind::Object: return value.as<IterableObject>() != nullptr;
    default: return true;
    }
}

std::optional<std::int64_t> lengthOf(const Value& value)
{
    switch (value.kind()) {
    case Kind::Undefined: return 0;
    case Kind::Text: return static_cast<std::int64_t>(value.textData().characters());
    case Kind::Sequence: return static_cast<std::int64_t>(value.items().size());
    case Kind::Dict: return static_cast<std::int64_t>(value.dict().entries.size());
    case Kind::Object: return value.object()->length();
    default: return std::nullopt;
    }
}

AttributePath::AttributePath(Run& run, const Value& path)
{
    if (path.isNone())
        return;
    if (!path.isText()) {
        m_parts.push_back(path);
        return;
    }
    const std::string& text = path.text();
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        std::int64_t index = 0;
        const auto read = std::from_chars(part.data(), part.data() + part.size(), index);
        const bool isIndex =
            !part.empty() && part[0] != '-' && read.ec == std::errc() && read.ptr == part.data() + part.size();
        m_parts.push_back(isIndex ? Value(index) : run.text(part));
        begin = end + 1;
    }
}

Value AttributePath::of(Run& run, Value value, const Value* fallback) const
{
    for (const Value& part : m_parts) {
        value = itemOf(run, value, part);
        if (fallback && value.isUndefined())
            value = *fallback;
    }
    return value;
}

} // namespace crucible::text::jinja
