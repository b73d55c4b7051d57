// SPDX-License-Identifier: GPL-3.0-or-later
// Falcon: three ways of sorting the fused matrix, one or two norms before parallel branches, ALiBi in the RW models.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"falcon", "RefinedWeb", "RefinedWebModel"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    decoder.layers = wholeNumber(config, "num_hidden_layers", wholeNumber(config, "n_layer", 0));
    decoder.hidden = wholeNumber(config, "hidden_size");
    decoder.heads = wholeNumber(config, "num_attention_heads", wholeNumber(config, "n_head", 0));
    decoder.headDim = decoder.heads > 0 ? decoder.hidden / decoder.heads : 0;
    decoder.vocabulary = wholeNumber(config, "vocab_size");
    decoder.maxPositions = wholeNumber(config, "max_position_embeddings", 2048);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_epsilon", 1e-5);
    const bool grouped = flag(config, "new_decoder_architecture", false);
    const bool oneKey = flag(config, "multi_query", true);
    decoder.keyHeads = grouped ? wholeNumber(config, "num_kv_heads", decoder.heads) : oneKey ? 1 : decoder.heads;
    decoder.qkvRows = grouped ? QkvRows::PerGroup : oneKey ? QkvRows::Stacked : QkvRows::PerHead;
    decoder.parallel = grouped || flag(config, "parallel_attn", true);
    decoder.alibi = decoder.alibiBeforeScale = flag(config, "alibi", false);
    decoder.rope = readRope(config, decoder.headDim, number(config, "rope_theta", 10000));
    decoder.rope.style = decoder.alibi ? RopeStyle::None : RopeStyle::Halves;
    decoder.activation = activation(config, "activation", "gelu");
    decoder.gated = false;
    decoder.embedding = "transformer.word_embeddings";
    decoder.finalNormName = "transformer.ln_f";
    const bool twoNorms = grouped && wholeNumber(config, "num_ln_in_parallel_attn", 2) == 2;
    decoder.attentionNorm = twoNorms ? "transformer.h.{}.ln_attn" : "transformer.h.{}.input_layernorm";
    decoder.mlpNorm = twoNorms ? "transformer.h.{}.ln_mlp" : decoder.parallel ? "" : "transformer.h.{}.post_attention_layernorm";
    decoder.qkv = "transformer.h.{}.self_attention.query_key_value";
    decoder.output = "transformer.h.{}.self_attention.dense";
    decoder.up = "transformer.h.{}.mlp.dense_h_to_4h";
    decoder.down = "transformer.h.{}.mlp.dense_4h_to_h";
}

} // namespace

extern const DecoderFamily falcon_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
