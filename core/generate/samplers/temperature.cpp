// SPDX-License-Identifier: GPL-3.0-or-later
// Logits are divided by the temperature. Dynamic: by a temperature between two, nearer to the upper one the more even the
// distribution is (its entropy against the largest possible).
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <algorithm>
#include <cmath>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "temperature",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Temperature"),
     .defaultValue = 0.8,
     .low = 0,
     .high = 100,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Above 1 improbable tokens gain, below 1 probable ones; 0 always takes the most probable")},
    {.name = "dynamic_temperature_range",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Dynamic range"),
     .defaultValue = 0,
     .low = 0,
     .high = 100,
     .help = CRUCIBLE_TR_NOOP("Sampling", "The temperature varies by so much up and down with the entropy; 0 keeps it fixed")},
    {.name = "dynamic_temperature_exponent",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Dynamic exponent"),
     .defaultValue = 1,
     .low = 0,
     .high = 100,
     .help = CRUCIBLE_TR_NOOP("Sampling", "How the share of the entropy is bent before it sets the temperature")},
};

class Temperature final : public Sampler {
public:
    explicit Temperature(const SamplingSettings& settings)
        : m_temperature(settings.number("temperature")), m_range(settings.number("dynamic_temperature_range")),
          m_exponent(settings.number("dynamic_temperature_exponent"))
    {
    }

    void apply(Candidates& candidates, const SamplingStep&) override
    {
        double temperature = m_temperature;
        if (m_range > 0) {
            if (candidates.size() <= 1)
                return;
            const double low = std::max(0.0, m_temperature - m_range);
            const double share = entropy(candidates) / std::log(static_cast<double>(candidates.size()));
            temperature = low + (m_temperature + m_range - low) * std::pow(share, m_exponent);
        }
        if (temperature <= 0)
            return candidates.keepBest(1);
        const auto factor = static_cast<float>(1 / temperature);
        if (factor == 1 || candidates.empty())
            return;
        // From the largest one, so that a very small temperature leaves finite numbers.
        const float top = candidates.top();
        if (!std::isfinite(top))
            return;
        for (float& logit : candidates.change())
            logit = (logit - top) * factor;
    }

private:
    static double entropy(Candidates& candidates)
    {
        const double top = static_cast<double>(candidates.top());
        double total = 0;
        double sum = 0;
        const std::span<const float> weights = candidates.weights(total);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] > 0)
                sum += static_cast<double>(weights[i]) * (static_cast<double>(candidates.logits()[i]) - top);
        }
        return total > 0 ? std::max(0.0, std::log(total) - sum / total) : 0;
    }

    double m_temperature;
    double m_range;
    double m_exponent;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    return std::make_unique<Temperature>(settings);
}

} // namespace

extern const SamplerKind temperature_sampler;
const SamplerKind temperature_sampler{
    .id = "temperature",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Temperature"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "How much is left to chance."),
    .params = kParams,
    .place = 110,
    .make = &make};

} // namespace crucible::generate
