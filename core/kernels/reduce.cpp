// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/reduce.h"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr std::size_t kSums = 16;

// Adds term(d, i) over [0, n) into sixteen running sums, whatever the width of a vector is.
template<class Term>
HWY_INLINE double addUp(std::size_t n, Term term)
{
    using Wide = hn::CappedTag<double, kSums>;
    const Wide d;
    const hn::CappedTag<double, 1> one;
    constexpr std::size_t kLanes = hn::MaxLanes(Wide());
    hn::Vec<Wide> sums[kSums / kLanes];
    for (auto& s : sums)
        s = hn::Zero(d);
    std::size_t i = 0;
    for (; i + kSums <= n; i += kSums) {
        for (std::size_t k = 0; k < kSums / kLanes; ++k)
            sums[k] = hn::Add(sums[k], term(d, i + k * kLanes));
    }
    double lanes[kSums];
    for (std::size_t k = 0; k < kSums / kLanes; ++k)
        hn::StoreU(sums[k], d, lanes + k * kLanes);
    double total = 0;
    for (const double lane : lanes)
        total += lane;
    for (; i < n; ++i)
        total += hn::GetLane(term(one, i));
    return total;
}

template<class D>
HWY_INLINE hn::Vec<D> loadWide(D d, const float* a)
{
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<float, D>(), a));
}

double sum(const float* a, std::size_t n)
{
    return addUp(n, [&](auto d, std::size_t i) { return loadWide(d, a + i); });
}

double absSum(const float* a, std::size_t n)
{
    return addUp(n, [&](auto d, std::size_t i) { return hn::Abs(loadWide(d, a + i)); });
}

double dot(const float* a, const float* b, std::size_t n)
{
    return addUp(n, [&](auto d, std::size_t i) { return hn::Mul(loadWide(d, a + i), loadWide(d, b + i)); });
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(sum);
HWY_EXPORT(absSum);
HWY_EXPORT(dot);

double sum(std::span<const float> a)
{
    return HWY_DYNAMIC_DISPATCH(sum)(a.data(), a.size());
}

double absSum(std::span<const float> a)
{
    return HWY_DYNAMIC_DISPATCH(absSum)(a.data(), a.size());
}

double dot(std::span<const float> a, const float* b)
{
    return HWY_DYNAMIC_DISPATCH(dot)(a.data(), b, a.size());
}

PairSums pairSums(std::span<const float> a, const float* b)
{
    const std::span<const float> second(b, a.size());
    return {dot(a, a.data()), dot(a, b), dot(second, b)};
}

std::size_t countNonzero(std::span<const float> a)
{
    return a.size() - static_cast<std::size_t>(std::count(a.begin(), a.end(), 0.0f));
}

} // namespace crucible::kernels
#endif
