// SPDX-License-Identifier: GPL-3.0-or-later
// SCE (Wan et al. 2024): select, calculate, erase. With task vectors d_i = x_i - b:
//   select:    keep the entries that vary most between the models
//   calculate: v_i = mean(d_i^2), divided by their sum
//   erase:     drop entries against the sign of sum_i d_i; r = b + sum v_i d_i / sum v_i over what stays in an entry
#include "kernels/select.h"
#include "merge/method.h"
#include "merge/tile_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace crucible::merge {
namespace {

constexpr double kSmallestWeightSum = 1e-6;
constexpr float kSmallestDivisor = 1e-6f;

constexpr ParamSpec kParams[] = {
    {.name = "select_topk",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Selected share"),
     .defaultValue = 1,
     .low = 0,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Share of the changed weights that takes part: those on which the models "
                                             "differ most. 1 takes all.")},
    {.name = "int8_mask",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "8-bit mask"),
     .type = ParamType::Bool,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Accepted for mergekit's recipes; masks never take memory here.")},
};

class Sce {
public:
    explicit Sce(TensorTask& task)
        : m_task(task), m_math(task), m_base(static_cast<std::size_t>(task.baseIndex())), m_models(task.others())
    {
    }

    void run()
    {
        const double share = m_task.number("select_topk");
        if (share < 1 && !select(share))
            return m_task.copy(m_base);
        const std::vector<float> weights = modelWeights();
        m_task.write(kCut, [&](const Tile& tile, std::span<float> out) { erase(tile, weights, out); });
    }

private:
    static constexpr auto kCut = TensorTask::Cut::Anywhere;

    // Slot i of the scratch memory gets d_i.
    void loadDeltas(const Tile& tile) const
    {
        for (std::size_t i = 0; i < m_models.size(); ++i)
            m_math.subtract(m_task.scratch(tile, i), tile.x[m_models[i]], tile.x[m_base]);
    }

    // Population variance of the models' deltas per entry; exactly 0 where they agree.
    void variance(const std::vector<const float*>& deltas, std::span<float> out) const
    {
        const auto n = static_cast<double>(deltas.size());
        for (std::size_t e = 0; e < out.size(); ++e) {
            double sum = 0;
            for (const float* delta : deltas)
                sum += delta[e];
            const double mean = sum / n;
            double squares = 0;
            for (const float* delta : deltas)
                squares += (delta[e] - mean) * (delta[e] - mean);
            out[e] = static_cast<float>(squares / n);
        }
        m_math.round(out);
    }

    std::span<float> tileVariance(const Tile& tile) const
    {
        loadDeltas(tile);
        std::vector<const float*> deltas;
        for (std::size_t i = 0; i < m_models.size(); ++i)
            deltas.push_back(m_task.scratch(tile, i).data());
        const std::span<float> out = m_task.scratch(tile, m_models.size());
        variance(deltas, out);
        return out;
    }

    std::vector<float> sampleVariance() const
    {
        constexpr std::size_t kRun = kernels::RankSelect::kSampleRun;
        std::vector<float> sample;
        for (const std::size_t begin : kernels::RankSelect::samplePlaces(m_task.size())) {
            const std::vector<float> base = m_task.sample(m_base, begin, kRun);
            std::vector<std::vector<float>> runs;
            std::vector<const float*> deltas;
            for (const std::size_t model : m_models) {
                runs.push_back(m_task.sample(model, begin, kRun));
                m_math.subtract(runs.back(), runs.back().data(), base.data());
            }
            for (const std::vector<float>& run : runs)
                deltas.push_back(run.data());
            sample.resize(sample.size() + kRun);
            variance(deltas, std::span(sample).last(kRun));
        }
        return sample;
    }

    // False when nothing is selected.
    bool select(double share)
    {
        const auto nonzero = m_task.reduce(
            kCut, std::size_t(0), [&](const Tile& tile) { return kernels::countNonzero(tileVariance(tile)); },
            [](std::size_t total, std::size_t part) { return total + part; });
        const auto k = static_cast<std::size_t>(std::max(0.0, share) * static_cast<double>(nonzero));
        if (k == 0)
            return false;
        m_selected.emplace(kernels::KeyOrder::Magnitude, m_task.size(), k, m_task.tileCount(kCut), sampleVariance());
        do {
            m_task.forEachTile(
                kCut, [&](const Tile& tile) { m_selected->show(m_task.tileIndex(kCut, tile), tileVariance(tile)); });
        } while (!m_selected->resolve());
        return true;
    }

    // Slot i gets d_i where the entry is selected, else 0.
    void loadSelected(const Tile& tile) const
    {
        if (!m_selected)
            return loadDeltas(tile);
        const std::span<float> variances = tileVariance(tile);
        m_selected->keepSelected(m_task.tileIndex(kCut, tile), variances);
        for (std::size_t i = 0; i < m_models.size(); ++i) {
            const std::span<float> delta = m_task.scratch(tile, i);
            kernels::keepWhereAtLeast(delta, delta.data(), variances.data(), std::numeric_limits<float>::denorm_min());
        }
    }

    std::vector<float> modelWeights() const
    {
        const std::size_t n = m_models.size();
        const std::vector<double> squares = m_task.reduce(
            kCut, std::vector<double>(n),
            [&](const Tile& tile) {
                loadSelected(tile);
                std::vector<double> part(n);
                const std::span<float> square = m_task.scratch(tile, n);
                for (std::size_t i = 0; i < n; ++i) {
                    const std::span<const float> delta = m_task.scratch(tile, i);
                    m_math.multiply(square, delta.data(), delta.data());
                    part[i] = m_math.rounds() ? kernels::sum(square) : kernels::dot(delta, delta.data());
                }
                return part;
            },
            [](std::vector<double> total, const std::vector<double>& part) {
                for (std::size_t i = 0; i < total.size(); ++i)
                    total[i] += part[i];
                return total;
            });
        std::vector<double> means;
        double sum = 0;
        for (const double square : squares) {
            means.push_back(square / static_cast<double>(m_task.size()));
            if (m_math.rounds())
                means.back() = m_math.number(means.back());
            sum += means.back();
        }
        if (m_math.rounds())
            sum = m_math.number(sum);
        std::vector<float> weights;
        for (const double mean : means)
            weights.push_back(m_math.number(std::abs(sum) < kSmallestWeightSum ? 1 / static_cast<double>(n) : mean / sum));
        return weights;
    }

    void erase(const Tile& tile, const std::vector<float>& weights, std::span<float> out) const
    {
        const std::size_t n = m_models.size();
        loadSelected(tile);
        const std::span<float> sign = m_task.scratch(tile, n);
        const std::span<float> divisor = m_task.scratch(tile, n + 1);
        std::fill(sign.begin(), sign.end(), 0.0f);
        for (std::size_t i = 0; i < n; ++i)
            kernels::add(sign, sign.data(), m_task.scratch(tile, i).data());
        kernels::majoritySign(sign, sign.data());
        std::fill(out.begin(), out.end(), 0.0f);
        std::fill(divisor.begin(), divisor.end(), 0.0f);
        for (std::size_t i = 0; i < n; ++i) {
            const std::span<float> delta = m_task.scratch(tile, i);
            kernels::keepSign(delta, delta.data(), sign.data());
            kernels::addWhereNonzero(divisor, delta.data(), weights[i]);
            m_math.scale(delta, delta.data(), weights[i]);
            kernels::add(out, out.data(), delta.data());
        }
        m_math.round(out);
        m_math.round(divisor);
        kernels::clamp(divisor, divisor.data(), m_math.number(kSmallestDivisor), std::numeric_limits<float>::infinity());
        m_math.divide(out, out.data(), divisor.data());
        m_math.add(out, tile.x[m_base], out.data());
    }

    TensorTask& m_task;
    TileMath m_math;
    std::size_t m_base;
    std::vector<std::size_t> m_models;
    std::optional<kernels::RankSelect> m_selected;
};

void apply(TensorTask& task)
{
    if (task.others().empty())
        return task.copy(static_cast<std::size_t>(task.baseIndex()));
    Sce(task).run();
}

} // namespace

extern const MergeMethod sce_merge_method{
    .id = "sce",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "SCE"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Selects where models differ most, weights each model by the size of its "
                                               "changes, and erases minority signs. No weights to choose."),
    .reference = "https://arxiv.org/abs/2408.07990",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 18,
    .workingFloats = 0.1,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
