// SPDX-License-Identifier: GPL-3.0-or-later
// Python's two ways to put values into a text: "%s of %d" % (a, b) and "{} of {n:>3}".format(a, n=b).
#pragma once

#include "text/jinja/value.h"

#include <string>

namespace crucible::text::jinja {

// `arguments`: a tuple, a dict for %(name)s, or one value.
Value formatPercent(Run& run, const Value& pattern, const Value& arguments);
Value formatBraces(Run& run, const Value& pattern, const Arguments& arguments);

// One value in a field: Python's format(value, spec). Fails for a specification that means nothing for the value.
std::string formatField(Run& run, const Value& value, std::string_view spec);

} // namespace crucible::text::jinja
