// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass of a decoder-only language model. On the processor (processor_decoder.h) it is our own; other
// devices are driven by LibTorch, from a library that is loaded when one is asked for (device_module.h).
#pragma once

#include "base/cancel.h"
#include "base/parallel.h"
#include "model/compute.h"
#include "model/decoder_config.h"
#include "model/device.h"
#include "model/kv_cache.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace crucible::model {

using TokenId = std::int32_t;

// What a decoder takes of memory beside its mapped files.
struct DecoderNeeds {
    std::uint64_t ownBytes = 0; // of weights that lie in memory of our own, not in mapped files
    std::size_t vocabulary = 0; // rows of the embedding
    std::size_t widest = 0;     // values of one token between two products
    std::uint64_t bf16 = 0;     // elements of matrices in BF16
    std::uint64_t f16 = 0;      // in F16
    std::uint64_t f32 = 0;      // in F32, or in what becomes that
};

class Decoder {
public:
    // Checks that every weight is there with its shape; on the processor, reads none of the large ones.
    // Throws Error::unsupported, Error::invalid, Error::corrupt, and Error of kind OutOfMemory where a device is full.
    static std::shared_ptr<const Decoder> load(std::shared_ptr<const formats::ModelFolder> folder,
                                               Compute compute = Compute::Float32, const Device& device = {});
    // All checks of load(), from headers alone: nothing of the weights is read. Throws as load().
    static DecoderNeeds check(std::shared_ptr<const formats::ModelFolder> folder);
    // What a model with such needs computes in on a device: not Automatic. Throws Error::unsupported.
    static Compute resolve(Compute compute, const DecoderNeeds& needs, const Device& device = {});

    virtual ~Decoder() = default;
    virtual const DecoderConfig& config() const = 0;
    virtual DecoderNeeds needs() const = 0;

    // An empty one for a sequence of this model.
    virtual KvCache newCache() const = 0;

    // One sequence's next tokens. Its cache gets them.
    struct Slice {
        std::span<const TokenId> tokens;
        KvCache* cache = nullptr;
        bool allLogits = false; // of every token; else of the last one
    };
    // Logits [rows asked for, vocabulary], in the order of the slices. Throws Error::invalid for a token that does not exist
    // and for more positions than a model with learned ones has; Error::cancelled().
    virtual std::vector<float> forward(std::span<const Slice> slices, ThreadPool& pool,
                                       const CancelToken& cancel = {}) const = 0;

    // The residual stream that enters each layer, [layers, tokens, hidden], for one text from its beginning. Throws as forward().
    virtual std::vector<float> hiddenStates(std::span<const TokenId> tokens, ThreadPool& pool,
                                            const CancelToken& cancel = {}) const = 0;
};

} // namespace crucible::model
