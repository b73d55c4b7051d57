// SPDX-License-Identifier: GPL-3.0-or-later
// Stored elements to float32 and back. Bytes are little-endian and may be unaligned, as they lie in a checkpoint.
//
// To a narrower float: round to nearest, ties to even; NaN stays a quiet NaN; too large becomes what PyTorch makes of it
// (infinity in F16, BF16 and F8_E5M2, NaN in F8_E4M3, which has no infinity). To an integer: towards zero, held at the
// ends of its range, NaN becomes 0. From F64 and from integers: rounded to the nearest float32.
#pragma once

#include "base/dtype.h"

#include <cstddef>
#include <span>

namespace crucible::kernels {

// Reads out.size() elements of `dtype` from `source`.
void toFloat32(DType dtype, const std::byte* source, std::span<float> out);

// Writes values.size() elements of `dtype` to `out`, which must not overlap `values`.
void fromFloat32(DType dtype, std::span<const float> values, std::byte* out);

// Replaces every value by the nearest one that `dtype` can hold.
void roundThrough(DType dtype, std::span<float> values);

// The same for one number.
float roundedThrough(DType dtype, float value);

} // namespace crucible::kernels
