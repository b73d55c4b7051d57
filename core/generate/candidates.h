// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens that can come next, with their logits: first the whole vocabulary, then what the samplers leave of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace crucible::generate {

using TokenId = std::int32_t;

// The k largest of `keys` by index, the largest first, of equal ones the first. Fewer when there are fewer; keys of minus
// infinity and NaN are never among them. Linear in keys, but for the sorting of the k.
std::vector<std::uint32_t> largestIndices(std::span<const float> keys, std::size_t k);

// The fewest with the largest keys whose weights add up to `mass` or, with `more`, to more than that; at least one, and all
// when there is not so much. The largest key first when they are at most 256, else by index: more are not sorted. Linear.
std::vector<std::uint32_t> fewestByMass(std::span<const float> keys, std::span<const float> weights, double mass, bool more);

class Candidates {
public:
    // All tokens of a vocabulary. NaN becomes minus infinity: such a token is never chosen. Where a logit is plus infinity,
    // only those that are stay.
    void reset(std::span<const float> logits);

    std::size_t size() const { return m_logits.size(); }
    bool empty() const { return m_logits.empty(); }
    TokenId id(std::size_t i) const { return m_ids.empty() ? static_cast<TokenId>(i) : m_ids[i]; }
    std::span<const float> logits() const { return m_logits; }
    // Logits may be changed; what was sorted then no longer is.
    std::span<float> change();
    // The place of a token; size() when it is no longer there.
    std::size_t find(TokenId id) const;

    // The largest logit; minus infinity when there is none.
    float top() const;
    // exp(logit - top) of every candidate, and their sum in `total`. Valid until something changes.
    std::span<const float> weights(double& total);

    // Keeps the k with the largest logits, the largest first, of equal ones the lowest id.
    void keepBest(std::size_t k);
    // Keeps logits of at least `limit`.
    void keepAtLeast(float limit);
    // Keeps the fewest of the best whose probabilities add up to `mass` or more; at least one.
    void keepMass(double mass);
    // Keeps these places, in this order.
    void keepPlaces(std::span<const std::uint32_t> places);

private:
    std::vector<TokenId> m_ids; // empty: the place is the id
    std::vector<float> m_logits;
    std::vector<float> m_weights;
    bool m_sorted = false;
};

} // namespace crucible::generate
