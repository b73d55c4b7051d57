// SPDX-License-Identifier: GPL-3.0-or-later
// Conversions between stored dtypes and float32: every code of the small formats, every rounding border between two
// neighbouring codes, and the edges (infinity, NaN, overflow, integers out of range).
#include "kernels/convert.h"

#include <QtTest>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

using namespace crucible;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The value of a code by the definition of the format, in double.
double valueByDefinition(unsigned code, int exponentBits, int mantissaBits, int bias, bool hasInfinity)
{
    const unsigned mantissa = code & ((1u << mantissaBits) - 1);
    const unsigned exponent = (code >> mantissaBits) & ((1u << exponentBits) - 1);
    const double sign = (code >> (mantissaBits + exponentBits)) & 1 ? -1.0 : 1.0;
    const unsigned top = (1u << exponentBits) - 1;
    if (hasInfinity && exponent == top)
        return mantissa ? std::nan("") : sign * std::numeric_limits<double>::infinity();
    if (!hasInfinity && exponent == top && mantissa == (1u << mantissaBits) - 1)
        return std::nan("");
    if (exponent == 0)
        return sign * std::ldexp(mantissa, 1 - bias - mantissaBits);
    return sign * std::ldexp(mantissa + (1u << mantissaBits), static_cast<int>(exponent) - bias - mantissaBits);
}

std::vector<std::byte> encode(DType dtype, const std::vector<float>& values)
{
    std::vector<std::byte> bytes(values.size() * sizeOf(dtype));
    kernels::fromFloat32(dtype, values, bytes.data());
    return bytes;
}

float decodeOne(DType dtype, unsigned code)
{
    const auto bytes = std::bit_cast<std::array<std::byte, 4>>(code);
    float value = 0;
    kernels::toFloat32(dtype, bytes.data(), {&value, 1});
    return value;
}

unsigned encodeOne(DType dtype, float value)
{
    std::array<std::byte, 8> bytes{};
    kernels::fromFloat32(dtype, {&value, 1}, bytes.data());
    return static_cast<unsigned>(bytes[0]) | static_cast<unsigned>(bytes[1]) << 8;
}

} // namespace

class TestConvert : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCodeOfASmallFormat_data();
    void everyCodeOfASmallFormat();
    void bordersRoundToEven_data() { everyCodeOfASmallFormat_data(); }
    void bordersRoundToEven();
    void edges_data();
    void edges();
    void nanStaysQuietNan();
    void integersAreHeldAtTheirEnds();
    void unalignedAndOddLengths();
    void roundThroughIsIdempotent();
};

void TestConvert::everyCodeOfASmallFormat_data()
{
    QTest::addColumn<int>("dtype");
    QTest::addColumn<int>("exponentBits");
    QTest::addColumn<int>("mantissaBits");
    QTest::addColumn<int>("bias");
    QTest::addColumn<bool>("hasInfinity");
    QTest::newRow("F16") << int(DType::F16) << 5 << 10 << 15 << true;
    QTest::newRow("BF16") << int(DType::BF16) << 8 << 7 << 127 << true;
    QTest::newRow("F8_E5M2") << int(DType::F8_E5M2) << 5 << 2 << 15 << true;
    QTest::newRow("F8_E4M3") << int(DType::F8_E4M3) << 4 << 3 << 7 << false;
}

void TestConvert::everyCodeOfASmallFormat()
{
    QFETCH(int, dtype);
    QFETCH(int, exponentBits);
    QFETCH(int, mantissaBits);
    QFETCH(int, bias);
    QFETCH(bool, hasInfinity);
    const unsigned codes = 1u << (1 + exponentBits + mantissaBits);
    for (unsigned code = 0; code < codes; ++code) {
        const double expected = valueByDefinition(code, exponentBits, mantissaBits, bias, hasInfinity);
        const float value = decodeOne(DType(dtype), code);
        if (std::isnan(expected)) {
            QVERIFY2(std::isnan(value), qPrintable(QString::number(code)));
            continue;
        }
        QCOMPARE(double(value), expected);
        QCOMPARE(std::signbit(value), std::signbit(expected));
        QCOMPARE(encodeOne(DType(dtype), value), code);
    }
}

// Halfway between two neighbours the even code wins; one float32 step beside the middle, the nearer one.
void TestConvert::bordersRoundToEven()
{
    QFETCH(int, dtype);
    QFETCH(int, exponentBits);
    QFETCH(int, mantissaBits);
    const unsigned magnitudes = 1u << (exponentBits + mantissaBits);
    for (unsigned code = 0; code + 1 < magnitudes; ++code) {
        const float low = decodeOne(DType(dtype), code);
        const float high = decodeOne(DType(dtype), code + 1);
        if (!std::isfinite(low) || !std::isfinite(high))
            continue;
        const float middle = static_cast<float>((double(low) + double(high)) / 2);
        QCOMPARE(encodeOne(DType(dtype), middle), code % 2 == 0 ? code : code + 1);
        QCOMPARE(encodeOne(DType(dtype), std::nextafter(middle, 0.0f)), code);
        QCOMPARE(encodeOne(DType(dtype), std::nextafter(middle, kInfinity)), code + 1);
        QCOMPARE(encodeOne(DType(dtype), -middle), (code % 2 == 0 ? code : code + 1) | magnitudes);
    }
}

void TestConvert::edges_data()
{
    QTest::addColumn<int>("dtype");
    QTest::addColumn<float>("value");
    QTest::addColumn<unsigned>("code");
    QTest::newRow("F16: largest that stays finite") << int(DType::F16) << 65519.996f << 0x7bffu;
    QTest::newRow("F16: first that becomes infinite") << int(DType::F16) << 65520.0f << 0x7c00u;
    QTest::newRow("F16: infinity") << int(DType::F16) << -kInfinity << 0xfc00u;
    QTest::newRow("F16: half the smallest goes to zero") << int(DType::F16) << 0x1p-25f << 0u;
    QTest::newRow("BF16: beyond the largest") << int(DType::BF16) << std::numeric_limits<float>::max() << 0x7f80u;
    QTest::newRow("BF16: infinity") << int(DType::BF16) << kInfinity << 0x7f80u;
    QTest::newRow("F8_E4M3: largest is 448") << int(DType::F8_E4M3) << 464.0f << 0x7eu;
    QTest::newRow("F8_E4M3: has no infinity") << int(DType::F8_E4M3) << -kInfinity << 0xffu;
    QTest::newRow("F8_E4M3: overflow is NaN") << int(DType::F8_E4M3) << 465.0f << 0x7fu;
    QTest::newRow("F8_E5M2: largest is 57344") << int(DType::F8_E5M2) << 61439.0f << 0x7bu;
    QTest::newRow("F8_E5M2: overflow is infinity") << int(DType::F8_E5M2) << 61440.0f << 0x7cu;
    QTest::newRow("BOOL: anything but zero") << int(DType::Bool) << -0.25f << 1u;
}

void TestConvert::edges()
{
    QFETCH(int, dtype);
    QFETCH(float, value);
    QFETCH(unsigned, code);
    QCOMPARE(encodeOne(DType(dtype), value), code);
}

void TestConvert::nanStaysQuietNan()
{
    const float signalling = std::bit_cast<float>(0x7f800001u);
    for (const DType dtype : {DType::F64, DType::F32, DType::F16, DType::BF16, DType::F8_E4M3, DType::F8_E5M2}) {
        for (float value : {kNan, -kNan, signalling}) {
            kernels::roundThrough(dtype, {&value, 1});
            QVERIFY2(std::isnan(value), toString(dtype).data());
        }
    }
    QCOMPARE(encodeOne(DType::BF16, signalling), 0x7fc0u);
}

void TestConvert::integersAreHeldAtTheirEnds()
{
    const std::vector<float> values{-1e30f, -128.5f, -1.9f, 1.9f, 127.0f, 1e30f, kNan};
    const auto bytes = encode(DType::I8, values);
    const std::vector<int> expected{-128, -128, -1, 1, 127, 127, 0};
    for (std::size_t i = 0; i < values.size(); ++i)
        QCOMPARE(int(static_cast<std::int8_t>(bytes[i])), expected[i]);
    const auto wide = encode(DType::U64, {-3.0f, 1e30f});
    std::uint64_t numbers[2];
    std::memcpy(numbers, wide.data(), sizeof numbers);
    QCOMPARE(numbers[0], std::uint64_t(0));
    QCOMPARE(numbers[1], std::numeric_limits<std::uint64_t>::max());
}

// A safetensors header of odd length leaves data at odd addresses; vector code must not care, nor about ragged ends.
void TestConvert::unalignedAndOddLengths()
{
    for (const DType dtype : kAllDTypes) {
        for (const std::size_t count : {0, 1, 7, 31, 33, 1000}) {
            std::vector<float> values(count);
            for (std::size_t i = 0; i < count; ++i)
                values[i] = dtype == DType::Bool ? float(i % 2) : float(i % 100);
            std::vector<std::byte> bytes(count * sizeOf(dtype) + 1, std::byte{0xee});
            kernels::fromFloat32(dtype, values, bytes.data() + 1);
            QCOMPARE(bytes[0], std::byte{0xee});
            std::vector<float> back(count);
            kernels::toFloat32(dtype, bytes.data() + 1, back);
            kernels::roundThrough(dtype, values);
            QCOMPARE(back, values);
        }
    }
}

void TestConvert::roundThroughIsIdempotent()
{
    for (const DType dtype : {DType::F16, DType::BF16, DType::F8_E4M3, DType::F8_E5M2}) {
        for (int i = -2000; i < 2000; ++i) {
            const float once = kernels::roundedThrough(dtype, static_cast<float>(i) * 0.0137f);
            QCOMPARE(kernels::roundedThrough(dtype, once), once);
        }
    }
}

QTEST_GUILESS_MAIN(TestConvert)
#include "tst_convert.moc"
