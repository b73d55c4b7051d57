// SPDX-License-Identifier: GPL-3.0-or-later
// Command R: attention and MLP in parallel after a layer norm without bias, pairs of neighbours turned, scaled logits.
#include "model/decoder_config.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"cohere"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_eps", 1e-5);
    decoder.parallel = true;
    decoder.mlpNorm.clear();
    decoder.rope.style = RopeStyle::Interleaved;
    decoder.normalizesHeads = flag(config, "use_qk_norm", false);
    decoder.logitScale = number(config, "logit_scale", 0.0625);
}

} // namespace

extern const DecoderFamily cohere_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
