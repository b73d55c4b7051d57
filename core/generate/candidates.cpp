// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/candidates.h"

#include "kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace crucible::generate {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

// At least k keys are no smaller than this. The k-th largest maximum of blocks is such a bound, and a tight one where
// k is small.
float lowerBound(std::span<const float> keys, std::size_t k)
{
    constexpr std::size_t kBlock = 32;
    const std::size_t blocks = (keys.size() + kBlock - 1) / kBlock;
    if (k > blocks)
        return kNever;
    std::vector<float> tops(blocks);
    for (std::size_t b = 0; b < blocks; ++b)
        tops[b] = kernels::largest(keys.subspan(b * kBlock, std::min(kBlock, keys.size() - b * kBlock)));
    const auto place = tops.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::nth_element(tops.begin(), place, tops.end(), std::greater<>());
    return *place;
}

} // namespace

std::vector<std::uint32_t> largestIndices(std::span<const float> keys, std::size_t k)
{
    std::vector<std::uint32_t> found;
    if (k == 0)
        return found;
    const float bound = lowerBound(keys, k);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] >= bound && keys[i] > kNever)
            found.push_back(static_cast<std::uint32_t>(i));
    }
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return keys[a] != keys[b] ? keys[a] > keys[b] : a < b; };
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(std::min(k, found.size()));
    if (found.size() / 8 > k)
        std::nth_element(found.begin(), end, found.end(), before);
    else
        std::partial_sort(found.begin(), end, found.end(), before);
    found.erase(end, found.end());
    std::sort(found.begin(), found.end(), before);
    return found;
}

void Candidates::reset(std::span<const float> logits)
{
    m_ids.clear();
    m_logits.assign(logits.begin(), logits.end());
    m_sorted = false;
    for (float& logit : m_logits) {
        if (std::isnan(logit))
            logit = kNever;
    }
    if (top() == std::numeric_limits<float>::infinity()) {
        for (float& logit : m_logits)
            logit = logit == std::numeric_limits<float>::infinity() ? 0.0f : kNever;
    }
}

std::span<float> Candidates::change()
{
    m_sorted = false;
    return m_logits;
}

std::size_t Candidates::find(TokenId id) const
{
    if (m_ids.empty())
        return id >= 0 && static_cast<std::size_t>(id) < size() ? static_cast<std::size_t>(id) : size();
    return static_cast<std::size_t>(std::find(m_ids.begin(), m_ids.end(), id) - m_ids.begin());
}

float Candidates::top() const
{
    return m_sorted && !empty() ? m_logits.front() : kernels::largest(m_logits);
}

std::span<const float> Candidates::weights(double& total)
{
    m_weights.resize(m_logits.size());
    const float highest = top();
    if (highest == kNever) {
        std::fill(m_weights.begin(), m_weights.end(), 0.0f);
        total = 0;
    } else {
        total = kernels::exponentials(m_logits, highest, m_weights);
    }
    return m_weights;
}

void Candidates::keepPlaces(std::span<const std::uint32_t> places)
{
    std::vector<TokenId> ids(places.size());
    std::vector<float> logits(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        ids[i] = id(places[i]);
        logits[i] = m_logits[places[i]];
    }
    m_ids = std::move(ids);
    m_logits = std::move(logits);
    m_sorted = false;
}

void Candidates::keepBest(std::size_t k)
{
    if (m_sorted && k >= size())
        return;
    std::vector<std::uint32_t> best;
    if (m_sorted) {
        best.resize(k);
        std::iota(best.begin(), best.end(), 0u);
    } else {
        best = largestIndices(m_logits, k);
    }
    keepPlaces(best);
    m_sorted = true;
}

void Candidates::keepAtLeast(float limit)
{
    std::vector<std::uint32_t> places;
    for (std::size_t i = 0; i < size(); ++i) {
        if (m_logits[i] >= limit && m_logits[i] > kNever)
            places.push_back(static_cast<std::uint32_t>(i));
    }
    if (places.size() == size())
        return;
    const bool wasSorted = m_sorted;
    keepPlaces(places);
    m_sorted = wasSorted;
}

void Candidates::keepMass(double mass)
{
    constexpr std::size_t kFirst = 128;
    constexpr std::size_t kGrowth = 8;
    double total = 0;
    weights(total);
    for (std::size_t k = kFirst;; k *= kGrowth) {
        std::vector<std::uint32_t> best = largestIndices(m_logits, std::min(k, size()));
        double sum = 0;
        for (std::size_t i = 0; i < best.size(); ++i) {
            sum += static_cast<double>(m_weights[best[i]]);
            if (sum >= mass * total) {
                best.resize(i + 1);
                break;
            }
        }
        if (sum >= mass * total || k >= size()) {
            keepPlaces(best);
            m_sorted = true;
            return;
        }
    }
}

} // namespace crucible::generate
