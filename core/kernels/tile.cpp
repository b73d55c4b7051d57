// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/tile.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/tile.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls step(d, i) for whole vectors, then for the rest one value at a time. Multiplication and addition stay two
// operations (no fused multiply-add), so that all instruction sets round alike.
template<class Step>
HWY_INLINE void forEachVector(std::size_t n, Step step)
{
    const hn::ScalableTag<float> d;
    const hn::CappedTag<float, 1> one;
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
        step(d, i);
    for (; i < n; ++i)
        step(one, i);
}

void add(float* out, const float* a, const float* b, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, out + i);
    });
}

void subtract(float* out, const float* a, const float* b, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Sub(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, out + i);
    });
}

void multiply(float* out, const float* a, const float* b, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Mul(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, out + i);
    });
}

void divide(float* out, const float* a, const float* b, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Div(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, out + i);
    });
}

void scale(float* out, const float* a, float factor, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Mul(hn::LoadU(d, a + i), hn::Set(d, factor)), d, out + i);
    });
}

void divideBy(float* out, const float* a, float divisor, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Div(hn::LoadU(d, a + i), hn::Set(d, divisor)), d, out + i);
    });
}

void addScalar(float* out, const float* a, float summand, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Add(hn::LoadU(d, a + i), hn::Set(d, summand)), d, out + i);
    });
}

void absolute(float* out, const float* a, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) { hn::StoreU(hn::Abs(hn::LoadU(d, a + i)), d, out + i); });
}

void clamp(float* out, const float* a, float low, float high, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Min(hn::Max(hn::LoadU(d, a + i), hn::Set(d, low)), hn::Set(d, high)), d, out + i);
    });
}

void combine(float* out, const float* const* x, const float* w, std::size_t inputs, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        auto sum = hn::Mul(hn::LoadU(d, x[0] + i), hn::Set(d, w[0]));
        for (std::size_t k = 1; k < inputs; ++k)
            sum = hn::Add(sum, hn::Mul(hn::LoadU(d, x[k] + i), hn::Set(d, w[k])));
        hn::StoreU(sum, d, out + i);
    });
}

void addScaled(float* out, const float* a, float factor, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        hn::StoreU(hn::Add(hn::LoadU(d, out + i), hn::Mul(hn::LoadU(d, a + i), hn::Set(d, factor))), d, out + i);
    });
}

void majoritySign(float* out, const float* a, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        const auto positive = hn::Ge(hn::LoadU(d, a + i), hn::Zero(d));
        hn::StoreU(hn::IfThenElse(positive, hn::Set(d, 1.0f), hn::Set(d, -1.0f)), d, out + i);
    });
}

void keepSign(float* out, const float* a, const float* sign, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        const auto value = hn::LoadU(d, a + i);
        const auto agrees = hn::Gt(hn::Mul(value, hn::LoadU(d, sign + i)), hn::Zero(d));
        hn::StoreU(hn::IfThenElseZero(agrees, value), d, out + i);
    });
}

void addWhereNonzero(float* out, const float* a, float factor, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        const auto isZero = hn::Eq(hn::LoadU(d, a + i), hn::Zero(d));
        hn::StoreU(hn::Add(hn::LoadU(d, out + i), hn::IfThenZeroElse(isZero, hn::Set(d, factor))), d, out + i);
    });
}

void replaceZeros(float* out, float value, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        const auto old = hn::LoadU(d, out + i);
        hn::StoreU(hn::IfThenElse(hn::Eq(old, hn::Zero(d)), hn::Set(d, value), old), d, out + i);
    });
}

void keepAbove(float* out, const float* a, float limit, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        const auto value = hn::LoadU(d, a + i);
        hn::StoreU(hn::IfThenElseZero(hn::Gt(hn::Abs(value), hn::Set(d, limit)), value), d, out + i);
    });
}

void keepWhereAtLeast(float* out, const float* a, const float* guide, float limit, std::size_t n)
{
    forEachVector(n, [&](auto d, std::size_t i) {
        const auto keep = hn::Ge(hn::LoadU(d, guide + i), hn::Set(d, limit));
        hn::StoreU(hn::IfThenElseZero(keep, hn::LoadU(d, a + i)), d, out + i);
    });
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(add);
HWY_EXPORT(subtract);
HWY_EXPORT(multiply);
HWY_EXPORT(divide);
HWY_EXPORT(scale);
HWY_EXPORT(divideBy);
HWY_EXPORT(addScalar);
HWY_EXPORT(absolute);
HWY_EXPORT(clamp);
HWY_EXPORT(combine);
HWY_EXPORT(addScaled);
HWY_EXPORT(majoritySign);
HWY_EXPORT(keepSign);
HWY_EXPORT(addWhereNonzero);
HWY_EXPORT(replaceZeros);
HWY_EXPORT(keepAbove);
HWY_EXPORT(keepWhereAtLeast);

void add(std::span<float> out, const float* a, const float* b)
{
    HWY_DYNAMIC_DISPATCH(add)(out.data(), a, b, out.size());
}

void subtract(std::span<float> out, const float* a, const float* b)
{
    HWY_DYNAMIC_DISPATCH(subtract)(out.data(), a, b, out.size());
}

void multiply(std::span<float> out, const float* a, const float* b)
{
    HWY_DYNAMIC_DISPATCH(multiply)(out.data(), a, b, out.size());
}

void divide(std::span<float> out, const float* a, const float* b)
{
    HWY_DYNAMIC_DISPATCH(divide)(out.data(), a, b, out.size());
}

void scale(std::span<float> out, const float* a, float factor)
{
    HWY_DYNAMIC_DISPATCH(scale)(out.data(), a, factor, out.size());
}

void divideBy(std::span<float> out, const float* a, float divisor)
{
    HWY_DYNAMIC_DISPATCH(divideBy)(out.data(), a, divisor, out.size());
}

void addScalar(std::span<float> out, const float* a, float summand)
{
    HWY_DYNAMIC_DISPATCH(addScalar)(out.data(), a, summand, out.size());
}

void absolute(std::span<float> out, const float* a)
{
    HWY_DYNAMIC_DISPATCH(absolute)(out.data(), a, out.size());
}

void clamp(std::span<float> out, const float* a, float low, float high)
{
    HWY_DYNAMIC_DISPATCH(clamp)(out.data(), a, low, high, out.size());
}

void combine(std::span<float> out, std::span<const float* const> x, std::span<const float> w)
{
    HWY_DYNAMIC_DISPATCH(combine)(out.data(), x.data(), w.data(), x.size(), out.size());
}

void addScaled(std::span<float> out, const float* a, float factor)
{
    HWY_DYNAMIC_DISPATCH(addScaled)(out.data(), a, factor, out.size());
}

void majoritySign(std::span<float> out, const float* a)
{
    HWY_DYNAMIC_DISPATCH(majoritySign)(out.data(), a, out.size());
}

void keepSign(std::span<float> out, const float* a, const float* sign)
{
    HWY_DYNAMIC_DISPATCH(keepSign)(out.data(), a, sign, out.size());
}

void addWhereNonzero(std::span<float> out, const float* a, float factor)
{
    HWY_DYNAMIC_DISPATCH(addWhereNonzero)(out.data(), a, factor, out.size());
}

void replaceZeros(std::span<float> out, float value)
{
    HWY_DYNAMIC_DISPATCH(replaceZeros)(out.data(), value, out.size());
}

void keepAbove(std::span<float> out, const float* a, float limit)
{
    HWY_DYNAMIC_DISPATCH(keepAbove)(out.data(), a, limit, out.size());
}

void keepWhereAtLeast(std::span<float> out, const float* a, const float* guide, float limit)
{
    HWY_DYNAMIC_DISPATCH(keepWhereAtLeast)(out.data(), a, guide, limit, out.size());
}

} // namespace crucible::kernels
#endif
