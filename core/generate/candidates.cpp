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

constexpr std::size_t kBlock = 32;
constexpr std::size_t kUsual = 256; // that are looked for by sorting

} // namespace

std::vector<std::uint32_t> largestIndices(std::span<const float> keys, std::size_t k)
{
    std::vector<std::uint32_t> found;
    if (k == 0)
        return found;
    // At least k keys are no smaller than the k-th largest maximum of blocks, and few are where k is small.
    std::vector<float> tops((keys.size() + kBlock - 1) / kBlock);
    kernels::largestOfBlocks(keys, kBlock, tops);
    float bound = kNever;
    if (k <= tops.size()) {
        std::vector<float> sorted = tops;
        const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(k - 1);
        std::nth_element(sorted.begin(), place, sorted.end(), std::greater<>());
        bound = *place;
    }
    for (std::size_t b = 0; b < tops.size(); ++b) {
        if (tops[b] < bound || tops[b] == kNever)
            continue;
        for (std::size_t i = b * kBlock; i < std::min(keys.size(), (b + 1) * kBlock); ++i) {
            if (keys[i] >= bound && keys[i] > kNever)
                found.push_back(static_cast<std::uint32_t>(i));
        }
    }
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return keys[a] != keys[b] ? keys[a] > keys[b] : a < b; };
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(std::min(k, found.size()));
    if (end != found.end())
        std::nth_element(found.begin(), end, found.end(), before);
    found.erase(end, found.end());
    std::sort(found.begin(), found.end(), before);
    return found;
}

std::vector<std::uint32_t> fewestByMass(std::span<const float> keys, std::span<const float> weights, double mass, bool more)
{
    const auto enough = [&](double sum) { return more ? sum > mass : sum >= mass; };
    std::vector<std::uint32_t> best = largestIndices(keys, std::min(kUsual, keys.size()));
    double sum = 0;
    for (std::size_t i = 0; i < best.size(); ++i) {
        sum += static_cast<double>(weights[best[i]]);
        if (enough(sum)) {
            best.resize(i + 1);
            return best;
        }
    }
    if (best.size() < kUsual || best.size() == keys.size())
        return best; // all that there are
    // Halves the part in which the mass is reached, again and again.
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return keys[a] != keys[b] ? keys[a] > keys[b] : a < b; };
    best.clear();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] > kNever)
            best.push_back(static_cast<std::uint32_t>(i));
    }
    auto low = best.begin();
    auto high = best.end();
    sum = 0;
    while (high - low > 64) {
        const auto middle = low + (high - low) / 2;
        std::nth_element(low, middle, high, before);
        double part = 0;
        for (auto at = low; at != middle; ++at)
            part += static_cast<double>(weights[*at]);
        if (enough(sum + part)) {
            high = middle;
        } else {
            sum += part;
            low = middle;
        }
    }
    std::sort(low, high, before);
    for (; low != high && !enough(sum); ++low)
        sum += static_cast<double>(weights[*low]);
    std::vector<bool> chosen(keys.size());
    for (auto at = best.begin(); at != low; ++at)
        chosen[*at] = true;
    best.clear();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (chosen[i])
            best.push_back(static_cast<std::uint32_t>(i));
    }
    return best;
}

void Candidates::reset(std::span<const float> logits)
{
    m_ids.clear();
    m_logits.resize(logits.size());
    m_sorted = false;
    constexpr float kAlways = std::numeric_limits<float>::infinity();
    if (kernels::copyNumbers(logits, m_logits) == kAlways) {
        for (float& logit : m_logits)
            logit = logit == kAlways ? 0.0f : kNever;
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
    double total = 0;
    weights(total);
    keepPlaces(fewestByMass(m_logits, m_weights, mass * total, false));
    m_sorted = size() <= kUsual;
}

} // namespace crucible::generate
