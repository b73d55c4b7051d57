// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/philox.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/philox.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr std::size_t kBlocks = 16; // blocks computed side by side, one per 64-bit lane

// The 64-bit product of each lane's lower half.
template<class D>
HWY_INLINE hn::Vec<D> timesLower([[maybe_unused]] D d, hn::Vec<D> lanes, std::uint32_t factor)
{
#if HWY_TARGET == HWY_SCALAR
    return hn::Set(d, std::uint64_t(static_cast<std::uint32_t>(hn::GetLane(lanes))) * factor);
#else
    const hn::Repartition<std::uint32_t, D> words;
    return hn::MulEven(hn::BitCast(words, lanes), hn::Set(words, factor));
#endif
}

// Blocks with counters (first + j, tensor) for j in [0, kBlocks); out[4 j + w] is word w of block j.
// Each lane holds a 32-bit word in its lower half; what gathers in the upper half is never looked at.
void philoxBlocks(std::uint64_t first, std::uint64_t tensor, std::uint64_t key, std::uint32_t* out)
{
    constexpr std::uint64_t kWeyl0 = 0x9e3779b9u;
    constexpr std::uint64_t kWeyl1 = 0xbb67ae85u;
    const hn::CappedTag<std::uint64_t, kBlocks> d;
    using Lanes = hn::Vec<decltype(d)>;
    constexpr std::size_t kLanes = hn::MaxLanes(decltype(d)());
    constexpr std::size_t kVectors = kBlocks / kLanes;
    Lanes c0[kVectors], c1[kVectors], c2[kVectors], c3[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
        c0[v] = hn::Iota(d, first + v * kLanes);
        c1[v] = hn::ShiftRight<32>(c0[v]);
        c2[v] = hn::Set(d, tensor);
        c3[v] = hn::Set(d, tensor >> 32);
    }
    std::uint64_t key0 = key;
    std::uint64_t key1 = key >> 32;
    for (int round = 0; round < 10; ++round) {
        for (std::size_t v = 0; v < kVectors; ++v) {
            const Lanes product0 = timesLower(d, c0[v], 0xd2511f53u);
            const Lanes product1 = timesLower(d, c2[v], 0xcd9e8d57u);
            c0[v] = hn::Xor(hn::ShiftRight<32>(product1), hn::Xor(c1[v], hn::Set(d, key0)));
            c2[v] = hn::Xor(hn::ShiftRight<32>(product0), hn::Xor(c3[v], hn::Set(d, key1)));
            c1[v] = product1;
            c3[v] = product0;
        }
        key0 += kWeyl0;
        key1 += kWeyl1;
    }
    const auto lower = hn::Set(d, 0xffffffffu);
    std::uint64_t pairs[2][kBlocks];
    for (std::size_t v = 0; v < kVectors; ++v) {
        hn::StoreU(hn::Or(hn::And(c0[v], lower), hn::ShiftLeft<32>(c1[v])), d, pairs[0] + v * kLanes);
        hn::StoreU(hn::Or(hn::And(c2[v], lower), hn::ShiftLeft<32>(c3[v])), d, pairs[1] + v * kLanes);
    }
    for (std::size_t j = 0; j < kBlocks; ++j) {
        std::memcpy(out + 4 * j, &pairs[0][j], sizeof pairs[0][j]);
        std::memcpy(out + 4 * j + 2, &pairs[1][j], sizeof pairs[1][j]);
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
        if (skip == 0 && out.size() - done >= kWordsAtOnce) {
            HWY_DYNAMIC_DISPATCH(philoxBlocks)(index / 4, m_tensor, m_key, out.data() + done);
            done += kWordsAtOnce;
            continue;
        }
        HWY_DYNAMIC_DISPATCH(philoxBlocks)(index / 4, m_tensor, m_key, words);
        const std::size_t count = std::min(kWordsAtOnce - skip, out.size() - done);
        std::copy_n(words + skip, count, out.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
    }
}

} // namespace crucible::kernels
#endif
