// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-3 and Phi-4: Llama with fused matrices.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"phi3"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.qkvRows = QkvRows::Stacked;
    decoder.qkv = "model.layers.{}.self_attn.qkv_proj";
    decoder.gateUp = "model.layers.{}.mlp.gate_up_proj";
    if (const int window = wholeNumber(config, "sliding_window", 0); window > 0)
        decoder.windowOf = [window](int) { return window; };
}

} // namespace

extern const DecoderFamily phi3_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
