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
        double entropy = 0;
        for (const float weight : weights) {
            const double p = static_cast<double>(weight) / total;
            if (p > 0)
                entropy -= p * std::log(p);
        }
        std::vector<float> nearness(weights.size(), -std::numeric_limits<float>::infinity());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] > 0)
                nearness[i] = static_cast<float>(-std::abs(-std::log(static_cast<double>(weights[i]) / total) - entropy));
        }
        constexpr std::size_t kFirst = 128;
        constexpr std::size_t kGrowth = 8;
        for (std::size_t k = kFirst;; k *= kGrowth) {
            std::vector<std::uint32_t> nearest = largestIndices(nearness, std::min(k, nearness.size()));
            double sum = 0;
            for (std::size_t i = 0; i < nearest.size(); ++i) {
                sum += static_cast<double>(weights[nearest[i]]);
                if (sum > m_mass * total) {
                    nearest.resize(i + 1);
                    break;
                }
            }
            if (sum > m_mass * total || k >= nearness.size())
                return candidates.keepPlaces(nearest);
        }
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
