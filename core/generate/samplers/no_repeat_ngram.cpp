// SPDX-License-Identifier: GPL-3.0-or-later
// No sequence of n tokens occurs twice, the prompt included (as in Hugging Face's generate()).
#include "generate/sampler.h"
#include "generate/sampling_settings.h"

#include <algorithm>
#include <limits>

namespace crucible::generate {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "no_repeat_ngram_size",
     .title = CRUCIBLE_TR_NOOP("Sampling", "No-repeat n-gram"),
     .type = ParamType::Integer,
     .defaultValue = 0,
     .low = 0,
     .high = 1'000'000,
     .step = 1,
     .unit = CRUCIBLE_TR_NOOP("Unit", "tokens"),
     .help = CRUCIBLE_TR_NOOP("Sampling", "Sequences of so many tokens occur only once; 0: as often as they like")},
};

class NoRepeatNgram final : public Sampler {
public:
    explicit NoRepeatNgram(std::size_t size) : m_size(size) {}

    void apply(Candidates& candidates, const SamplingStep& step) override
    {
        const std::span<const TokenId> tokens = step.tokens;
        if (tokens.size() < m_size)
            return;
        const std::span<const TokenId> beginning = tokens.last(m_size - 1);
        const std::span<float> logits = candidates.change();
        for (std::size_t i = 0; i + m_size <= tokens.size(); ++i) {
            if (!std::equal(beginning.begin(), beginning.end(), tokens.begin() + static_cast<std::ptrdiff_t>(i)))
                continue;
            const std::size_t place = candidates.find(tokens[i + m_size - 1]);
            if (place < logits.size())
                logits[place] = -std::numeric_limits<float>::infinity();
        }
    }

private:
    std::size_t m_size;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup&)
{
    const int size = settings.integer("no_repeat_ngram_size");
    return size > 0 ? std::make_unique<NoRepeatNgram>(static_cast<std::size_t>(size)) : nullptr;
}

} // namespace

extern const SamplerKind no_repeat_ngram_sampler;
const SamplerKind no_repeat_ngram_sampler{
    .id = "no_repeat_ngram",
    .title = CRUCIBLE_TR_NOOP("Sampling", "No-repeat n-gram"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Forbids to write the same sequence of tokens twice."),
    .reference = "https://arxiv.org/abs/1705.04304",
    .params = kParams,
    .place = 30,
    .make = &make};

} // namespace crucible::generate
