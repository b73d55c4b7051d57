// SPDX-License-Identifier: GPL-3.0-or-later
// Python's operators on values.
#pragma once

#include "text/jinja/ast.h"
#include "text/jinja/value.h"

namespace crucible::text::jinja {

// + - * / // % **
Value arithmetic(Run& run, Tok op, const Value& a, const Value& b);
Value negate(Run& run, const Value& value, bool minus);
bool compare(Run& run, Comparison comparison, const Value& a, const Value& b);
// a < b; fails for values that have no order.
bool lessThan(Run& run, const Value& a, const Value& b);
// a == b, counting what it costs.
bool sameValue(Run& run, const Value& a, const Value& b);
// item in container
bool contains(Run& run, const Value& container, const Value& item);
// The text as HTML, unless it is marked safe.
std::string escaped(Run& run, const Value& value);
std::string escapeText(std::string_view text);
// Fails saying that the value is missing, when it is.
void demandDefined(Run& run, const Value& value);

} // namespace crucible::text::jinja
