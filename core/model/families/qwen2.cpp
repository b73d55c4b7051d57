// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2 and Qwen2.5: Llama with biases on queries, keys and values; upper layers may slide.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"qwen2"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    const int window = wholeNumber(config, "sliding_window", 0);
    if (flag(config, "use_sliding_window", false) && window > 0) {
        const int first = wholeNumber(config, "max_window_layers", 28);
        decoder.windowOf = [window, first](int layer) { return layer >= first ? window : 0; };
    }
}

} // namespace

extern const DecoderFamily qwen2_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
