// SPDX-License-Identifier: GPL-3.0-or-later
// Plain loops that the compiler turns into vector code once per instruction set. Every conversion is integer arithmetic
// on bit patterns plus exact float operations, so all instruction sets give the same bits.
#include "kernels/convert.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/convert.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef CRUCIBLE_KERNELS_CONVERT_ONCE
#define CRUCIBLE_KERNELS_CONVERT_ONCE
namespace crucible::kernels {
namespace {

// A float format narrower than float32 that keeps subnormals.
template<int mantissaBits, int exponentBias, std::uint32_t firstOverflow, std::uint32_t overflowCode, bool keepsPayload>
struct SmallFloat {
    static constexpr int kShift = 23 - mantissaBits;
    static constexpr std::uint32_t kRebias = std::uint32_t(127 - exponentBias) << 23;
    static constexpr std::uint32_t kMinNormal = std::uint32_t(128 - exponentBias) << 23; // as float32 bits
    // The float32 whose last place is the format's subnormal step: adding it rounds a subnormal to the right place.
    static constexpr std::uint32_t kAnchor = std::uint32_t(127 + 1 - exponentBias - mantissaBits + 23) << 23;
    static constexpr std::uint32_t kFirstOverflow = firstOverflow; // float32 bits of the first value that rounds beyond
    static constexpr std::uint32_t kOverflowCode = overflowCode;
    static constexpr bool kKeepsPayload = keepsPayload;
};
using Half = SmallFloat<10, 15, 0x477ff000u, 0x7c00u, true>;      // 65520
using Float8E5M2 = SmallFloat<2, 15, 0x47700000u, 0x7cu, false>;  // 61440
using Float8E4M3 = SmallFloat<3, 7, 0x43e80001u, 0x7fu, false>;   // just above 464

} // namespace
} // namespace crucible::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {

template<class T>
HWY_INLINE T loadAt(const std::byte* bytes, std::size_t i)
{
    T value;
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    return value;
}

template<class T>
HWY_INLINE void storeAt(std::byte* bytes, std::size_t i, T value)
{
    std::memcpy(bytes + i * sizeof(T), &value, sizeof(T));
}

HWY_INLINE float asFloat(std::uint32_t bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

HWY_INLINE std::uint32_t asBits(float value)
{
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

HWY_INLINE std::uint16_t bfloat16Code(float value)
{
    const std::uint32_t bits = asBits(value);
    const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const std::uint32_t quietNan = (bits >> 16) | 0x40u;
    return static_cast<std::uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? quietNan : rounded);
}

template<class Format>
HWY_INLINE std::uint32_t codeOf(float value, int signShift)
{
    const std::uint32_t bits = asBits(value);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    const std::uint32_t normal =
        (magnitude - Format::kRebias + ((1u << (Format::kShift - 1)) - 1u) + ((magnitude >> Format::kShift) & 1u)) >>
        Format::kShift;
    const std::uint32_t subnormal = asBits(asFloat(magnitude) + asFloat(Format::kAnchor)) - Format::kAnchor;
    const std::uint32_t nan = Format::kKeepsPayload ? 0x7e00u | ((magnitude >> 13) & 0x3ffu) : 0x7fu;
    std::uint32_t code = magnitude < Format::kMinNormal ? subnormal : normal;
    code = magnitude >= Format::kFirstOverflow ? Format::kOverflowCode : code;
    code = magnitude > 0x7f800000u ? nan : code;
    return code | ((bits >> 31) << signShift);
}

HWY_INLINE float halfValue(std::uint32_t code)
{
    const std::uint32_t sign = (code & 0x8000u) << 16;
    const std::uint32_t magnitude = (code & 0x7fffu) << 13;
    const std::uint32_t finite = asBits(asFloat(magnitude) * asFloat(0x77800000u)); // times 2^112, exact
    const std::uint32_t quiet = (code & 0x3ffu) != 0 ? 0x7fc00000u : 0x7f800000u;
    return asFloat(sign | ((code & 0x7c00u) == 0x7c00u ? magnitude | quiet : finite));
}

HWY_INLINE float float8E4M3Value(std::uint32_t code)
{
    const std::uint32_t sign = (code & 0x80u) << 24;
    const std::uint32_t finite = asBits(asFloat((code & 0x7fu) << 20) * asFloat(0x7b800000u)); // times 2^120, exact
    return asFloat(sign | ((code & 0x7fu) == 0x7fu ? 0x7fc00000u : finite));
}

template<class T>
void numbersToFloat32(const std::byte* source, float* out, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        out[i] = static_cast<float>(loadAt<T>(source, i));
}

template<class T>
HWY_INLINE T integerOf(float value)
{
    constexpr float kLow = static_cast<float>(std::numeric_limits<T>::min());
    constexpr float kHigh = static_cast<float>(std::numeric_limits<T>::max());
    if (!(value == value))
        return 0;
    if (value <= kLow)
        return std::numeric_limits<T>::min();
    return value >= kHigh ? std::numeric_limits<T>::max() : static_cast<T>(value);
}

template<class T>
void numbersFromFloat32(const float* values, std::byte* out, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) {
        if constexpr (std::is_integral_v<T>)
            storeAt<T>(out, i, integerOf<T>(values[i]));
        else
            storeAt<T>(out, i, static_cast<T>(values[i]));
    }
}

void toFloat32(DType dtype, const std::byte* source, float* out, std::size_t n)
{
    switch (dtype) {
    case DType::F32:
        std::memcpy(out, source, n * sizeof(float));
        return;
    case DType::BF16:
        for (std::size_t i = 0; i < n; ++i)
            out[i] = asFloat(std::uint32_t(loadAt<std::uint16_t>(source, i)) << 16);
        return;
    case DType::F16:
        for (std::size_t i = 0; i < n; ++i)
            out[i] = halfValue(loadAt<std::uint16_t>(source, i));
        return;
    case DType::F8_E5M2: // the upper half of a float16
        for (std::size_t i = 0; i < n; ++i)
            out[i] = halfValue(std::uint32_t(loadAt<std::uint8_t>(source, i)) << 8);
        return;
    case DType::F8_E4M3:
        for (std::size_t i = 0; i < n; ++i)
            out[i] = float8E4M3Value(loadAt<std::uint8_t>(source, i));
        return;
    case DType::Bool:
        for (std::size_t i = 0; i < n; ++i)
            out[i] = loadAt<std::uint8_t>(source, i) != 0 ? 1.0f : 0.0f;
        return;
    case DType::F64: return numbersToFloat32<double>(source, out, n);
    case DType::I64: return numbersToFloat32<std::int64_t>(source, out, n);
    case DType::I32: return numbersToFloat32<std::int32_t>(source, out, n);
    case DType::I16: return numbersToFloat32<std::int16_t>(source, out, n);
    case DType::I8: return numbersToFloat32<std::int8_t>(source, out, n);
    case DType::U64: return numbersToFloat32<std::uint64_t>(source, out, n);
    case DType::U32: return numbersToFloat32<std::uint32_t>(source, out, n);
    case DType::U16: return numbersToFloat32<std::uint16_t>(source, out, n);
    case DType::U8: return numbersToFloat32<std::uint8_t>(source, out, n);
    }
}

void fromFloat32(DType dtype, const float* values, std::byte* out, std::size_t n)
{
    switch (dtype) {
    case DType::F32:
        std::memcpy(out, values, n * sizeof(float));
        return;
    case DType::BF16:
        for (std::size_t i = 0; i < n; ++i)
            storeAt<std::uint16_t>(out, i, bfloat16Code(values[i]));
        return;
    case DType::F16:
        for (std::size_t i = 0; i < n; ++i)
            storeAt<std::uint16_t>(out, i, static_cast<std::uint16_t>(codeOf<Half>(values[i], 15)));
        return;
    case DType::F8_E5M2:
        for (std::size_t i = 0; i < n; ++i)
            storeAt<std::uint8_t>(out, i, static_cast<std::uint8_t>(codeOf<Float8E5M2>(values[i], 7)));
        return;
    case DType::F8_E4M3:
        for (std::size_t i = 0; i < n; ++i)
            storeAt<std::uint8_t>(out, i, static_cast<std::uint8_t>(codeOf<Float8E4M3>(values[i], 7)));
        return;
    case DType::Bool:
        for (std::size_t i = 0; i < n; ++i)
            storeAt<std::uint8_t>(out, i, values[i] != 0.0f ? 1 : 0);
        return;
    case DType::F64: return numbersFromFloat32<double>(values, out, n);
    case DType::I64: return numbersFromFloat32<std::int64_t>(values, out, n);
    case DType::I32: return numbersFromFloat32<std::int32_t>(values, out, n);
    case DType::I16: return numbersFromFloat32<std::int16_t>(values, out, n);
    case DType::I8: return numbersFromFloat32<std::int8_t>(values, out, n);
    case DType::U64: return numbersFromFloat32<std::uint64_t>(values, out, n);
    case DType::U32: return numbersFromFloat32<std::uint32_t>(values, out, n);
    case DType::U16: return numbersFromFloat32<std::uint16_t>(values, out, n);
    case DType::U8: return numbersFromFloat32<std::uint8_t>(values, out, n);
    }
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace crucible::kernels {

HWY_EXPORT(toFloat32);
HWY_EXPORT(fromFloat32);

void toFloat32(DType dtype, const std::byte* source, std::span<float> out)
{
    if (!out.empty()) // memcpy takes no null pointer, not even for nothing
        HWY_DYNAMIC_DISPATCH(toFloat32)(dtype, source, out.data(), out.size());
}

void fromFloat32(DType dtype, std::span<const float> values, std::byte* out)
{
    if (!values.empty())
        HWY_DYNAMIC_DISPATCH(fromFloat32)(dtype, values.data(), out, values.size());
}

void roundThrough(DType dtype, std::span<float> values)
{
    if (dtype == DType::F32 || dtype == DType::F64)
        return;
    constexpr std::size_t kBlock = 1024;
    std::byte bytes[kBlock * sizeof(double)];
    for (std::size_t begin = 0; begin < values.size(); begin += kBlock) {
        const std::span<float> block = values.subspan(begin, std::min(kBlock, values.size() - begin));
        fromFloat32(dtype, block, bytes);
        toFloat32(dtype, bytes, block);
    }
}

float roundedThrough(DType dtype, float value)
{
    roundThrough(dtype, {&value, 1});
    return value;
}

} // namespace crucible::kernels
#endif
