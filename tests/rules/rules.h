// SPDX-License-Identifier: GPL-3.0-or-later
// The rules that keep the tree's floors apart, as code: what a file may include and which words it may hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crucible::rules {

struct Violation {
    int line = 0; // 1-based; 0: the whole file
    std::string message;
};

// Checks one source file. `path` is relative to the root, with '/'.
std::vector<Violation> check(std::string_view path, std::string_view content);

} // namespace crucible::rules
