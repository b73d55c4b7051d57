// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/philox.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/philox.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {

inline constexpr std::size_t kBlocks = 16; // blocks computed side by side, one per vector lane

// Blocks with counters (first + j, tensor) for j in [0, kBlocks); out[4 j + w] is word w of block j.
void philoxBlocks(std::uint64_t first, std::uint64_t tensor, std::uint64_t key, std::uint32_t* out)
{
    constexpr std::uint64_t kMultiplier0 = 0xd2511f53u;
    constexpr std::uint64_t kMultiplier1 = 0xcd9e8d57u;
    constexpr std::uint32_t kWeyl0 = 0x9e3779b9u;
    constexpr std::uint32_t kWeyl1 = 0xbb67ae85u;
    std::uint32_t c0[kBlocks], c1[kBlocks], c2[kBlocks], c3[kBlocks];
    for (std::size_t j = 0; j < kBlocks; ++j) {
        c0[j] = static_cast<std::uint32_t>(first + j);
        c1[j] = static_cast<std::uint32_t>((first + j) >> 32);
        c2[j] = static_cast<std::uint32_t>(tensor);
        c3[j] = static_cast<std::uint32_t>(tensor >> 32);
    }
    auto key0 = static_cast<std::uint32_t>(key);
    auto key1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
        for (std::size_t j = 0; j < kBlocks; ++j) {
            const std::uint64_t product0 = kMultiplier0 * c0[j];
            const std::uint64_t product1 = kMultiplier1 * c2[j];
            c0[j] = static_cast<std::uint32_t>(product1 >> 32) ^ c1[j] ^ key0;
            c2[j] = static_cast<std::uint32_t>(product0 >> 32) ^ c3[j] ^ key1;
            c1[j] = static_cast<std::uint32_t>(product1);
            c3[j] = static_cast<std::uint32_t>(product0);
        }
        key0 += kWeyl0;
        key1 += kWeyl1;
    }
    for (std::size_t j = 0; j < kBlocks; ++j) {
        out[4 * j] = c0[j];
        out[4 * j + 1] = c1[j];
        out[4 * j + 2] = c2[j];
        out[4 * j + 3] = c3[j];
    }
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(philoxBlocks);

namespace {

constexpr std::size_t kWordsAtOnce = 64;

constexpr std::uint64_t joined(std::uint32_t low, std::uint32_t high)
{
    return std::uint64_t(high) << 32 | low;
}

// Spreads nearby seeds over all keys (the finalizer of splitmix64).
constexpr std::uint64_t mixed(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

} // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key)
{
    std::uint32_t words[kWordsAtOnce];
    HWY_DYNAMIC_DISPATCH(philoxBlocks)
    (joined(counter[0], counter[1]), joined(counter[2], counter[3]), joined(key[0], key[1]), words);
    return {words[0], words[1], words[2], words[3]};
}

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t tensor, std::uint64_t model)
    : m_key(mixed(seed + 0x9e3779b97f4a7c15u) ^ mixed(model)), m_tensor(tensor)
{
}

void RandomStream::words(std::uint64_t first, std::span<std::uint32_t> out) const
{
    std::uint32_t words[kWordsAtOnce];
    std::size_t done = 0;
    while (done < out.size()) {
        const std::uint64_t index = first + done;
        const std::size_t skip = index % 4;
        HWY_DYNAMIC_DISPATCH(philoxBlocks)(index / 4, m_tensor, m_key, words);
        const std::size_t count = std::min(kWordsAtOnce - skip, out.size() - done);
        std::copy_n(words + skip, count, out.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
    }
}

} // namespace crucible::kernels
#endif
