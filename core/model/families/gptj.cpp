// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-J: pairs of neighbours turned, attention and MLP in parallel after one norm.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"gptj"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    decoder.layers = wholeNumber(config, "n_layer");
    decoder.hidden = wholeNumber(config, "n_embd");
    decoder.heads = decoder.keyHeads = wholeNumber(config, "n_head");
    decoder.headDim = decoder.heads > 0 ? decoder.hidden / decoder.heads : 0;
    decoder.vocabulary = wholeNumber(config, "vocab_size");
    decoder.maxPositions = wholeNumber(config, "n_positions", 2048);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_epsilon", 1e-5);
    decoder.parallel = true;
    decoder.rope.style = RopeStyle::Interleaved;
    decoder.rope.dims = wholeNumber(config, "rotary_dim", decoder.headDim);
    decoder.activation = activation(config, "activation_function", "gelu_new");
    decoder.gated = false;
    decoder.embedding = "transformer.wte";
    decoder.finalNormName = "transformer.ln_f";
    decoder.attentionNorm = "transformer.h.{}.ln_1";
    decoder.mlpNorm.clear();
    decoder.query = "transformer.h.{}.attn.q_proj";
    decoder.key = "transformer.h.{}.attn.k_proj";
    decoder.value = "transformer.h.{}.attn.v_proj";
    decoder.output = "transformer.h.{}.attn.out_proj";
    decoder.up = "transformer.h.{}.mlp.fc_in";
    decoder.down = "transformer.h.{}.mlp.fc_out";
}

} // namespace

extern const DecoderFamily gptj_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
