// SPDX-License-Identifier: GPL-3.0-or-later
// The best approximation of a matrix by one of low rank (Eckart and Young 1936): its largest singular values with their
// vectors. Small matrices are decomposed exactly, large ones by block subspace iteration from a random start (Halko,
// Martinsson, Tropp 2011, algorithm 4.4) until the energy that it captures stands still.
#pragma once

#include "base/cancel.h"
#include "base/parallel.h"

#include <cstdint>
#include <span>
#include <vector>

namespace crucible::merge {

struct SingularVectors {
    std::vector<double> values; // falling; at most the rank that was asked for
    std::vector<float> left;    // [rows, values.size()], orthonormal columns
    std::vector<float> right;   // [values.size(), columns], orthonormal rows
    int iterations = 0;         // of the subspace iteration; 0: decomposed exactly
};

// The `rank` largest singular values of `matrix` [rows, columns], row-major; all of them when there are fewer. The start
// is drawn from `seed`; the result does not depend on the number of threads.
// Throws Error::cancelled(), and Error::invalid when the matrix holds NaN or infinity.
SingularVectors decompose(std::span<const float> matrix, std::size_t rows, std::size_t columns, std::size_t rank,
                          std::uint64_t seed, ThreadPool& pool, const CancelToken& cancel);

} // namespace crucible::merge
