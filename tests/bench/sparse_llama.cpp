// SPDX-License-Identifier: GPL-3.0-or-later
// A model of Llama 2 70B's shape whose files have headers and holes instead of weights: 138 GB that take no room. What a plan
// reads of a model is all there.
//
//     sparse_llama FOLDER [SHARDS]
#include "base/json.h"
#include "formats/safetensors.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using namespace crucible;
namespace fs = std::filesystem;

constexpr int kLayers = 80;
constexpr std::int64_t kHidden = 8192, kIntermediate = 28672, kKeyValue = 1024, kVocabulary = 32000;

std::vector<formats::TensorInfo> tensors()
{
    std::vector<formats::TensorInfo> all;
    const auto add = [&](std::string name, Shape shape) {
        formats::TensorInfo info{std::move(name), DType::BF16, std::move(shape), 0};
        info.bytes = static_cast<std::uint64_t>(info.elements()) * sizeOf(info.dtype);
        all.push_back(std::move(info));
    };
    add("model.embed_tokens.weight", {kVocabulary, kHidden});
    for (int l = 0; l < kLayers; ++l) {
        const std::string layer = fmt::format("model.layers.{}.", l);
        add(layer + "self_attn.q_proj.weight", {kHidden, kHidden});
        add(layer + "self_attn.k_proj.weight", {kKeyValue, kHidden});
        add(layer + "self_attn.v_proj.weight", {kKeyValue, kHidden});
        add(layer + "self_attn.o_proj.weight", {kHidden, kHidden});
        add(layer + "mlp.gate_proj.weight", {kIntermediate, kHidden});
        add(layer + "mlp.up_proj.weight", {kIntermediate, kHidden});
        add(layer + "mlp.down_proj.weight", {kHidden, kIntermediate});
        add(layer + "input_layernorm.weight", {kHidden});
        add(layer + "post_attention_layernorm.weight", {kHidden});
    }
    add("model.norm.weight", {kHidden});
    add("lm_head.weight", {kVocabulary, kHidden});
    return all;
}

void write(const fs::path& folder, std::size_t shards)
{
    fs::create_directories(folder);
    std::ofstream(folder / "config.json") << toJsonText(Json{{"architectures", {"LlamaForCausalLM"}},
                                                            {"model_type", "llama"},
                                                            {"hidden_size", kHidden},
                                                            {"intermediate_size", kIntermediate},
                                                            {"num_hidden_layers", kLayers},
                                                            {"num_attention_heads", 64},
                                                            {"num_key_value_heads", 8},
                                                            {"vocab_size", kVocabulary},
                                                            {"tie_word_embeddings", false},
                                                            {"torch_dtype", "bfloat16"}});
    const std::vector<formats::TensorInfo> all = tensors();
    const std::size_t perShard = (all.size() + shards - 1) / shards;
    Json weightMap = Json::object();
    for (std::size_t s = 0; s * perShard < all.size(); ++s) {
        const auto part = std::span(all).subspan(s * perShard, std::min(perShard, all.size() - s * perShard));
        const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", s + 1, shards);
        const formats::SafetensorsLayout layout = formats::safetensorsLayout(part);
        std::ofstream(folder / name, std::ios::binary) << layout.header;
        fs::resize_file(folder / name, layout.fileBytes);
        for (const formats::TensorInfo& info : part)
            weightMap[info.name] = name;
    }
    std::ofstream(folder / "model.safetensors.index.json") << toJsonText(Json{{"metadata", Json::object()}, {"weight_map", weightMap}});
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: sparse_llama FOLDER [SHARDS]\n", stderr);
        return 2;
    }
    try {
        write(argv[1], argc > 2 ? static_cast<std::size_t>(std::max(1, std::atoi(argv[2]))) : 15);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    return 0;
}
