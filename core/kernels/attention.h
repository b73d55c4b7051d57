// SPDX-License-Identifier: GPL-3.0-or-later
// What a transformer does with float32 activations besides multiplying matrices. Every result depends on its own inputs
// alone, in one order of operations, so that rows give the same bits alone and among others.
#pragma once

#include "base/dtype.h"

#include <cstddef>
#include <span>

namespace crucible::kernels {

// Keys of so many tokens lie side by side, dimension by dimension: [block, headDim, kKeyBlock]. The scores of a block
// are then added up in lanes of their own, where keys that lie one after the other would have to be added up across
// lanes.
inline constexpr std::size_t kKeyBlock = 16;

// The queries of one token that look at the same keys: one, or as many as share a key head.
struct Attention {
    const float* queries = nullptr; // [queryCount, headDim]
    std::size_t queryCount = 1;
    DType dtype = DType::F32;           // of keys and values: F32 or BF16
    const std::byte* keys = nullptr;    // the block that holds the key at `first`, and those after it
    const std::byte* values = nullptr;  // [count, headDim]
    std::size_t count = 0;
    std::size_t headDim = 0;
    float scale = 1;  // of q . k
    float cap = 0;    // scores become cap tanh(score / cap); 0: no cap
    const float* slopes = nullptr; // ALiBi, one for each query: slope * (first + j) is added to the score of key j. Null: none
    bool slopeBeforeScale = false; // it is rounded to BF16 and multiplied by `scale` too
    std::size_t first = 0;         // position of the first key
};

// Values of memory for scores that attend() needs.
std::size_t scoreCount(const Attention& attention);
// out [queryCount, headDim] = sum_j softmax(scores)_j values_j.
void attend(const Attention& attention, std::span<float> scores, std::span<float> out);

// out = x / sqrt(mean(x^2) + epsilon) * (w + offset)
void rmsNorm(std::span<float> out, const float* x, const float* w, float offset, double epsilon);
// out = (x - mean) / sqrt(variance + epsilon) * w + b; b may be null.
void layerNorm(std::span<float> out, const float* x, const float* w, const float* b, double epsilon);

void silu(std::span<float> x);
void geluErf(std::span<float> x);
void geluTanh(std::span<float> x);
void relu(std::span<float> x);

} // namespace crucible::kernels
