// SPDX-License-Identifier: GPL-3.0-or-later
// Products of activations with stored weights, as a transformer's linear layers need them: y = x W^T, with W as it lies in
// the file. Weights are widened in registers; there is no second copy of them.
//
// Every output is the sum over its row in one fixed order, whatever the number of rows of x, of threads, or the place of the
// row among others: a prompt gives the same bits in one piece, in chunks, token by token, and beside other prompts.
#pragma once

#include "base/dtype.h"
#include "base/parallel.h"

#include <cstddef>
#include <span>

namespace crucible::kernels {

// W [outputs, inputs], row-major: F32, BF16 or F16, aligned to its elements.
struct WeightMatrix {
    DType dtype = DType::F32;
    const std::byte* data = nullptr;
    std::size_t outputs = 0;
    std::size_t inputs = 0;
};

bool canMultiply(DType dtype);

// What a product takes of x. Sums are float32 in both cases.
enum class Activations {
    Float32,  // as it is
    BFloat16, // rounded to that before it meets a W in BF16: what the field does, and fast where hasBf16Products()
};

// y [rows, w.outputs] = x [rows, w.inputs] W^T, all row-major float32, rows of y `stride` values apart. Uses all threads of
// the pool. Needs canMultiply(w.dtype).
void multiply(std::span<const float> x, std::size_t rows, const WeightMatrix& w, std::span<float> y, std::size_t stride,
              ThreadPool& pool, Activations activations = Activations::Float32);

// The same x with several matrices of the same inputs, which is faster than one after the other: threads meet once.
struct Product {
    WeightMatrix w;
    std::span<float> y; // [rows, w.outputs]
    std::size_t stride = 0;
};
void multiply(std::span<const float> x, std::size_t rows, std::span<const Product> products, ThreadPool& pool,
              Activations activations = Activations::Float32);

// The dot product that multiply() gives for one row of x, in float32, and one of W.
float dotRow(std::span<const float> x, const WeightMatrix& w, std::size_t output);

} // namespace crucible::kernels
