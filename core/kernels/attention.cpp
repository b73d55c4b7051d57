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
#include "kernels/product_inl.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;

// Vectors that the registers hold.
constexpr std::size_t kRegisters = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64 ? 32 : 16;

constexpr std::size_t kBlockVectors = kKeyBlock / hn::MaxLanes(Floats()); // of one dimension of a block

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

// out[r] += sum_j shares[r][j] values[j], j in ascending order, for `vectors` vectors of the values.
template<class Stored, std::size_t rows, std::size_t vectors, class D>
HWY_INLINE void mixTile(D d, Rows<const float> shares, std::size_t count, Rows<const typename Stored::Code> values, Rows<float> out)
{
    hn::Vec<D> sums[rows][vectors];
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t v = 0; v < vectors; ++v)
            sums[r][v] = hn::Zero(d);
    }
    for (std::size_t j = 0; j < count; ++j) {
        hn::Vec<D> value[vectors];
        for (std::size_t v = 0; v < vectors; ++v)
            value[v] = Stored::load(d, values[j] + v * hn::Lanes(d));
        for (std::size_t r = 0; r < rows; ++r) {
            const auto share = hn::Set(d, shares[r][j]);
            for (std::size_t v = 0; v < vectors; ++v)
                sums[r][v] = hn::MulAdd(share, value[v], sums[r][v]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t v = 0; v < vectors; ++v)
            hn::StoreU(sums[r][v], d, out[r] + v * hn::Lanes(d));
    }
}

template<class Stored, std::size_t rows>
HWY_INLINE void mixRows(Rows<const float> shares, std::size_t count, Rows<const typename Stored::Code> values, std::size_t width,
                        Rows<float> out)
{
    const Floats d;
    const hn::CappedTag<float, 1> one;
    constexpr std::size_t kVectors = rows == 1 ? 8 : kRegisters == 32 ? 4 : 2;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + kVectors * lanes <= width; i += kVectors * lanes)
        mixTile<Stored, rows, kVectors>(d, shares, count, {values.data + i, values.stride}, {out.data + i, out.stride});
    for (; i + lanes <= width; i += lanes)
        mixTile<Stored, rows, 1>(d, shares, count, {values.data + i, values.stride}, {out.data + i, out.stride});
    for (; i < width; ++i)
        mixTile<Stored, rows, 1>(one, shares, count, {values.data + i, values.stride}, {out.data + i, out.stride});
}

// scores[r] [blocks, kKeyBlock] = q[r] . k for all keys of some blocks. Each key's products are added up one after the
// other, whatever stands beside it.
template<class Stored, std::size_t rows, std::size_t blocks> HWY_INLINE void
scoreTile(Rows<const float> queries, std::size_t width, Rows<const typename Stored::Code> keys, Rows<float> scores)
{
    const Floats d;
    constexpr std::size_t kLanes = hn::MaxLanes(d);
    constexpr std::size_t kVectors = blocks * kBlockVectors;
    hn::Vec<Floats> sums[rows][kVectors];
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t v = 0; v < kVectors; ++v)
            sums[r][v] = hn::Zero(d);
    }
    for (std::size_t i = 0; i < width; ++i) {
        hn::Vec<Floats> key[kVectors];
        for (std::size_t v = 0; v < kVectors; ++v)
            key[v] = Stored::load(d, keys[v / kBlockVectors] + i * kKeyBlock + v % kBlockVectors * kLanes);
        for (std::size_t r = 0; r < rows; ++r) {
            const auto query = hn::Set(d, queries[r][i]);
            for (std::size_t v = 0; v < kVectors; ++v)
                sums[r][v] = hn::MulAdd(query, key[v], sums[r][v]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t v = 0; v < kVectors; ++v)
            hn::StoreU(sums[r][v], d, scores[r] + v * kLanes);
    }
}

// `keys`: rows are blocks.
template<class Stored, std::size_t rows> HWY_INLINE void scoreRows(Rows<const float> queries, std::size_t width,
                                                                   Rows<const typename Stored::Code> keys,
                                                                   std::size_t blocks, Rows<float> scores)
{
    // So many sums that one addition need not wait for another, in half of the registers.
    constexpr std::size_t kBlocks =
        std::max<std::size_t>(1, kRegisters / 2 / (std::max<std::size_t>(rows, 2) * kBlockVectors));
    std::size_t block = 0;
    for (; block + kBlocks <= blocks; block += kBlocks)
        scoreTile<Stored, rows, kBlocks>(queries, width, {keys[block], keys.stride},
                                         {scores.data + block * kKeyBlock, scores.stride});
    for (; block < blocks; ++block)
        scoreTile<Stored, rows, 1>(queries, width, {keys[block], keys.stride},
                                   {scores.data + block * kKeyBlock, scores.stride});
}

template<class Stored> HWY_INLINE void scoreAll(Rows<const float> queries, std::size_t rows, std::size_t width,
                                                Rows<const typename Stored::Code> keys, std::size_t blocks,
                                                Rows<float> scores)
{
    constexpr std::size_t kTogether = std::clamp<std::size_t>(kRegisters / 2 / kBlockVectors, 1, 4);
    std::size_t row = 0;
    for (; row + kTogether <= rows; row += kTogether)
        scoreRows<Stored, kTogether>({queries[row], queries.stride}, width, keys, blocks, {scores[row], scores.stride});
    for (; row < rows; ++row)
        scoreRows<Stored, 1>({queries[row], queries.stride}, width, keys, blocks, {scores[row], scores.stride});
}

// score = cap tanh((q . k) scale / cap) and its kin; returns the largest.
HWY_INLINE float prepareScores(const Attention& attention, float slope, float* scores)
{
    float top = -std::numeric_limits<float>::infinity();
    if (slope == 0 && attention.cap == 0) {
        const Floats d;
        const auto scale = hn::Set(d, attention.scale);
        auto most = hn::Set(d, top);
        std::size_t j = 0;
        for (; j + hn::Lanes(d) <= attention.count; j += hn::Lanes(d)) {
            const auto score = hn::Mul(hn::LoadU(d, scores + j), scale);
            hn::StoreU(score, d, scores + j);
            most = hn::Max(most, score);
        }
        top = hn::GetLane(hn::MaxOfLanes(d, most));
        for (; j < attention.count; ++j) {
            scores[j] *= attention.scale;
            top = std::max(top, scores[j]);
        }
        return top;
    }
    for (std::size_t j = 0; j < attention.count; ++j) {
        float score = scores[j];
        if (slope != 0 && attention.slopeBeforeScale) {
            // Rounded to BF16, ties to even, as the models were trained.
            std::uint32_t bits = std::bit_cast<std::uint32_t>(slope * static_cast<float>(attention.first + j));
            bits = (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
            score = (score + std::bit_cast<float>(bits)) * attention.scale;
        } else {
            score = score * attention.scale + slope * static_cast<float>(attention.first + j);
        }
        if (attention.cap != 0)
            score = attention.cap * std::tanh(score / attention.cap);
        scores[j] = score;
        top = std::max(top, score);
    }
    return top;
}

template<class Stored>
HWY_INLINE void attendTo(const Attention& attention, float* scores, float* out)
{
    using Code = typename Stored::Code;
    const std::size_t count = attention.count;
    const std::size_t before = attention.first % kKeyBlock; // keys of the first block that are not looked at
    const std::size_t blocks = (before + count + kKeyBlock - 1) / kKeyBlock;
    const std::size_t stride = blocks * kKeyBlock;
    const Rows<const Code> keys{reinterpret_cast<const Code*>(attention.keys), attention.headDim * kKeyBlock};
    scoreAll<Stored>({attention.queries, attention.headDim}, attention.queryCount, attention.headDim, keys, blocks,
                     {scores, stride});
    scores += before;
    const Floats d;
    for (std::size_t q = 0; q < attention.queryCount; ++q) {
        float* own = scores + q * stride;
        const float top = prepareScores(attention, attention.slopes ? attention.slopes[q] : 0.0f, own);
        const float share = static_cast<float>(1 / exponentials(own, count, top));
        std::size_t j = 0;
        for (; j + hn::Lanes(d) <= count; j += hn::Lanes(d))
            hn::StoreU(hn::Mul(hn::LoadU(d, own + j), hn::Set(d, share)), d, own + j);
        for (; j < count; ++j)
            own[j] *= share;
    }
    const Rows<const Code> values{reinterpret_cast<const Code*>(attention.values), attention.headDim};
    std::size_t q = 0;
    for (; q + 4 <= attention.queryCount; q += 4)
        mixRows<Stored, 4>({scores + q * stride, stride}, count, values, attention.headDim,
                           {out + q * attention.headDim, attention.headDim});
    for (; q < attention.queryCount; ++q)
        mixRows<Stored, 1>({scores + q * stride, stride}, count, values, attention.headDim,
                           {out + q * attention.headDim, attention.headDim});
}

void attendGroup(const Attention& attention, float* scores, float* out)
{
    if (attention.dtype == DType::BF16)
        attendTo<Bf16Weights>(attention, scores, out);
    else
        attendTo<F32Weights>(attention, scores, out);
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

HWY_EXPORT(attendGroup);
HWY_EXPORT(siluAll);
HWY_EXPORT(geluTanhAll);

std::size_t scoreCount(const Attention& attention)
{
    const std::size_t keys = attention.first % kKeyBlock + attention.count;
    return attention.queryCount * ((keys + kKeyBlock - 1) / kKeyBlock * kKeyBlock);
}

void attend(const Attention& attention, std::span<float> scores, std::span<float> out)
{
    HWY_DYNAMIC_DISPATCH(attendGroup)(attention, scores.data(), out.data());
}

void rmsNorm(std::span<float> out, const float* x, const float* w, float offset, double epsilon)
{
    // Several sums side by side: one addition would wait for the other.
    constexpr std::size_t kSums = 16;
    double sums[kSums] = {};
    std::size_t next = 0;
    for (; next + kSums <= out.size(); next += kSums) {
        for (std::size_t k = 0; k < kSums; ++k)
            sums[k] += static_cast<double>(x[next + k]) * static_cast<double>(x[next + k]);
    }
    double squares = 0;
    for (; next < out.size(); ++next)
        squares += static_cast<double>(x[next]) * static_cast<double>(x[next]);
    for (const double sum : sums)
        squares += sum;
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
