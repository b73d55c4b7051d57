// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/crc32.h"

#include "formats/bytes.h"

#include <array>

namespace crucible::formats {
namespace {

constexpr std::uint32_t kPolynomial = 0xedb88320u;
constexpr std::size_t kSlices = 8;

// kTables[k][b]: the effect of byte b followed by k zero bytes.
constexpr auto kTables = [] {
    std::array<std::array<std::uint32_t, 256>, kSlices> tables{};
    for (std::uint32_t b = 0; b < 256; ++b) {
        std::uint32_t value = b;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ (value & 1u ? kPolynomial : 0u);
        tables[0][b] = value;
    }
    for (std::size_t k = 1; k < kSlices; ++k) {
        for (std::size_t b = 0; b < 256; ++b)
            tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xffu];
    }
    return tables;
}();

// The product of two polynomials modulo the CRC's, both reflected: the highest bit is x^0.
std::uint32_t multiply(std::uint32_t a, std::uint32_t b)
{
    std::uint32_t product = 0;
    for (; a != 0; a <<= 1) {
        if (a & 0x80000000u)
            product ^= b;
        b = (b >> 1) ^ (b & 1u ? kPolynomial : 0u);
    }
    return product;
}

} // namespace

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before)
{
    std::uint32_t crc = ~before;
    while (bytes.size() >= kSlices) {
        const std::uint64_t word = loadLittleEndian<std::uint64_t>(bytes) ^ crc;
        crc = 0;
        for (std::size_t i = 0; i < kSlices; ++i)
            crc ^= kTables[kSlices - 1 - i][(word >> (8 * i)) & 0xffu];
        bytes = bytes.subspan(kSlices);
    }
    for (const std::byte byte : bytes)
        crc = (crc >> 8) ^ kTables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xffu];
    return ~crc;
}

std::uint32_t combineCrc32(std::uint32_t first, std::uint32_t second, std::uint64_t secondBytes)
{
    // first * x^(8 * secondBytes) + second
    std::uint32_t factor = 0x80000000u; // 1
    std::uint32_t power = 0x00800000u; // x^8, then its squares
    for (std::uint64_t rest = secondBytes; rest != 0; rest >>= 1) {
        if (rest & 1u)
            factor = multiply(factor, power);
        power = multiply(power, power);
    }
    return multiply(factor, first) ^ second;
}

} // namespace crucible::formats
