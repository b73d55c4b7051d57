// SPDX-License-Identifier: GPL-3.0-or-later
// Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011): a random number per element that
// depends on the element's index alone, so any thread may compute any part at any time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace crucible::kernels {

// One block of the generator, as published.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// The stream of one (seed, tensor, model): word i is word i % 4 of the block with counter i / 4.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::uint64_t tensor, std::uint64_t model);
    // Words [first, first + out.size()), uniform over all 32-bit numbers.
    void words(std::uint64_t first, std::span<std::uint32_t> out) const;

private:
    std::uint64_t m_key;
    std::uint64_t m_tensor; // upper half of the counter
};

// A word below this happens with probability p (clamped to [0, 1]); 2^32, for 1, is why it has 64 bits.
constexpr std::uint64_t bernoulliLimit(double p)
{
    return p <= 0 ? 0 : p >= 1 ? std::uint64_t(1) << 32 : static_cast<std::uint64_t>(p * 4294967296.0);
}

} // namespace crucible::kernels
