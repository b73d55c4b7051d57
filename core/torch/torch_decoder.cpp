// SPDX-License-Identifier: GPL-3.0-or-later
#include "torch/torch_decoder.h"

#include "base/error.h"
#include "model/device_module.h"
#include "model/pass_rows.h"
#include "model/rope.h"
#include "torch/torch_keys.h"
#include "torch/torch_weights.h"
#include "torch/translate.h"

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <limits>

namespace crucible::torch_device {
namespace {

template<class T>
at::Tensor toDevice(const std::vector<T>& values, at::IntArrayRef shape, at::ScalarType type, const at::Device& device)
{
    // clone(): the values may be gone before the device has read them.
    const at::Tensor view = at::from_blob(const_cast<T*>(values.data()), shape, at::TensorOptions(type));
    return device.is_cpu() ? view.clone() : view.to(device);
}

std::vector<float> toHost(const at::Tensor& tensor)
{
    const at::Tensor own = tensor.to(at::kCPU, at::kFloat).contiguous();
    const float* values = own.data_ptr<float>();
    return {values, values + own.numel()};
}

void useThreads(const model::Device& device, const ThreadPool& pool)
{
    if (device.kind == model::DeviceKind::Torch && at::get_num_threads() != pool.threads())
        at::set_num_threads(pool.threads());
}

at::Tensor activated(const at::Tensor& x, model::Activation activation)
{
    switch (activation) {
    case model::Activation::Silu: return at::silu(x);
    case model::Activation::GeluErf: return at::gelu(x, "none");
    case model::Activation::GeluTanh: return at::gelu(x, "tanh");
    case model::Activation::Relu: return at::relu(x);
    }
    return x;
}

} // namespace

// One call of forward(): all rows of all slices side by side, float32 between two products.
class TorchDecoder::Pass {
public:
    Pass(const Weights& weights, std::span<const Slice> slices, const at::Device& device, const CancelToken& cancel)
        : m_weights(weights), m_config(weights.config), m_device(device), m_cancel(cancel),
          m_rows(model::passRows(m_config, slices, static_cast<std::size_t>(weights.embedding.weight.size(0)),
                                 weights.positions ? static_cast<std::size_t>(weights.positions.weight.size(0)) : 0)),
          m_count(static_cast<std::int64_t>(m_rows.size()))
    {
        std::int64_t begin = 0;
        for (const Slice& slice : slices) {
            const auto count = static_cast<std::int64_t>(slice.tokens.size());
            m_texts.push_back(
                {&slice.cache->store<TorchKeys>(), begin, count, static_cast<std::int64_t>(slice.cache->length())});
            begin += count;
        }
        for (const auto& [rope, values] : model::anglesOf(m_config, m_rows)) {
            const std::array<std::int64_t, 4> shape{m_count, 1, 2, rope->dims / 2};
            m_angles.emplace(rope, toDevice(values, shape, at::kFloat, m_device));
        }
        if (m_config.alibi) {
            const std::array<std::int64_t, 4> shape{m_config.keyHeads, m_config.heads / m_config.keyHeads, 1, 1};
            m_slopes =
                toDevice(model::alibiSlopes(static_cast<std::size_t>(m_config.heads)), shape, at::kFloat, m_device);
        }
    }

    std::vector<float> run()
    {
        embed();
        for (int index = 0; index < m_config.layers; ++index) {
            m_cancel.check();
            runLayer(index);
        }
        return logits();
    }

    std::vector<float> states()
    {
        std::vector<float> all;
        embed();
        for (int index = 0; index < m_config.layers; ++index) {
            m_cancel.check();
            const std::vector<float> x = toHost(m_x);
            all.insert(all.end(), x.begin(), x.end());
            if (index + 1 < m_config.layers)
                runLayer(index);
        }
        return all;
    }

private:
    struct Text {
        TorchKeys* kept;
        std::int64_t begin; // its first row
        std::int64_t count;
        std::int64_t position; // of that row
    };

    at::Tensor indices(const std::vector<std::int64_t>& values) const
    {
        const std::array<std::int64_t, 1> shape{static_cast<std::int64_t>(values.size())};
        return toDevice(values, shape, at::kLong, m_device);
    }

    at::Tensor product(const at::Tensor& x, const Linear& linear) const
    {
        const at::Tensor y = at::linear(x.to(linear.weight.scalar_type()), linear.weight).to(at::kFloat);
        return linear.bias.defined() ? y.add(linear.bias) : y;
    }

    at::Tensor rmsNormalized(const at::Tensor& x, const Norm& norm) const
    {
        return x.mul(x.square().mean(-1, true).add(m_config.normEpsilon).rsqrt()).mul(norm.weight);
    }

    // Over the last dimension. Without such a norm x stays as it is.
    at::Tensor normalized(const at::Tensor& x, const Norm& norm) const
    {
        if (!norm)
            return x;
        if (m_config.norm != model::NormKind::Layer)
            return rmsNormalized(x, norm);
        const std::array<std::int64_t, 1> shape{norm.weight.size(0)};
        return at::layer_norm(x, shape, norm.weight, norm.bias, m_config.normEpsilon);
    }

    at::Tensor tableRows(const Linear& table, const std::vector<std::int64_t>& at) const
    {
        return table.weight.index_select(0, indices(at)).to(at::kFloat);
    }

    void embed()
    {
        std::vector<std::int64_t> tokens, places;
        for (const model::PassRow& row : m_rows) {
            tokens.push_back(row.token);
            places.push_back(static_cast<std::int64_t>(row.position) + m_config.positionOffset);
        }
        m_x = tableRows(m_weights.embedding, tokens);
        if (m_config.embeddingScale != 1)
            m_x = m_x.mul(model::embeddingFactor(m_config, m_weights.embeddingStored));
        if (m_weights.projectIn)
            m_x = product(m_x, m_weights.projectIn);
        if (m_weights.positions)
            m_x = m_x.add(tableRows(m_weights.positions, places));
        m_x = normalized(m_x, m_weights.embeddingNorm);
    }

    void runLayer(int index)
    {
        const Layer& layer = m_weights.layers[static_cast<std::size_t>(index)];
        const bool afterSum = m_config.normPlace == model::NormPlace::PostResidual;
        const auto entering = [&](const Norm& norm) { return afterSum ? m_x : normalized(m_x, norm); };
        const at::Tensor input = entering(layer.attentionNorm);
        const at::Tensor attended = normalized(attention(input, layer, index), layer.attentionPostNorm);
        if (m_config.parallel) {
            const at::Tensor fed = mlp(layer.mlpNorm ? entering(layer.mlpNorm) : input, layer);
            add(attended);
            add(fed);
            return;
        }
        add(attended);
        if (afterSum)
            m_x = normalized(m_x, layer.attentionNorm);
        add(normalized(mlp(entering(layer.mlpNorm), layer), layer.mlpPostNorm));
        if (afterSum)
            m_x = normalized(m_x, layer.mlpNorm);
    }

    void add(const at::Tensor& branch) { m_x = m_x.add(branch, m_config.residualScale); }

    // Queries, keys and values [rows, heads, headDim].
    std::array<at::Tensor, 3> projected(const at::Tensor& input, const Layer& layer) const
    {
        const std::int64_t d = m_config.headDim, heads = m_config.heads, keyHeads = m_config.keyHeads;
        if (!layer.qkv)
            return {product(input, layer.query).view({m_count, heads, d}),
                    product(input, layer.key).view({m_count, keyHeads, d}),
                    product(input, layer.value).view({m_count, keyHeads, d})};
        const at::Tensor fused = product(input, layer.qkv);
        if (m_config.qkvRows == model::QkvRows::Stacked) {
            const at::Tensor all = fused.view({m_count, heads + 2 * keyHeads, d});
            return {all.narrow(1, 0, heads), all.narrow(1, heads, keyHeads), all.narrow(1, heads + keyHeads, keyHeads)};
        }
        const std::int64_t perGroup = heads / keyHeads;
        const at::Tensor groups = fused.view({m_count, keyHeads, perGroup + 2, d});
        return {groups.narrow(2, 0, perGroup).reshape({m_count, heads, d}), groups.select(2, perGroup),
                groups.select(2, perGroup + 1)};
    }

    at::Tensor turned(const at::Tensor& x, const model::Rope& rope) const
    {
        const at::Tensor& angles = m_angles.at(&rope);
        const at::Tensor cosines = angles.select(2, 0), sines = angles.select(2, 1); // [rows, 1, pairs]
        const std::int64_t pairs = rope.dims / 2;
        const std::int64_t rest = m_config.headDim - 2 * pairs;
        const at::Tensor part = x.narrow(2, 0, 2 * pairs);
        at::Tensor result;
        if (rope.style == model::RopeStyle::Halves) {
            const at::Tensor a = part.narrow(2, 0, pairs), b = part.narrow(2, pairs, pairs);
            result = at::cat({a.mul(cosines).sub(b.mul(sines)), b.mul(cosines).add(a.mul(sines))}, 2);
        } else {
            const at::Tensor both = part.reshape({x.size(0), x.size(1), pairs, 2});
            const at::Tensor a = both.select(3, 0), b = both.select(3, 1);
            result = at::stack({a.mul(cosines).sub(b.mul(sines)), b.mul(cosines).add(a.mul(sines))}, 3).flatten(2);
        }
        return rest > 0 ? at::cat({result, x.narrow(2, 2 * pairs, rest)}, 2) : result;
    }

    at::Tensor prepared(const at::Tensor& x, const Norm& norm, const model::Rope& rope) const
    {
        at::Tensor result = x;
        if (norm && m_config.normalizesQk)
            result = rmsNormalized(x.reshape({x.size(0), -1}), norm).view(x.sizes());
        else if (norm)
            result = normalized(x, norm);
        return rope.style == model::RopeStyle::None ? result : turned(result, rope);
    }

    // What `count` rows of a text from its row `begin` see: [rows, heads * headDim].
    at::Tensor attend(const at::Tensor& queries, const Text& text, int index, std::int64_t begin,
                      std::int64_t count) const
    {
        const std::int64_t d = m_config.headDim, keyHeads = m_config.keyHeads, together = m_config.heads / keyHeads;
        const std::int64_t window = m_config.windowOf ? m_config.windowOf(index) : 0;
        const std::int64_t position = text.position + begin; // of the first of these rows
        const std::int64_t first = window > 0 ? std::max<std::int64_t>(0, position + 1 - window) : 0;
        const std::int64_t seen = position + count - first;
        const auto at = static_cast<std::size_t>(index);
        const at::Tensor grouped = queries.narrow(0, text.begin + begin, count)
                                       .view({count, keyHeads, together, d})
                                       .permute({1, 2, 0, 3})
                                       .reshape({keyHeads, together * count, d});
        at::Tensor scores = at::bmm(grouped, text.kept->keys(at, first, seen).to(at::kFloat).transpose(1, 2))
                                .view({keyHeads, together, count, seen});
        const double scale = model::attentionScale(m_config, index);
        const at::Tensor places = at::arange(first, first + seen, at::TensorOptions(at::kLong).device(m_device));
        if (m_slopes.defined()) {
            const at::Tensor bias = m_slopes.mul(places.to(at::kFloat));
            scores = m_config.alibiBeforeScale ? scores.add(bias.to(at::kBFloat16).to(at::kFloat)).mul(scale)
                                               : scores.mul(scale).add(bias);
        } else {
            scores = scores.mul(scale);
        }
        if (m_config.attentionCap > 0)
            scores = scores.div(m_config.attentionCap).tanh().mul(m_config.attentionCap);
        if (count > 1) {
            const at::Tensor own =
                at::arange(position, position + count, at::TensorOptions(at::kLong).device(m_device)).unsqueeze(1);
            at::Tensor hidden = places.gt(own);
            if (window > 0)
                hidden = hidden.logical_or(places.le(own.sub(window)));
            scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
        }
        const at::Tensor shares = at::softmax(scores, -1).view({keyHeads, together * count, seen});
        return at::bmm(shares, text.kept->values(at, first, seen).to(at::kFloat))
            .view({keyHeads, together, count, d})
            .permute({2, 0, 1, 3})
            .reshape({count, m_config.heads * d});
    }

    at::Tensor attention(const at::Tensor& input, const Layer& layer, int index) const
    {
        auto [queries, keys, values] = projected(input, layer);
        const model::Rope& rope = model::ropeOf(m_config, index);
        queries = prepared(queries, layer.queryNorm, rope).contiguous();
        keys = prepared(keys, layer.keyNorm, rope);
        std::vector<at::Tensor> mixed;
        for (const Text& text : m_texts) {
            const auto at = static_cast<std::size_t>(index);
            text.kept->keys(at, text.position, text.count)
                .copy_(keys.narrow(0, text.begin, text.count).transpose(0, 1));
            text.kept->values(at, text.position, text.count)
                .copy_(values.narrow(0, text.begin, text.count).transpose(0, 1));
            const std::int64_t perRow = m_config.heads * (text.position + text.count);
            const std::int64_t most = std::max<std::int64_t>(1, model::kMostDeviceScores / perRow);
            for (std::int64_t begin = 0; begin < text.count; begin += most)
                mixed.push_back(attend(queries, text, index, begin, std::min(most, text.count - begin)));
        }
        return product(mixed.size() == 1 ? mixed.front() : at::cat(mixed, 0), layer.output);
    }

    at::Tensor feed(const at::Tensor& input, const Expert& expert) const
    {
        const at::Tensor up = product(input, expert.up);
        return product(expert.gate ? activated(product(input, expert.gate), m_config.activation).mul(up)
                                   : activated(up, m_config.activation),
                       expert.down);
    }

    at::Tensor mlp(const at::Tensor& input, const Layer& layer) const
    {
        if (layer.router)
            return feedExperts(input, layer);
        if (!layer.gateUp)
            return feed(input, layer.mlp);
        const at::Tensor both = product(input, layer.gateUp);
        const std::int64_t width = both.size(1) / 2;
        return product(activated(both.narrow(1, 0, width), m_config.activation).mul(both.narrow(1, width, width)),
                       layer.mlp.down);
    }

    at::Tensor feedExperts(const at::Tensor& input, const Layer& layer) const
    {
        const auto uses = model::expertUses(m_config.moe, toHost(product(input, layer.router)));
        at::Tensor result = at::zeros_like(input);
        for (std::size_t e = 0; e < uses.size(); ++e) {
            if (uses[e].empty())
                continue;
            std::vector<std::int64_t> rows;
            std::vector<float> shares;
            for (const model::ExpertUse& use : uses[e]) {
                rows.push_back(static_cast<std::int64_t>(use.row));
                shares.push_back(use.weight);
            }
            const at::Tensor at = indices(rows);
            const std::array<std::int64_t, 2> shape{static_cast<std::int64_t>(shares.size()), 1};
            const at::Tensor fed = feed(input.index_select(0, at), layer.experts[e]);
            result.index_add_(0, at, fed.mul(toDevice(shares, shape, at::kFloat, m_device)));
        }
        if (layer.shared.up)
            result = result.add(feed(input, layer.shared).mul(product(input, layer.sharedRouter).sigmoid()));
        return result;
    }

    std::vector<float> logits()
    {
        std::vector<std::int64_t> asked;
        for (std::size_t r = 0; r < m_rows.size(); ++r) {
            if (m_rows[r].asked)
                asked.push_back(static_cast<std::int64_t>(r));
        }
        at::Tensor x = normalized(m_x.index_select(0, indices(asked)), m_weights.finalNorm);
        if (m_weights.projectOut)
            x = product(x, m_weights.projectOut);
        x = product(x, m_weights.head).mul(m_config.logitScale);
        if (m_config.logitCap > 0)
            x = x.div(m_config.logitCap).tanh().mul(m_config.logitCap);
        return toHost(x);
    }

    const Weights& m_weights;
    const model::DecoderConfig& m_config;
    const at::Device m_device;
    const CancelToken& m_cancel;
    std::vector<model::PassRow> m_rows;
    std::int64_t m_count;
    std::vector<Text> m_texts;
    std::map<const model::Rope*, at::Tensor> m_angles; // [rows, 1, cosines and sines, pairs]
    at::Tensor m_slopes;                               // [keyHeads, queries to a key head, 1, 1]
    at::Tensor m_x;                                    // [rows, hidden]: the residual stream
};

TorchDecoder::TorchDecoder(std::shared_ptr<const formats::ModelFolder> folder, model::Compute compute,
                           const model::Device& device)
    : m_device(device), m_compute(model::Compute::Float32)
{
    translated(device, [&] {
        const c10::InferenceMode guard;
        auto weights = std::make_unique<const model::DecoderWeights>(std::move(folder));
        m_compute = resolve(compute, weights->needs(), device);
        m_weights = std::make_unique<const Weights>(std::move(weights), m_compute, toTorch(device));
    });
}

TorchDecoder::~TorchDecoder() = default;

const model::DecoderConfig& TorchDecoder::config() const
{
    return m_weights->config;
}

model::DecoderNeeds TorchDecoder::needs() const
{
    return m_weights->needs;
}

model::KvCache TorchDecoder::newCache() const
{
    return translated(m_device, [&] {
        const at::ScalarType type = m_compute == model::Compute::BFloat16  ? at::kBFloat16
                                    : m_compute == model::Compute::Float16 ? at::kHalf
                                                                           : at::kFloat;
        return model::KvCache(std::make_unique<TorchKeys>(m_weights->config, type, m_device));
    });
}

std::vector<float> TorchDecoder::forward(std::span<const Slice> slices, ThreadPool& pool,
                                         const CancelToken& cancel) const
{
    std::vector<float> logits = translated(m_device, [&] {
        const c10::InferenceMode guard;
        useThreads(m_device, pool);
        return Pass(*m_weights, slices, toTorch(m_device), cancel).run();
    });
    for (const Slice& slice : slices)
        slice.cache->append(slice.tokens.size());
    return logits;
}

std::vector<float> TorchDecoder::hiddenStates(std::span<const model::TokenId> tokens, ThreadPool& pool,
                                              const CancelToken& cancel) const
{
    model::KvCache cache = newCache();
    const Slice slice{tokens, &cache, false};
    return translated(m_device, [&] {
        const c10::InferenceMode guard;
        useThreads(m_device, pool);
        return Pass(*m_weights, {&slice, 1}, toTorch(m_device), cancel).states();
    });
}

} // namespace crucible::torch_device
