// SPDX-License-Identifier: GPL-3.0-or-later
// Passes over the logits of a whole vocabulary.
#pragma once

#include <cstddef>
#include <span>

namespace crucible::kernels {

// The largest value; NaN counts as minus infinity, which is also what nothing gives.
float largest(std::span<const float> x);

// out = exp(x - top); returns the sum. NaN counts as minus infinity. `out` may be `x`.
double exponentials(std::span<const float> x, float top, std::span<float> out);

} // namespace crucible::kernels
