// SPDX-License-Identifier: GPL-3.0-or-later
// Mirostat, version 2: tokens more surprising than a limit go, and the limit follows the surprise of what is chosen, so that
// the text stays as surprising as it shall be. Surprise is counted in bits.
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <algorithm>
#include <cmath>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "mirostat",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Mirostat 2"),
     .type = ParamType::Bool,
     .defaultValue = 0,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Hold the surprise of the text instead of using the other samplers")},
    {.name = "mirostat_tau",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Target surprise"),
     .defaultValue = 5,
     .low = 0,
     .high = 100,
     .step = 0.5,
     .unit = CRUCIBLE_TR_NOOP("Unit", "bits"),
     .help = CRUCIBLE_TR_NOOP("Sampling", "How surprising a token shall be on average; lower is more coherent")},
    {.name = "mirostat_eta",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Learning rate"),
     .defaultValue = 0.1,
     .low = 0,
     .high = 1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "How fast the limit follows")},
};

class Mirostat final : public Sampler {
public:
    Mirostat(double tau, double eta) : m_tau(tau), m_eta(eta), m_limit(2 * tau) {}

    void apply(Candidates& candidates, const SamplingStep&) override
    {
        double total = 0;
        candidates.weights(total);
        if (total <= 0)
            return;
        // -log2(exp(logit - top) / total) <= limit
        const double limit = static_cast<double>(candidates.top()) + std::log(total) - m_limit * std::log(2.0);
        candidates.keepAtLeast(static_cast<float>(std::min(limit, static_cast<double>(candidates.top()))));
    }

    void chosen(TokenId, double probability) override { m_limit -= m_eta * (-std::log2(probability) - m_tau); }

private:
    double m_tau;
    double m_eta;
    double m_limit;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    if (settings.number("mirostat") == 0)
        return nullptr;
    return std::make_unique<Mirostat>(settings.number("mirostat_tau"), settings.number("mirostat_eta"));
}

} // namespace

extern const SamplerKind mirostat_sampler;
const SamplerKind mirostat_sampler{
    .id = "mirostat",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Mirostat 2"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Steers the surprise of the text; beside it only the temperature and logit biases work, unless an order is given."),
    .reference = "https://arxiv.org/abs/2007.14966",
    .params = kParams,
    .place = 120,
    .alone = true,
    .make = &make};

} // namespace crucible::generate
