// SPDX-License-Identifier: GPL-3.0-or-later
// InternLM2: the rows of its fused matrix are sorted by groups of heads that share a key.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"internlm2"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.qkvRows = QkvRows::PerGroup;
    decoder.embedding = "model.tok_embeddings";
    decoder.head = "output";
    decoder.attentionNorm = "model.layers.{}.attention_norm";
    decoder.mlpNorm = "model.layers.{}.ffn_norm";
    decoder.qkv = "model.layers.{}.attention.wqkv";
    decoder.output = "model.layers.{}.attention.wo";
    decoder.gate = "model.layers.{}.feed_forward.w1";
    decoder.up = "model.layers.{}.feed_forward.w3";
    decoder.down = "model.layers.{}.feed_forward.w2";
}

} // namespace

extern const DecoderFamily internlm2_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
