// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass of a decoder-only language model, on the processor: weights as they lie in the mapped files, activations
// in float32, rounded to bfloat16 before they meet weights in it where that was chosen, as keys and values then are. What a
// token gives depends on the tokens before it alone, bit for bit: not on how a prompt is cut into chunks, on what runs beside
// it, or on the number of threads.
//
// (Dynamic NTK and LongRoPE, whose angles depend on the length of the text, are the exception by their definition: the length
// is that at the end of each forward().)
#pragma once

#include "base/cancel.h"
#include "base/parallel.h"
#include "kernels/matmul.h"
#include "model/compute.h"
#include "model/decoder_config.h"
#include "model/kv_cache.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace crucible::model {

using TokenId = std::int32_t;

class DecoderWeights;

// What a decoder takes of memory beside its mapped files.
struct DecoderNeeds {
    std::uint64_t ownBytes = 0; // as Decoder::ownBytes()
    std::size_t vocabulary = 0; // rows of the embedding
    std::size_t widest = 0;     // values of one token between two products
    bool bf16 = false;          // there are matrices in BF16
};

class Decoder {
public:
    // Checks that every weight is there with its shape; reads none of the large ones.
    // Throws Error::unsupported, Error::invalid, Error::corrupt.
    static std::shared_ptr<const Decoder> load(std::shared_ptr<const formats::ModelFolder> folder, Compute compute = Compute::Float32);
    // All checks of load(), from headers alone: nothing of the weights is read. Throws as load().
    static DecoderNeeds check(std::shared_ptr<const formats::ModelFolder> folder);
    ~Decoder();

    const DecoderConfig& config() const;
    // What a model with such needs computes in: Float32, or BFloat16.
    static Compute resolve(Compute compute, const DecoderNeeds& needs);
    DecoderNeeds needs() const;
    // Bytes of weights that lie in memory of our own, not in mapped files.
    std::uint64_t ownBytes() const;

    // An empty one for a sequence of this model.
    KvCache newCache() const;

    // One sequence's next tokens. Its cache gets them.
    struct Slice {
        std::span<const TokenId> tokens;
        KvCache* cache = nullptr;
        bool allLogits = false; // of every token; else of the last one
    };
    // Logits [rows asked for, vocabulary], in the order of the slices. Throws Error::invalid for a token that does not exist
    // and for more positions than a model with learned ones has; Error::cancelled().
    std::vector<float> forward(std::span<const Slice> slices, ThreadPool& pool, const CancelToken& cancel = {}) const;

    // The residual stream that enters each layer, [layers, tokens, hidden], for one text from its beginning. Throws as forward().
    std::vector<float> hiddenStates(std::span<const TokenId> tokens, ThreadPool& pool, const CancelToken& cancel = {}) const;

private:
    class Pass;
    Decoder(std::unique_ptr<const DecoderWeights> weights, Compute compute);

    std::unique_ptr<const DecoderWeights> m_weights;
    Compute m_compute; // Float32 or BFloat16
};

} // namespace crucible::model
