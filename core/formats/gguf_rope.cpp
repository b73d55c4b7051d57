// SPDX-License-Identifier: GPL-3.0-or-later
// How positions are scaled: from llama.cpp's keys and tensors to config.json's rope_scaling.
#include "formats/gguf_facts.h"

#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace crucible::formats {
namespace {

// Llama 3's way, of which a file keeps the factors alone. The numbers that all published models have are tried.
std::optional<OrderedJson> asLlama3(const std::vector<double>& factors, double theta, double original)
{
    constexpr double kLow = 1, kHigh = 4, kSame = 1e-5;
    const double factor = *std::ranges::max_element(factors);
    const double dims = 2.0 * static_cast<double>(factors.size());
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const double wave = 2 * std::numbers::pi * std::pow(theta, 2.0 * static_cast<double>(i) / dims);
        double expected = factor;
        if (wave < original / kHigh) {
            expected = 1;
        } else if (wave <= original / kLow) {
            const double smooth = (original / wave - kLow) / (kHigh - kLow);
            expected = 1 / ((1 - smooth) / factor + smooth);
        }
        if (std::abs(expected - factors[i]) > kSame * expected)
            return std::nullopt;
    }
    return OrderedJson{{"rope_type", "llama3"}, {"factor", factor}, {"low_freq_factor", kLow}, {"high_freq_factor", kHigh},
                       {"original_max_position_embeddings", static_cast<std::int64_t>(original)}};
}

} // namespace

double rotaryShare(const GgufFacts& facts)
{
    const auto headDim = static_cast<double>(facts.heads().headDim);
    const auto dims = static_cast<double>(facts.whole("rope.dimension_count").value_or(facts.heads().headDim));
    const double share = dims / headDim;
    return headDim * share < dims ? std::nextafter(share, 2.0) : share;
}

void addRopeScaling(const GgufArchitecture& architecture, const GgufFacts& facts, OrderedJson& config)
{
    const GgufHeads heads = facts.heads();
    const bool turns = std::ranges::any_of(architecture.keys, [](const GgufKey& key) { return key.key == "rope.freq_base"; });
    if (!turns)
        return;
    constexpr double kUsualTheta = 10000;
    if (!config.contains("rope_theta"))
        config["rope_theta"] = kUsualTheta;
    const double theta = config["rope_theta"].get<double>();
    if (theta <= 0)
        facts.fail(fmt::format("a rotary base frequency of {} can not be", theta));
    const std::int64_t dims = facts.whole("rope.dimension_count").value_or(heads.headDim);
    if (dims < 2 || dims > heads.headDim || dims % 2 != 0)
        facts.fail(fmt::format("{} of {} values per head can not be turned in pairs", dims, heads.headDim));
    const bool pairsRows = std::ranges::any_of(architecture.names, [](const GgufName& name) {
        return name.form == GgufForm::PairedQueries || name.form == GgufForm::SplitPairedQkv;
    });
    if (pairsRows && dims != heads.headDim)
        facts.refuse(fmt::format("heads of {} values of which {} are turned are none of the architecture {}", heads.headDim, dims, architecture.name));
    if (dims != heads.headDim)
        config["partial_rotary_factor"] = static_cast<double>(dims) / static_cast<double>(heads.headDim);

    const std::int64_t positions = facts.size("context_length");
    const std::int64_t original = facts.whole("rope.scaling.original_context_length").value_or(positions);
    if (original < 1)
        facts.fail(fmt::format("{} positions before scaling can not be", original));
    const std::string type = facts.text("rope.scaling.type");
    const double factor = facts.real("rope.scaling.factor").value_or(facts.real("rope.scale_linear").value_or(1));
    const auto pairs = static_cast<std::size_t>(dims / 2);
    const std::vector<double> freqs = facts.values("rope_freqs.weight");
    const std::vector<double> longFactors = facts.values("rope_factors_long.weight");
    const std::vector<double> shortFactors = facts.values("rope_factors_short.weight");
    if (!longFactors.empty() || !shortFactors.empty()) {
        if (longFactors.size() != pairs || shortFactors.size() != pairs)
            facts.fail(fmt::format("{} and {} rotary factors are there for {} pairs", longFactors.size(), shortFactors.size(), pairs));
        config["original_max_position_embeddings"] = original;
        OrderedJson scaling{{"type", "longrope"}, {"short_factor", shortFactors}, {"long_factor", longFactors}};
        const double scale = static_cast<double>(positions) / static_cast<double>(original);
        const double usual = scale <= 1 ? 1 : std::sqrt(1 + std::log(scale) / std::log(static_cast<double>(original)));
        const double given = facts.real("rope.scaling.attn_factor").value_or(1);
        constexpr double kSame = 1e-6;
        if (std::abs(given - usual) > kSame)
            scaling["attention_factor"] = given;
        config["rope_scaling"] = std::move(scaling);
        return;
    }
    if (!freqs.empty()) {
        if (freqs.size() != pairs)
            facts.fail(fmt::format("{} rotary factors are there for {} pairs", freqs.size(), pairs));
        constexpr double kOriginalOfLlama3 = 8192;
        for (const double length : {static_cast<double>(original), kOriginalOfLlama3}) {
            if (const auto scaling = asLlama3(freqs, theta, length)) {
                config["rope_scaling"] = *scaling;
                return;
            }
        }
        config["original_max_position_embeddings"] = positions;
        config["rope_scaling"] = {{"rope_type", "longrope"}, {"factor", 1.0}, {"attention_factor", 1.0}, {"short_factor", freqs}, {"long_factor", freqs}};
        return;
    }
    if (type == "none" || (type.empty() && factor == 1))
        return;
    if (factor <= 0)
        facts.fail(fmt::format("a rotary scaling by {} can not be", factor));
    if (type.empty() || type == "linear") {
        if (factor != 1)
            config["rope_scaling"] = {{"type", "linear"}, {"rope_type", "linear"}, {"factor", factor}};
        return;
    }
    if (type == "yarn") {
        OrderedJson scaling{{"type", "yarn"}, {"rope_type", "yarn"}, {"factor", factor}, {"original_max_position_embeddings", original}};
        if (const double extra = facts.real("rope.scaling.attn_factor").value_or(1); extra != 1)
            scaling["attention_factor"] = extra * (factor <= 1 ? 1 : 0.1 * std::log(factor) + 1);
        config["rope_scaling"] = std::move(scaling);
        return;
    }
    if (type == "longrope") // without factors it is no scaling
        return;
    facts.refuse(fmt::format("the rotary scaling {} is not known", inQuotes(type)));
}

} // namespace crucible::formats
