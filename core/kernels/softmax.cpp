// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/softmax.h"

#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "hwy/contrib/math/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template<class D>
HWY_INLINE hn::Vec<D> numbersOf(D d, const float* x)
{
    const auto v = hn::LoadU(d, x);
    return hn::IfThenElse(hn::Eq(v, v), v, hn::Set(d, -std::numeric_limits<float>::infinity()));
}

float largestOf(const float* x, std::size_t n)
{
    const hn::CappedTag<float, 16> d;
    const hn::CappedTag<float, 1> one;
    auto top = hn::Set(d, -std::numeric_limits<float>::infinity());
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
        top = hn::Max(top, numbersOf(d, x + i));
    float result = hn::GetLane(hn::MaxOfLanes(d, top));
    for (; i < n; ++i) {
        const float value = hn::GetLane(numbersOf(one, x + i));
        result = value > result ? value : result;
    }
    return result;
}

void largestOfBlocksOf(const float* x, std::size_t n, std::size_t block, float* out)
{
    for (std::size_t i = 0; i < n; i += block)
        *out++ = largestOf(x + i, i + block < n ? block : n - i);
}

float copyNumbersOf(const float* x, std::size_t n, float* out)
{
    const hn::CappedTag<float, 16> d;
    const hn::CappedTag<float, 1> one;
    auto top = hn::Set(d, -std::numeric_limits<float>::infinity());
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
        const auto v = numbersOf(d, x + i);
        hn::StoreU(v, d, out + i);
        top = hn::Max(top, v);
    }
    float result = hn::GetLane(hn::MaxOfLanes(d, top));
    for (; i < n; ++i) {
        out[i] = hn::GetLane(numbersOf(one, x + i));
        result = out[i] > result ? out[i] : result;
    }
    return result;
}

// A part of the vocabulary is added up in float32, the parts in float64.
double exponentialsOf(const float* x, std::size_t n, float top, float* out)
{
    constexpr std::size_t kPart = 4096;
    const hn::CappedTag<float, 16> d;
    const hn::CappedTag<float, 1> one;
    double total = 0;
    std::size_t i = 0;
    while (i + hn::Lanes(d) <= n) {
        auto sum = hn::Zero(d);
        const std::size_t end = i + kPart < n ? i + kPart : n;
        for (; i + hn::Lanes(d) <= end; i += hn::Lanes(d)) {
            const auto e = hn::Exp(d, hn::Sub(numbersOf(d, x + i), hn::Set(d, top)));
            hn::StoreU(e, d, out + i);
            sum = hn::Add(sum, e);
        }
        total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
    }
    for (; i < n; ++i) {
        const auto e = hn::Exp(one, hn::Sub(numbersOf(one, x + i), hn::Set(one, top)));
        hn::StoreU(e, one, out + i);
        total += static_cast<double>(hn::GetLane(e));
    }
    return total;
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(largestOf);
HWY_EXPORT(largestOfBlocksOf);
HWY_EXPORT(copyNumbersOf);
HWY_EXPORT(exponentialsOf);

float largest(std::span<const float> x)
{
    return HWY_DYNAMIC_DISPATCH(largestOf)(x.data(), x.size());
}

void largestOfBlocks(std::span<const float> x, std::size_t block, std::span<float> out)
{
    HWY_DYNAMIC_DISPATCH(largestOfBlocksOf)(x.data(), x.size(), block, out.data());
}

float copyNumbers(std::span<const float> x, std::span<float> out)
{
    return HWY_DYNAMIC_DISPATCH(copyNumbersOf)(x.data(), x.size(), out.data());
}

double exponentials(std::span<const float> x, float top, std::span<float> out)
{
    return HWY_DYNAMIC_DISPATCH(exponentialsOf)(x.data(), x.size(), top, out.data());
}

} // namespace crucible::kernels
#endif
