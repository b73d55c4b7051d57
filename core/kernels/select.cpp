// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/select.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/select.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "kernels/codes_inl.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr std::size_t kSpareKeys = 16; // lanes of the widest vector used

// Keys: signed integers that order like the values (all bits below the sign flipped for negative ones) or like their
// magnitudes (sign cleared).
template<bool byValue, class D>
HWY_INLINE hn::Vec<D> keysOf(D d, hn::Vec<D> bits)
{
    const auto magnitude = hn::Set(d, 0x7fffffff);
    if constexpr (byValue)
        return hn::Xor(bits, hn::And(hn::ShiftRight<31>(bits), magnitude));
    else
        return hn::And(bits, magnitude);
}

template<bool byValue, class D>
HWY_INLINE hn::Vec<D> loadKeys(D d, const float* values)
{
    return keysOf<byValue>(d, hn::LoadU(d, reinterpret_cast<const std::int32_t*>(values)));
}

#if HWY_TARGET == HWY_AVX2
// For every mask of eight lanes, the places of its set lanes, first to last. (hn::CompressStore of this target keeps its
// table on the stack, where GCC 12 writes it anew for every call.)
struct PackingTable {
    std::uint8_t places[256][8] = {};
    constexpr PackingTable()
    {
        for (unsigned mask = 0; mask < 256; ++mask) {
            std::size_t found = 0;
            for (std::uint8_t lane = 0; lane < 8; ++lane) {
                if ((mask >> lane) & 1u)
                    places[mask][found++] = lane;
            }
        }
    }
};
alignas(64) inline constexpr PackingTable kPacking;
#endif

// Stores the selected lanes side by side, then anything up to the width of a vector; returns their number.
template<class D>
HWY_INLINE std::size_t storeSelected(D d, hn::Vec<D> keys, hn::Mask<D> selected, std::int32_t* out)
{
#if HWY_TARGET == HWY_AVX2
    if constexpr (hn::MaxLanes(D()) == 8) {
        std::uint8_t mask[8]; // of which eight lanes fill the first
        hn::StoreMaskBits(d, selected, mask);
        const auto places = hn::PromoteTo(d, hn::LoadU(hn::Rebind<std::uint8_t, D>(), kPacking.places[mask[0]]));
        hn::StoreU(hn::TableLookupLanes(keys, hn::IndicesFromVec(d, places)), d, out);
        return static_cast<std::size_t>(std::popcount(mask[0]));
    }
#endif
    return hn::CompressBlendedStore(keys, selected, d, out);
}

// Counts keys above `high`, and appends those in [low, high] to `inside`, which has room for n and kSpareKeys more.
// keysAt(d, i): the keys of entries i and following. Nothing branches on values: they are not to be foreseen.
template<class KeysAt>
HWY_INLINE std::size_t collectKeys(KeysAt keysAt, std::size_t n, std::int32_t low, std::int32_t high, std::int32_t* inside,
                                   std::uint32_t* above)
{
    const hn::CappedTag<std::int32_t, kSpareKeys> d;
    const std::size_t lanes = hn::Lanes(d);
    const hn::CappedTag<std::int32_t, 1> one;
    auto counts = hn::Zero(d); // of keys above, per lane
    std::size_t found = 0;
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const auto keys = keysAt(d, i);
        const auto isAbove = hn::Gt(keys, hn::Set(d, high));
        const auto isInside = hn::Not(hn::Or(isAbove, hn::Gt(hn::Set(d, low), keys)));
        counts = hn::Sub(counts, hn::VecFromMask(d, isAbove));
        found += storeSelected(d, keys, isInside, inside + found);
    }
    *above = static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(d, counts)));
    for (; i < n; ++i) {
        const std::int32_t key = hn::GetLane(keysAt(one, i));
        *above += key > high ? 1 : 0;
        if (key >= low && key <= high)
            inside[found++] = key;
    }
    return found;
}

std::size_t collect(bool byValue, const float* values, std::size_t n, std::int32_t low, std::int32_t high,
                    std::int32_t* inside, std::uint32_t* above)
{
    if (byValue)
        return collectKeys([=](auto d, std::size_t i) { return loadKeys<true>(d, values + i); }, n, low, high, inside, above);
    return collectKeys([=](auto d, std::size_t i) { return loadKeys<false>(d, values + i); }, n, low, high, inside, above);
}

// The same for the magnitudes of x - base.
std::size_t collectDifferences(const std::uint16_t* x, const std::uint16_t* base, std::size_t n, std::int32_t low,
                               std::int32_t high, std::int32_t* inside, std::uint32_t* above)
{
    const auto keysAt = [=](auto d, std::size_t i) {
        const hn::Rebind<float, decltype(d)> df;
        const auto delta = hn::Sub(loadCodes(df, x + i), loadCodes(df, base + i));
        return keysOf<false>(d, hn::BitCast(d, delta));
    };
    return collectKeys(keysAt, n, low, high, inside, above);
}

// Sets to 0 the values whose key is below `limit` (keep) or not below it.
template<bool byValue>
HWY_INLINE void zeroByKey(float* values, std::size_t n, std::int32_t limit, bool keep)
{
    const auto step = [&](auto d, std::size_t i) {
        const hn::Rebind<float, decltype(d)> df;
        const auto selected = hn::Not(hn::Gt(hn::Set(d, limit), loadKeys<byValue>(d, values + i)));
        const auto zeroed = hn::RebindMask(df, keep ? hn::Not(selected) : selected);
        hn::StoreU(hn::IfThenZeroElse(zeroed, hn::LoadU(df, values + i)), df, values + i);
    };
    const hn::ScalableTag<std::int32_t> d;
    const hn::CappedTag<std::int32_t, 1> one;
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
        step(d, i);
    for (; i < n; ++i)
        step(one, i);
}

void zeroBelow(bool byValue, float* values, std::size_t n, std::int32_t limit, bool keep)
{
    byValue ? zeroByKey<true>(values, n, limit, keep) : zeroByKey<false>(values, n, limit, keep);
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(collect);
HWY_EXPORT(collectDifferences);
HWY_EXPORT(zeroBelow);

namespace {

constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();
constexpr double kSampleShare = 1.0 / 128;
constexpr std::size_t kMinSample = 1 << 14;
constexpr double kSampleMargin = 5;      // standard deviations of the rank in a sample; neighbours are alike, so not fewer
constexpr double kHeavyTie = 0.05;       // a value this frequent is bracketed alone, and then only counted
constexpr std::size_t kBins = 512;

std::int32_t keyOf(KeyOrder order, float value)
{
    const auto bits = std::bit_cast<std::int32_t>(value);
    return order == KeyOrder::Magnitude ? bits & kHighest : bits ^ ((bits >> 31) & kHighest);
}

// Keys are differences of at most 2^32, so bins are computed in 64 bits.
std::size_t binOf(std::int32_t key, std::int32_t low, std::int32_t high)
{
    const std::int64_t range = std::int64_t(high) - low + 1;
    return static_cast<std::size_t>((std::int64_t(key) - low) * std::int64_t(kBins) / range);
}

} // namespace

std::vector<std::size_t> RankSelect::samplePlaces(std::size_t count)
{
    std::vector<std::size_t> places;
    if (count <= kCollectAll)
        return places;
    const auto share = static_cast<std::size_t>(static_cast<double>(count) * kSampleShare);
    const std::size_t runs = std::clamp(share, kMinSample, kMaxSample) / kSampleRun;
    const std::size_t stride = count / runs;
    std::uint64_t random = 1;
    for (std::size_t run = 0; run < runs; ++run) {
        random = random * 6364136223846793005u + 1442695040888963407u; // Knuth's linear congruential generator
        places.push_back(run * stride + (random >> 33) % (stride - kSampleRun + 1));
    }
    return places;
}

RankSelect::RankSelect(KeyOrder order, std::size_t count, std::size_t rank, std::size_t tiles,
                       std::span<const float> sample)
    : m_order(order), m_count(count), m_rank(rank), m_low(kLowest), m_high(kHighest), m_tiles(tiles)
{
    if (count <= kCollectAll || sample.empty())
        return;
    std::vector<std::int32_t> keys(sample.size());
    std::transform(sample.begin(), sample.end(), keys.begin(), [&](float value) { return keyOf(order, value); });
    const auto last = static_cast<double>(keys.size() - 1);
    // Places in the sample, sorted by falling keys; each selection leaves the keys parted for the next.
    const auto placeOf = [&](double share) {
        return keys.begin() + static_cast<std::ptrdiff_t>(std::clamp(share, 0.0, 1.0) * last);
    };
    const double share = static_cast<double>(rank) / static_cast<double>(count);
    const auto middle = placeOf(share);
    std::nth_element(keys.begin(), middle, keys.end(), std::greater<>());
    const std::int32_t guess = *middle;
    if (static_cast<double>(std::count(keys.begin(), keys.end(), guess)) > kHeavyTie * last) {
        m_low = m_high = guess;
        return;
    }
    const double atTheEdges = 1 / static_cast<double>(keys.size());
    const double margin = kSampleMargin * std::sqrt((share * (1 - share) + atTheEdges) / static_cast<double>(keys.size()));
    if (share > margin) {
        const auto place = placeOf(share - margin);
        std::nth_element(keys.begin(), place, middle, std::greater<>());
        m_high = *place;
    }
    if (share < 1 - margin) {
        const auto place = placeOf(share + margin);
        std::nth_element(middle, place, keys.end(), std::greater<>());
        m_low = *place;
    }
}

namespace {

// Room for the keys found in a tile of `count` values, and what a vector may store beyond.
std::vector<std::int32_t>& foundKeys(std::size_t count)
{
    constexpr std::size_t kWidestVector = 16;
    thread_local std::vector<std::int32_t> found;
    count += kWidestVector;
    if (found.size() < count)
        found.resize(count);
    return found;
}

} // namespace

void RankSelect::show(std::size_t tile, std::span<const float> values)
{
    std::vector<std::int32_t>& found = foundKeys(values.size());
    std::uint32_t above = 0;
    const std::size_t inside = HWY_DYNAMIC_DISPATCH(collect)(m_order == KeyOrder::Value, values.data(), values.size(), m_low,
                                                             m_high, found.data(), &above);
    note(tile, above, {found.data(), inside});
}

void RankSelect::showDifference(std::size_t tile, const std::uint16_t* x, const std::uint16_t* base, std::size_t count)
{
    std::vector<std::int32_t>& found = foundKeys(count);
    std::uint32_t above = 0;
    const std::size_t inside = HWY_DYNAMIC_DISPATCH(collectDifferences)(x, base, count, m_low, m_high, found.data(), &above);
    note(tile, above, {found.data(), inside});
}

void RankSelect::note(std::size_t tile, std::uint32_t above, std::span<const std::int32_t> inside)
{
    TileNotes& notes = m_tiles[tile];
    notes = {};
    notes.above = above;
    if (m_low == m_high) {
        notes.ties = static_cast<std::uint32_t>(inside.size());
    } else if (m_histogram) {
        notes.inside.assign(kBins, 0);
        for (const std::int32_t key : inside)
            ++notes.inside[binOf(key, m_low, m_high)];
    } else {
        notes.inside.assign(inside.begin(), inside.end());
    }
}

bool RankSelect::resolve()
{
    std::size_t above = 0;
    std::vector<std::int32_t> inside;
    std::size_t insideCount = 0;
    for (const TileNotes& tile : m_tiles) {
        above += tile.above;
        insideCount += m_histogram ? 0 : tile.ties + tile.inside.size();
        for (const std::int32_t n : m_histogram ? tile.inside : std::vector<std::int32_t>())
            insideCount += static_cast<std::size_t>(n);
    }
    if (m_rank <= above || m_rank > above + insideCount || m_histogram) {
        narrow(above, insideCount);
        return false;
    }
    if (m_low == m_high) {
        m_threshold = m_low;
    } else {
        inside.reserve(insideCount);
        for (const TileNotes& tile : m_tiles)
            inside.insert(inside.end(), tile.inside.begin(), tile.inside.end());
        const auto place = inside.begin() + static_cast<std::ptrdiff_t>(m_rank - above - 1);
        std::nth_element(inside.begin(), place, inside.end(), std::greater<>());
        m_threshold = *place;
        above += static_cast<std::size_t>(std::count_if(inside.begin(), place, [&](auto key) { return key > m_threshold; }));
    }
    std::size_t left = m_rank - above; // of the values equal to the threshold, the first so many are selected
    for (TileNotes& tile : m_tiles) {
        tile.ties += static_cast<std::uint32_t>(std::count(tile.inside.begin(), tile.inside.end(), m_threshold));
        tile.quota = static_cast<std::uint32_t>(std::min<std::size_t>(left, tile.ties));
        left -= tile.quota;
        tile.inside = {};
    }
    m_resolved = true;
    return true;
}

// Chooses the bracket of the next pass from what the last one counted.
void RankSelect::narrow(std::size_t above, std::size_t inside)
{
    std::size_t held = inside; // values in the new bracket
    if (m_rank <= above) {
        m_low = m_high + 1;
        m_high = kHighest;
        held = above;
    } else if (m_rank > above + inside) {
        m_high = m_low - 1;
        m_low = kLowest;
        held = m_count - above - inside;
    } else {
        std::vector<std::size_t> bins(kBins, 0);
        for (const TileNotes& tile : m_tiles) {
            for (std::size_t bin = 0; bin < kBins; ++bin)
                bins[bin] += static_cast<std::size_t>(tile.inside[bin]);
        }
        std::size_t bin = kBins - 1;
        for (std::size_t before = above; before + bins[bin] < m_rank; --bin)
            before += bins[bin];
        held = bins[bin];
        const std::int64_t low = m_low;
        const std::int64_t range = std::int64_t(m_high) - low + 1;
        const auto firstOf = [&](std::int64_t b) { return low + (b * range + std::int64_t(kBins) - 1) / std::int64_t(kBins); };
        m_low = static_cast<std::int32_t>(firstOf(static_cast<std::int64_t>(bin)));
        m_high = static_cast<std::int32_t>(firstOf(static_cast<std::int64_t>(bin) + 1) - 1);
    }
    m_histogram = m_low != m_high && held > std::max(kCollectAll, m_count / 16);
}

bool RankSelect::isSelected(std::int32_t key, std::uint32_t& tiesLeft) const
{
    if (key != m_threshold)
        return key > m_threshold;
    if (tiesLeft == 0)
        return false;
    --tiesLeft;
    return true;
}

float RankSelect::threshold() const
{
    const std::int32_t bits = m_order == KeyOrder::Magnitude ? m_threshold
                                                             : m_threshold ^ ((m_threshold >> 31) & kHighest);
    return std::bit_cast<float>(bits);
}

std::optional<std::int32_t> RankSelect::lowestSelected(std::size_t tile) const
{
    const TileNotes& notes = m_tiles[tile];
    const bool cutsTies = notes.quota > 0 && notes.quota < notes.ties;
    if (cutsTies || (notes.quota == 0 && m_threshold == kHighest))
        return {};
    return notes.quota > 0 || notes.ties == 0 ? m_threshold : m_threshold + 1;
}

template<bool keep>
void RankSelect::filter(std::size_t tile, std::span<float> values) const
{
    if (const std::optional<std::int32_t> limit = lowestSelected(tile)) {
        HWY_DYNAMIC_DISPATCH(zeroBelow)(m_order == KeyOrder::Value, values.data(), values.size(), *limit, keep);
        return;
    }
    std::uint32_t tiesLeft = m_tiles[tile].quota;
    for (float& value : values) {
        if (isSelected(keyOf(m_order, value), tiesLeft) != keep)
            value = 0;
    }
}

void RankSelect::keepSelected(std::size_t tile, std::span<float> values) const
{
    filter<true>(tile, values);
}

void RankSelect::dropSelected(std::size_t tile, std::span<float> values) const
{
    filter<false>(tile, values);
}

} // namespace crucible::kernels
#endif
