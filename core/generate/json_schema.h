// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON schema as a grammar for its values, so that what a model writes is JSON that the schema accepts.
//
// Understood: type, enum, const, anyOf, oneOf (as anyOf), allOf of objects, $ref inside the document, not (of values
// that are listed: beside an enum, or of texts); properties, required, additionalProperties, patternProperties (one
// pattern alone); items, prefixItems, minItems, maxItems, uniqueItems (of a few values that are listed); minLength,
// maxLength, pattern, format (date, time, date-time, uuid, ipv4); minimum, maximum, exclusiveMinimum, exclusiveMaximum.
// Properties come in the order of the schema. Where it lists properties and says nothing of others, there are no
// others. What stands beside one of these and would narrow it down in a way that is not understood is refused, never
// passed over.
#pragma once

#include "base/json.h"

#include <optional>
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
struct NumberLimit {
    std::optional<double> value; // empty: without a limit
    bool open = false;           // the value itself is excluded
};
// Numbers in decimal, without an exponent, of up to 18 digits on either side of the point. Throws Error::invalid when
// there are none.
std::string grammarOfNumbers(const NumberLimit& low, const NumberLimit& high, const std::string& where);

} // namespace crucible::generate
