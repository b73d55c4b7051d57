// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sampler_chain.h"

#include "base/error.h"
#include "generate/token_mask.h"

#include <cmath>
#include <limits>
#include <random>

namespace crucible::generate {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

} // namespace

std::uint64_t seedByChance()
{
    return std::random_device{}();
}

SamplerChain::SamplerChain(const SamplingSettings& settings, const SamplerSetup& setup, std::uint64_t sequence)
    : m_seed(settings.seed().value_or(0)), m_sequence(sequence)
{
    if (!settings.seed())
        m_seed = seedByChance();
    const std::vector<const SamplerKind*> order = settings.order();
    for (const SamplerKind* kind : order)
        m_greedy = m_greedy || (kind->id == "temperature" && settings.number("temperature") <= 0 &&
                                settings.number("dynamic_temperature_range") <= 0);
    for (const SamplerKind* kind : order) {
        if (m_greedy && kind->keepsBest)
            continue;
        if (std::unique_ptr<Sampler> sampler = kind->make(settings, setup)) {
            m_samplers.push_back(std::move(sampler));
            m_active.push_back(kind);
        }
    }
}

TokenId SamplerChain::choose(std::span<const float> logits, std::span<const TokenId> tokens, std::uint64_t number,
                             const TokenMask* allowed)
{
    const Draws draws(m_seed, m_sequence);
    const SamplingStep step{tokens, number, &draws};
    m_candidates.reset(logits);
    if (allowed) {
        const std::span<float> all = m_candidates.change();
        for (std::size_t id = 0; id < all.size(); ++id) {
            if (!allowed->contains(id))
                all[id] = kNever;
        }
    }
    for (const std::unique_ptr<Sampler>& sampler : m_samplers)
        sampler->apply(m_candidates, step);
    return draw(step);
}

TokenId SamplerChain::draw(const SamplingStep& step)
{
    double total = 0;
    const std::span<const float> weights = m_candidates.weights(total);
    std::size_t place = m_candidates.size();
    if (total > 0 && std::isfinite(total)) {
        const double target = step.draws->uniform(step.number, Draws::Choice) * total;
        double sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] <= 0)
                continue;
            place = i;
            sum += static_cast<double>(weights[i]);
            if (sum > target)
                break;
        }
    }
    if (place == m_candidates.size())
        throw Error::invalid(
            CRUCIBLE_TR_NOOP("Problem",
                             "no token can be chosen: the logits are not finite, or all tokens are excluded"),
            {}, CRUCIBLE_TR_NOOP("Problem", "check the model's weights, and what the settings of sampling exclude"));
    const TokenId token = m_candidates.id(place);
    const double probability = static_cast<double>(weights[place]) / total;
    for (const std::unique_ptr<Sampler>& sampler : m_samplers)
        sampler->chosen(token, probability);
    return token;
}

} // namespace crucible::generate
