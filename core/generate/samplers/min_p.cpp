// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <cmath>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "min_p",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Min-p"),
     .defaultValue = 0.05,
     .low = 0,
     .high = 1,
     .step = 0.01,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Tokens less probable than this share of the most probable one go; 0 keeps all")},
};

class MinP final : public Sampler {
public:
    explicit MinP(double share) : m_distance(static_cast<float>(std::log(share))) {}
    void apply(Candidates& candidates, const SamplingStep&) override { candidates.keepAtLeast(candidates.top() + m_distance); }

private:
    float m_distance;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const double share = settings.number("min_p");
    return share > 0 ? std::make_unique<MinP>(share) : nullptr;
}

} // namespace

extern const SamplerKind min_p_sampler;
const SamplerKind min_p_sampler{
    .id = "min_p",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Min-p"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Takes away what is improbable beside the best token; keeps its sense at high temperatures."),
    .reference = "https://arxiv.org/abs/2407.01082",
    .params = kParams,
    .place = 90,
    .keepsBest = true,
    .make = &make};

} // namespace crucible::generate
