// SPDX-License-Identifier: GPL-3.0-or-later
// Penalties for tokens of the last stretch of the text, the prompt included: repetition divides a positive logit and
// multiplies a negative one, once; then presence is subtracted once and frequency for every occurrence.
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <algorithm>
#include <unordered_map>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "repetition_penalty",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Repetition penalty"),
     .defaultValue = 1,
     .low = 0.01,
     .high = 100,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Tokens that occurred become so much less probable; 1 changes nothing")},
    {.name = "presence_penalty",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Presence penalty"),
     .defaultValue = 0,
     .low = -100,
     .high = 100,
     .step = 0.1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "What a token's logit loses when it occurred")},
    {.name = "frequency_penalty",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Frequency penalty"),
     .defaultValue = 0,
     .low = -100,
     .high = 100,
     .step = 0.1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "What a token's logit loses for every time that it occurred")},
    {.name = "penalty_last_n",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Penalty window"),
     .type = ParamType::Integer,
     .defaultValue = 64,
     .low = -1,
     .high = 1'000'000'000,
     .step = 1,
     .unit = CRUCIBLE_TR_NOOP("Unit", "tokens"),
     .help = CRUCIBLE_TR_NOOP("Sampling", "How far back the penalties look; -1: over the whole text")},
};

class Penalties final : public Sampler {
public:
    explicit Penalties(const SamplingSettings& settings)
        : m_repetition(static_cast<float>(settings.number("repetition_penalty"))),
          m_presence(static_cast<float>(settings.number("presence_penalty"))),
          m_frequency(static_cast<float>(settings.number("frequency_penalty"))), m_last(settings.integer("penalty_last_n"))
    {
    }

    void apply(Candidates& candidates, const SamplingStep& step) override
    {
        const std::size_t window = m_last < 0 ? step.tokens.size() : std::min(static_cast<std::size_t>(m_last), step.tokens.size());
        std::unordered_map<TokenId, int> counts;
        for (const TokenId token : step.tokens.last(window))
            ++counts[token];
        const std::span<float> logits = candidates.change();
        for (const auto& [token, count] : counts) {
            const std::size_t place = candidates.find(token);
            if (place == candidates.size())
                continue;
            float& logit = logits[place];
            logit = logit <= 0 ? logit * m_repetition : logit / m_repetition;
            logit -= static_cast<float>(count) * m_frequency + m_presence;
        }
    }

private:
    float m_repetition;
    float m_presence;
    float m_frequency;
    int m_last;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const bool isOff = settings.number("repetition_penalty") == 1 && settings.number("presence_penalty") == 0 &&
                       settings.number("frequency_penalty") == 0;
    return isOff || settings.integer("penalty_last_n") == 0 ? nullptr : std::make_unique<Penalties>(settings);
}

} // namespace

extern const SamplerKind penalties_sampler;
const SamplerKind penalties_sampler{
    .id = "penalties",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Penalties"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Makes tokens that occurred less probable."),
    .reference = "https://arxiv.org/abs/1909.05858",
    .params = kParams,
    .place = 20,
    .make = &make};

} // namespace crucible::generate
