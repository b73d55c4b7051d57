// SPDX-License-Identifier: GPL-3.0-or-later
// Mixtral: experts in every layer, the weights of the chosen ones made to add up to 1.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"mixtral"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    if (const int window = wholeNumber(config, "sliding_window", 0); window > 0)
        decoder.windowOf = [window](int) { return window; };
    decoder.moe.count = wholeNumber(config, "num_local_experts");
    decoder.moe.active = wholeNumber(config, "num_experts_per_tok", 2);
    decoder.moe.router = "model.layers.{}.block_sparse_moe.gate";
    decoder.moe.gate = "model.layers.{}.block_sparse_moe.experts.{}.w1";
    decoder.moe.up = "model.layers.{}.block_sparse_moe.experts.{}.w3";
    decoder.moe.down = "model.layers.{}.block_sparse_moe.experts.{}.w2";
}

} // namespace

extern const DecoderFamily mixtral_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
