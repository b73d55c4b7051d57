// SPDX-License-Identifier: GPL-3.0-or-later
// From logits to the next token: the samplers that the settings turn on, one after the other, then one draw.
#pragma once

#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <memory>
#include <span>
#include <vector>

namespace crucible::generate {

class TokenMask;

class SamplerChain {
public:
    // `sequence`: tells texts apart that are written at once with one seed. Throws Error::invalid.
    SamplerChain(const SamplingSettings& settings, const SamplerSetup& setup, std::uint64_t sequence = 0);

    // `tokens`: the prompt and what was written, of which `number` tokens were. `allowed`: what may come, all when null.
    // Throws Error::invalid when nothing can be chosen.
    TokenId choose(std::span<const float> logits, std::span<const TokenId> tokens, std::uint64_t number, const TokenMask* allowed = nullptr);

    // What was drawn with, chosen by chance when the settings have none.
    std::uint64_t seed() const { return m_seed; }
    // Nothing is left to chance.
    bool isGreedy() const { return m_greedy; }

private:
    TokenId draw(const SamplingStep& step);

    std::vector<std::unique_ptr<Sampler>> m_samplers;
    Candidates m_candidates;
    std::uint64_t m_seed;
    std::uint64_t m_sequence;
    bool m_greedy = false;
};

} // namespace crucible::generate
