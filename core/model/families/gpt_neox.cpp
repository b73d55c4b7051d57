// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-NeoX and Pythia: rows of the fused matrix sorted by heads, attention and MLP in parallel after a norm each.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"gpt_neox"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    decoder.layers = wholeNumber(config, "num_hidden_layers");
    decoder.hidden = wholeNumber(config, "hidden_size");
    decoder.heads = decoder.keyHeads = wholeNumber(config, "num_attention_heads");
    decoder.headDim = decoder.heads > 0 ? decoder.hidden / decoder.heads : 0;
    decoder.vocabulary = wholeNumber(config, "vocab_size");
    decoder.maxPositions = wholeNumber(config, "max_position_embeddings", 2048);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_eps", 1e-5);
    decoder.parallel = flag(config, "use_parallel_residual", true);
    decoder.rope = readRope(config, decoder.headDim, number(config, "rotary_emb_base", number(config, "rope_theta", 10000)));
    decoder.rope.dims = static_cast<int>(decoder.headDim * number(config, "rotary_pct", 0.25));
    decoder.activation = activation(config, "hidden_act", "gelu");
    decoder.gated = false;
    decoder.qkvRows = QkvRows::PerHead;
    decoder.embedding = "gpt_neox.embed_in";
    decoder.finalNormName = "gpt_neox.final_layer_norm";
    decoder.head = "embed_out";
    decoder.attentionNorm = "gpt_neox.layers.{}.input_layernorm";
    decoder.mlpNorm = "gpt_neox.layers.{}.post_attention_layernorm";
    decoder.qkv = "gpt_neox.layers.{}.attention.query_key_value";
    decoder.output = "gpt_neox.layers.{}.attention.dense";
    decoder.up = "gpt_neox.layers.{}.mlp.dense_h_to_4h";
    decoder.down = "gpt_neox.layers.{}.mlp.dense_4h_to_h";
}

} // namespace

extern const DecoderFamily gpt_neox_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
