// SPDX-License-Identifier: GPL-3.0-or-later
// Dot products of rows in bfloat16 with rows in bfloat16, added up in float32, by the instructions that processors have for
// that (AVX512-BF16: Intel since Cooper Lake, AMD since Zen 4). They do twice as many multiply-adds as float32's.
//
// Every dot product is added up in one fixed order, whatever stands beside it. Denormals count as zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace crucible::kernels {

// For so many rows of x, reading the weights takes longer than multiplying.
constexpr std::size_t kFewRows = 4;

// Whether this processor has them, and the system keeps their registers.
bool hasBf16Products();

// The others need hasBf16Products().

// Rounded to nearest even.
void roundToBf16(std::span<const float> x, std::uint16_t* out);

// y[r][o] = x[r] . w[o] for `rows` rows of x and `outputs` of w, both `inputs` long and one after the other; rows of y lie
// `stride` apart.
void multiplyBf16Block(const std::uint16_t* x, std::size_t rows, const std::uint16_t* w, std::size_t outputs, std::size_t inputs,
                       float* y, std::size_t stride);

} // namespace crucible::kernels
