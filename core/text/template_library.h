// SPDX-License-Identifier: GPL-3.0-or-later
// Chat templates of the common families, for models whose files have none. Each is written anew from the family's
// format: which tokens stand around a turn, where a system message goes, how tools are shown. A template is added to
// the table.
#pragma once

#include <span>
#include <string_view>

namespace crucible::text {

struct LibraryTemplate {
    std::string_view name;  // "chatml"
    std::string_view title; // who uses it
    std::string_view jinja;
    std::string_view bos; // the tokens that the family's models have; empty: none is written
    std::string_view eos;
};

// By name.
std::span<const LibraryTemplate> templateLibrary();
// nullptr when there is none.
const LibraryTemplate* findLibraryTemplate(std::string_view name);

} // namespace crucible::text
