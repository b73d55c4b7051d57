// SPDX-License-Identifier: GPL-3.0-or-later
// Exclude top choices: now and then, all tokens that are probable enough go, but for the least probable of them.
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <vector>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "xtc_probability",
     .title = CRUCIBLE_TR_NOOP("Sampling", "XTC probability"),
     .defaultValue = 0,
     .low = 0,
     .high = 1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "How often top choices are excluded; 0 never")},
    {.name = "xtc_threshold",
     .title = CRUCIBLE_TR_NOOP("Sampling", "XTC threshold"),
     .defaultValue = 0.1,
     .low = 0,
     .high = 1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "What is at least so probable counts as a top choice; above 0.5 there are never two")},
};

class Xtc final : public Sampler {
public:
    Xtc(double probability, double threshold) : m_probability(probability), m_threshold(threshold) {}

    void apply(Candidates& candidates, const SamplingStep& step) override
    {
        if (candidates.size() < 2 || step.draws->uniform(step.number, Draws::Exclusion) >= m_probability)
            return;
        double total = 0;
        const std::span<const float> weights = candidates.weights(total);
        const auto isTop = [&](std::size_t i) { return static_cast<double>(weights[i]) >= m_threshold * total; };
        std::size_t last = weights.size(); // the least probable top choice, of equal ones the last
        std::size_t tops = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (!isTop(i))
                continue;
            ++tops;
            if (last == weights.size() || weights[i] <= weights[last])
                last = i;
        }
        if (tops < 2)
            return;
        std::vector<std::uint32_t> kept;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (i == last || !isTop(i))
                kept.push_back(static_cast<std::uint32_t>(i));
        }
        candidates.keepPlaces(kept);
    }

private:
    double m_probability;
    double m_threshold;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const double probability = settings.number("xtc_probability");
    const double threshold = settings.number("xtc_threshold");
    return probability > 0 && threshold <= 0.5 ? std::make_unique<Xtc>(probability, threshold) : nullptr;
}

} // namespace

extern const SamplerKind xtc_sampler;
const SamplerKind xtc_sampler{
    .id = "xtc",
    .title = CRUCIBLE_TR_NOOP("Sampling", "XTC"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Now and then takes the most probable tokens away, so that stories leave the beaten path."),
    .reference = "https://github.com/oobabooga/text-generation-webui/pull/6335",
    .params = kParams,
    .place = 100,
    .make = &make};

} // namespace crucible::generate
