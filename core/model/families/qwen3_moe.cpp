// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3-MoE: Qwen3 with experts and no shared one.
#include "model/decoder_config.h"

#include <algorithm>

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"qwen3_moe"};

// Every so manieth layer has experts, but for those that are listed.
std::function<bool(int)> sparseLayers(const formats::ModelConfig& config)
{
    const int step = wholeNumber(config, "decoder_sparse_step", 1);
    std::vector<int> dense;
    if (const auto found = config.json().find("mlp_only_layers"); found != config.json().end() && found->is_array()) {
        for (const OrderedJson& layer : *found)
            dense.push_back(layer.is_number_integer() ? layer.get<int>() : -1);
    }
    return [step, dense](int layer) {
        return step > 0 && (layer + 1) % step == 0 && std::find(dense.begin(), dense.end(), layer) == dense.end();
    };
}

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.normalizesHeads = true;
    decoder.moe.count = wholeNumber(config, "num_experts");
    decoder.moe.active = wholeNumber(config, "num_experts_per_tok", 8);
    decoder.moe.normalize = flag(config, "norm_topk_prob", false);
    decoder.moe.inLayer = sparseLayers(config);
    decoder.moe.router = "model.layers.{}.mlp.gate";
    decoder.moe.gate = "model.layers.{}.mlp.experts.{}.gate_proj";
    decoder.moe.up = "model.layers.{}.mlp.experts.{}.up_proj";
    decoder.moe.down = "model.layers.{}.mlp.experts.{}.down_proj";
}

} // namespace

extern const DecoderFamily qwen3_moe_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
