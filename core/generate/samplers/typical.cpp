// SPDX-License-Identifier: GPL-3.0-or-later
// Locally typical sampling: tokens whose surprise is nearest to the entropy, until their probabilities add up to more than
// the mass.
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "typical_p",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Typical mass"),
     .defaultValue = 1,
     .low = 0,
     .high = 1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "How much probability the tokens that stay have together; 1 keeps all")},
};

class Typical final : public Sampler {
public:
    explicit Typical(double mass) : m_mass(mass) {}

    void apply(Candidates& candidates, const SamplingStep&) override
    {
        double total = 0;
        const std::span<const float> weights = candidates.weights(total);
        if (total <= 0)
            return;
        // The surprise is ln total - (logit - top), and the entropy its average: ln total falls out of the difference.
        const double top = static_cast<double>(candidates.top());
        const std::span<const float> logits = candidates.logits();
        double sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] > 0)
                sum += static_cast<double>(weights[i]) * (static_cast<double>(logits[i]) - top);
        }
        const double average = sum / total;
        std::vector<float> nearness(weights.size(), -std::numeric_limits<float>::infinity());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] > 0)
                nearness[i] = static_cast<float>(-std::abs(static_cast<double>(logits[i]) - top - average));
        }
        candidates.keepPlaces(fewestByMass(nearness, weights, m_mass * total, true));
    }

private:
    double m_mass;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const double mass = settings.number("typical_p");
    return mass < 1 ? std::make_unique<Typical>(mass) : nullptr;
}

} // namespace

extern const SamplerKind typical_sampler;
const SamplerKind typical_sampler{
    .id = "typical",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Typical"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Keeps tokens that are about as surprising as the model expects the next one to be."),
    .reference = "https://arxiv.org/abs/2202.00666",
    .params = kParams,
    .place = 70,
    .make = &make};

} // namespace crucible::generate
