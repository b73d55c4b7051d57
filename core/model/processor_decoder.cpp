// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/processor_decoder.h"

#include "base/error.h"
#include "kernels/attention.h"
#include "kernels/convert.h"
#include "model/activations.h"
#include "model/pass_rows.h"
#include "model/processor_keys.h"
#include "model/rope.h"
#include "model/weights.h"

#include <algorithm>
#include <array>

namespace crucible::model {

ProcessorDecoder::ProcessorDecoder(std::unique_ptr<const DecoderWeights> weights, Compute compute)
    : m_weights(std::move(weights)), m_compute(compute)
{
}

ProcessorDecoder::~ProcessorDecoder() = default;

const DecoderConfig& ProcessorDecoder::config() const
{
    return m_weights->config;
}

DecoderNeeds ProcessorDecoder::needs() const
{
    return m_weights->needs();
}

KvCache ProcessorDecoder::newCache() const
{
    return KvCache(std::make_unique<ProcessorKeys>(m_weights->config, m_compute));
}

// One call of forward(): all rows of all slices side by side.
class ProcessorDecoder::Pass {
public:
    Pass(const ProcessorDecoder& decoder, std::span<const Slice> slices, ThreadPool& pool, const CancelToken& cancel)
        : m_weights(*decoder.m_weights), m_config(m_weights.config),
          m_rounding(decoder.m_compute == Compute::BFloat16 ? kernels::Activations::BFloat16
                                                            : kernels::Activations::Float32),
          m_pool(pool), m_cancel(cancel), m_hidden(static_cast<std::size_t>(m_config.hidden)),
          m_headDim(static_cast<std::size_t>(m_config.headDim)),
          m_queries(static_cast<std::size_t>(m_config.heads) * m_headDim),
          m_keys(static_cast<std::size_t>(m_config.keyHeads) * m_headDim),
          m_rows(passRows(m_config, slices, m_weights.embedding.matrix.outputs, m_weights.positions.matrix.outputs)),
          m_angles(anglesOf(m_config, m_rows))
    {
    }

    std::vector<float> run()
    {
        embed();
        for (int layer = 0; layer < m_config.layers; ++layer) {
            m_cancel.check();
            runLayer(layer);
        }
        return logits();
    }

    // What enters each layer.
    std::vector<float> states()
    {
        std::vector<float> all;
        embed();
        for (int layer = 0; layer < m_config.layers; ++layer) {
            m_cancel.check();
            const std::span<const float> x = m_x.span();
            all.insert(all.end(), x.begin(), x.end());
            if (layer + 1 < m_config.layers)
                runLayer(layer);
        }
        return all;
    }

private:
    Activations product(std::span<const float> x, const Linear& linear)
    {
        return std::move(productsOf<1>(x, {&linear})[0]);
    }

    // The same rows with several matrices.
    template<std::size_t count>
    std::array<Activations, count> productsOf(std::span<const float> x, const std::array<const Linear*, count>& linears)
    {
        const std::size_t rows = x.size() / linears[0]->matrix.inputs;
        std::array<Activations, count> results;
        std::array<kernels::Product, count> products;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t outputs = linears[i]->matrix.outputs;
            results[i] = Activations(m_store, rows * outputs);
            products[i] = {linears[i]->matrix, results[i].span(), outputs};
        }
        kernels::multiply(x, rows, products, m_pool, m_rounding);
        for (std::size_t i = 0; i < count; ++i)
            addBias(results[i], linears[i]->bias);
        return results;
    }

    void addBias(Activations& y, const std::vector<float>& bias)
    {
        if (bias.empty())
            return;
        forEachRow(y.size() / bias.size(), [&](std::size_t r) {
            for (std::size_t i = 0; i < bias.size(); ++i)
                y[r * bias.size() + i] += bias[i];
        });
    }

    void normalizeRow(std::span<float> out, const float* x, const NormWeights& norm) const
    {
        if (m_config.norm == NormKind::Layer)
            kernels::layerNorm(out, x, norm.weight.data(), norm.bias.empty() ? nullptr : norm.bias.data(),
                               m_config.normEpsilon);
        else
            kernels::rmsNorm(out, x, norm.weight.data(), m_config.norm == NormKind::RmsPlusOne ? 1.0f : 0.0f,
                             m_config.normEpsilon);
    }

    Activations normalized(std::span<const float> x, const NormWeights& norm)
    {
        Activations out(m_store, x.size());
        const std::size_t width = norm.weight.size();
        forEachRow(x.size() / width, [&](std::size_t r) {
            normalizeRow(out.span().subspan(r * width, width), x.data() + r * width, norm);
        });
        return out;
    }

    // Rows without such a norm stay as they are.
    void normalize(Activations& x, const NormWeights& norm)
    {
        if (norm)
            x = normalized(x.span(), norm);
    }

    template<class Body> void forEachRow(std::size_t rows, Body&& body)
    {
        constexpr std::size_t kTogether = 16;
        if (rows <= kTogether) {
            for (std::size_t r = 0; r < rows; ++r)
                body(r);
            return;
        }
        m_pool.forEach((rows + kTogether - 1) / kTogether, [&](std::size_t block, int) {
            for (std::size_t r = block * kTogether; r < std::min(rows, (block + 1) * kTogether); ++r)
                body(r);
        });
    }

    void tableRow(const Linear& table, std::size_t index, std::span<float> out) const
    {
        const std::size_t width = table.matrix.inputs;
        kernels::toFloat32(table.matrix.dtype, table.matrix.data + index * width * sizeOf(table.matrix.dtype), out);
    }

    void embed()
    {
        const std::size_t width = m_weights.embedding.matrix.inputs;
        Activations x(m_store, m_rows.size() * width);
        for (std::size_t r = 0; r < m_rows.size(); ++r)
            tableRow(m_weights.embedding, static_cast<std::size_t>(m_rows[r].token), {x.data() + r * width, width});
        if (m_config.embeddingScale != 1) {
            const float factor = embeddingFactor(m_config, m_weights.embedding.matrix.dtype);
            for (float& value : x.span())
                value *= factor;
        }
        if (m_weights.projectIn)
            x = product(x.span(), m_weights.projectIn);
        if (m_weights.positions) {
            std::vector<float> place(m_hidden);
            for (std::size_t r = 0; r < m_rows.size(); ++r) {
                tableRow(m_weights.positions, m_rows[r].position + static_cast<std::size_t>(m_config.positionOffset),
                         place);
                for (std::size_t i = 0; i < m_hidden; ++i)
                    x[r * m_hidden + i] += place[i];
            }
        }
        m_x = std::move(x);
        normalize(m_x, m_weights.embeddingNorm);
    }

    void runLayer(int index)
    {
        const LayerWeights& layer = m_weights.layers[static_cast<std::size_t>(index)];
        const bool afterSum = m_config.normPlace == NormPlace::PostResidual;
        // What a norm made, or the stream itself where there is none.
        Activations own;
        const auto entering = [&](const NormWeights& norm) -> std::span<const float> {
            if (afterSum || !norm)
                return m_x.span();
            own = normalized(m_x.span(), norm);
            return own.span();
        };
        const std::span<const float> input = entering(layer.attentionNorm);
        Activations attended = attention(input, layer, index);
        normalize(attended, layer.attentionPostNorm);
        if (m_config.parallel) {
            const Activations fed = mlp(layer.mlpNorm ? entering(layer.mlpNorm) : input, layer);
            add(attended);
            add(fed);
            return;
        }
        add(attended);
        if (afterSum)
            normalize(m_x, layer.attentionNorm);
        Activations fed = mlp(entering(layer.mlpNorm), layer);
        normalize(fed, layer.mlpPostNorm);
        add(fed);
        if (afterSum)
            normalize(m_x, layer.mlpNorm);
    }

    void add(const Activations& branch)
    {
        const auto factor = static_cast<float>(m_config.residualScale);
        forEachRow(m_rows.size(), [&](std::size_t r) {
            for (std::size_t i = r * m_hidden; i < (r + 1) * m_hidden; ++i)
                m_x[i] += branch[i] * factor;
        });
    }

    // Queries of a row, and its key and value, from what the fused matrix gave.
    void splitRow(const float* fused, float* query, float* key, float* value) const
    {
        const std::size_t d = m_headDim;
        const std::size_t groups = m_keys / d;
        const std::size_t perGroup = m_queries / m_keys;
        switch (m_config.qkvRows) {
        case QkvRows::Separate:
        case QkvRows::Stacked:
            std::copy_n(fused, m_queries, query);
            std::copy_n(fused + m_queries, m_keys, key);
            std::copy_n(fused + m_queries + m_keys, m_keys, value);
            return;
        case QkvRows::PerHead:
        case QkvRows::PerGroup: // with one query to a group, the same
            for (std::size_t g = 0; g < groups; ++g) {
                const float* group = fused + g * (perGroup + 2) * d;
                std::copy_n(group, perGroup * d, query + g * perGroup * d);
                std::copy_n(group + perGroup * d, d, key + g * d);
                std::copy_n(group + (perGroup + 1) * d, d, value + g * d);
            }
            return;
        }
    }

    void prepareHeads(float* values, std::size_t count, const NormWeights& norm, const Rope& rope,
                      std::size_t row) const
    {
        if (norm && m_config.normalizesQk)
            kernels::rmsNorm({values, count}, values, norm.weight.data(), 0, m_config.normEpsilon);
        const float* angles = rope.style == RopeStyle::None
                                  ? nullptr
                                  : m_angles.at(&rope).data() + row * static_cast<std::size_t>(rope.dims);
        for (std::size_t begin = 0; begin < count; begin += m_headDim) {
            if (norm && !m_config.normalizesQk)
                normalizeRow({values + begin, m_headDim}, values + begin, norm);
            if (angles)
                turn(rope, angles, {values + begin, m_headDim});
        }
    }

    Activations attention(std::span<const float> input, const LayerWeights& layer, int index)
    {
        const Rope& rope = ropeOf(m_config, index);
        const auto at = static_cast<std::size_t>(index);
        Activations fused;
        std::array<Activations, 3> parts;
        if (layer.qkv) {
            fused = product(input, layer.qkv);
            for (std::size_t i = 0; i < parts.size(); ++i)
                parts[i] = Activations(m_store, m_rows.size() * (i == 0 ? m_queries : m_keys));
        } else {
            parts = productsOf<3>(input, {&layer.query, &layer.key, &layer.value});
        }
        Activations& queries = parts[0];
        forEachRow(m_rows.size(), [&](std::size_t r) {
            float* query = queries.data() + r * m_queries;
            float* key = parts[1].data() + r * m_keys;
            float* value = parts[2].data() + r * m_keys;
            if (layer.qkv)
                splitRow(fused.data() + r * (m_queries + 2 * m_keys), query, key, value);
            prepareHeads(query, m_queries, layer.queryNorm, rope, r);
            prepareHeads(key, m_keys, layer.keyNorm, rope, r);
            m_rows[r].cache->store<ProcessorKeys>().store(at, m_rows[r].position, key, value);
        });
        Activations mixed(m_store, m_rows.size() * m_queries);
        const auto heads = static_cast<std::size_t>(m_config.heads);
        const auto window = static_cast<std::size_t>(m_config.windowOf ? m_config.windowOf(index) : 0);
        const std::size_t together = m_queries / m_keys;
        kernels::Attention plain{.queryCount = together,
                                 .headDim = m_headDim,
                                 .scale = attentionScale(m_config, index),
                                 .cap = static_cast<float>(m_config.attentionCap),
                                 .slopeBeforeScale = m_config.alibiBeforeScale};
        const std::vector<float> slopes = m_config.alibi ? alibiSlopes(heads) : std::vector<float>();
        const std::size_t keyHeads = heads / together;
        const auto attendOne = [&](std::size_t i, int) {
            thread_local std::vector<float> scores;
            const PassRow& row = m_rows[i / keyHeads];
            const auto& kept = row.cache->store<ProcessorKeys>();
            const std::size_t keyHead = i % keyHeads;
            const std::size_t seen = row.position + 1;
            kernels::Attention one = plain;
            one.first = window > 0 && seen > window ? seen - window : 0;
            one.count = seen - one.first;
            one.queries = queries.data() + i * together * m_headDim;
            one.dtype = kept.dtype();
            one.keys = kept.keys(at, keyHead, one.first);
            one.values = kept.values(at, keyHead, one.first);
            one.slopes = slopes.empty() ? nullptr : slopes.data() + keyHead * together;
            const std::size_t needed = kernels::scoreCount(one);
            if (scores.size() < needed)
                scores.resize(needed + needed / 2);
            kernels::attend(one, {scores.data(), needed},
                            {mixed.data() + i * together * m_headDim, together * m_headDim});
        };
        const std::size_t longest =
            std::max_element(m_rows.begin(), m_rows.end(),
                             [](const PassRow& a, const PassRow& b) { return a.position < b.position; })
                ->position +
            1;
        constexpr std::size_t kWorthSharing = 1 << 16; // products of a key with a query, in values
        if (m_rows.size() * m_queries * longest < kWorthSharing) {
            for (std::size_t i = 0; i < m_rows.size() * keyHeads; ++i)
                attendOne(i, 0);
        } else {
            m_pool.forEach(m_rows.size() * keyHeads, attendOne);
        }
        return product(mixed.span(), layer.output);
    }

    void activate(std::span<float> x) const
    {
        switch (m_config.activation) {
        case Activation::Silu: return kernels::silu(x);
        case Activation::GeluErf: return kernels::geluErf(x);
        case Activation::GeluTanh: return kernels::geluTanh(x);
        case Activation::Relu: return kernels::relu(x);
        }
    }

    Activations feed(std::span<const float> input, const Expert& expert)
    {
        std::array<Activations, 2> both;
        if (expert.gate)
            both = productsOf<2>(input, {&expert.up, &expert.gate});
        else
            both[0] = product(input, expert.up);
        Activations& up = both[0];
        Activations& gate = both[1];
        const std::size_t width = expert.up.matrix.outputs;
        forEachRow(up.size() / width, [&](std::size_t r) {
            const std::span<float> row(up.data() + r * width, width);
            if (!expert.gate)
                return activate(row);
            const std::span<float> open(gate.data() + r * width, width);
            activate(open);
            for (std::size_t i = 0; i < width; ++i)
                row[i] *= open[i];
        });
        return product(up.span(), expert.down);
    }

    Activations mlp(std::span<const float> input, const LayerWeights& layer)
    {
        if (layer.router)
            return feedExperts(input, layer);
        if (!layer.gateUp)
            return feed(input, layer.mlp);
        const Activations both = product(input, layer.gateUp);
        const std::size_t width = layer.gateUp.matrix.outputs / 2;
        Activations gated(m_store, m_rows.size() * width);
        forEachRow(m_rows.size(), [&](std::size_t r) {
            const std::span<float> gate(gated.data() + r * width, width);
            std::copy_n(both.data() + r * 2 * width, width, gate.begin());
            activate(gate);
            for (std::size_t i = 0; i < width; ++i)
                gate[i] *= both[r * 2 * width + width + i];
        });
        return product(gated.span(), layer.mlp.down);
    }

    Activations feedExperts(std::span<const float> input, const LayerWeights& layer)
    {
        const Activations scores = product(input, layer.router);
        const std::vector<std::vector<ExpertUse>> uses = expertUses(m_config.moe, scores.span());
        // Added up in the order of the experts, so that a row gives the same bits whatever else is there.
        Activations result(m_store, input.size());
        std::fill(result.span().begin(), result.span().end(), 0.0f);
        for (std::size_t e = 0; e < uses.size(); ++e) {
            if (uses[e].empty())
                continue;
            std::vector<float> rows;
            for (const ExpertUse& use : uses[e])
                rows.insert(rows.end(), input.begin() + static_cast<std::ptrdiff_t>(use.row * m_hidden),
                            input.begin() + static_cast<std::ptrdiff_t>((use.row + 1) * m_hidden));
            const Activations fed = feed(rows, layer.experts[e]);
            for (std::size_t i = 0; i < uses[e].size(); ++i) {
                for (std::size_t k = 0; k < m_hidden; ++k)
                    result[uses[e][i].row * m_hidden + k] += uses[e][i].weight * fed[i * m_hidden + k];
            }
        }
        if (layer.shared.up) {
            const Activations gates = product(input, layer.sharedRouter);
            const Activations fed = feed(input, layer.shared);
            for (std::size_t r = 0; r < m_rows.size(); ++r) {
                const float share = 1 / (1 + std::exp(-gates[r]));
                for (std::size_t k = 0; k < m_hidden; ++k)
                    result[r * m_hidden + k] += share * fed[r * m_hidden + k];
            }
        }
        return result;
    }

    std::vector<float> logits()
    {
        const auto wanted = static_cast<std::size_t>(std::ranges::count(m_rows, true, &PassRow::asked));
        Activations asked(m_store, wanted * m_hidden);
        float* next = asked.data();
        for (std::size_t r = 0; r < m_rows.size(); ++r) {
            if (m_rows[r].asked)
                next = std::copy_n(m_x.data() + r * m_hidden, m_hidden, next);
        }
        normalize(asked, m_weights.finalNorm);
        if (m_weights.projectOut)
            asked = product(asked.span(), m_weights.projectOut);
        const kernels::WeightMatrix& head = m_weights.head.matrix;
        std::vector<float> all(wanted * head.outputs);
        kernels::multiply(asked.span(), wanted, head, all, head.outputs, m_pool, m_rounding);
        forEachRow(wanted, [&](std::size_t r) {
            float* row = all.data() + r * head.outputs;
            for (std::size_t i = 0; i < head.outputs; ++i) {
                if (!m_weights.head.bias.empty())
                    row[i] += m_weights.head.bias[i];
                row[i] *= static_cast<float>(m_config.logitScale);
                if (m_config.logitCap > 0)
                    row[i] = static_cast<float>(m_config.logitCap) *
                             std::tanh(row[i] / static_cast<float>(m_config.logitCap));
            }
        });
        return all;
    }

    const DecoderWeights& m_weights;
    const DecoderConfig& m_config;
    const kernels::Activations m_rounding;
    ThreadPool& m_pool;
    const CancelToken& m_cancel;
    std::size_t m_hidden;
    std::size_t m_headDim;
    std::size_t m_queries;
    std::size_t m_keys;
    std::vector<PassRow> m_rows;
    std::map<const Rope*, std::vector<float>> m_angles;
    ActivationStore m_store;
    Activations m_x; // [rows, hidden]: the residual stream
};

std::vector<float> ProcessorDecoder::forward(std::span<const Slice> slices, ThreadPool& pool,
                                             const CancelToken& cancel) const
{
    std::vector<float> logits = Pass(*this, slices, pool, cancel).run();
    for (const Slice& slice : slices)
        slice.cache->append(slice.tokens.size());
    return logits;
}

std::vector<float> ProcessorDecoder::hiddenStates(std::span<const TokenId> tokens, ThreadPool& pool,
                                                  const CancelToken& cancel) const
{
    KvCache cache = newCache();
    const Slice slice{tokens, &cache, false};
    return Pass(*this, {&slice, 1}, pool, cancel).states();
}

} // namespace crucible::model
