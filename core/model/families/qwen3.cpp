// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3: no biases, every head of queries and keys is normalised.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"qwen3"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.headDim = wholeNumber(config, "head_dim", 128);
    decoder.rope = readRope(config, decoder.headDim, number(config, "rope_theta", 10000));
    decoder.normalizesHeads = true;
    const int window = wholeNumber(config, "sliding_window", 0);
    if (flag(config, "use_sliding_window", false) && window > 0) {
        const int first = wholeNumber(config, "max_window_layers", 28);
        decoder.windowOf = [window, first](int layer) { return layer >= first ? window : 0; };
    }
}

} // namespace

extern const DecoderFamily qwen3_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
