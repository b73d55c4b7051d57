// SPDX-License-Identifier: GPL-3.0-or-later
// A decoder's weights as tensors on a device. On the processor they are views of the mapped files where no conversion
// is needed.
#pragma once

#include "model/weights.h"
#include "torch/tensor.h"

#include <map>
#include <memory>
#include <vector>

namespace crucible::torch_device {

struct Linear {
    at::Tensor weight; // [outputs, inputs]; undefined: this layer does not exist
    at::Tensor bias;   // [outputs], float32; may be undefined
    explicit operator bool() const { return weight.defined(); }
};

struct Norm {
    at::Tensor weight; // float32; undefined: this norm does not exist
    at::Tensor bias;
    explicit operator bool() const { return weight.defined(); }
};

using Expert = model::ExpertOf<Linear>;
using Layer = model::LayerOf<Linear, Norm>;

struct Weights {
    // `compute`: matrices of 16 bits are stored in it on a card. On the processor those in BF16 stay so if that is
    // computed in; LibTorch multiplies F16 on cards alone.
    Weights(std::unique_ptr<const model::DecoderWeights> source, model::Compute compute, const at::Device& device);

    model::DecoderConfig config;
    model::DecoderNeeds needs;
    DType embeddingStored; // in the files
    Linear embedding;
    Linear positions;
    Norm embeddingNorm;
    Linear projectIn;
    Linear projectOut;
    Norm finalNorm;
    Linear head;
    std::vector<Layer> layers;

private:
    at::Tensor matrix(const kernels::WeightMatrix& from);
    at::Tensor vector(const std::vector<float>& from);
    Linear linear(const model::Linear& from);
    Norm norm(const model::NormWeights& from, bool plusOne);
    Norm norm(const model::NormWeights& from) { return norm(from, config.norm == model::NormKind::RmsPlusOne); }
    Expert expert(const model::Expert& from);
    Layer layer(const model::LayerWeights& from);

    model::Compute m_compute;
    at::Device m_device;
    std::map<const std::byte*, at::Tensor> m_stored;       // a tied head is the embedding
    std::unique_ptr<const model::DecoderWeights> m_source; // what is viewed; null where everything was copied
};

} // namespace crucible::torch_device
