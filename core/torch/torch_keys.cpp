// SPDX-License-Identifier: GPL-3.0-or-later
#include "torch/torch_keys.h"

#include "torch/translate.h"

#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>

namespace crucible::torch_device {

TorchKeys::TorchKeys(const model::DecoderConfig& config, at::ScalarType dtype, const model::Device& device)
    : m_device(device)
{
    const c10::InferenceMode guard;
    const std::array<std::int64_t, 3> shape{config.keyHeads, 0, config.headDim};
    for (int layer = 0; layer < config.layers; ++layer) {
        m_keys.push_back(at::empty(shape, at::TensorOptions(dtype).device(toTorch(device))));
        m_values.push_back(at::empty(shape, at::TensorOptions(dtype).device(toTorch(device))));
    }
}

std::unique_ptr<model::KvStore> TorchKeys::copy() const
{
    return translated(m_device, [this]() -> std::unique_ptr<KvStore> {
        const c10::InferenceMode guard;
        auto other = std::make_unique<TorchKeys>(*this);
        for (std::vector<at::Tensor>* all : {&other->m_keys, &other->m_values}) {
            for (at::Tensor& one : *all)
                one = one.clone();
        }
        return other;
    });
}

std::size_t TorchKeys::bytes() const
{
    std::size_t total = 0;
    for (const std::vector<at::Tensor>* all : {&m_keys, &m_values}) {
        for (const at::Tensor& one : *all)
            total += one.nbytes();
    }
    return total;
}

void TorchKeys::reserve(std::size_t tokens)
{
    const c10::InferenceMode guard;
    const auto needed = static_cast<std::int64_t>(rounded(tokens));
    for (std::vector<at::Tensor>* all : {&m_keys, &m_values}) {
        for (at::Tensor& one : *all) {
            const std::int64_t has = one.size(1);
            if (has >= needed)
                continue;
            const std::array<std::int64_t, 3> shape{one.size(0), needed, one.size(2)};
            at::Tensor larger = at::empty(shape, one.options());
            if (has > 0)
                larger.narrow(1, 0, has).copy_(one);
            one = std::move(larger);
        }
    }
}

} // namespace crucible::torch_device
