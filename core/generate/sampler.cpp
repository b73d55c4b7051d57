// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sampler.h"

#include "kernels/philox.h"

#include <algorithm>
#include <array>
#include <vector>

namespace crucible::generate {

double Draws::uniform(std::uint64_t step, Purpose purpose) const
{
    std::array<std::uint32_t, 2> words{};
    kernels::RandomStream(m_seed, 0, m_sequence).words(4 * step + 2 * purpose, words);
    const std::uint64_t bits = (std::uint64_t(words[0]) << 32 | words[1]) >> 11;
    return static_cast<double>(bits) * 0x1p-53;
}

std::span<const SamplerKind* const> samplersInOrder()
{
    static const std::vector<const SamplerKind*> kSorted = [] {
        std::vector<const SamplerKind*> all(samplerKinds().begin(), samplerKinds().end());
        std::stable_sort(all.begin(), all.end(), [](const SamplerKind* a, const SamplerKind* b) { return a->place < b->place; });
        return all;
    }();
    return kSorted;
}

const SamplerKind* findSampler(std::string_view name)
{
    if (name == "typ_p" || name == "typical_p")
        name = "typical";
    else if (name == "temp")
        name = "temperature";
    for (const SamplerKind* kind : samplerKinds()) {
        if (kind->id == name)
            return kind;
    }
    return nullptr;
}

} // namespace crucible::generate
