// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/bf16_product.h"

#include <cstdlib>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

// Highway 1.0 has no set with these instructions, so they are called by their own names.
#define CRUCIBLE_BF16_CODE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define CRUCIBLE_BF16_INLINE CRUCIBLE_BF16_CODE __attribute__((always_inline)) inline

namespace crucible::kernels {
namespace {

constexpr std::size_t kLanes = 32; // bfloat16 values of a register

CRUCIBLE_BF16_INLINE __m512bh asBf16(__m512i bits)
{
    return reinterpret_cast<__m512bh>(bits);
}

// The sums of the lanes of four registers. All four are added up alike, so a sum does not depend on its place.
CRUCIBLE_BF16_INLINE __m128 sumsOfLanes(__m512 a, __m512 b, __m512 c, __m512 d)
{
    const __m512 ab = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE));
    const __m512 cd = _mm512_add_ps(_mm512_shuffle_f32x4(c, d, 0x44), _mm512_shuffle_f32x4(c, d, 0xEE));
    __m512 all = _mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xDD));
    all = _mm512_add_ps(all, _mm512_permute_ps(all, 0x4E));
    all = _mm512_add_ps(all, _mm512_permute_ps(all, 0xB1));
    return _mm512_castps512_ps128(_mm512_maskz_compress_ps(0x1111, all));
}

// Rows of x one after the other with rows of w that are `apart` rows away from each other.
struct Tile {
    const std::uint16_t* x;
    const std::uint16_t* w;
    std::size_t inputs;
    std::size_t apart;
    float* y;
    std::size_t stride;
};

// rows x outputs sums at once, each a register that runs along the inputs: up to 24 of the 32 registers, so that what is loaded
// serves several products and none waits for the one before.
template<std::size_t rows, std::size_t outputs>
CRUCIBLE_BF16_INLINE void multiplyTile(const Tile& tile)
{
    __m512 sums[rows][outputs];
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t o = 0; o < outputs; ++o)
            sums[r][o] = _mm512_setzero_ps();
    }
    const std::size_t step = tile.apart * tile.inputs;
    std::size_t i = 0;
    for (; i + kLanes <= tile.inputs; i += kLanes) {
        __m512bh weights[outputs];
        for (std::size_t o = 0; o < outputs; ++o)
            weights[o] = asBf16(_mm512_loadu_si512(tile.w + o * step + i));
        for (std::size_t r = 0; r < rows; ++r) {
            const __m512bh activations = asBf16(_mm512_loadu_si512(tile.x + r * tile.inputs + i));
            for (std::size_t o = 0; o < outputs; ++o)
                sums[r][o] = _mm512_dpbf16_ps(sums[r][o], activations, weights[o]);
        }
    }
    if (i < tile.inputs) {
        const __mmask32 left = (__mmask32(1) << (tile.inputs - i)) - 1;
        __m512bh weights[outputs];
        for (std::size_t o = 0; o < outputs; ++o)
            weights[o] = asBf16(_mm512_maskz_loadu_epi16(left, tile.w + o * step + i));
        for (std::size_t r = 0; r < rows; ++r) {
            const __m512bh activations = asBf16(_mm512_maskz_loadu_epi16(left, tile.x + r * tile.inputs + i));
            for (std::size_t o = 0; o < outputs; ++o)
                sums[r][o] = _mm512_dpbf16_ps(sums[r][o], activations, weights[o]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        float* y = tile.y + r * tile.stride;
        const __m512 none = _mm512_setzero_ps();
        std::size_t o = 0;
        for (; o + 4 <= outputs; o += 4) {
            const __m128 four = sumsOfLanes(sums[r][o], sums[r][o + 1], sums[r][o + 2], sums[r][o + 3]);
            if (tile.apart == 1) {
                _mm_storeu_ps(y + o, four);
                continue;
            }
            float each[4];
            _mm_storeu_ps(each, four);
            for (std::size_t k = 0; k < 4; ++k)
                y[(o + k) * tile.apart] = each[k];
        }
        for (; o < outputs; ++o)
            y[o * tile.apart] = _mm_cvtss_f32(sumsOfLanes(sums[r][o], none, none, none));
    }
}

template<std::size_t rows>
CRUCIBLE_BF16_CODE void multiplyRows(const std::uint16_t* x, const std::uint16_t* w, std::size_t outputs, std::size_t inputs, float* y,
                                     std::size_t stride)
{
    constexpr bool kStreams = rows <= kFewRows;
    constexpr std::size_t kOutputs = rows <= 2 ? 8 : 4;
    std::size_t output = 0;
    if constexpr (kStreams) {
        // Weights that meet few rows come from memory, and that is read fastest in a few long streams.
        const std::size_t apart = outputs / kOutputs;
        for (; output < apart; ++output)
            multiplyTile<rows, kOutputs>({x, w + output * inputs, inputs, apart, y + output, stride});
        output = apart * kOutputs;
    }
    for (; output + kOutputs <= outputs; output += kOutputs)
        multiplyTile<rows, kOutputs>({x, w + output * inputs, inputs, 1, y + output, stride});
    for (; output < outputs; ++output)
        multiplyTile<rows, 1>({x, w + output * inputs, inputs, 1, y + output, stride});
}

} // namespace

bool hasBf16Products()
{
    static const bool has = __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
                            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    return has;
}

CRUCIBLE_BF16_CODE void roundToBf16(std::span<const float> x, std::uint16_t* out)
{
    constexpr std::size_t kFloats = kLanes / 2;
    std::size_t i = 0;
    for (; i + kFloats <= x.size(); i += kFloats)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(x.data() + i))));
    if (i < x.size()) {
        const auto there = static_cast<__mmask16>((1u << (x.size() - i)) - 1);
        _mm256_mask_storeu_epi16(out + i, there, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(there, x.data() + i))));
    }
}

void multiplyBf16Block(const std::uint16_t* x, std::size_t rows, const std::uint16_t* w, std::size_t outputs, std::size_t inputs,
                       float* y, std::size_t stride)
{
    std::size_t row = 0;
    for (; row + 6 <= rows; row += 6)
        multiplyRows<6>(x + row * inputs, w, outputs, inputs, y + row * stride, stride);
    x += row * inputs;
    y += row * stride;
    switch (rows - row) {
    case 5: return multiplyRows<5>(x, w, outputs, inputs, y, stride);
    case 4: return multiplyRows<4>(x, w, outputs, inputs, y, stride);
    case 3: return multiplyRows<3>(x, w, outputs, inputs, y, stride);
    case 2: return multiplyRows<2>(x, w, outputs, inputs, y, stride);
    case 1: return multiplyRows<1>(x, w, outputs, inputs, y, stride);
    default: return;
    }
}

} // namespace crucible::kernels
#else
namespace crucible::kernels {

bool hasBf16Products()
{
    return false;
}

void roundToBf16(std::span<const float>, std::uint16_t*)
{
    std::abort();
}

void multiplyBf16Block(const std::uint16_t*, std::size_t, const std::uint16_t*, std::size_t, std::size_t, float*, std::size_t)
{
    std::abort();
}

} // namespace crucible::kernels
#endif
