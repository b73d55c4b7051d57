// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/matmul.h"

#include <algorithm>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "kernels/codes_inl.h"

#ifndef CRUCIBLE_KERNELS_MATMUL_ONCE
#define CRUCIBLE_KERNELS_MATMUL_ONCE
namespace crucible::kernels {
namespace {

// A block of the product: rows [firstRow, lastRow) of x with rows [firstOutput, lastOutput) of W.
struct Block {
    const float* x;
    std::size_t firstRow;
    std::size_t lastRow;
    const std::byte* weights;
    std::size_t firstOutput;
    std::size_t lastOutput;
    std::size_t inputs;
    float* y;
    std::size_t stride;
};

} // namespace
} // namespace crucible::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct F32Weights {
    using Code = float;
    template<class D>
    static HWY_INLINE hn::Vec<D> load(D d, const Code* codes)
    {
        return hn::LoadU(d, codes);
    }
};

struct Bf16Weights {
    using Code = std::uint16_t;
    template<class D>
    static HWY_INLINE hn::Vec<D> load(D d, const Code* codes)
    {
        return loadCodes(d, codes);
    }
};

struct F16Weights {
    using Code = hwy::float16_t;
    template<class D>
    static HWY_INLINE hn::Vec<D> load(D d, const Code* codes)
    {
        const hn::Rebind<hwy::float16_t, D> narrow;
        return hn::PromoteTo(d, hn::LoadU(narrow, codes));
    }
};

// rows x outputs sums at once, each a vector that runs along the inputs. Enough sums hide the latency of one after the other,
// and every vector that is loaded serves several of them.
template<class Weights, std::size_t rows, std::size_t outputs>
HWY_INLINE void multiplyTile(const float* x, const typename Weights::Code* w, std::size_t inputs, float* y, std::size_t stride)
{
    const hn::CappedTag<float, 16> d;
    const hn::CappedTag<float, 1> one;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<decltype(d)> sums[rows][outputs];
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t o = 0; o < outputs; ++o)
            sums[r][o] = hn::Zero(d);
    }
    std::size_t i = 0;
    for (; i + lanes <= inputs; i += lanes) {
        hn::Vec<decltype(d)> weights[outputs];
        for (std::size_t o = 0; o < outputs; ++o)
            weights[o] = Weights::load(d, w + o * inputs + i);
        for (std::size_t r = 0; r < rows; ++r) {
            const auto activations = hn::LoadU(d, x + r * inputs + i);
            for (std::size_t o = 0; o < outputs; ++o)
                sums[r][o] = hn::MulAdd(activations, weights[o], sums[r][o]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t o = 0; o < outputs; ++o) {
            float sum = hn::GetLane(hn::SumOfLanes(d, sums[r][o]));
            for (std::size_t k = i; k < inputs; ++k)
                sum += x[r * inputs + k] * hn::GetLane(Weights::load(one, w + o * inputs + k));
            y[r * stride + o] = sum;
        }
    }
}

template<class Weights, std::size_t rows>
HWY_INLINE void multiplyRows(const float* x, const Block& block, std::size_t row)
{
    // More outputs at once for few rows: there must be sums enough in flight. Sixteen registers hold them and what is loaded.
    constexpr std::size_t kOutputs = rows == 1 ? 8 : rows == 2 ? 4 : 3;
    const auto* w = reinterpret_cast<const typename Weights::Code*>(block.weights);
    std::size_t output = block.firstOutput;
    for (; output + kOutputs <= block.lastOutput; output += kOutputs)
        multiplyTile<Weights, rows, kOutputs>(x, w + output * block.inputs, block.inputs, block.y + row * block.stride + output,
                                              block.stride);
    for (; output < block.lastOutput; ++output)
        multiplyTile<Weights, rows, 1>(x, w + output * block.inputs, block.inputs, block.y + row * block.stride + output,
                                       block.stride);
}

template<class Weights>
HWY_INLINE void multiplyBlock(const Block& block)
{
    std::size_t row = block.firstRow;
    for (; row + 4 <= block.lastRow; row += 4)
        multiplyRows<Weights, 4>(block.x + row * block.inputs, block, row);
    const float* x = block.x + row * block.inputs;
    switch (block.lastRow - row) {
    case 3: return multiplyRows<Weights, 3>(x, block, row);
    case 2: return multiplyRows<Weights, 2>(x, block, row);
    case 1: return multiplyRows<Weights, 1>(x, block, row);
    default: return;
    }
}

void multiplyF32(const Block& block)
{
    multiplyBlock<F32Weights>(block);
}

void multiplyBf16(const Block& block)
{
    multiplyBlock<Bf16Weights>(block);
}

void multiplyF16(const Block& block)
{
    multiplyBlock<F16Weights>(block);
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(multiplyF32);
HWY_EXPORT(multiplyBf16);
HWY_EXPORT(multiplyF16);

namespace {

constexpr std::size_t kBlockBytes = 192 << 10; // of W: what stays in a core's second-level cache while the rows of x pass
constexpr std::size_t kOutputsAtOnce = 24;     // a multiple of what every tile takes

void multiplySome(DType dtype, const Block& block)
{
    switch (dtype) {
    case DType::BF16: HWY_DYNAMIC_DISPATCH(multiplyBf16)(block); break;
    case DType::F16: HWY_DYNAMIC_DISPATCH(multiplyF16)(block); break;
    default: HWY_DYNAMIC_DISPATCH(multiplyF32)(block); break;
    }
}

} // namespace

bool canMultiply(DType dtype)
{
    return dtype == DType::F32 || dtype == DType::BF16 || dtype == DType::F16;
}

void multiply(std::span<const float> x, std::size_t rows, const WeightMatrix& w, std::span<float> y, std::size_t stride,
              ThreadPool& pool)
{
    if (rows == 0 || w.outputs == 0)
        return;
    const std::size_t rowBytes = std::max<std::size_t>(1, w.inputs * sizeOf(w.dtype));
    std::size_t perBlock = std::max<std::size_t>(1, kBlockBytes / rowBytes / kOutputsAtOnce) * kOutputsAtOnce;
    // A few blocks for every thread, so that none waits long for the last one.
    const std::size_t fair = w.outputs / (static_cast<std::size_t>(pool.threads()) * 4) / kOutputsAtOnce * kOutputsAtOnce;
    perBlock = std::clamp<std::size_t>(fair, kOutputsAtOnce, perBlock);
    pool.forEach((w.outputs + perBlock - 1) / perBlock, [&](std::size_t i, int) {
        const std::size_t first = i * perBlock;
        multiplySome(w.dtype, {x.data(), 0, rows, w.data, first, std::min(w.outputs, first + perBlock), w.inputs, y.data(), stride});
    });
}

float dotRow(std::span<const float> x, const WeightMatrix& w, std::size_t output)
{
    float result = 0;
    multiplySome(w.dtype, {x.data(), 0, 1, w.data + output * w.inputs * sizeOf(w.dtype), 0, 1, w.inputs, &result, 1});
    return result;
}

} // namespace crucible::kernels
#endif
