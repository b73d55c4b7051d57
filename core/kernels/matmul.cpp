// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/matmul.h"

#include "kernels/bf16_product.h"
#include "kernels/convert.h"

#include <algorithm>
#include <cstdint>
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

constexpr std::size_t kBlockBytes = 384 << 10; // of W: what stays in a core's second-level cache while the rows of x pass
constexpr std::size_t kWorthSharing = 1 << 17; // multiply-adds: a thread takes longer to wake than fewer of them take
constexpr std::size_t kOutputsAtOnce = 24;     // a multiple of what every tile takes

void multiplySome(DType dtype, const Block& block)
{
    switch (dtype) {
    case DType::BF16: HWY_DYNAMIC_DISPATCH(multiplyBf16)(block); break;
    case DType::F16: HWY_DYNAMIC_DISPATCH(multiplyF16)(block); break;
    default: HWY_DYNAMIC_DISPATCH(multiplyF32)(block); break;
    }
}

// Rows of W that are to be multiplied in one go.
struct Part {
    const Product* product;
    std::size_t first;
    std::size_t last;
};

// Cuts a product into parts of `size` rows, the last one smaller.
void cut(const Product& product, std::size_t first, std::size_t last, std::size_t size, std::vector<Part>& parts)
{
    for (; first < last; first += size)
        parts.push_back({&product, first, std::min(last, first + size)});
}

// All products in parts, those first that are to be begun first.
std::vector<Part> partsOf(std::span<const Product> products, std::size_t rows, std::size_t threads)
{
    std::vector<Part> parts;
    const auto whole = [](std::size_t outputs) { return std::max(kOutputsAtOnce, outputs / kOutputsAtOnce * kOutputsAtOnce); };
    if (rows > kFewRows) {
        for (const Product& product : products) {
            const std::size_t rowBytes = std::max<std::size_t>(1, product.w.inputs * sizeOf(product.w.dtype));
            // A few for every thread, so that none waits long for the last one.
            cut(product, 0, product.w.outputs, std::min(whole(kBlockBytes / rowBytes), whole(product.w.outputs / threads / 4)), parts);
        }
        return parts;
    }
    // Every weight is used once, and long pieces of memory are read fastest; short ones come last, for a thread that is ahead.
    for (const Product& product : products) {
        std::size_t left = product.w.outputs;
        for (int halving = 0; halving < 4 && left > 0; ++halving) {
            const std::size_t size = whole(left / threads / 2);
            const std::size_t taken = halving == 3 ? left : std::min(left, size * threads);
            const std::size_t first = product.w.outputs - left;
            cut(product, first, first + taken, size, parts);
            left -= taken;
        }
    }
    std::ranges::stable_sort(parts, std::ranges::greater(), [](const Part& part) { return (part.last - part.first) * part.product->w.inputs; });
    return parts;
}

// Calls body(product, first, last) for parts of the products that together are all of them.
template<class Body>
void forEachPart(std::span<const Product> products, std::size_t rows, ThreadPool& pool, Body&& body)
{
    std::size_t work = 0;
    for (const Product& product : products)
        work += rows * product.w.outputs * product.w.inputs;
    if (work < kWorthSharing || (pool.threads() == 1 && rows <= kFewRows)) {
        for (const Product& product : products)
            body(product, 0, product.w.outputs);
        return;
    }
    const std::vector<Part> parts = partsOf(products, rows, static_cast<std::size_t>(pool.threads()));
    pool.forEach(parts.size(), [&](std::size_t i, int) { body(*parts[i].product, parts[i].first, parts[i].last); });
}

// x in bfloat16, as bits. Valid until the next call of this thread.
std::span<const std::uint16_t> inBf16(std::span<const float> x, ThreadPool& pool)
{
    constexpr std::size_t kTogether = 1 << 14;
    // Kept from product to product: fresh pages of the system cost more than the rounding.
    thread_local std::vector<std::uint16_t> kept;
    constexpr std::size_t kLine = 64 / sizeof(std::uint16_t);
    if (kept.size() < x.size() + kLine)
        kept.resize(x.size() + kLine);
    // At the beginning of a line of the cache: every load of a register that lies in two costs two.
    std::uint16_t* rounded = kept.data() + (kLine - reinterpret_cast<std::uintptr_t>(kept.data()) / sizeof(std::uint16_t) % kLine) % kLine;
    pool.forEach((x.size() + kTogether - 1) / kTogether, [&](std::size_t i, int) {
        const std::size_t first = i * kTogether;
        roundToBf16(x.subspan(first, std::min(kTogether, x.size() - first)), rounded + first);
    });
    return {rounded, x.size()};
}

} // namespace

bool canMultiply(DType dtype)
{
    return dtype == DType::F32 || dtype == DType::BF16 || dtype == DType::F16;
}

void multiply(std::span<const float> x, std::size_t rows, std::span<const Product> products, ThreadPool& pool, Activations activations)
{
    if (rows == 0)
        return;
    const auto rounds = [&](const Product& product) { return activations == Activations::BFloat16 && product.w.dtype == DType::BF16; };
    const bool any = std::ranges::any_of(products, rounds);
    const std::span<const std::uint16_t> narrow = any && hasBf16Products() ? inBf16(x, pool) : std::span<const std::uint16_t>();
    std::vector<float> rounded;
    if (any && narrow.empty()) {
        rounded.assign(x.begin(), x.end());
        roundThrough(DType::BF16, rounded);
    }
    forEachPart(products, rows, pool, [&](const Product& product, std::size_t first, std::size_t last) {
        const WeightMatrix& w = product.w;
        if (rounds(product) && !narrow.empty())
            return multiplyBf16Block(narrow.data(), rows, reinterpret_cast<const std::uint16_t*>(w.data) + first * w.inputs, last - first,
                                     w.inputs, product.y.data() + first, product.stride);
        const float* from = rounds(product) ? rounded.data() : x.data();
        multiplySome(w.dtype, {from, rows, w.data, first, last, w.inputs, product.y.data(), product.stride});
    });
}

void multiply(std::span<const float> x, std::size_t rows, const WeightMatrix& w, std::span<float> y, std::size_t stride,
              ThreadPool& pool, Activations activations)
{
    const Product product{w, y, stride};
    multiply(x, rows, {&product, 1}, pool, activations);
}

float dotRow(std::span<const float> x, const WeightMatrix& w, std::size_t output)
{
    float result = 0;
    multiplySome(w.dtype, {x.data(), 1, w.data + output * w.inputs * sizeOf(w.dtype), 0, 1, w.inputs, &result, 1});
    return result;
}

} // namespace crucible::kernels
#endif
