// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder computes in.
#pragma once

#include <string_view>

namespace crucible::model {

// What activations are when they meet a matrix; between two products they are float32. Matrices that are not in BF16 take
// them as float32 always.
enum class Compute {
    Automatic, // BFloat16 where the processor has instructions for it, else Float32
    Float32,
    BFloat16,
};

// "auto", "float32", "bfloat16". Throws Error::unsupported for another word.
Compute computeFromName(std::string_view name);
std::string_view toString(Compute compute);

} // namespace crucible::model
