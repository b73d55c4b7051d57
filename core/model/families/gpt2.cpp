// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-2: learned positions, matrices stored the other way round. Older files leave out "transformer.".
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"gpt2"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    decoder.layers = wholeNumber(config, "n_layer");
    decoder.hidden = wholeNumber(config, "n_embd");
    decoder.heads = decoder.keyHeads = wholeNumber(config, "n_head");
    decoder.headDim = decoder.heads > 0 ? decoder.hidden / decoder.heads : 0;
    decoder.vocabulary = wholeNumber(config, "vocab_size");
    decoder.maxPositions = wholeNumber(config, "n_positions", 1024);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_epsilon", 1e-5);
    decoder.rope.style = RopeStyle::None;
    decoder.activation = activation(config, "activation_function", "gelu_new");
    decoder.gated = false;
    decoder.transposed = true;
    decoder.scaleByLayer = flag(config, "scale_attn_by_inverse_layer_idx", false);
    if (!flag(config, "scale_attn_weights", true))
        decoder.attentionScale = 1;
    decoder.qkvRows = QkvRows::Stacked;
    decoder.embedding = "transformer.wte";
    decoder.positions = "transformer.wpe";
    decoder.finalNormName = "transformer.ln_f";
    decoder.attentionNorm = "transformer.h.{}.ln_1";
    decoder.mlpNorm = "transformer.h.{}.ln_2";
    decoder.qkv = "transformer.h.{}.attn.c_attn";
    decoder.output = "transformer.h.{}.attn.c_proj";
    decoder.up = "transformer.h.{}.mlp.c_fc";
    decoder.down = "transformer.h.{}.mlp.c_proj";
}

} // namespace

extern const DecoderFamily gpt2_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
