// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/task_vectors.h"

#include "base/units.h"
#include "kernels/codes.h"
#include "kernels/reduce.h"
#include "merge/tile_math.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace crucible::merge {
namespace {

struct TaskVector {
    std::size_t input = 0;
    double weight = 0;
    std::unique_ptr<Sparsifier> sparsifier; // null: every entry survives
    float rescale = 1;
};

class Merge {
public:
    Merge(TensorTask& task, const TaskVectorRules& rules)
        : m_task(task), m_rules(rules), m_math(task), m_cut(cutFor(rules.sparsify)),
          m_base(static_cast<std::size_t>(task.baseIndex()))
    {
        for (const std::size_t input : task.others()) {
            const double weight = task.number(input, "weight");
            if (weight == 0 && !task.mergekitExact())
                continue; // takes no part: no vote, and not even its infinities
            m_vectors.push_back({input, weight, makeSparsifier(rules.sparsify, task, input)});
        }
        const auto asCodes = [](const TaskVector& v) { return !v.sparsifier || v.sparsifier->survivesAnywhere(); };
        if (std::all_of(m_vectors.begin(), m_vectors.end(), asCodes))
            m_codes = task.codes();
    }

    void run()
    {
        if (m_vectors.empty())
            return m_task.copy(m_base);
        prepareSparsifiers();
        if (m_task.flag("rescale"))
            findRescaling();
        const float divisor = scalarDivisor();
        if (!m_codes.empty() && m_vectors.size() <= kernels::kMaxThinned)
            return writeCodes(divisor);
        m_task.write(m_cut, [&](const Tile& tile, std::span<float> out) { mix(tile, divisor, out); });
    }

private:
    // d = x - b
    void delta(const TaskVector& vector, const Tile& tile, std::span<float> out) const
    {
        m_math.subtract(out, tile.x[vector.input], tile.x[m_base]);
    }

    void prepareSparsifiers()
    {
        const auto waits = [](const TaskVector& v) { return v.sparsifier && !v.sparsifier->ready(); };
        const auto showCodes = [&](const Tile& tile) {
            for (TaskVector& vector : m_vectors) {
                if (waits(vector))
                    vector.sparsifier->showCodes(tile, m_task.tileIndex(m_cut, tile), m_codes[vector.input] + tile.begin,
                                                 m_codes[m_base] + tile.begin);
            }
        };
        const auto show = [&](const Tile& tile) {
            const std::span<float> d = m_task.scratch(tile, 0);
            for (TaskVector& vector : m_vectors) {
                if (!waits(vector))
                    continue;
                delta(vector, tile, d);
                vector.sparsifier->show(tile, m_task.tileIndex(m_cut, tile), d);
            }
        };
        while (std::any_of(m_vectors.begin(), m_vectors.end(), waits)) {
            if (!m_codes.empty() && m_cut == TensorTask::Cut::Anywhere)
                m_task.forEachRun(showCodes);
            else
                m_task.forEachTile(m_cut, show);
            for (TaskVector& vector : m_vectors) {
                if (waits(vector))
                    vector.sparsifier->endPass();
            }
        }
    }

    // Factors that restore the sum of absolute values.
    void findRescaling()
    {
        struct Sums {
            double before = 0;
            double after = 0;
        };
        constexpr double kTooSmall = 1e-7;
        const auto sumsOfCodes = [&](const Tile& tile) {
            std::vector<Sums> part(m_vectors.size());
            for (std::size_t i = 0; i < m_vectors.size(); ++i) {
                if (!m_vectors[i].sparsifier)
                    continue;
                const kernels::AbsSums sums = kernels::absSums(m_codes[m_vectors[i].input] + tile.begin,
                                                               m_codes[m_base] + tile.begin,
                                                               survivors(m_vectors[i], tile, 0), tile.count);
                part[i] = {sums.all, sums.survivors};
            }
            return part;
        };
        const auto addUp = [](std::vector<Sums> total, const std::vector<Sums>& part) {
            for (std::size_t i = 0; i < total.size(); ++i) {
                total[i].before += part[i].before;
                total[i].after += part[i].after;
            }
            return total;
        };
        const std::vector<Sums> none(m_vectors.size());
        const auto sums = !m_codes.empty() ? m_task.reduceRuns(none, sumsOfCodes, addUp) : m_task.reduce(
            m_cut, none,
            [&](const Tile& tile) {
                std::vector<Sums> part(m_vectors.size());
                const std::span<float> d = m_task.scratch(tile, 0);
                for (std::size_t i = 0; i < m_vectors.size(); ++i) {
                    if (!m_vectors[i].sparsifier)
                        continue;
                    delta(m_vectors[i], tile, d);
                    part[i].before = kernels::absSum(d);
                    m_vectors[i].sparsifier->apply(tile, m_task.tileIndex(m_cut, tile), d);
                    part[i].after = kernels::absSum(d);
                }
                return part;
            },
            addUp);
        for (std::size_t i = 0; i < m_vectors.size(); ++i) {
            const double before = m_math.rounds() ? m_math.number(sums[i].before) : sums[i].before;
            const double after = m_math.rounds() ? m_math.number(sums[i].after) : sums[i].after;
            if (before >= kTooSmall && after >= kTooSmall)
                m_vectors[i].rescale = m_math.number(before / after);
        }
    }

    // What the sum is divided by where no signs are elected.
    float scalarDivisor() const
    {
        constexpr float kTooSmall = 1e-8f;
        if (!m_task.flag("normalize"))
            return 1;
        double sum = 0;
        for (const TaskVector& vector : m_vectors)
            sum += m_math.number(vector.weight);
        const float divisor = m_math.number(sum);
        return std::abs(divisor) < kTooSmall ? 1 : divisor;
    }

    // The answer is valid until the thread asks again for the same slot.
    kernels::Survivors survivors(const TaskVector& vector, const Tile& tile, std::size_t slot)
    {
        if (!vector.sparsifier)
            return {};
        thread_local std::array<std::vector<std::uint32_t>, kernels::kMaxThinned> memory;
        memory[slot].resize((tile.count + 31) / 32);
        return vector.sparsifier->survivors(tile, m_task.tileIndex(TensorTask::Cut::Anywhere, tile),
                                            m_codes[vector.input] + tile.begin, m_codes[m_base] + tile.begin, memory[slot]);
    }

    void writeCodes(float divisor)
    {
        const kernels::VectorSum rule{.electSigns = m_rules.electSigns,
                                      .normalize = m_task.flag("normalize"),
                                      .divisor = divisor,
                                      .lambda = static_cast<float>(m_task.number("lambda"))};
        m_task.writeCodes([&](const Tile& tile, std::uint16_t* out) {
            std::array<kernels::ThinnedVector, kernels::kMaxThinned> vectors;
            for (std::size_t i = 0; i < m_vectors.size(); ++i)
                vectors[i] = {m_codes[m_vectors[i].input] + tile.begin, survivors(m_vectors[i], tile, i),
                              m_vectors[i].rescale, static_cast<float>(m_vectors[i].weight)};
            kernels::addThinned(out, m_codes[m_base] + tile.begin, {vectors.data(), m_vectors.size()}, rule, tile.count);
        });
    }

    void mix(const Tile& tile, float divisor, std::span<float> out) const
    {
        for (std::size_t i = 0; i < m_vectors.size(); ++i)
            weighted(m_vectors[i], tile, m_task.scratch(tile, i));
        sumUp(tile, out);
        if (m_rules.electSigns) {
            const std::span<float> sign = m_task.scratch(tile, m_vectors.size());
            kernels::majoritySign(sign, out.data());
            for (std::size_t i = 0; i < m_vectors.size(); ++i) {
                const std::span<float> y = m_task.scratch(tile, i);
                kernels::keepSign(y, y.data(), sign.data());
            }
            sumUp(tile, out);
            if (m_task.flag("normalize"))
                divideByKeptWeights(tile, out);
        } else if (divisor != 1) {
            m_math.divideBy(out, out.data(), divisor);
        }
        const float lambda = static_cast<float>(m_task.number("lambda"));
        if (lambda != 1)
            m_math.scale(out, out.data(), lambda);
        m_math.add(out, tile.x[m_base], out.data());
    }

    // y = w s
    void weighted(const TaskVector& vector, const Tile& tile, std::span<float> y) const
    {
        delta(vector, tile, y);
        if (vector.sparsifier)
            vector.sparsifier->apply(tile, m_task.tileIndex(m_cut, tile), y);
        if (vector.rescale != 1)
            m_math.scale(y, y.data(), vector.rescale);
        m_math.scale(y, y.data(), m_math.number(vector.weight));
    }

    void sumUp(const Tile& tile, std::span<float> out) const
    {
        const std::span<float> first = m_task.scratch(tile, 0);
        std::copy(first.begin(), first.end(), out.begin());
        for (std::size_t i = 1; i < m_vectors.size(); ++i)
            kernels::add(out, out.data(), m_task.scratch(tile, i).data());
        m_math.round(out);
    }

    void divideByKeptWeights(const Tile& tile, std::span<float> out) const
    {
        const std::span<float> divisors = m_task.scratch(tile, m_vectors.size());
        std::fill(divisors.begin(), divisors.end(), 0.0f);
        for (std::size_t i = 0; i < m_vectors.size(); ++i)
            kernels::addWhereNonzero(divisors, m_task.scratch(tile, i).data(), m_math.number(m_vectors[i].weight));
        m_math.round(divisors);
        kernels::replaceZeros(divisors, 1);
        m_math.divide(out, out.data(), divisors.data());
    }

    TensorTask& m_task;
    TaskVectorRules m_rules;
    TileMath m_math;
    TensorTask::Cut m_cut;
    std::size_t m_base;
    std::vector<TaskVector> m_vectors;
    std::vector<const std::uint16_t*> m_codes; // of the inputs, when all is BF16; else empty
};

} // namespace

void mergeTaskVectors(TensorTask& task, const TaskVectorRules& rules)
{
    Merge(task, rules).run();
}

Sentence checkProbabilities(std::span<const ParamValue>, std::span<const std::span<const ParamValue>> inputs)
{
    for (const std::span<const ParamValue> input : inputs) {
        const double density = valueOr(input, "density", 1);
        const double epsilon = valueOr(input, "epsilon", 0);
        if (density > 0 && density < 1 && (density - epsilon <= 0 || density + epsilon >= 1))
            return {CRUCIBLE_TR_NOOP("Problem", "density %1 with epsilon %2 gives probabilities outside (0, 1): choose epsilon "
                                                "below density and below 1 - density"),
                    formatNumber(density), formatNumber(epsilon)};
    }
    return {};
}

} // namespace crucible::merge
