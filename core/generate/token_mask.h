// SPDX-License-Identifier: GPL-3.0-or-later
// A set of tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace crucible::generate {

class TokenMask {
public:
    TokenMask() = default;
    explicit TokenMask(std::size_t size) : m_size(size), m_bits((size + 63) / 64) {}

    std::size_t size() const { return m_size; }
    // False for what is beyond.
    bool contains(std::size_t id) const { return id < m_size && (m_bits[id / 64] >> (id % 64) & 1) != 0; }
    void add(std::size_t id)
    {
        if (id < m_size)
            m_bits[id / 64] |= std::uint64_t(1) << (id % 64);
    }
    bool empty() const
    {
        for (const std::uint64_t word : m_bits) {
            if (word != 0)
                return false;
        }
        return true;
    }

private:
    std::size_t m_size = 0;
    std::vector<std::uint64_t> m_bits;
};

} // namespace crucible::generate
