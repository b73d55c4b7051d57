// SPDX-License-Identifier: GPL-3.0-or-later
// Arithmetic on float32 tiles: every written operation is rounded once, in the order written, on every processor.
// All pointers are to out.size() values. `out` may be one of the operands, but must not overlap one partly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace crucible::kernels {

void add(std::span<float> out, const float* a, const float* b);
void subtract(std::span<float> out, const float* a, const float* b);
void multiply(std::span<float> out, const float* a, const float* b);
void divide(std::span<float> out, const float* a, const float* b);

void scale(std::span<float> out, const float* a, float factor);
void divideBy(std::span<float> out, const float* a, float divisor);
void addScalar(std::span<float> out, const float* a, float summand);

// out = |a|
void absolute(std::span<float> out, const float* a);
// out = min(max(a, low), high)
void clamp(std::span<float> out, const float* a, float low, float high);

// out = x[0] w[0] + x[1] w[1] + ..., added in this order; x and w have the same length, at least 1.
void combine(std::span<float> out, std::span<const float* const> x, std::span<const float> w);

// out += factor * a
void addScaled(std::span<float> out, const float* a, float factor);

// out[i] = +1 where a[i] >= 0, else -1 (also for NaN).
void majoritySign(std::span<float> out, const float* a);
// out[i] = a[i] where its sign is that of sign[i]; else 0. Zeros have no sign.
void keepSign(std::span<float> out, const float* a, const float* sign);
// out[i] += factor where a[i] is not 0.
void addWhereNonzero(std::span<float> out, const float* a, float factor);
// Zeros become `value`.
void replaceZeros(std::span<float> out, float value);
// out[i] = a[i] where |a[i]| > limit, else 0.
void keepAbove(std::span<float> out, const float* a, float limit);
// out[i] = a[i] where guide[i] >= limit, else 0.
void keepWhereAtLeast(std::span<float> out, const float* a, const float* guide, float limit);

} // namespace crucible::kernels
