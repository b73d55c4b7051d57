// SPDX-License-Identifier: GPL-3.0-or-later
// Passes over the logits of a whole vocabulary.
#pragma once

#include <cstddef>
#include <span>

namespace crucible::kernels {

// The largest value; NaN counts as minus infinity, which is also what nothing gives.
float largest(std::span<const float> x);

// The same for every `block` values on their own; the last block may be shorter. out: one value per block.
void largestOfBlocks(std::span<const float> x, std::size_t block, std::span<float> out);

// Copies x to out with minus infinity for NaN; the largest.
float copyNumbers(std::span<const float> x, std::span<float> out);

// out = exp(x - top); returns the sum. NaN counts as minus infinity. `out` may be `x`.
double exponentials(std::span<const float> x, float top, std::span<float> out);

} // namespace crucible::kernels
