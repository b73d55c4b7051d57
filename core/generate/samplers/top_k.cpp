// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "top_k",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Top-k"),
     .type = ParamType::Integer,
     .defaultValue = 40,
     .low = 0,
     .high = 1'000'000'000,
     .step = 1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Only so many of the most probable tokens stay; 0 keeps all")},
};

class TopK final : public Sampler {
public:
    explicit TopK(std::size_t k) : m_k(k) {}
    void apply(Candidates& candidates, const SamplingStep&) override { candidates.keepBest(m_k); }

private:
    std::size_t m_k;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const int k = settings.integer("top_k");
    return k > 0 ? std::make_unique<TopK>(static_cast<std::size_t>(k)) : nullptr;
}

} // namespace

extern const SamplerKind top_k_sampler;
const SamplerKind top_k_sampler{
    .id = "top_k",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Top-k"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Keeps a fixed number of the most probable tokens."),
    .reference = "https://arxiv.org/abs/1805.04833",
    .params = kParams,
    .place = 60,
    .keepsBest = true,
    .make = &make};

} // namespace crucible::generate
