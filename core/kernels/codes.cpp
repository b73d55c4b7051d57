// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/codes.h"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/codes.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "kernels/codes_inl.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;

// Calls step(d, i) for whole vectors, then for the rest one value at a time.
template<class Step>
HWY_INLINE void forEachVector(std::size_t n, Step step)
{
    const Floats d;
    const hn::CappedTag<float, 1> one;
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
        step(d, i);
    for (; i < n; ++i)
        step(one, i);
}

inline constexpr std::size_t kSums = 16;  // running sums of float32, whatever the width of a vector is
inline constexpr std::size_t kTerms = 16; // that each of them takes before it is added to the total in double

// Adds up `count` kinds of terms; terms(d, i, add) calls add(kind, vector of terms at i).
template<std::size_t count, class Terms>
HWY_INLINE std::array<double, count> addUp(std::size_t n, Terms terms)
{
    const Floats d;
    const hn::CappedTag<float, 1> one;
    constexpr std::size_t kLanes = hn::MaxLanes(Floats());
    std::array<double, count> totals{};
    double wide[count][kSums] = {};
    std::size_t i = 0;
    while (i + kSums <= n) {
        const std::size_t end = i + std::min((n - i) / kSums, kTerms) * kSums;
        for (std::size_t v = 0; v < kSums; v += kLanes) {
            hn::Vec<Floats> sums[count];
            for (std::size_t kind = 0; kind < count; ++kind)
                sums[kind] = hn::Zero(d);
            for (std::size_t j = i + v; j < end; j += kSums)
                terms(d, j, [&](std::size_t kind, auto term) { sums[kind] = hn::Add(sums[kind], term); });
            for (std::size_t kind = 0; kind < count; ++kind) {
                float lanes[kLanes];
                hn::StoreU(sums[kind], d, lanes);
                for (std::size_t lane = 0; lane < kLanes; ++lane)
                    wide[kind][v + lane] += static_cast<double>(lanes[lane]);
            }
        }
        i = end;
    }
    for (std::size_t kind = 0; kind < count; ++kind) {
        for (const double lane : wide[kind])
            totals[kind] += lane;
    }
    for (; i < n; ++i)
        terms(one, i, [&](std::size_t kind, auto term) { totals[kind] += static_cast<double>(hn::GetLane(term)); });
    return totals;
}

PairSums pairSumsOfCodes(const std::uint16_t* a, const std::uint16_t* b, std::size_t n)
{
    const auto sums = addUp<3>(n, [&](auto d, std::size_t i, auto add) {
        const auto x = loadCodes(d, a + i);
        const auto y = loadCodes(d, b + i);
        add(0, hn::Mul(x, x));
        add(1, hn::Mul(x, y));
        add(2, hn::Mul(y, y));
    });
    return {sums[0], sums[1], sums[2]};
}

template<std::size_t inputs>
HWY_INLINE void combineSome(std::uint16_t* out, const std::uint16_t* const* x, const float* w, float divisor, std::size_t n)
{
    const bool divides = divisor != 1;
    forEachVector(n, [&](auto d, std::size_t i) {
        auto sum = hn::Mul(loadCodes(d, x[0] + i), hn::Set(d, w[0]));
        for (std::size_t k = 1; k < inputs; ++k)
            sum = hn::Add(sum, hn::Mul(loadCodes(d, x[k] + i), hn::Set(d, w[k])));
        if (divides)
            sum = hn::Div(sum, hn::Set(d, divisor));
        storeCodes(d, sum, out + i);
    });
}

void combineCodes(std::uint16_t* out, const std::uint16_t* const* x, const float* w, float divisor, std::size_t inputs,
                  std::size_t n)
{
    switch (inputs) {
    case 1: return combineSome<1>(out, x, w, divisor, n);
    case 2: return combineSome<2>(out, x, w, divisor, n);
    case 3: return combineSome<3>(out, x, w, divisor, n);
    default: return combineSome<4>(out, x, w, divisor, n);
    }
}

// Bits i and following as a mask.
template<class D>
HWY_INLINE hn::Mask<D> maskAt(D d, const std::uint32_t* bits, std::size_t i)
{
    const hn::RebindToUnsigned<D> du;
    const auto lane = hn::Shl(hn::Set(du, 1u), hn::Iota(du, 0));
    return hn::RebindMask(d, hn::TestBit(hn::Set(du, bits[i / 32] >> (i % 32)), lane));
}

// d = x - base, 0 where it did not survive
template<class D>
HWY_INLINE hn::Vec<D> thin(D d, hn::Vec<D> delta, const Survivors& survivors, std::size_t i)
{
    if (survivors.bits)
        return hn::IfThenElseZero(maskAt(d, survivors.bits, i), delta);
    const hn::RebindToSigned<D> di;
    const auto key = hn::And(hn::BitCast(di, delta), hn::Set(di, 0x7fffffff));
    const auto outside = hn::Or(hn::Gt(hn::Set(di, survivors.lowest), key), hn::Gt(key, hn::Set(di, survivors.highest)));
    return hn::IfThenZeroElse(hn::RebindMask(d, outside), delta);
}

template<std::size_t count>
HWY_INLINE void addSomeThinned(std::uint16_t* out, const std::uint16_t* base, const ThinnedVector* vectors,
                               const VectorSum& rule, std::size_t n)
{
    const bool scales = rule.lambda != 1;
    const bool divides = !rule.electSigns && rule.divisor != 1;
    forEachVector(n, [&](auto d, std::size_t i) {
        const auto b = loadCodes(d, base + i);
        const auto zero = hn::Zero(d);
        hn::Vec<decltype(d)> y[count];
        for (std::size_t k = 0; k < count; ++k) {
            const auto s = thin(d, hn::Sub(loadCodes(d, vectors[k].x + i), b), vectors[k].survivors, i);
            y[k] = hn::Mul(hn::Mul(s, hn::Set(d, vectors[k].rescale)), hn::Set(d, vectors[k].weight));
        }
        auto sum = y[0];
        for (std::size_t k = 1; k < count; ++k)
            sum = hn::Add(sum, y[k]);
        if (rule.electSigns) {
            const auto sign = hn::IfThenElse(hn::Ge(sum, zero), hn::Set(d, 1.0f), hn::Set(d, -1.0f));
            auto weights = zero;
            for (std::size_t k = 0; k < count; ++k) {
                const auto agrees = hn::Gt(hn::Mul(y[k], sign), zero);
                const auto kept = hn::IfThenElseZero(agrees, y[k]);
                sum = k == 0 ? kept : hn::Add(sum, kept);
                weights = hn::Add(weights, hn::IfThenElseZero(agrees, hn::Set(d, vectors[k].weight)));
            }
            if (rule.normalize)
                sum = hn::Div(sum, hn::IfThenElse(hn::Eq(weights, zero), hn::Set(d, 1.0f), weights));
        } else if (divides) {
            sum = hn::Div(sum, hn::Set(d, rule.divisor));
        }
        if (scales)
            sum = hn::Mul(sum, hn::Set(d, rule.lambda));
        storeCodes(d, hn::Add(b, sum), out + i);
    });
}

void addThinnedCodes(std::uint16_t* out, const std::uint16_t* base, const ThinnedVector* vectors, std::size_t count,
                     const VectorSum& rule, std::size_t n)
{
    switch (count) {
    case 1: return addSomeThinned<1>(out, base, vectors, rule, n);
    case 2: return addSomeThinned<2>(out, base, vectors, rule, n);
    default: return addSomeThinned<3>(out, base, vectors, rule, n);
    }
}

AbsSums absSumsOfCodes(const std::uint16_t* x, const std::uint16_t* base, const Survivors& survivors, std::size_t n)
{
    const auto sums = addUp<2>(n, [&](auto d, std::size_t i, auto add) {
        const auto delta = hn::Sub(loadCodes(d, x + i), loadCodes(d, base + i));
        add(0, hn::Abs(delta));
        add(1, hn::Abs(thin(d, delta, survivors, i)));
    });
    return {sums[0], sums[1]};
}

template<class LimitAt>
HWY_INLINE void setBitsBelow(const std::uint32_t* words, LimitAt limitAt, std::uint32_t* bits, std::size_t n)
{
    std::size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        std::uint32_t some = 0;
        for (std::uint32_t j = 0; j < 32; ++j)
            some |= std::uint32_t(words[i + j] < limitAt(i + j)) << j;
        bits[i / 32] = some;
    }
    if (i < n)
        bits[i / 32] = 0;
    for (; i < n; ++i)
        bits[i / 32] |= std::uint32_t(words[i] < limitAt(i)) << (i % 32);
}

// Bits of the entries where test(d, words) holds; scalar where a vector does not fill bytes.
template<class Test>
HWY_INLINE void setBitsWhere(const std::uint16_t* words, std::uint32_t* bits, std::size_t n, Test test)
{
    const hn::CappedTag<std::uint16_t, 32> d;
    const hn::CappedTag<std::uint16_t, 1> one;
    std::fill_n(bits, (n + 31) / 32, 0u);
    std::size_t i = 0;
    if constexpr (hn::MaxLanes(hn::CappedTag<std::uint16_t, 32>()) >= 8) {
        auto* bytes = reinterpret_cast<std::uint8_t*>(bits);
        for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
            hn::StoreMaskBits(d, test(d, hn::LoadU(d, words + i)), bytes + i / 8);
    }
    for (; i < n; ++i)
        bits[i / 32] |= std::uint32_t(hn::CountTrue(one, test(one, hn::LoadU(one, words + i)))) << (i % 32);
}

void halvesBelow(const std::uint16_t* words, std::uint16_t limit, std::uint32_t* bits, std::size_t n)
{
    setBitsWhere(words, bits, n, [=](auto d, auto v) { return hn::Lt(v, hn::Set(d, limit)); });
}

void halvesNotAbove(const std::uint16_t* words, std::uint16_t limit, std::uint32_t* bits, std::size_t n)
{
    setBitsWhere(words, bits, n, [=](auto d, auto v) { return hn::Not(hn::Lt(hn::Set(d, limit), v)); });
}

void bitsBelowOne(const std::uint32_t* words, std::uint32_t limit, std::uint32_t* bits, std::size_t n)
{
    setBitsBelow(words, [=](std::size_t) { return limit; }, bits, n);
}

void bitsBelowEach(const std::uint32_t* words, const std::uint32_t* limits, std::uint32_t* bits, std::size_t n)
{
    setBitsBelow(words, [=](std::size_t i) { return limits[i]; }, bits, n);
}

void keepBits(float* values, const std::uint32_t* bits, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::IfThenElseZero(maskAt(d, bits, i), hn::LoadU(d, values + i)), d, values + i);
    });
}

void subtractCodes(float* out, const std::uint16_t* x, const std::uint16_t* base, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Sub(loadCodes(d, x + i), loadCodes(d, base + i)), d, out + i);
    });
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(pairSumsOfCodes);
HWY_EXPORT(combineCodes);
HWY_EXPORT(addThinnedCodes);
HWY_EXPORT(absSumsOfCodes);
HWY_EXPORT(halvesBelow);
HWY_EXPORT(halvesNotAbove);
HWY_EXPORT(bitsBelowOne);
HWY_EXPORT(bitsBelowEach);
HWY_EXPORT(keepBits);
HWY_EXPORT(subtractCodes);

PairSums pairSums(const std::uint16_t* a, const std::uint16_t* b, std::size_t n)
{
    return HWY_DYNAMIC_DISPATCH(pairSumsOfCodes)(a, b, n);
}

void combine(std::uint16_t* out, std::span<const std::uint16_t* const> x, std::span<const float> w, float divisor,
             std::size_t n)
{
    HWY_DYNAMIC_DISPATCH(combineCodes)(out, x.data(), w.data(), divisor, x.size(), n);
}

void addThinned(std::uint16_t* out, const std::uint16_t* base, std::span<const ThinnedVector> vectors, const VectorSum& rule,
                std::size_t n)
{
    HWY_DYNAMIC_DISPATCH(addThinnedCodes)(out, base, vectors.data(), vectors.size(), rule, n);
}

AbsSums absSums(const std::uint16_t* x, const std::uint16_t* base, const Survivors& survivors, std::size_t n)
{
    return HWY_DYNAMIC_DISPATCH(absSumsOfCodes)(x, base, survivors, n);
}

void bitsBelow(const std::uint32_t* words, std::uint32_t limit, std::uint32_t* bits, std::size_t n)
{
    HWY_DYNAMIC_DISPATCH(bitsBelowOne)(words, limit, bits, n);
}

void bitsBelow(const std::uint32_t* words, const std::uint32_t* limits, std::uint32_t* bits, std::size_t n)
{
    HWY_DYNAMIC_DISPATCH(bitsBelowEach)(words, limits, bits, n);
}

void bitsBelow(const std::uint16_t* words, std::uint16_t limit, std::uint32_t* bits, std::size_t n)
{
    HWY_DYNAMIC_DISPATCH(halvesBelow)(words, limit, bits, n);
}

void bitsNotAbove(const std::uint16_t* words, std::uint16_t limit, std::uint32_t* bits, std::size_t n)
{
    HWY_DYNAMIC_DISPATCH(halvesNotAbove)(words, limit, bits, n);
}

void keepWhereSet(std::span<float> values, const std::uint32_t* bits)
{
    HWY_DYNAMIC_DISPATCH(keepBits)(values.data(), bits, values.size());
}

void bitsOfNonzero(std::span<const float> values, std::uint32_t* bits)
{
    std::fill_n(bits, (values.size() + 31) / 32, 0u);
    for (std::size_t i = 0; i < values.size(); ++i)
        bits[i / 32] |= std::uint32_t(values[i] != 0) << (i % 32);
}

void subtract(std::span<float> values, const std::uint16_t* x, const std::uint16_t* base)
{
    HWY_DYNAMIC_DISPATCH(subtractCodes)(values.data(), x, base, values.size());
}

} // namespace crucible::kernels
#endif
