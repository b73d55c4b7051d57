// SPDX-License-Identifier: GPL-3.0-or-later
// A Llama of a few kilobytes with random weights, as a folder on disk, for tests of what works on whole models.
#pragma once

#include "base/json.h"
#include "formats/checkpoint.h"
#include "formats/safetensors.h"
#include "kernels/convert.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace crucible::tests {

struct TinyLlama {
    struct Tensor {
        Shape shape;
        std::vector<float> values;
    };
    std::map<std::string, Tensor> tensors;
    Json config;

    explicit TinyLlama(unsigned seed, int layers = 2, int hidden = 24, int inner = 40, int vocab = 30)
    {
        config = {{"architectures", {"LlamaForCausalLM"}}, {"model_type", "llama"},
                  {"hidden_size", hidden},                 {"intermediate_size", inner},
                  {"num_attention_heads", 4},              {"num_hidden_layers", layers},
                  {"vocab_size", vocab},                   {"tie_word_embeddings", false},
                  {"torch_dtype", "float32"}};
        std::mt19937 random(seed);
        const auto add = [&](const std::string& name, Shape shape) {
            Tensor& tensor = tensors[name];
            tensor.values.resize(static_cast<std::size_t>(*elementCount(shape)));
            tensor.shape = std::move(shape);
            for (float& value : tensor.values)
                value = static_cast<float>(static_cast<int>(random() % 2001) - 1000) / 10000.0f;
        };
        add("model.embed_tokens.weight", {vocab, hidden});
        for (int layer = 0; layer < layers; ++layer) {
            const std::string prefix = "model.layers." + std::to_string(layer) + ".";
            for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
                add(prefix + "self_attn." + name + ".weight", {hidden, hidden});
            add(prefix + "mlp.gate_proj.weight", {inner, hidden});
            add(prefix + "mlp.up_proj.weight", {inner, hidden});
            add(prefix + "mlp.down_proj.weight", {hidden, inner});
            add(prefix + "input_layernorm.weight", {hidden});
            add(prefix + "post_attention_layernorm.weight", {hidden});
        }
        add("model.norm.weight", {hidden});
        add("lm_head.weight", {vocab, hidden});
    }

    // Adds `scale` times a product of random matrices, of exactly this rank.
    void addLowRank(const std::string& name, int rank, unsigned seed, float scale = 1)
    {
        Tensor& tensor = tensors.at(name);
        const auto rows = static_cast<std::size_t>(tensor.shape[0]), columns = static_cast<std::size_t>(tensor.shape[1]);
        std::mt19937 random(seed);
        const auto number = [&] { return static_cast<float>(static_cast<int>(random() % 2001) - 1000) / 1000.0f; };
        for (int k = 0; k < rank; ++k) {
            std::vector<float> left(rows), right(columns);
            for (float& value : left)
                value = number();
            for (float& value : right)
                value = number();
            for (std::size_t i = 0; i < rows; ++i) {
                for (std::size_t j = 0; j < columns; ++j)
                    tensor.values[i * columns + j] += scale * left[i] * right[j];
            }
        }
    }

    void write(const std::filesystem::path& folder, DType dtype = DType::F32) const
    {
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "config.json") << toJsonText(config, 2);
        std::vector<std::vector<std::byte>> bytes;
        std::vector<formats::TensorBytes> all;
        for (const auto& [name, tensor] : tensors) {
            bytes.emplace_back(tensor.values.size() * sizeOf(dtype));
            kernels::fromFloat32(dtype, tensor.values, bytes.back().data());
        }
        std::size_t i = 0;
        for (const auto& [name, tensor] : tensors) {
            all.push_back({{name, dtype, tensor.shape, bytes[i].size()}, bytes[i]});
            ++i;
        }
        formats::writeSafetensors(folder / "model.safetensors", all);
    }
};

// All values of a tensor on disk.
inline std::vector<float> valuesOf(const formats::Checkpoint& checkpoint, const std::string& name)
{
    const formats::Checkpoint::Entry* entry = checkpoint.find(name);
    if (!entry)
        return {};
    std::vector<float> values(static_cast<std::size_t>(entry->info.elements()));
    kernels::toFloat32(entry->info.dtype, checkpoint.read(*entry).bytes.data(), values);
    return values;
}

inline double largestDifference(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size())
        return 1e30;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    return largest;
}

inline std::size_t entriesIn(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

} // namespace crucible::tests
