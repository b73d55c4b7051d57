// SPDX-License-Identifier: GPL-3.0-or-later
// The input is a config.json beside the weights of a small Llama: what it claims of layers, experts and sizes must be checked
// against what is there, within memory and time that do not depend on the claims.
#include "fuzz/fuzz_support.h"

#include "formats/model_folder.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace crucible;
    const std::string layer = "model.layers.0.";
    fuzz::writeWeights("model.safetensors", {{"model.embed_tokens.weight", {8, 4}},
                                             {"model.norm.weight", {4}},
                                             {"lm_head.weight", {8, 4}},
                                             {layer + "input_layernorm.weight", {4}},
                                             {layer + "post_attention_layernorm.weight", {4}},
                                             {layer + "self_attn.q_proj.weight", {4, 4}},
                                             {layer + "self_attn.k_proj.weight", {4, 4}},
                                             {layer + "self_attn.v_proj.weight", {4, 4}},
                                             {layer + "self_attn.o_proj.weight", {4, 4}},
                                             {layer + "mlp.gate_proj.weight", {6, 4}},
                                             {layer + "mlp.up_proj.weight", {6, 4}},
                                             {layer + "mlp.down_proj.weight", {4, 6}}});
    fuzz::folder().write("config.json", {reinterpret_cast<const char*>(data), size});
    try {
        const auto model = formats::ModelFolder::open(fuzz::folder().path());
        model->layout().allWeights();
        model->mainDType();
        model->config().dtype();
        formats::unknownTensors(model->layout(), model->checkpoint());
    } catch (const Error&) {
    }
    return 0;
}
