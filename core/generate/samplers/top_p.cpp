// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "top_p",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Top-p"),
     .defaultValue = 0.95,
     .low = 0,
     .high = 1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "The fewest tokens whose probabilities add up to this stay; 1 keeps all")},
};

class TopP final : public Sampler {
public:
    explicit TopP(double mass) : m_mass(mass) {}
    void apply(Candidates& candidates, const SamplingStep&) override { candidates.keepMass(m_mass); }

private:
    double m_mass;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const double mass = settings.number("top_p");
    return mass < 1 ? std::make_unique<TopP>(mass) : nullptr;
}

} // namespace

extern const SamplerKind top_p_sampler;
const SamplerKind top_p_sampler{
    .id = "top_p",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Top-p"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Keeps the nucleus of the distribution, few tokens where the model is sure and many where it is not."),
    .reference = "https://arxiv.org/abs/1904.09751",
    .params = kParams,
    .place = 80,
    .keepsBest = true,
    .make = &make};

} // namespace crucible::generate
