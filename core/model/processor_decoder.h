// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass on the processor: weights as they lie in the mapped files, activations in float32, rounded to
// bfloat16 before they meet weights in it where that was chosen, as keys and values then are. What a token gives
// depends on the tokens before it alone, bit for bit: not on how a prompt is cut into chunks, on what runs beside it,
// or on the number of threads.
//
// (Dynamic NTK and LongRoPE, whose angles depend on the length of the text, are the exception by their definition: the
// length is that at the end of each forward().)
#pragma once

#include "model/decoder.h"

namespace crucible::model {

class DecoderWeights;

class ProcessorDecoder final : public Decoder {
public:
    // `compute`: Float32 or BFloat16.
    ProcessorDecoder(std::unique_ptr<const DecoderWeights> weights, Compute compute);
    ~ProcessorDecoder() override;

    const DecoderConfig& config() const override;
    DecoderNeeds needs() const override;
    KvCache newCache() const override;
    std::vector<float> forward(std::span<const Slice> slices, ThreadPool& pool,
                               const CancelToken& cancel = {}) const override;
    std::vector<float> hiddenStates(std::span<const TokenId> tokens, ThreadPool& pool,
                                    const CancelToken& cancel = {}) const override;

private:
    class Pass;

    std::unique_ptr<const DecoderWeights> m_weights;
    Compute m_compute;
};

} // namespace crucible::model
