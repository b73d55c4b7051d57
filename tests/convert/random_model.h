// SPDX-License-Identifier: GPL-3.0-or-later
// Small random models of any family that can be run, as folders of Hugging Face's.
#pragma once

#include "base/files.h"
#include "base/json.h"
#include "formats/safetensors.h"
#include "kernels/convert.h"
#include "model/decoder.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace crucible::test {

// Writes config.json, and all weights that a decoder of it looks for, with biases where `biases` is set.
class RandomModel {
public:
    RandomModel(const std::filesystem::path& folder, const OrderedJson& config, DType dtype = DType::F32, bool biases = false)
        : m_decoder(model::decoderConfig(formats::ModelConfig(config, folder / "config.json"))), m_dtype(dtype), m_biases(biases)
    {
        const model::DecoderConfig& d = m_decoder;
        matrix(d.embedding, d.vocabulary, d.hidden);
        if (!d.positions.empty())
            matrix(d.positions, d.maxPositions + d.positionOffset, d.hidden);
        if (d.embeddingNorm)
            norm(d.embeddingNormName, d.hidden);
        for (int layer = 0; layer < d.layers; ++layer)
            addLayer(layer);
        if (d.finalNorm)
            norm(d.finalNormName, d.hidden);
        if (!config.value("tie_word_embeddings", false))
            matrix(d.head, d.vocabulary, d.hidden);
        std::vector<formats::TensorBytes> tensors;
        for (const auto& [info, bytes] : m_tensors)
            tensors.push_back({info, bytes});
        std::filesystem::create_directories(folder);
        formats::writeSafetensors(folder / "model.safetensors", tensors);
        writeFileAtomically(folder / "config.json", toJsonText(config, 1));
    }

private:
    void add(const std::string& name, Shape shape, double middle)
    {
        std::size_t count = 1;
        for (const std::int64_t dim : shape)
            count *= static_cast<std::size_t>(dim);
        std::vector<float> values(count);
        std::normal_distribution<float> spread(static_cast<float>(middle), 0.2f);
        std::ranges::generate(values, [&] { return spread(m_random); });
        std::vector<std::byte> bytes(count * sizeOf(m_dtype));
        kernels::fromFloat32(m_dtype, values, bytes.data());
        m_tensors.push_back({{name, m_dtype, std::move(shape), bytes.size()}, std::move(bytes)});
    }

    void matrix(const std::string& name, std::int64_t outputs, std::int64_t inputs, bool transposed = false, bool bias = false)
    {
        add(name + ".weight", transposed ? Shape{inputs, outputs} : Shape{outputs, inputs}, 0);
        if (bias)
            add(name + ".bias", {outputs}, 0);
    }

    void norm(const std::string& name, std::int64_t count)
    {
        if (name.empty())
            return;
        add(name + ".weight", {count}, m_decoder.norm == model::NormKind::RmsPlusOne ? 0 : 1);
        if (m_decoder.norm == model::NormKind::Layer && m_biases)
            add(name + ".bias", {count}, 0);
    }

    static std::string at(std::string name, int index)
    {
        const std::size_t place = name.find("{}");
        return place == std::string::npos ? name : name.replace(place, 2, std::to_string(index));
    }

    void mlp(const std::string& gate, const std::string& up, const std::string& down, int width, bool bias)
    {
        if (m_decoder.gated)
            matrix(gate, width, m_decoder.hidden, m_decoder.transposed, bias);
        matrix(up, width, m_decoder.hidden, m_decoder.transposed, bias);
        matrix(down, m_decoder.hidden, width, m_decoder.transposed, bias);
    }

    void addLayer(int layer)
    {
        const model::DecoderConfig& d = m_decoder;
        constexpr int kWidth = 24, kExpertWidth = 20;
        const int queries = d.heads * d.headDim, keys = d.keyHeads * d.headDim;
        norm(at(d.attentionNorm, layer), d.hidden);
        norm(at(d.attentionPostNorm, layer), d.hidden);
        norm(at(d.mlpNorm, layer), d.hidden);
        norm(at(d.mlpPostNorm, layer), d.hidden);
        if (d.normalizesHeads || d.normalizesQk) {
            norm(at(d.queryNorm, layer), d.normalizesQk ? queries : d.headDim);
            norm(at(d.keyNorm, layer), d.normalizesQk ? keys : d.headDim);
        }
        if (d.qkvRows != model::QkvRows::Separate) {
            matrix(at(d.qkv, layer), queries + 2 * keys, d.hidden, d.transposed, m_biases);
        } else {
            matrix(at(d.query, layer), queries, d.hidden, d.transposed, m_biases);
            matrix(at(d.key, layer), keys, d.hidden, d.transposed, m_biases);
            matrix(at(d.value, layer), keys, d.hidden, d.transposed, m_biases);
        }
        matrix(at(d.output, layer), d.hidden, queries, d.transposed, m_biases);
        if (d.experts()) {
            matrix(at(d.moe.router, layer), d.moe.count, d.hidden);
            for (int e = 0; e < d.moe.count; ++e)
                mlp(at(at(d.moe.gate, layer), e), at(at(d.moe.up, layer), e), at(at(d.moe.down, layer), e), kExpertWidth, false);
            if (!d.moe.sharedUp.empty()) {
                matrix(at(d.moe.sharedRouter, layer), 1, d.hidden);
                mlp(at(d.moe.sharedGate, layer), at(d.moe.sharedUp, layer), at(d.moe.sharedDown, layer), kWidth, false);
            }
        } else if (!d.gateUp.empty()) {
            matrix(at(d.gateUp, layer), 2 * kWidth, d.hidden);
            matrix(at(d.down, layer), d.hidden, kWidth);
        } else {
            mlp(at(d.gate, layer), at(d.up, layer), at(d.down, layer), kWidth, m_biases);
        }
    }

    model::DecoderConfig m_decoder;
    DType m_dtype;
    bool m_biases;
    std::mt19937 m_random{7};
    std::vector<std::pair<formats::TensorInfo, std::vector<std::byte>>> m_tensors;
};

// All logits of a text.
inline std::vector<float> logitsOf(const std::filesystem::path& path, const std::vector<model::TokenId>& text)
{
    const auto decoder = model::Decoder::load(formats::ModelFolder::open(path));
    ThreadPool pool(1);
    model::KvCache cache = decoder->newCache();
    const model::Decoder::Slice slice{text, &cache, true};
    return decoder->forward({&slice, 1}, pool);
}

inline double largestDifference(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size())
        return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
    return largest;
}

} // namespace crucible::test
