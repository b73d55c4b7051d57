// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma 3, the part of it that writes.
#include "formats/gguf_architectures/gemma.h"

namespace crucible::formats {
namespace {

using namespace gguf_common;

constexpr std::string_view kTypes[] = {"gemma3_text"};
constexpr std::array<GgufName, 2> kNormsOfHeads{{
    {"model.layers.{}.self_attn.q_norm", "blk.{}.attn_q_norm", GgufForm::PlusOne},
    {"model.layers.{}.self_attn.k_norm", "blk.{}.attn_k_norm", GgufForm::PlusOne},
}};
constexpr auto kNames = join(join(kGemmaNorms, kNormsOfHeads), join(kAttention, kMlp));
constexpr auto kKeys = join(kGemmaKeys, std::array<GgufKey, 1>{{{"rope.freq_base_swa", "rope_local_base_freq", GgufKeyKind::Real, true}}});

void complete(const GgufFacts& facts, OrderedJson& config)
{
    constexpr double kTheta = 1000000;
    constexpr std::int64_t kLayersOf27B = 62;
    constexpr std::int64_t kPeriod = 6;
    if (!facts.real("rope.freq_base"))
        config["rope_theta"] = kTheta;
    config["query_pre_attn_scalar"] = gemmaScalar(facts, kLayersOf27B);
    // A period, or a list that says of every layer whether it slides.
    if (const std::vector<double> slides = facts.list("attention.sliding_window_pattern"); !slides.empty()) {
        for (const double one : slides)
            config["layer_types"].push_back(one != 0 ? "sliding_attention" : "full_attention");
    } else {
        config["_sliding_window_pattern"] = facts.whole("attention.sliding_window_pattern").value_or(kPeriod);
    }
}

} // namespace

extern const GgufArchitecture gemma3_gguf{.name = "gemma3", .modelTypes = kTypes, .className = "Gemma3ForCausalLM", .names = kNames,
                                          .keys = kKeys, .complete = &complete};

} // namespace crucible::formats
