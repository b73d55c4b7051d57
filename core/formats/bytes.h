// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of this folder share: little-endian numbers, and names of strangers in messages.
#pragma once

#include "base/dtype.h"

#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace crucible::formats {

// A little-endian number from the first sizeof(T) bytes, which need not be aligned.
template<class T>
T loadLittleEndian(std::span<const std::byte> bytes)
{
    static_assert(std::is_arithmetic_v<T>);
    static_assert(std::endian::native == std::endian::little, "tensors are mapped as they lie in the file");
    T value;
    std::memcpy(&value, bytes.first(sizeof(T)).data(), sizeof(T));
    return value;
}

template<class T>
void appendLittleEndian(std::string& to, T value)
{
    static_assert(std::is_arithmetic_v<T>);
    static_assert(std::endian::native == std::endian::little, "tensors are mapped as they lie in the file");
    to.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

// A name in quotes, escaped and cut to 200 bytes: safe in a message whatever it holds.
std::string inQuotes(std::string_view name);
// "[32000, 4096]"
std::string shapeText(const Shape& shape);

} // namespace crucible::formats
