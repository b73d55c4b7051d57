// SPDX-License-Identifier: GPL-3.0-or-later
// Whole steps of the common merges in one reading of BF16 codes, which is what nearly all checkpoints hold: values are
// widened in registers, every operation is rounded to float32 in the order written, and only a result is stored.
// Pointers are to n codes, aligned to two bytes. All instruction sets give the same bits.
#pragma once

#include "kernels/reduce.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace crucible::kernels {

// Products are exact; up to sixteen are added in float32 before the sum goes on in double.
PairSums pairSums(const std::uint16_t* a, const std::uint16_t* b, std::size_t n);

// out = (x[0] w[0] + x[1] w[1] + ...) / divisor for one to four inputs.
inline constexpr std::size_t kMaxCombined = 4;
void combine(std::uint16_t* out, std::span<const std::uint16_t* const> x, std::span<const float> w, float divisor,
             std::size_t n);

// Which entries of a difference d = x - base survive: those whose |d|, read as an integer, lies in [lowest, highest], or
// with `bits` those whose bit is set (entry i: bit i % 32 of word i / 32).
struct Survivors {
    std::int32_t lowest = 0;
    std::int32_t highest = std::numeric_limits<std::int32_t>::max();
    const std::uint32_t* bits = nullptr;
};

// s = d, 0 where it did not survive; y = weight * (rescale * s)
struct ThinnedVector {
    const std::uint16_t* x = nullptr;
    Survivors survivors;
    float rescale = 1;
    float weight = 1;
};

struct VectorSum {
    bool electSigns = false; // only the y with the sign of their sum stay
    bool normalize = false;  // with election: divide by the weights of what stayed
    float divisor = 1;       // without election
    float lambda = 1;
};

// out = base + lambda * sum of y / divisor, for one to three vectors.
inline constexpr std::size_t kMaxThinned = 3;
void addThinned(std::uint16_t* out, const std::uint16_t* base, std::span<const ThinnedVector> vectors, const VectorSum& rule,
                std::size_t n);

// Sums of |d| over all entries and over the survivors.
struct AbsSums {
    double all = 0;
    double survivors = 0;
};
AbsSums absSums(const std::uint16_t* x, const std::uint16_t* base, const Survivors& survivors, std::size_t n);

// Sets a bit for every word below `limit`; n words, (n + 31) / 32 words of bits.
void bitsBelow(const std::uint32_t* words, std::uint32_t limit, std::uint32_t* bits, std::size_t n);
void bitsBelow(const std::uint16_t* words, std::uint16_t limit, std::uint32_t* bits, std::size_t n);
void bitsNotAbove(const std::uint16_t* words, std::uint16_t limit, std::uint32_t* bits, std::size_t n);
// The same with a limit for every word.
void bitsBelow(const std::uint32_t* words, const std::uint32_t* limits, std::uint32_t* bits, std::size_t n);
// Sets a bit for every value that is not 0.
void bitsOfNonzero(std::span<const float> values, std::uint32_t* bits);
// values[i] = 0 where bit i is not set.
void keepWhereSet(std::span<float> values, const std::uint32_t* bits);
// values = x - base
void subtract(std::span<float> values, const std::uint16_t* x, const std::uint16_t* base);

} // namespace crucible::kernels
