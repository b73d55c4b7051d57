// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values in the processor's memory: those of one head together, as attention reads them (kernels/attention.h).
#pragma once

#include "base/dtype.h"
#include "model/kv_cache.h"

#include <cstddef>
#include <vector>

namespace crucible::model {

class ProcessorKeys final : public KvStore {
public:
    ProcessorKeys(const DecoderConfig& config, Compute compute);

    std::unique_ptr<KvStore> copy() const override { return std::make_unique<ProcessorKeys>(*this); }
    std::size_t bytes() const override;
    void reserve(std::size_t tokens) override;

    DType dtype() const { return m_dtype; }
    // Keeps key and value [keyHeads, headDim] of the token at `position`, for which there must be room.
    void store(std::size_t layer, std::size_t position, const float* key, const float* value);
    // Those of one head: the block of keys that holds the token at `first`, and the values from that token on.
    const std::byte* keys(std::size_t layer, std::size_t head, std::size_t first) const;
    const std::byte* values(std::size_t layer, std::size_t head, std::size_t first) const;

private:
    using Bytes = std::vector<std::byte>;

    DType m_dtype;
    std::size_t m_headDim;
    std::size_t m_headBytes; // of one key or value of one head
    std::size_t m_heads;
    std::vector<Bytes> m_keys;   // of [layer, head]: [block, headDim, kKeyBlock]
    std::vector<Bytes> m_values; // of [layer, head]: [token, headDim]
};

} // namespace crucible::model
