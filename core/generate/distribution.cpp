// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/distribution.h"

#include "kernels/softmax.h"

#include <cmath>
#include <limits>

namespace crucible::generate {

Expectation expectationOf(std::span<const float> logits, TokenId token, std::size_t alternatives)
{
    Expectation result;
    thread_local std::vector<float> weights;
    weights.resize(logits.size());
    const float top = kernels::largest(logits);
    const double total = kernels::exponentials(logits, top, weights);
    const double logTotal = static_cast<double>(top) + std::log(total);
    const auto logprob = [&](TokenId id) { return static_cast<double>(logits[static_cast<std::size_t>(id)]) - logTotal; };
    const bool exists = token >= 0 && static_cast<std::size_t>(token) < logits.size();
    result.logprob = exists ? logprob(token) : std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (weights[i] > 0)
            sum += static_cast<double>(weights[i]) * (static_cast<double>(logits[i]) - static_cast<double>(top));
    }
    result.entropy = std::log(total) - sum / total;
    for (const std::uint32_t id : largestIndices(logits, alternatives))
        result.alternatives.push_back({static_cast<TokenId>(id), logprob(static_cast<TokenId>(id))});
    return result;
}

double logprobOf(std::span<const float> logits, TokenId token)
{
    thread_local std::vector<float> weights;
    weights.resize(logits.size());
    const float top = kernels::largest(logits);
    const double total = kernels::exponentials(logits, top, weights);
    if (token < 0 || static_cast<std::size_t>(token) >= logits.size())
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(logits[static_cast<std::size_t>(token)]) - static_cast<double>(top) - std::log(total);
}

} // namespace crucible::generate
