// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over float32 tiles in double. The order of additions is fixed (sixteen running sums, then the rest), so that a
// tile gives the same number on every processor; callers add tiles in order.
#pragma once

#include <cstddef>
#include <span>

namespace crucible::kernels {

double sum(std::span<const float> a);
double absSum(std::span<const float> a);
// b: a.size() values
double dot(std::span<const float> a, const float* b);

// What an angle needs, in one reading of both.
struct PairSums {
    double aa = 0; // a . a
    double ab = 0;
    double bb = 0;

    PairSums operator+(const PairSums& other) const { return {aa + other.aa, ab + other.ab, bb + other.bb}; }
};
PairSums pairSums(std::span<const float> a, const float* b);

std::size_t countNonzero(std::span<const float> a);

} // namespace crucible::kernels
