// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder computes in.
#pragma once

#include "base/dtype.h"

#include <string_view>

namespace crucible::model {

// What activations are when they meet a matrix; between two products they are float32. On the processor, matrices that
// are not in BF16 take them as float32 always; on another device all matrices of 16 bits are stored in what is chosen
// here.
enum class Compute {
    Automatic, // the processor: BFloat16 where it has instructions for it, else Float32; a device: what the weights are
               // in
    Float32,
    BFloat16,
    Float16, // not on the processor
};

// "auto", "float32", "bfloat16", "float16". Throws Error::unsupported for another word.
Compute computeFromName(std::string_view name);
std::string_view toString(Compute compute);
// What keys and values are stored in.
DType dtypeOf(Compute compute);

} // namespace crucible::model
