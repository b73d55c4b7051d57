// SPDX-License-Identifier: GPL-3.0-or-later
// What reading a JSON schema is made of: its keywords, and the values that it lists.
#pragma once

#include "base/error.h"
#include "base/json.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::generate::schema {

// Throws Error::invalid at a place of the schema.
[[noreturn]] void refuse(Sentence what, const std::string& where);

// nullptr when it is not there.
const OrderedJson* find(const OrderedJson& schema, const char* key);

// Throws Error::unsupported for a keyword that is never understood.
void checkKeywords(const OrderedJson& schema, const std::string& pointer);

// Whether nothing but these keywords, and remarks, stands in a schema.
bool isAlone(const OrderedJson& schema, std::initializer_list<std::string_view> keys);
// Throws Error::unsupported otherwise: what would narrow the values down and is not looked at is never passed over.
void refuseBeside(const OrderedJson& schema, std::initializer_list<std::string_view> keys, const std::string& pointer);

// Values that "not" excludes. Throws Error::unsupported when it is more than values that are listed.
std::vector<OrderedJson> excluded(const OrderedJson& schema, const std::string& pointer);
// Values of "const" and "enum" that "type" and "not" leave; at least one. Throws Error::invalid.
std::vector<OrderedJson> valuesOf(const OrderedJson& schema, const std::string& pointer);
// The same as a grammar.
std::string literals(const std::vector<OrderedJson>& values);

// A schema that must also be of this type; nullptr: of any. Throws Error::unsupported where it says another.
OrderedJson typed(const OrderedJson& schema, const OrderedJson* type, const std::string& pointer);

// Objects that must fit all schemas of "allOf" have the properties of all. Throws Error::unsupported for what are no
// objects, and for a property that has several schemas.
OrderedJson merged(const OrderedJson& schema, const std::string& pointer);

// A key as a step of a JSON pointer.
std::string escaped(const std::string& key);

} // namespace crucible::generate::schema
