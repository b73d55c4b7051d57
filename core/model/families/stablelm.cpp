// SPDX-License-Identifier: GPL-3.0-or-later
// StableLM: Llama with layer norms and part of every head turned.
#include "model/decoder_config.h"

#include "base/error.h"

namespace crucible::model {
namespace {

constexpr std::string_view kTypes[] = {"stablelm"};

void describe(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    describeLlama(config, decoder);
    decoder.norm = NormKind::Layer;
    decoder.normEpsilon = number(config, "layer_norm_eps", 1e-5);
    decoder.parallel = flag(config, "use_parallel_residual", false);
    if (decoder.parallel)
        decoder.mlpNorm.clear();
    if (flag(config, "qk_layernorm", false))
        throw Error::unsupported(
            CRUCIBLE_TR_NOOP("Problem", "StableLM with norms of its own for every head can not be run"),
            config.file().string());
    const double share = number(config, "partial_rotary_factor", 0.25);
    decoder.rope.dims = static_cast<int>(decoder.headDim * share);
}

} // namespace

extern const DecoderFamily stablelm_decoder_family{.modelTypes = kTypes, .describe = &describe};

} // namespace crucible::model
