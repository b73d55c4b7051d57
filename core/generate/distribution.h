// SPDX-License-Identifier: GPL-3.0-or-later
// What a model itself expects, at temperature 1 and before any sampler.
#pragma once

#include "generate/candidates.h"

#include <span>
#include <vector>

namespace crucible::generate {

struct Alternative {
    TokenId id = 0;
    double logprob = 0; // natural logarithm
};

struct Expectation {
    double logprob = 0; // of the token that came; NaN when the logits are no numbers
    double entropy = 0; // of the distribution, in nats
    std::vector<Alternative> alternatives; // the most probable tokens, the first first
};

Expectation expectationOf(std::span<const float> logits, TokenId token, std::size_t alternatives);

// The logarithm of the probability of `token` alone.
double logprobOf(std::span<const float> logits, TokenId token);

} // namespace crucible::generate
