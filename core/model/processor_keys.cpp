// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/processor_keys.h"

#include "kernels/convert.h"

#include <algorithm>

namespace crucible::model {

ProcessorKeys::ProcessorKeys(const DecoderConfig& config, Compute compute)
    : m_dtype(dtypeOf(compute)), m_headDim(static_cast<std::size_t>(config.headDim)), m_headBytes(m_headDim * sizeOf(m_dtype)),
      m_heads(static_cast<std::size_t>(config.keyHeads)), m_keys(static_cast<std::size_t>(config.layers) * m_heads),
      m_values(m_keys.size())
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
    for (std::size_t head = 0; head < m_heads; ++head) {
        const std::size_t i = layer * m_heads + head;
        kernels::fromFloat32(m_dtype, {key + head * m_headDim, m_headDim}, m_keys[i].data() + position * m_headBytes);
        kernels::fromFloat32(m_dtype, {value + head * m_headDim, m_headDim}, m_values[i].data() + position * m_headBytes);
    }
}

const std::byte* ProcessorKeys::keys(std::size_t layer, std::size_t head, std::size_t first) const
{
    return m_keys[layer * m_heads + head].data() + first * m_headBytes;
}

const std::byte* ProcessorKeys::values(std::size_t layer, std::size_t head, std::size_t first) const
{
    return m_values[layer * m_heads + head].data() + first * m_headBytes;
}

} // namespace crucible::model
