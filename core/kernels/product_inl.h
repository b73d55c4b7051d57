// SPDX-License-Identifier: GPL-3.0-or-later
// Dot products of rows with rows, in registers. Included once per instruction set, from within foreach_target.h.
//
// Every dot product is added up in one fixed order, whatever stands beside it.
#if defined(CRUCIBLE_KERNELS_PRODUCT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef CRUCIBLE_KERNELS_PRODUCT_INL
#undef CRUCIBLE_KERNELS_PRODUCT_INL
#else
#define CRUCIBLE_KERNELS_PRODUCT_INL
#endif

#include "kernels/codes_inl.h"

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {

struct F32Weights {
    using Code = float;
    template<class D>
    static HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load(D d, const Code* codes)
    {
        return hwy::HWY_NAMESPACE::LoadU(d, codes);
    }
};

struct Bf16Weights {
    using Code = std::uint16_t;
    template<class D>
    static HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load(D d, const Code* codes)
    {
        return loadCodes(d, codes);
    }
};

struct F16Weights {
    using Code = hwy::float16_t;
    template<class D>
    static HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load(D d, const Code* codes)
    {
        namespace hn = hwy::HWY_NAMESPACE;
        const hn::Rebind<hwy::float16_t, D> narrow;
        return hn::PromoteTo(d, hn::LoadU(narrow, codes));
    }
};

// Rows that lie `stride` elements apart.
template<class T>
struct Rows {
    T* data;
    std::size_t stride;
    T* operator[](std::size_t row) const { return data + row * stride; }
};

// y[r][o] = x[r] . w[o]. rows x outputs sums at once, each a vector that runs along the inputs: enough of them hide the
// latency of one after the other, and every vector that is loaded serves several.
template<class Weights, std::size_t rows, std::size_t outputs>
HWY_INLINE void multiplyTile(Rows<const float> x, Rows<const typename Weights::Code> w, std::size_t inputs, Rows<float> y)
{
    namespace hn = hwy::HWY_NAMESPACE;
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
            weights[o] = Weights::load(d, w[o] + i);
        for (std::size_t r = 0; r < rows; ++r) {
            const auto activations = hn::LoadU(d, x[r] + i);
            for (std::size_t o = 0; o < outputs; ++o)
                sums[r][o] = hn::MulAdd(activations, weights[o], sums[r][o]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t o = 0; o < outputs; ++o) {
            float sum = hn::GetLane(hn::SumOfLanes(d, sums[r][o]));
            for (std::size_t k = i; k < inputs; ++k)
                sum += x[r][k] * hn::GetLane(Weights::load(one, w[o] + k));
            y[r][o] = sum;
        }
    }
}

template<class Weights, std::size_t rows>
HWY_INLINE void multiplyRows(Rows<const float> x, Rows<const typename Weights::Code> w, std::size_t outputs, std::size_t inputs, Rows<float> y)
{
    // More outputs at once for few rows: there must be sums enough in flight. Registers hold them and what is loaded: 32 of
    // them with AVX-512, elsewhere 16 are counted on.
    constexpr bool kIsWide = HWY_TARGET <= HWY_AVX3;
    constexpr std::size_t kOutputs = rows == 1 ? 8 : rows == 2 ? (kIsWide ? 8 : 4) : kIsWide ? 6 : 3;
    std::size_t output = 0;
    for (; output + kOutputs <= outputs; output += kOutputs)
        multiplyTile<Weights, rows, kOutputs>(x, {w[output], w.stride}, inputs, {y.data + output, y.stride});
    for (; output < outputs; ++output)
        multiplyTile<Weights, rows, 1>(x, {w[output], w.stride}, inputs, {y.data + output, y.stride});
}

// All of `rows` rows of x with all of `outputs` rows of w.
template<class Weights>
HWY_INLINE void multiplyAll(Rows<const float> x, std::size_t rows, Rows<const typename Weights::Code> w, std::size_t outputs,
                            std::size_t inputs, Rows<float> y)
{
    std::size_t row = 0;
    for (; row + 4 <= rows; row += 4)
        multiplyRows<Weights, 4>({x[row], x.stride}, w, outputs, inputs, {y[row], y.stride});
    const Rows<const float> left{x[row], x.stride};
    const Rows<float> to{y[row], y.stride};
    switch (rows - row) {
    case 3: return multiplyRows<Weights, 3>(left, w, outputs, inputs, to);
    case 2: return multiplyRows<Weights, 2>(left, w, outputs, inputs, to);
    case 1: return multiplyRows<Weights, 1>(left, w, outputs, inputs, to);
    default: return;
    }
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
