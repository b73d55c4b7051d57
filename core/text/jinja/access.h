// SPDX-License-Identifier: GPL-3.0-or-later
// Looking into values: x.name, x[key], x[a:b:c], iteration and length. What is not there is undefined, not an error;
// asking something of undefined is.
#pragma once

#include "text/jinja/builtins.h"
#include "text/jinja/value.h"

#include <string_view>
#include <vector>

namespace crucible::text::jinja {

// x.name: methods and attributes before the keys of a dict.
Value attributeOf(Run& run, const Value& object, std::string_view name);
// x[key]: elements and keys before attributes.
Value itemOf(Run& run, const Value& object, const Value& key);
// x[start:stop:step]; None where left out.
Value sliceOf(Run& run, const Value& object, const Value& start, const Value& stop, const Value& step);
// The method `object.name`, when that is what x.name means; null otherwise.
const Builtin* methodOf(const Value& object, std::string_view name);

// What a loop over the value meets. Fails for what can not be iterated.
std::vector<Value> itemsOf(Run& run, const Value& value);
bool isIterable(const Value& value);
// nullopt for what has no length.
std::optional<std::int64_t> lengthOf(const Value& value);

// A path of attributes and indices, "function.name" or "0.role", as filters take it.
class AttributePath {
public:
    // None means the value itself; a number is one index.
    AttributePath(Run& run, const Value& path);
    Value of(Run& run, Value value, const Value* fallback = nullptr) const;

private:
    std::vector<Value> m_parts;
};

} // namespace crucible::text::jinja
