// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (FIPS 180-4), for identities that people see, and a fast 64-bit hash for keys inside the program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace crucible {

class Sha256 {
public:
    Sha256();
    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);
    // Lower-case hexadecimal, 64 characters. The object is spent afterwards.
    std::string finish();

private:
    void block(const std::uint8_t* data);

    std::array<std::uint32_t, 8> m_state;
    std::array<std::uint8_t, 64> m_buffer{};
    std::size_t m_buffered = 0;
    std::uint64_t m_length = 0;
};

std::string sha256(std::string_view text);

// FNV-1a. Stable across platforms and versions: it keys random streams by tensor name.
constexpr std::uint64_t hash64(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) {
        hash ^= static_cast<std::uint8_t>(c);
        hash *= 0x100000001b3u;
    }
    return hash;
}

} // namespace crucible
