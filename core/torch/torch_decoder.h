// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass by LibTorch, on a graphics card or, for comparisons, on the processor. Between two products
// activations are float32, as on the processor's own path. Products of weights in 16 bits come out in 16 bits here,
// logits too: float32 agrees with the processor's path but for the order of additions, bfloat16 and float16 are rounded
// once more, and float16 ends at 65504. Results may differ in their last bits with the size of a part and with what
// runs beside it.
#pragma once

#include "model/decoder.h"

#include <memory>

namespace crucible::torch_device {

struct Weights;

class TorchDecoder final : public model::Decoder {
public:
    // Throws as Decoder::load().
    TorchDecoder(std::shared_ptr<const formats::ModelFolder> folder, model::Compute compute,
                 const model::Device& device);
    ~TorchDecoder() override;

    const model::DecoderConfig& config() const override;
    model::DecoderNeeds needs() const override;
    model::KvCache newCache() const override;
    std::vector<float> forward(std::span<const Slice> slices, ThreadPool& pool,
                               const CancelToken& cancel = {}) const override;
    std::vector<float> hiddenStates(std::span<const model::TokenId> tokens, ThreadPool& pool,
                                    const CancelToken& cancel = {}) const override;

private:
    class Pass;

    model::Device m_device;
    model::Compute m_compute;
    std::unique_ptr<const Weights> m_weights;
};

} // namespace crucible::torch_device
