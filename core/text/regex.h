// SPDX-License-Identifier: GPL-3.0-or-later
// Regular expressions of tokenizer files in PCRE2. The files are written for Oniguruma, so what the two read differently
// is translated: classes within classes and their intersection, \h, \s and \w, "{1,3}+", and the flag m.
#pragma once

#include <string>
#include <string_view>

namespace crucible::text {

// Throws Error::invalid for what can not be expressed.
std::string toPcreSyntax(std::string_view onigurumaRegex);

} // namespace crucible::text
