// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <cmath>
#include <limits>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "top_n_sigma",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Top-n-sigma"),
     .defaultValue = 0,
     .low = 0,
     .high = 1000,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Logits more standard deviations than this below the best one go; 0 keeps all")},
};

class TopNSigma final : public Sampler {
public:
    explicit TopNSigma(double n) : m_n(n) {}

    void apply(Candidates& candidates, const SamplingStep&) override
    {
        double sum = 0;
        std::size_t count = 0;
        for (const float logit : candidates.logits()) {
            if (logit == -std::numeric_limits<float>::infinity())
                continue;
            sum += static_cast<double>(logit);
            ++count;
        }
        if (count <= 1)
            return;
        const double mean = sum / static_cast<double>(count);
        double squares = 0;
        for (const float logit : candidates.logits()) {
            if (logit != -std::numeric_limits<float>::infinity())
                squares += (static_cast<double>(logit) - mean) * (static_cast<double>(logit) - mean);
        }
        const double deviation = std::sqrt(squares / static_cast<double>(count));
        candidates.keepAtLeast(static_cast<float>(static_cast<double>(candidates.top()) - m_n * deviation));
    }

private:
    double m_n;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const double n = settings.number("top_n_sigma");
    return n > 0 ? std::make_unique<TopNSigma>(n) : nullptr;
}

} // namespace

extern const SamplerKind top_n_sigma_sampler;
const SamplerKind top_n_sigma_sampler{
    .id = "top_n_sigma",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Top-n-sigma"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Parts informative logits from noise by their standard deviation; what stays does not depend on the temperature."),
    .reference = "https://arxiv.org/abs/2411.07641",
    .params = kParams,
    .place = 50,
    .keepsBest = true,
    .make = &make};

} // namespace crucible::generate
