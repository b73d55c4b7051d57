// SPDX-License-Identifier: GPL-3.0-or-later
// The input is an adapter_config.json, with patterns for ranks and alphas in it, beside the weights of two adapted modules.
#include "fuzz/fuzz_support.h"

#include "formats/adapter.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace crucible;
    fuzz::writeWeights("adapter_model.safetensors",
                       {{"base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", {2, 4}},
                        {"base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", {4, 2}},
                        {"base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", {4}},
                        {"base_model.model.model.embed_tokens.lora_embedding_A", {2, 8}},
                        {"base_model.model.model.embed_tokens.lora_embedding_B", {4, 2}},
                        {"base_model.model.lm_head.weight", {8, 4}}});
    fuzz::folder().write("adapter_config.json", {reinterpret_cast<const char*>(data), size});
    try {
        const auto adapter = formats::LoraAdapter::open(fuzz::folder().path());
        if (const formats::LoraChange* change = adapter->find("model.layers.0.self_attn.q_proj.weight"); change && change->a)
            change->deltaTransposed({4, 4});
        adapter->baseModel();
    } catch (const Error&) {
    }
    return 0;
}
