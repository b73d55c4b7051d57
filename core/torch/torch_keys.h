// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values in a device's memory.
#pragma once

#include "model/device.h"
#include "model/kv_cache.h"
#include "torch/tensor.h"

#include <vector>

namespace crucible::torch_device {

class TorchKeys final : public model::KvStore {
public:
    TorchKeys(const model::DecoderConfig& config, at::ScalarType dtype, const model::Device& device);

    std::unique_ptr<KvStore> copy() const override;
    std::size_t bytes() const override;
    void reserve(std::size_t tokens) override;

    // [keyHeads, tokens, headDim] of a layer's tokens from `first` on.
    at::Tensor keys(std::size_t layer, std::int64_t first, std::int64_t count) const
    {
        return m_keys[layer].narrow(1, first, count);
    }
    at::Tensor values(std::size_t layer, std::int64_t first, std::int64_t count) const
    {
        return m_values[layer].narrow(1, first, count);
    }

private:
    model::Device m_device;
    std::vector<at::Tensor> m_keys; // [keyHeads, room, headDim] of each layer
    std::vector<at::Tensor> m_values;
};

} // namespace crucible::torch_device
