// SPDX-License-Identifier: GPL-3.0-or-later
// Values as text: Python's str() and repr(), and json.dumps().
#pragma once

#include "text/jinja/value.h"

#include <string>

namespace crucible::text::jinja {

// The shortest text that reads back as the same number, laid out as Python does: "1.0", "1e-05", "inf".
std::string realText(double value);
std::string quotedText(std::string_view text);

// str(value) at the end of `to`; undefined gives nothing. Fails beyond the limit of a text.
void appendText(Run& run, std::string& to, const Value& value);
void appendRepr(Run& run, std::string& to, const Value& value);
std::string textOf(Run& run, const Value& value);
std::string reprOf(Run& run, const Value& value);

struct JsonStyle {
    bool ensureAscii = false;
    bool sortKeys = false;
    bool hasIndent = false;
    std::string indent;               // of one level
    std::string itemSeparator = ", "; // "," where indented
    std::string keySeparator = ": ";
};
// Fails for what JSON does not have.
std::string jsonText(Run& run, const Value& value, const JsonStyle& style = {});

} // namespace crucible::text::jinja
