// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/weights.h"

#include "base/error.h"
#include "formats/gguf_model.h"
#include "kernels/convert.h"
#include "model/gguf_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace crucible::model {

namespace {

std::string withIndex(std::string name, int index)
{
    const std::size_t place = name.find("{}");
    return place == std::string::npos ? name : name.replace(place, 2, fmt::format("{}", index));
}

std::string shapeText(const Shape& shape)
{
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

} // namespace

// Some files leave out the first part of every name ("transformer.", "model.").
std::string DecoderWeights::nameOf(const std::string& name, const char* ending) const
{
    const std::string whole = name + ending;
    const formats::Checkpoint& checkpoint = *m_checkpoint;
    if (checkpoint.find(whole) || m_folder->gguf())
        return whole;
    const std::size_t dot = whole.find('.');
    const std::string without = dot == std::string::npos ? whole : whole.substr(dot + 1);
    return checkpoint.find(without) ? without : whole;
}

std::optional<formats::TensorInfo> DecoderWeights::info(const std::string& name) const
{
    const formats::Checkpoint::Entry* entry = m_checkpoint->find(name);
    return entry ? std::optional(entry->info) : std::nullopt;
}

void DecoderWeights::requireFloat(const formats::TensorInfo& tensor) const
{
    if (!isFloat(tensor.dtype))
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "%1 is stored as %2, which can not be multiplied with"),
                                  tensor.name, toString(tensor.dtype)},
                                 m_folder->path().string());
}

void DecoderWeights::view(Linear& linear, const formats::Checkpoint::Entry& entry, bool transposed)
{
    const DType dtype = entry.info.dtype;
    (dtype == DType::BF16 ? bf16 : dtype == DType::F16 ? f16 : f32) += linear.matrix.outputs * linear.matrix.inputs;
    if (m_reading == WeightReading::HeadersOnly) {
        requireFloat(entry.info);
        if (!kernels::canMultiply(dtype) || transposed)
            ownBytes += linear.matrix.outputs * linear.matrix.inputs * sizeOf(kernels::canMultiply(dtype) ? dtype : DType::F32);
        return;
    }
    formats::TensorData data = m_checkpoint->read(entry);
    const bool aligned = reinterpret_cast<std::uintptr_t>(data.bytes.data()) % sizeOf(dtype) == 0;
    if (kernels::canMultiply(dtype) && aligned && !transposed) {
        linear.matrix.dtype = dtype;
        linear.matrix.data = data.bytes.data();
        m_held.push_back(std::move(data));
        return;
    }
    requireFloat(entry.info);
    const std::size_t count = linear.matrix.outputs * linear.matrix.inputs;
    const DType kept = kernels::canMultiply(dtype) ? dtype : DType::F32;
    std::vector<std::byte>& own = m_own.emplace_back(count * sizeOf(kept));
    const std::size_t step = sizeOf(kept);
    if (!transposed && kept == dtype) {
        std::memcpy(own.data(), data.bytes.data(), own.size());
    } else if (!transposed) {
        std::vector<float> values(count);
        kernels::toFloat32(dtype, data.bytes.data(), values);
        std::memcpy(own.data(), values.data(), own.size());
    } else {
        std::vector<float> values;
        const std::byte* from = data.bytes.data();
        if (kept != dtype) {
            values.resize(count);
            kernels::toFloat32(dtype, from, values);
            from = reinterpret_cast<const std::byte*>(values.data());
        }
        for (std::size_t out = 0; out < linear.matrix.outputs; ++out) {
            for (std::size_t in = 0; in < linear.matrix.inputs; ++in)
                std::memcpy(own.data() + (out * linear.matrix.inputs + in) * step, from + (in * linear.matrix.outputs + out) * step, step);
        }
    }
    ownBytes += own.size();
    linear.matrix.dtype = kept;
    linear.matrix.data = own.data();
}

Linear DecoderWeights::matrix(const std::string& name, std::size_t outputs, std::size_t inputs, bool transposed)
{
    Linear linear;
    const std::string weight = nameOf(name, ".weight");
    const formats::Checkpoint::Entry* entry = m_checkpoint->find(weight);
    if (!entry)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the weight %1 is missing"), weight},
                             m_folder->path().string());
    const Shape expected = transposed ? Shape{static_cast<std::int64_t>(inputs), static_cast<std::int64_t>(outputs)}
                                      : Shape{static_cast<std::int64_t>(outputs), static_cast<std::int64_t>(inputs)};
    if (entry->info.shape != expected)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the weight %1 has the shape %2, by %3 it is %4"), weight,
                              shapeText(entry->info.shape), m_folder->gguf() ? "its metadata" : "config.json",
                              shapeText(expected)},
                             m_folder->path().string());
    linear.matrix.outputs = outputs;
    linear.matrix.inputs = inputs;
    view(linear, *entry, transposed);
    const std::string bias = nameOf(name, ".bias");
    if (info(bias))
        linear.bias = vector(bias, outputs);
    return linear;
}

// A table of rows, of which there may be more than config.json says.
Linear DecoderWeights::table(const std::string& name, std::size_t rows, std::size_t width)
{
    const std::string weight = nameOf(name, ".weight");
    const std::optional<formats::TensorInfo> found = info(weight);
    if (found && found->shape.size() == 2 && found->shape[0] > static_cast<std::int64_t>(rows))
        rows = static_cast<std::size_t>(found->shape[0]);
    return matrix(name, rows, width);
}

std::vector<float> DecoderWeights::vector(const std::string& name, std::size_t count)
{
    const formats::Checkpoint::Entry* entry = m_checkpoint->find(name);
    if (!entry)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the weight %1 is missing"), name},
                             m_folder->path().string());
    const std::optional<std::int64_t> elements = elementCount(entry->info.shape);
    if (!isFloat(entry->info.dtype) || !elements || *elements != static_cast<std::int64_t>(count))
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the weight %1 has the shape %2, by %3 it has %4 values"),
                              name, shapeText(entry->info.shape), m_folder->gguf() ? "its metadata" : "config.json",
                              count},
                             m_folder->path().string());
    ownBytes += count * sizeof(float);
    if (m_reading == WeightReading::HeadersOnly)
        return {};
    std::vector<float> values(count);
    kernels::toFloat32(entry->info.dtype, m_checkpoint->read(*entry).bytes.data(), values);
    return values;
}

NormWeights DecoderWeights::norm(const std::string& name, std::size_t count)
{
    NormWeights norm;
    if (name.empty())
        return norm;
    norm.weight = vector(nameOf(name, ".weight"), count);
    if (const std::string bias = nameOf(name, ".bias"); info(bias))
        norm.bias = vector(bias, count);
    return norm;
}

// The width of an expert is that of its matrices: configs name it in many ways.
Expert DecoderWeights::expert(const std::string& gate, const std::string& up, const std::string& down)
{
    const std::string name = nameOf(up, ".weight");
    const std::optional<formats::TensorInfo> found = info(name);
    if (!found)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the weight %1 is missing"), name},
                             m_folder->path().string());
    const auto hidden = static_cast<std::size_t>(config.hidden);
    const std::size_t place = config.transposed ? 1 : 0;
    const std::size_t width = found->shape.size() == 2 ? static_cast<std::size_t>(found->shape[place]) : 0;
    Expert result;
    if (config.gated)
        result.gate = matrix(gate, width, hidden, config.transposed);
    result.up = matrix(up, width, hidden, config.transposed);
    result.down = matrix(down, hidden, width, config.transposed);
    return result;
}

LayerWeights DecoderWeights::layer(int index)
{
    const auto named = [&](const std::string& name) { return withIndex(name, index); };
    const auto hidden = static_cast<std::size_t>(config.hidden);
    const auto headDim = static_cast<std::size_t>(config.headDim);
    const std::size_t queries = static_cast<std::size_t>(config.heads) * headDim;
    const std::size_t keys = static_cast<std::size_t>(config.keyHeads) * headDim;
    LayerWeights weights;
    weights.attentionNorm = norm(named(config.attentionNorm), hidden);
    weights.attentionPostNorm = norm(named(config.attentionPostNorm), hidden);
    weights.mlpNorm = norm(named(config.mlpNorm), hidden);
    weights.mlpPostNorm = norm(named(config.mlpPostNorm), hidden);
    if (config.normalizesHeads || config.normalizesQk) {
        weights.queryNorm = norm(named(config.queryNorm), config.normalizesQk ? queries : headDim);
        weights.keyNorm = norm(named(config.keyNorm), config.normalizesQk ? keys : headDim);
    }
    if (config.qkvRows != QkvRows::Separate) {
        weights.qkv = matrix(named(config.qkv), queries + 2 * keys, hidden, config.transposed);
    } else {
        weights.query = matrix(named(config.query), queries, hidden, config.transposed);
        weights.key = matrix(named(config.key), keys, hidden, config.transposed);
        weights.value = matrix(named(config.value), keys, hidden, config.transposed);
    }
    weights.output = matrix(named(config.output), hidden, queries, config.transposed);
    if (config.experts() && (!config.moe.inLayer || config.moe.inLayer(index))) {
        weights.router = matrix(named(config.moe.router), static_cast<std::size_t>(config.moe.count), hidden);
        for (int e = 0; e < config.moe.count; ++e)
            weights.experts.push_back(expert(withIndex(named(config.moe.gate), e), withIndex(named(config.moe.up), e),
                                             withIndex(named(config.moe.down), e)));
        if (!config.moe.sharedUp.empty()) {
            weights.shared = expert(named(config.moe.sharedGate), named(config.moe.sharedUp), named(config.moe.sharedDown));
            weights.sharedRouter = matrix(named(config.moe.sharedRouter), 1, hidden);
        }
        return weights;
    }
    if (config.gateUp.empty()) {
        weights.mlp = expert(named(config.gate), named(config.up), named(config.down));
        return weights;
    }
    const std::string fused = nameOf(named(config.gateUp), ".weight");
    const std::optional<formats::TensorInfo> found = info(fused);
    const std::size_t rows = found && found->shape.size() == 2 ? static_cast<std::size_t>(found->shape[0]) : 0;
    if (rows % 2 != 0)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "the weight %1 has %2 rows, which can not be gate and up"), fused, rows},
            m_folder->path().string());
    weights.gateUp = matrix(named(config.gateUp), rows, hidden);
    weights.mlp.down = matrix(named(config.down), hidden, rows / 2);
    return weights;
}

DecoderWeights::DecoderWeights(std::shared_ptr<const formats::ModelFolder> folder, WeightReading reading)
    : config(decoderConfig(folder->config())), m_reading(reading), m_folder(std::move(folder)), m_checkpoint(m_folder->sharedCheckpoint())
{
    if (const formats::GgufModel* gguf = m_folder->gguf()) {
        adaptToGguf(*gguf, config);
        m_checkpoint = gguf->asStored();
    }
    const auto hidden = static_cast<std::size_t>(config.hidden);
    const auto vocabulary = static_cast<std::size_t>(config.vocabulary);
    std::size_t width = hidden;
    if (!config.projectIn.empty()) {
        const std::optional<formats::TensorInfo> found = info(nameOf(config.embedding, ".weight"));
        width = found && found->shape.size() == 2 ? static_cast<std::size_t>(found->shape[1]) : hidden;
        projectIn = matrix(config.projectIn, hidden, width);
        projectOut = matrix(config.projectOut, width, hidden);
    }
    embedding = table(config.embedding, vocabulary, width);
    if (!config.positions.empty())
        positions = table(config.positions, 1, hidden);
    if (config.embeddingNorm)
        embeddingNorm = norm(config.embeddingNormName, hidden);
    if (config.finalNorm)
        finalNorm = norm(config.finalNormName, hidden);
    headIsTied = !info(nameOf(config.head, ".weight"));
    head = headIsTied ? embedding : table(config.head, vocabulary, width);
    for (int index = 0; index < config.layers; ++index) {
        layers.push_back(layer(index));
        for (const Linear* linear : {&layers.back().qkv, &layers.back().query, &layers.back().gateUp, &layers.back().mlp.up})
            widest = std::max(widest, linear->matrix.outputs);
        for (const Expert& one : layers.back().experts)
            widest = std::max(widest, one.up.matrix.outputs);
    }
}

DecoderNeeds DecoderWeights::needs() const
{
    return {ownBytes, embedding.matrix.outputs, std::max(widest, static_cast<std::size_t>(config.hidden)), bf16, f16,
            f32};
}

} // namespace crucible::model
