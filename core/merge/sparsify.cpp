// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/sparsify.h"

#include "base/hash.h"
#include "kernels/philox.h"
#include "kernels/select.h"
#include "kernels/tile.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace crucible::merge {
namespace {

class DropAll : public Sparsifier {
public:
    void apply(const Tile&, std::size_t, std::span<float> delta) const override
    {
        std::fill(delta.begin(), delta.end(), 0.0f);
    }
};

// Entries of rank [top, top + keep) by falling magnitude.
class RankBand : public Sparsifier {
public:
    RankBand(std::size_t count, std::size_t top, std::size_t keep, std::size_t tiles, std::span<const float> sample)
        : m_kept(kernels::KeyOrder::Magnitude, count, top + keep, tiles, sample)
    {
        if (top > 0)
            m_removed.emplace(kernels::KeyOrder::Magnitude, count, top, tiles, sample);
    }

    bool ready() const override { return m_kept.resolved() && (!m_removed || m_removed->resolved()); }

    void show(const Tile&, std::size_t index, std::span<const float> delta) override
    {
        if (!m_kept.resolved())
            m_kept.show(index, delta);
        if (m_removed && !m_removed->resolved())
            m_removed->show(index, delta);
    }

    void endPass() override
    {
        if (!m_kept.resolved())
            m_kept.resolve();
        if (m_removed && !m_removed->resolved())
            m_removed->resolve();
    }

    void showCodes(const Tile& tile, std::size_t index, const std::uint16_t* x, const std::uint16_t* base) override
    {
        if (!m_kept.resolved())
            m_kept.showDifference(index, x, base, tile.count);
        if (m_removed && !m_removed->resolved())
            m_removed->showDifference(index, x, base, tile.count);
    }

    kernels::Survivors survivors(const Tile& tile, std::size_t index, const std::uint16_t* x, const std::uint16_t* base,
                                 std::span<std::uint32_t> bits) const override
    {
        const std::optional<std::int32_t> lowest = m_kept.lowestSelected(index);
        if (lowest && !m_removed)
            return {.lowest = *lowest};
        const std::optional<std::int32_t> removed = m_removed ? m_removed->lowestSelected(index) : std::nullopt;
        if (lowest && removed)
            return {.lowest = *lowest, .highest = *removed - 1};
        return Sparsifier::survivors(tile, index, x, base, bits);
    }

    void apply(const Tile&, std::size_t index, std::span<float> delta) const override
    {
        m_kept.keepSelected(index, delta);
        if (m_removed)
            m_removed->dropSelected(index, delta);
    }

private:
    kernels::RankSelect m_kept;
    std::optional<kernels::RankSelect> m_removed;
};

// Every entry with the same probability. A decision takes half a random word; where that leaves it open, once in 65536
// times, a word of a second stream decides, so that the probability is exact to 32 bits.
class Bernoulli : public Sparsifier {
public:
    Bernoulli(kernels::RandomStream stream, kernels::RandomStream rest, double density, std::size_t tiles)
        : m_stream(stream), m_rest(rest), m_limit(static_cast<std::uint32_t>(kernels::bernoulliLimit(density))), m_kept(tiles)
    {
    }

    void apply(const Tile& tile, std::size_t index, std::span<float> delta) const override
    {
        kernels::keepWhereSet(delta, decisions(tile, index).data());
    }

    kernels::Survivors survivors(const Tile& tile, std::size_t index, const std::uint16_t*, const std::uint16_t*,
                                 std::span<std::uint32_t>) const override
    {
        return {.bits = decisions(tile, index).data()};
    }

private:
    static constexpr std::size_t kAtOnce = 512;
    static constexpr std::size_t kBits = 32;

    // Kept as bits: drawing them costs more than all the rest of a pass. Tiles begin at even entries.
    const std::vector<std::uint32_t>& decisions(const Tile& tile, std::size_t index) const
    {
        std::vector<std::uint32_t>& kept = m_kept[index];
        if (!kept.empty())
            return kept;
        kept.resize((tile.count + kBits - 1) / kBits);
        const auto limit = static_cast<std::uint16_t>(m_limit >> 16);
        std::uint32_t words[kAtOnce / 2];
        std::uint16_t halves[kAtOnce];
        for (std::size_t begin = 0; begin < tile.count; begin += kAtOnce) {
            const std::size_t count = std::min(kAtOnce, tile.count - begin);
            const std::size_t drawn = (count + 1) / 2;
            m_stream.words((tile.begin + begin) / 2, {words, drawn});
            for (std::size_t w = 0; w < drawn; ++w) {
                halves[2 * w] = static_cast<std::uint16_t>(words[w]);
                halves[2 * w + 1] = static_cast<std::uint16_t>(words[w] >> 16);
            }
            std::uint32_t* below = kept.data() + begin / kBits;
            std::uint32_t notAbove[kAtOnce / kBits];
            kernels::bitsBelow(halves, limit, below, count);
            kernels::bitsNotAbove(halves, limit, notAbove, count);
            for (std::size_t w = 0; w < (count + kBits - 1) / kBits; ++w) {
                for (std::uint32_t open = notAbove[w] & ~below[w]; open != 0; open &= open - 1) {
                    const auto bit = static_cast<std::size_t>(std::countr_zero(open));
                    std::uint32_t rest = 0;
                    m_rest.words(tile.begin + begin + w * kBits + bit, {&rest, 1});
                    below[w] |= std::uint32_t((rest >> 16) < (m_limit & 0xffffu)) << bit;
                }
            }
        }
        return kept;
    }

    kernels::RandomStream m_stream;
    kernels::RandomStream m_rest;
    std::uint32_t m_limit; // density is below 1 here
    mutable std::vector<std::vector<std::uint32_t>> m_kept; // per tile, each touched by the thread that has the tile
};

// Gives every entry what belongs to the rank of its |value| in the row: byRank[0] to the smallest; equal ones in order of
// their index. A radix sort of the bit patterns, eleven bits at a time.
void spreadByRank(std::span<const float> row, std::span<const std::uint32_t> byRank, std::span<std::uint32_t> out)
{
    constexpr std::uint32_t kDigits = 2048;
    struct Entry {
        std::uint32_t key;
        std::uint32_t index;
    };
    thread_local std::vector<Entry> from;
    thread_local std::vector<Entry> to;
    from.resize(row.size());
    to.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
        from[i] = {std::bit_cast<std::uint32_t>(row[i]) & 0x7fffffffu, static_cast<std::uint32_t>(i)};
    for (const int shift : {0, 11, 22}) {
        std::uint32_t starts[kDigits + 1] = {};
        for (const Entry& entry : from)
            ++starts[((entry.key >> shift) & (kDigits - 1)) + 1];
        for (std::uint32_t digit = 1; digit < kDigits; ++digit)
            starts[digit] += starts[digit - 1];
        for (const Entry& entry : from)
            to[starts[(entry.key >> shift) & (kDigits - 1)]++] = entry;
        from.swap(to);
    }
    for (std::size_t i = 0; i < row.size(); ++i)
        out[from[i].index] = byRank[i];
}

// Decisions are kept as bits, one per entry, because ranking twice would cost more than all the rest.
class BernoulliByRank : public Sparsifier {
public:
    BernoulliByRank(kernels::RandomStream stream, double density, double epsilon, std::size_t rows, std::size_t rowLength)
        : m_stream(stream), m_rowLength(rowLength), m_wordsPerRow((rowLength + kBits - 1) / kBits), m_limits(rowLength),
          m_kept(rows * m_wordsPerRow)
    {
        const double step = rowLength > 1 ? 2 * epsilon / static_cast<double>(rowLength - 1) : 0;
        const double lowest = rowLength > 1 ? density - epsilon : density;
        for (std::size_t rank = 0; rank < rowLength; ++rank)
            m_limits[rank] = static_cast<std::uint32_t>(std::min<std::uint64_t>(
                kernels::bernoulliLimit(lowest + step * static_cast<double>(rank)), 0xffffffffu));
    }

    bool ready() const override { return m_ready; }
    void endPass() override { m_ready = true; }

    void show(const Tile& tile, std::size_t, std::span<const float> delta) override
    {
        thread_local std::vector<std::uint32_t> limits;
        thread_local std::vector<std::uint32_t> words;
        limits.resize(m_rowLength);
        words.resize(m_rowLength);
        for (std::size_t begin = 0; begin < delta.size(); begin += m_rowLength) {
            spreadByRank(delta.subspan(begin, m_rowLength), m_limits, limits);
            m_stream.words(tile.begin + begin, words);
            kernels::bitsBelow(words.data(), limits.data(), keptOf((tile.begin + begin) / m_rowLength), m_rowLength);
        }
    }

    void apply(const Tile& tile, std::size_t, std::span<float> delta) const override
    {
        for (std::size_t begin = 0; begin < delta.size(); begin += m_rowLength)
            kernels::keepWhereSet(delta.subspan(begin, m_rowLength), keptOf((tile.begin + begin) / m_rowLength));
    }

    bool survivesAnywhere() const override { return m_rowLength % kBits == 0; }

    kernels::Survivors survivors(const Tile& tile, std::size_t, const std::uint16_t*, const std::uint16_t*,
                                 std::span<std::uint32_t>) const override
    {
        return {.bits = m_kept.data() + tile.begin / kBits};
    }

private:
    static constexpr std::size_t kBits = 32;
    const std::uint32_t* keptOf(std::size_t row) const { return m_kept.data() + row * m_wordsPerRow; }
    std::uint32_t* keptOf(std::size_t row) { return m_kept.data() + row * m_wordsPerRow; }

    kernels::RandomStream m_stream;
    std::size_t m_rowLength;
    std::size_t m_wordsPerRow;
    std::vector<std::uint32_t> m_limits; // by rank: what a random word must lie below
    std::vector<std::uint32_t> m_kept;   // rows begin with a word of their own, so that threads never share one
    bool m_ready = false;
};

std::vector<float> sampleDelta(const TensorTask& task, std::size_t input)
{
    constexpr std::size_t kRun = kernels::RankSelect::kSampleRun;
    const auto base = static_cast<std::size_t>(task.baseIndex());
    std::vector<float> sample;
    for (const std::size_t begin : kernels::RankSelect::samplePlaces(task.size())) {
        std::vector<float> delta = task.sample(input, begin, kRun);
        kernels::subtract(delta, delta.data(), task.sample(base, begin, kRun).data());
        sample.insert(sample.end(), delta.begin(), delta.end());
    }
    return sample;
}

// At least one entry survives a density above 0, in the smallest tensor too.
std::unique_ptr<Sparsifier> makeBand(const TensorTask& task, std::size_t input, double density, double gamma)
{
    const std::size_t count = task.size();
    const auto n = static_cast<double>(count);
    const std::size_t keep = std::max<std::size_t>(1, static_cast<std::size_t>(density * n));
    const std::size_t top = std::min(static_cast<std::size_t>(gamma * n), count - keep);
    return std::make_unique<RankBand>(count, top, keep, task.tileCount(TensorTask::Cut::Anywhere),
                                      sampleDelta(task, input));
}

} // namespace

void Sparsifier::show(const Tile&, std::size_t, std::span<const float>) {}

void Sparsifier::showCodes(const Tile&, std::size_t, const std::uint16_t*, const std::uint16_t*) {}

bool Sparsifier::survivesAnywhere() const
{
    return true;
}

kernels::Survivors Sparsifier::survivors(const Tile& tile, std::size_t index, const std::uint16_t* x,
                                         const std::uint16_t* base, std::span<std::uint32_t> bits) const
{
    std::vector<float> delta(tile.count);
    kernels::subtract(delta, x, base);
    apply(tile, index, delta);
    kernels::bitsOfNonzero(delta, bits.data());
    return {.bits = bits.data()};
}

TensorTask::Cut cutFor(SparsifyRule rule)
{
    return rule == SparsifyRule::RandomByRank ? TensorTask::Cut::Rows : TensorTask::Cut::Anywhere;
}

std::unique_ptr<Sparsifier> makeSparsifier(SparsifyRule rule, const TensorTask& task, std::size_t input)
{
    if (rule == SparsifyRule::None || task.size() == 0)
        return nullptr;
    const double density = task.number(input, "density");
    if (density >= 1)
        return nullptr;
    if (density <= 0)
        return std::make_unique<DropAll>();
    const kernels::RandomStream stream(task.spec().seed, hash64(task.spec().name), task.spec().inputs[input].modelKey);
    switch (rule) {
    case SparsifyRule::None:
        break;
    case SparsifyRule::Magnitude:
        return makeBand(task, input, density, 0);
    case SparsifyRule::Band: {
        const double gamma = task.number(input, "gamma");
        // mergekit cuts the slice [bottom:-top], which is empty when no entry is to be removed from the top.
        if (task.mergekitExact() && static_cast<std::size_t>(gamma * static_cast<double>(task.size())) == 0)
            return std::make_unique<DropAll>();
        return makeBand(task, input, density, gamma);
    }
    case SparsifyRule::Random:
        return std::make_unique<Bernoulli>(stream, kernels::RandomStream(task.spec().seed, ~hash64(task.spec().name),
                                                                         task.spec().inputs[input].modelKey),
                                           density, task.tileCount(TensorTask::Cut::Anywhere));
    case SparsifyRule::RandomByRank:
        return std::make_unique<BernoulliByRank>(stream, density, task.number(input, "epsilon"), task.rows(), task.rowLength());
    }
    return nullptr;
}

} // namespace crucible::merge
