// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder keeps of the tokens that it has seen.
#pragma once

#include "base/dtype.h"
#include "model/compute.h"
#include "model/decoder_config.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace crucible::model {

// Keys and values of one sequence, in BF16 for a model that computes in it, else in F32: 2 * layers * keyHeads * headDim of them
// per token. Those of one head lie one after the other, as attention reads them.
class KvCache {
public:
    explicit KvCache(const DecoderConfig& config, Compute compute = Compute::Float32);

    std::size_t length() const { return m_length; }
    // Forgets what comes after the first `length` tokens.
    void truncate(std::size_t length);
    std::size_t bytes() const;
    // What bytes() is with so many tokens in it.
    static std::uint64_t bytesFor(const DecoderConfig& config, Compute compute, std::size_t tokens);

private:
    friend class Decoder;
    using Bytes = std::vector<std::byte>; // [token, headDim]

    // Makes room for so many tokens more.
    void grow(std::size_t tokens);
    // Keeps key and value [keyHeads, headDim] of the token at `position`, for which there must be room.
    void store(std::size_t layer, std::size_t position, const float* key, const float* value);
    // Those of one head, from the token at `first`.
    const std::byte* keys(std::size_t layer, std::size_t head, std::size_t first) const;
    const std::byte* values(std::size_t layer, std::size_t head, std::size_t first) const;

    DType m_dtype;
    std::size_t m_headDim;
    std::size_t m_headBytes; // of one key or value of one head
    std::size_t m_heads;
    std::size_t m_length = 0;
    std::vector<Bytes> m_keys; // [layer, head]
    std::vector<Bytes> m_values;
};

} // namespace crucible::model
