// SPDX-License-Identifier: GPL-3.0-or-later
// What a grammar must not be.
#pragma once

#include "generate/grammar.h"

#include <cstdint>
#include <optional>

namespace crucible::generate {

// A rule that can begin with itself with something left to do afterwards: what is to be done would grow without end. None
// when there is no such rule. Takes time proportional to the grammar.
std::optional<std::uint32_t> leftRecursiveRule(const Grammar& grammar, std::uint32_t rules);

} // namespace crucible::generate
