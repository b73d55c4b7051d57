// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON schema as a grammar for its values, so that what a model writes is JSON that the schema accepts.
//
// Understood: type, enum, const, anyOf, oneOf, allOf of objects, $ref inside the document; properties, required,
// additionalProperties; items, prefixItems, minItems, maxItems; minLength, maxLength, pattern, format (date, time, date-time,
// uuid, ipv4); minimum, maximum, exclusiveMinimum, exclusiveMaximum of integers. Properties come in the order of the schema.
// Where it lists properties and says nothing of others, there are no others.
#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

namespace crucible::generate {

// GBNF text. Throws Error::unsupported naming a keyword that is not understood and where it stands ("#/properties/a"),
// Error::invalid for what is no schema.
std::string grammarOfSchema(const OrderedJson& schema);
// For any JSON object.
std::string grammarOfAnyObject();

// --- for the parts of it
// A literal that stands for exactly this text.
std::string grammarLiteral(std::string_view text);
// What a regular expression matches, as it is written inside a JSON string. Throws Error::unsupported.
std::string grammarOfPattern(std::string_view pattern, const std::string& where);
// Integers from `low` to `high` in decimal, as texts of digits with an optional minus; empty: without a limit.
std::string grammarOfIntegers(const std::string& low, const std::string& high);

} // namespace crucible::generate
