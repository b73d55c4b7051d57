// SPDX-License-Identifier: GPL-3.0-or-later
// BLOOM: no positions but ALiBi, and a norm on the embeddings. The original files leave out "transformer.".
#include "model/decoder_config.h"

#include "base/error.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"bloom"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    decoder.layers = wholeNumber(config, "n_layer", wholeNumber(config, "num_hidden_layers", 0));
    decoder.hidden = wholeNumber(config, "hidden_size", wholeNumber(config, "n_embed", 0));
    decoder.heads = decoder.keyHeads = wholeNumber(config, "n_head", wholeNumber(config, "num_attention_heads", 0));
    decoder.headDim = decoder.heads > 0 ? decoder.hidden / decoder.heads : 0;
    decoder.vocabulary = wholeNumber(config, "vocab_size");
    decoder.maxPositions = wholeNumber(config, "seq_length", 2048);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_epsilon", 1e-5);
    if (flag(config, "apply_residual_connection_post_layernorm", false))
        throw Error::unsupported(
            CRUCIBLE_TR_NOOP("Problem", "BLOOM whose residuals are taken after the norm can not be run"),
            config.file().string());
    decoder.embeddingNorm = true;
    decoder.rope.style = RopeStyle::None;
    decoder.alibi = true;
    decoder.activation = Activation::GeluTanh;
    decoder.gated = false;
    decoder.qkvRows = QkvRows::PerHead;
    decoder.embedding = "transformer.word_embeddings";
    decoder.embeddingNormName = "transformer.word_embeddings_layernorm";
    decoder.finalNormName = "transformer.ln_f";
    decoder.attentionNorm = "transformer.h.{}.input_layernorm";
    decoder.mlpNorm = "transformer.h.{}.post_attention_layernorm";
    decoder.qkv = "transformer.h.{}.self_attention.query_key_value";
    decoder.output = "transformer.h.{}.self_attention.dense";
    decoder.up = "transformer.h.{}.mlp.dense_h_to_4h";
    decoder.down = "transformer.h.{}.mlp.dense_4h_to_h";
}

} // namespace

extern const DecoderFamily bloom_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
