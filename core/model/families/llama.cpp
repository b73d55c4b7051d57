// SPDX-License-Identifier: GPL-3.0-or-later
// Llama and what shares its names: biases are used where the file has them. Mistral slides over the last `sliding_window` tokens.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"llama", "internlm", "internlm3", "mistral", "yi", "aquila"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    if (const int window = wholeNumber(config, "sliding_window", 0); window > 0)
        decoder.windowOf = [window](int) { return window; };
}

} // namespace

extern const DecoderFamily llama_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
