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

// A seed that nobody knows before, small enough that a person can type it again.
std::uint64_t seedByChance();

class SamplerChain {
public:
    // `sequence`: tells texts apart that are written at once with one seed. Throws Error::invalid.
    SamplerChain(const SamplingSettings& settings, const SamplerSetup& setup, std::uint64_t sequence = 0);

    // `tokens`: the prompt and what was written, of which `number` tokens were. `allowed`: what may come, all when
    // null. Throws Error::invalid when nothing can be chosen.
    TokenId choose(std::span<const float> logits, std::span<const TokenId> tokens, std::uint64_t number,
                   const TokenMask* allowed = nullptr);

    // What was drawn with, chosen by chance when the settings have none.
    std::uint64_t seed() const { return m_seed; }
    // The samplers that are on, in the order in which they work.
    const std::vector<const SamplerKind*>& active() const { return m_active; }
    // Nothing is left to chance.
    bool isGreedy() const { return m_greedy; }

private:
    TokenId draw(const SamplingStep& step);

    std::vector<std::unique_ptr<Sampler>> m_samplers;
    std::vector<const SamplerKind*> m_active;
    Candidates m_candidates;
    std::uint64_t m_seed;
    std::uint64_t m_sequence;
    bool m_greedy = false;
};

} // namespace crucible::generate
