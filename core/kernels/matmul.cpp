// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/matmul.h"

#include "kernels/bf16_product.h"
#include "kernels/convert.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "kernels/product_inl.h"

#ifndef CRUCIBLE_KERNELS_MATMUL_ONCE
#define CRUCIBLE_KERNELS_MATMUL_ONCE
namespace crucible::kernels {
namespace {

// A block of the product: all rows of x with rows [firstOutput, lastOutput) of W.
struct Block {
    const float* x;
    std::size_t rows;
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

template<class Weights>
HWY_INLINE void multiplyBlock(const Block& block)
{
    using Code = typename Weights::Code;
    const Rows<const Code> w{reinterpret_cast<const Code*>(block.weights) + block.firstOutput * block.inputs, block.inputs};
    multiplyAll<Weights>({block.x, block.inputs}, block.rows, w, block.lastOutput - block.firstOutput, block.inputs,
                         {block.y + block.firstOutput, block.stride});
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
constexpr std::size_t kWorthSharing = 1 << 17; // multiply-adds: a thread takes longer to wake than fewer of them take
constexpr std::size_t kOutputsAtOnce = 24;     // a multiple of what every tile takes

constexpr std::size_t kRowsAtOnce = 16;        // when x is rounded

void multiplySome(DType dtype, const Block& block)
{
    switch (dtype) {
    case DType::BF16: HWY_DYNAMIC_DISPATCH(multiplyBf16)(block); break;
    case DType::F16: HWY_DYNAMIC_DISPATCH(multiplyF16)(block); break;
    default: HWY_DYNAMIC_DISPATCH(multiplyF32)(block); break;
    }
}

// Calls body(first, last) for parts of W that together are all of it; `work` multiply-adds in all.
template<class Body>
void forEachBlock(const WeightMatrix& w, std::size_t work, ThreadPool& pool, Body&& body)
{
    if (work < kWorthSharing)
        return body(0, w.outputs);
    const std::size_t rowBytes = std::max<std::size_t>(1, w.inputs * sizeOf(w.dtype));
    std::size_t perBlock = std::max<std::size_t>(1, kBlockBytes / rowBytes / kOutputsAtOnce) * kOutputsAtOnce;
    // A few blocks for every thread, so that none waits long for the last one.
    const std::size_t fair = w.outputs / (static_cast<std::size_t>(pool.threads()) * 4) / kOutputsAtOnce * kOutputsAtOnce;
    perBlock = std::clamp<std::size_t>(fair, kOutputsAtOnce, perBlock);
    pool.forEach((w.outputs + perBlock - 1) / perBlock, [&](std::size_t i, int) {
        body(i * perBlock, std::min(w.outputs, (i + 1) * perBlock));
    });
}

void multiplyInBf16(std::span<const float> x, std::size_t rows, const WeightMatrix& w, std::span<float> y, std::size_t stride,
                    ThreadPool& pool)
{
    const auto rounded = std::make_unique_for_overwrite<std::uint16_t[]>(x.size());
    const std::size_t parts = (rows + kRowsAtOnce - 1) / kRowsAtOnce;
    const auto roundPart = [&](std::size_t i, int) {
        const std::size_t first = i * kRowsAtOnce * w.inputs;
        const std::size_t count = std::min(kRowsAtOnce, rows - i * kRowsAtOnce) * w.inputs;
        roundToBf16(x.subspan(first, count), rounded.get() + first);
    };
    if (parts == 1)
        roundPart(0, 0);
    else
        pool.forEach(parts, roundPart);
    const auto* weights = reinterpret_cast<const std::uint16_t*>(w.data);
    forEachBlock(w, rows * w.outputs * w.inputs, pool, [&](std::size_t first, std::size_t last) {
        multiplyBf16Block(rounded.get(), rows, weights + first * w.inputs, last - first, w.inputs, y.data() + first, stride);
    });
}

} // namespace

bool canMultiply(DType dtype)
{
    return dtype == DType::F32 || dtype == DType::BF16 || dtype == DType::F16;
}

void multiply(std::span<const float> x, std::size_t rows, const WeightMatrix& w, std::span<float> y, std::size_t stride,
              ThreadPool& pool, Activations activations)
{
    if (rows == 0 || w.outputs == 0)
        return;
    std::vector<float> rounded;
    if (activations == Activations::BFloat16 && w.dtype == DType::BF16) {
        if (hasBf16Products())
            return multiplyInBf16(x, rows, w, y, stride, pool);
        rounded.assign(x.begin(), x.end());
        roundThrough(DType::BF16, rounded);
        x = rounded;
    }
    forEachBlock(w, rows * w.outputs * w.inputs, pool, [&](std::size_t first, std::size_t last) {
        multiplySome(w.dtype, {x.data(), rows, w.data, first, last, w.inputs, y.data(), stride});
    });
}

float dotRow(std::span<const float> x, const WeightMatrix& w, std::size_t output)
{
    float result = 0;
    multiplySome(w.dtype, {x.data(), 1, w.data + output * w.inputs * sizeOf(w.dtype), 0, 1, w.inputs, &result, 1});
    return result;
}

} // namespace crucible::kernels
#endif
