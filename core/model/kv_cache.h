// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder keeps of the tokens that it has seen.
#pragma once

#include "model/decoder_config.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace crucible::model {

// Keys and values of one sequence. float32, 2 * layers * keyHeads * headDim values per token.
class KvCache {
public:
    explicit KvCache(const DecoderConfig& config);

    std::size_t length() const { return m_length; }
    // Forgets what comes after the first `length` tokens.
    void truncate(std::size_t length);
    std::size_t bytes() const;
    // What bytes() is with so many tokens in it.
    static std::uint64_t bytesFor(const DecoderConfig& config, std::size_t tokens);

private:
    friend class Decoder;
    float* keys(int layer) { return m_keys[static_cast<std::size_t>(layer)].data(); }
    float* values(int layer) { return m_values[static_cast<std::size_t>(layer)].data(); }
    void grow(std::size_t tokens);

    std::size_t m_perToken; // values of keys, per layer
    std::size_t m_length = 0;
    std::vector<std::vector<float>> m_keys; // per layer: [token, keyHeads, headDim]
    std::vector<std::vector<float>> m_values;
};

} // namespace crucible::model
