// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/kv_cache.h"

#include <algorithm>

namespace crucible::model {
namespace {

constexpr std::size_t kGrowth = 256; // tokens by which a cache grows

} // namespace

KvCache::KvCache(const DecoderConfig& config)
    : m_perToken(static_cast<std::size_t>(config.keyHeads) * static_cast<std::size_t>(config.headDim)),
      m_keys(static_cast<std::size_t>(config.layers)), m_values(static_cast<std::size_t>(config.layers))
{
}

void KvCache::truncate(std::size_t length)
{
    m_length = std::min(m_length, length);
}

std::size_t KvCache::bytes() const
{
    std::size_t total = 0;
    for (std::size_t layer = 0; layer < m_keys.size(); ++layer)
        total += (m_keys[layer].capacity() + m_values[layer].capacity()) * sizeof(float);
    return total;
}

std::uint64_t KvCache::bytesFor(const DecoderConfig& config, std::size_t tokens)
{
    const std::uint64_t perToken = 2 * static_cast<std::uint64_t>(config.layers) * static_cast<std::uint64_t>(config.keyHeads) *
                                   static_cast<std::uint64_t>(config.headDim) * sizeof(float);
    return (tokens + kGrowth - 1) / kGrowth * kGrowth * perToken;
}

void KvCache::grow(std::size_t tokens)
{
    const std::size_t needed = (m_length + tokens + kGrowth - 1) / kGrowth * kGrowth * m_perToken;
    for (std::size_t layer = 0; layer < m_keys.size(); ++layer) {
        if (m_keys[layer].size() < needed) {
            m_keys[layer].reserve(needed); // no more than that: resize() alone would take up to twice as much
            m_values[layer].reserve(needed);
            m_keys[layer].resize(needed);
            m_values[layer].resize(needed);
        }
    }
}

} // namespace crucible::model
