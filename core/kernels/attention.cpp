// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/attention.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "hwy/contrib/math/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;

HWY_INLINE float dotOf(const float* a, const float* b, std::size_t n)
{
    const Floats d;
    auto sum = hn::Zero(d);
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
        sum = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), sum);
    float total = hn::GetLane(hn::SumOfLanes(d, sum));
    for (; i < n; ++i)
        total += a[i] * b[i];
    return total;
}

// x = exp(x - top); returns the sum.
HWY_INLINE double exponentials(float* x, std::size_t n, float top)
{
    const Floats d;
    double total = 0;
    auto sum = hn::Zero(d);
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
        const auto e = hn::Exp(d, hn::Sub(hn::LoadU(d, x + i), hn::Set(d, top)));
        hn::StoreU(e, d, x + i);
        sum = hn::Add(sum, e);
    }
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
    const hn::CappedTag<float, 1> one;
    for (; i < n; ++i) {
        const auto e = hn::Exp(one, hn::Sub(hn::LoadU(one, x + i), hn::Set(one, top)));
        hn::StoreU(e, one, x + i);
        total += static_cast<double>(hn::GetLane(e));
    }
    return total;
}

HWY_INLINE void addScaledRow(float* out, const float* row, float factor, std::size_t n)
{
    const Floats d;
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
        hn::StoreU(hn::MulAdd(hn::Set(d, factor), hn::LoadU(d, row + i), hn::LoadU(d, out + i)), d, out + i);
    for (; i < n; ++i)
        out[i] += factor * row[i];
}

void attendRow(const AttentionRow& row, float* scores, float* out)
{
    float top = -std::numeric_limits<float>::infinity();
    for (std::size_t j = 0; j < row.count; ++j) {
        float score = dotOf(row.query, row.keys + j * row.stride, row.headDim);
        if (row.slope != 0 && row.slopeBeforeScale) {
            // Rounded to BF16, ties to even, as the models were trained.
            std::uint32_t bits = std::bit_cast<std::uint32_t>(row.slope * static_cast<float>(row.first + j));
            bits = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
            score = (score + std::bit_cast<float>(bits)) * row.scale;
        } else {
            score = score * row.scale + row.slope * static_cast<float>(row.first + j);
        }
        if (row.cap != 0)
            score = row.cap * std::tanh(score / row.cap);
        scores[j] = score;
        top = std::max(top, score);
    }
    const double sum = exponentials(scores, row.count, top);
    const float share = static_cast<float>(1 / sum);
    std::fill_n(out, row.headDim, 0.0f);
    for (std::size_t j = 0; j < row.count; ++j)
        addScaledRow(out, row.values + j * row.stride, scores[j] * share, row.headDim);
}

template<class Function>
HWY_INLINE void apply(float* x, std::size_t n, Function function)
{
    const Floats d;
    const hn::CappedTag<float, 1> one;
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d))
        hn::StoreU(function(d, hn::LoadU(d, x + i)), d, x + i);
    for (; i < n; ++i)
        hn::StoreU(function(one, hn::LoadU(one, x + i)), one, x + i);
}

void siluAll(float* x, std::size_t n)
{
    apply(x, n, [](auto d, auto v) { return hn::Div(v, hn::Add(hn::Set(d, 1.0f), hn::Exp(d, hn::Neg(v)))); });
}

void geluTanhAll(float* x, std::size_t n)
{
    apply(x, n, [](auto d, auto v) {
        constexpr float kRoot = 0.7978845608028654f; // sqrt(2 / pi)
        const auto inner = hn::Mul(hn::Set(d, kRoot), hn::MulAdd(hn::Mul(hn::Set(d, 0.044715f), v), hn::Mul(v, v), v));
        return hn::Mul(hn::Mul(hn::Set(d, 0.5f), v), hn::Add(hn::Set(d, 1.0f), hn::Tanh(d, inner)));
    });
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(attendRow);
HWY_EXPORT(siluAll);
HWY_EXPORT(geluTanhAll);

void attend(const AttentionRow& row, std::span<float> scores, std::span<float> out)
{
    HWY_DYNAMIC_DISPATCH(attendRow)(row, scores.data(), out.data());
}

void rmsNorm(std::span<float> out, const float* x, const float* w, float offset, double epsilon)
{
    double squares = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
        squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    const auto scale = static_cast<float>(1 / std::sqrt(squares / static_cast<double>(out.size()) + epsilon));
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = x[i] * scale * (w[i] + offset);
}

void layerNorm(std::span<float> out, const float* x, const float* w, const float* b, double epsilon)
{
    const auto n = static_cast<double>(out.size());
    double sum = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
        sum += static_cast<double>(x[i]);
    const double mean = sum / n;
    double squares = 0;
    for (std::size_t i = 0; i < out.size(); ++i)
        squares += (static_cast<double>(x[i]) - mean) * (static_cast<double>(x[i]) - mean);
    const double scale = 1 / std::sqrt(squares / n + epsilon);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<float>((static_cast<double>(x[i]) - mean) * scale) * w[i] + (b ? b[i] : 0.0f);
}

void silu(std::span<float> x)
{
    HWY_DYNAMIC_DISPATCH(siluAll)(x.data(), x.size());
}

void geluErf(std::span<float> x)
{
    for (float& value : x)
        value = 0.5f * value * (1 + std::erf(value * static_cast<float>(1 / std::numbers::sqrt2)));
}

void geluTanh(std::span<float> x)
{
    HWY_DYNAMIC_DISPATCH(geluTanhAll)(x.data(), x.size());
}

void relu(std::span<float> x)
{
    for (float& value : x)
        value = std::max(value, 0.0f);
}

} // namespace crucible::kernels
#endif
