// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a filter box: words that must all hold.
//
//     kind:merge  status:done,failed  tag:best  name~ties  id:2026  note~"first try"  -tag:old  anything
//
// `:` compares whole (ids and kinds: their beginning), `~` looks inside, a comma means "or", a leading '-' means "not".
// A bare word is looked for in id, name, tags, note and recipe. Case is ignored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crucible::project {

enum class FilterField { Anything, Id, Kind, Status, Tag, Name, Note, Recipe, Output };

struct FilterTerm {
    FilterField field = FilterField::Anything;
    bool contains = true; // `~`; otherwise `:`
    bool negated = false;
    std::vector<std::string> values; // one of them
};

// Throws Error::invalid for an unknown field or status, with the nearest known one.
std::vector<FilterTerm> parseFilter(std::string_view text);

} // namespace crucible::project
