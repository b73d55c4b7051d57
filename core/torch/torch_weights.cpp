// SPDX-License-Identifier: GPL-3.0-or-later
#include "torch/torch_weights.h"

#include <ATen/ops/from_blob.h>

namespace crucible::torch_device {
namespace {

at::ScalarType typeOf(DType dtype)
{
    switch (dtype) {
    case DType::BF16: return at::kBFloat16;
    case DType::F16: return at::kHalf;
    default: return at::kFloat; // WeightMatrix has no others
    }
}

// What a matrix is multiplied in.
at::ScalarType wanted(DType stored, model::Compute compute, const at::Device& device)
{
    if (stored == DType::F32)
        return at::kFloat;
    if (!device.is_cpu())
        return typeOf(model::dtypeOf(compute));
    // LibTorch multiplies float16 on cards alone.
    return stored == DType::BF16 && compute == model::Compute::BFloat16 ? at::kBFloat16 : at::kFloat;
}

} // namespace

Weights::Weights(std::unique_ptr<const model::DecoderWeights> source, model::Compute compute, const at::Device& device)
    : config(source->config), needs(source->needs()), embeddingStored(source->embedding.matrix.dtype),
      m_compute(compute), m_device(device), m_source(std::move(source))
{
    embedding = linear(m_source->embedding);
    positions = linear(m_source->positions);
    embeddingNorm = norm(m_source->embeddingNorm);
    projectIn = linear(m_source->projectIn);
    projectOut = linear(m_source->projectOut);
    finalNorm = norm(m_source->finalNorm);
    head = linear(m_source->head);
    for (const model::LayerWeights& one : m_source->layers)
        layers.push_back(layer(one));
    m_stored.clear();
    if (!m_device.is_cpu())
        m_source.reset();
}

at::Tensor Weights::matrix(const kernels::WeightMatrix& from)
{
    if (!from.data)
        return {};
    at::Tensor& stored = m_stored[from.data];
    if (!stored.defined()) {
        const std::array<std::int64_t, 2> shape{static_cast<std::int64_t>(from.outputs),
                                                static_cast<std::int64_t>(from.inputs)};
        // from_blob() wants a pointer to what may change; nothing here writes to weights.
        const at::Tensor view =
            at::from_blob(const_cast<std::byte*>(from.data), shape, at::TensorOptions(typeOf(from.dtype)));
        stored = view.to(m_device, wanted(from.dtype, m_compute, m_device));
    }
    return stored;
}

at::Tensor Weights::vector(const std::vector<float>& from)
{
    if (from.empty())
        return {};
    const std::array<std::int64_t, 1> shape{static_cast<std::int64_t>(from.size())};
    return at::from_blob(const_cast<float*>(from.data()), shape, at::TensorOptions(at::kFloat)).to(m_device);
}

Linear Weights::linear(const model::Linear& from)
{
    return {matrix(from.matrix), vector(from.bias)};
}

Norm Weights::norm(const model::NormWeights& from, bool plusOne)
{
    Norm result{vector(from.weight), vector(from.bias)};
    if (plusOne && result)
        result.weight = result.weight.add(1.0);
    return result;
}

Expert Weights::expert(const model::Expert& from)
{
    return {linear(from.gate), linear(from.up), linear(from.down)};
}

Layer Weights::layer(const model::LayerWeights& from)
{
    const bool plusOne = config.norm == model::NormKind::RmsPlusOne;
    Layer result;
    result.attentionNorm = norm(from.attentionNorm);
    result.attentionPostNorm = norm(from.attentionPostNorm);
    result.mlpNorm = norm(from.mlpNorm);
    result.mlpPostNorm = norm(from.mlpPostNorm);
    result.queryNorm = norm(from.queryNorm, plusOne && !config.normalizesQk);
    result.keyNorm = norm(from.keyNorm, plusOne && !config.normalizesQk);
    result.qkv = linear(from.qkv);
    result.query = linear(from.query);
    result.key = linear(from.key);
    result.value = linear(from.value);
    result.output = linear(from.output);
    result.gateUp = linear(from.gateUp);
    result.mlp = expert(from.mlp);
    result.router = linear(from.router);
    for (const model::Expert& one : from.experts)
        result.experts.push_back(expert(one));
    result.sharedRouter = linear(from.sharedRouter);
    result.shared = expert(from.shared);
    return result;
}

} // namespace crucible::torch_device
