// SPDX-License-Identifier: GPL-3.0-or-later
// StarCoder2: layer norms, biases, a plain MLP.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"starcoder2"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "norm_epsilon", 1e-5);
    decoder.activation = activation(config, "hidden_act", "gelu_pytorch_tanh");
    decoder.gated = false;
    decoder.up = "model.layers.{}.mlp.c_fc";
    decoder.down = "model.layers.{}.mlp.c_proj";
    if (const int window = wholeNumber(config, "sliding_window", 0); window > 0)
        decoder.windowOf = [window](int) { return window; };
}

} // namespace

extern const DecoderFamily starcoder2_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
