// SPDX-License-Identifier: GPL-3.0-or-later
// CRC-32 as ZIP files use it (polynomial 0xEDB88320, reflected).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace crucible::formats {

// The checksum of what `before` is the checksum of, followed by `bytes`. 0 is the checksum of nothing.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0);

// The checksum of two parts from those of each; `secondBytes` is the length of the second.
std::uint32_t combineCrc32(std::uint32_t first, std::uint32_t second, std::uint64_t secondBytes);

} // namespace crucible::formats
