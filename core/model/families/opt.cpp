// SPDX-License-Identifier: GPL-3.0-or-later
// OPT: learned positions after two rows for nothing; the 350M model has its norms after the sums and narrow embeddings.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"opt"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    decoder.layers = wholeNumber(config, "num_hidden_layers");
    decoder.hidden = wholeNumber(config, "hidden_size");
    decoder.heads = decoder.keyHeads = wholeNumber(config, "num_attention_heads");
    decoder.headDim = decoder.heads > 0 ? decoder.hidden / decoder.heads : 0;
    decoder.vocabulary = wholeNumber(config, "vocab_size");
    decoder.maxPositions = wholeNumber(config, "max_position_embeddings", 2048);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = 1e-5;
    decoder.rope.style = RopeStyle::None;
    decoder.positionOffset = 2;
    decoder.activation = activation(config, "activation_function", "relu");
    decoder.gated = false;
    const bool before = flag(config, "do_layer_norm_before", true);
    decoder.normPlace = before ? NormPlace::Before : NormPlace::PostResidual;
    decoder.finalNorm = before && !flag(config, "_remove_final_layer_norm", false);
    if (wholeNumber(config, "word_embed_proj_dim", decoder.hidden) != decoder.hidden) {
        decoder.projectIn = "model.decoder.project_in";
        decoder.projectOut = "model.decoder.project_out";
    }
    decoder.embedding = "model.decoder.embed_tokens";
    decoder.positions = "model.decoder.embed_positions";
    decoder.finalNormName = "model.decoder.final_layer_norm";
    decoder.attentionNorm = "model.decoder.layers.{}.self_attn_layer_norm";
    decoder.mlpNorm = "model.decoder.layers.{}.final_layer_norm";
    decoder.query = "model.decoder.layers.{}.self_attn.q_proj";
    decoder.key = "model.decoder.layers.{}.self_attn.k_proj";
    decoder.value = "model.decoder.layers.{}.self_attn.v_proj";
    decoder.output = "model.decoder.layers.{}.self_attn.out_proj";
    decoder.up = "model.decoder.layers.{}.fc1";
    decoder.down = "model.decoder.layers.{}.fc2";
}

} // namespace

extern const DecoderFamily opt_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
