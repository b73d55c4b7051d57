// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/processor_keys.h"

#include "kernels/attention.h"
#include "kernels/convert.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace crucible::model {
namespace {

static_assert(KvStore::kGrowth % kernels::kKeyBlock == 0);

// `count` values of `size` bytes to places that lie `step` bytes apart.
template<std::size_t size> void spread(const std::byte* from, std::size_t count, std::byte* to, std::size_t step)
{
    for (std::size_t i = 0; i < count; ++i)
        std::memcpy(to + i * step, from + i * size, size);
}

} // namespace

ProcessorKeys::ProcessorKeys(const DecoderConfig& config, Compute compute)
    : m_dtype(dtypeOf(compute)), m_headDim(static_cast<std::size_t>(config.headDim)),
      m_headBytes(m_headDim * sizeOf(m_dtype)), m_heads(static_cast<std::size_t>(config.keyHeads)),
      m_keys(static_cast<std::size_t>(config.layers) * m_heads), m_values(m_keys.size())
{
}

std::size_t ProcessorKeys::bytes() const
{
    std::size_t total = 0;
    for (std::size_t i = 0; i < m_keys.size(); ++i)
        total += m_keys[i].capacity() + m_values[i].capacity();
    return total;
}

void ProcessorKeys::reserve(std::size_t tokens)
{
    const std::size_t needed = rounded(tokens) * m_headBytes;
    const auto growOne = [needed](Bytes& bytes) {
        if (bytes.size() < needed) {
            bytes.reserve(needed); // no more than that: resize() alone would take up to twice as much
            bytes.resize(needed);
        }
    };
    std::for_each(m_keys.begin(), m_keys.end(), growOne);
    std::for_each(m_values.begin(), m_values.end(), growOne);
}

void ProcessorKeys::store(std::size_t layer, std::size_t position, const float* key, const float* value)
{
    constexpr std::size_t kPart = 64; // values that are converted before they go to their places
    std::array<std::byte, kPart * sizeof(float)> part;
    const std::size_t size = sizeOf(m_dtype);
    const std::size_t step = kernels::kKeyBlock * size;
    for (std::size_t head = 0; head < m_heads; ++head) {
        const std::size_t i = layer * m_heads + head;
        kernels::fromFloat32(m_dtype, {value + head * m_headDim, m_headDim},
                             m_values[i].data() + position * m_headBytes);
        std::byte* to = m_keys[i].data() + position / kernels::kKeyBlock * kernels::kKeyBlock * m_headBytes +
                        position % kernels::kKeyBlock * size;
        for (std::size_t begin = 0; begin < m_headDim; begin += kPart) {
            const std::size_t count = std::min(kPart, m_headDim - begin);
            kernels::fromFloat32(m_dtype, {key + head * m_headDim + begin, count}, part.data());
            if (m_dtype == DType::F32)
                spread<4>(part.data(), count, to + begin * step, step);
            else
                spread<2>(part.data(), count, to + begin * step, step);
        }
    }
}

const std::byte* ProcessorKeys::keys(std::size_t layer, std::size_t head, std::size_t first) const
{
    return m_keys[layer * m_heads + head].data() + first / kernels::kKeyBlock * kernels::kKeyBlock * m_headBytes;
}

const std::byte* ProcessorKeys::values(std::size_t layer, std::size_t head, std::size_t first) const
{
    return m_values[layer * m_heads + head].data() + first * m_headBytes;
}

} // namespace crucible::model
