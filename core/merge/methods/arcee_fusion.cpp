// SPDX-License-Identifier: GPL-3.0-or-later
// Arcee Fusion: takes over only the changes that matter. The importance of an entry is |x - b| times the Kullback-Leibler
// divergence between the softmax of its row in x and in b; what reaches median + 1.5 (q75 - q25) of all is taken.
#include "kernels/select.h"
#include "merge/method.h"
#include "merge/tile_math.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {
namespace {

constexpr double kProbabilityFloor = 1e-8;

class Fusion {
public:
    explicit Fusion(TensorTask& task)
        : m_task(task), m_math(task), m_base(static_cast<std::size_t>(task.baseIndex())), m_other(task.others()[0]),
          m_divergence(task.rows())
    {
    }

    void run()
    {
        m_task.forEachTile(TensorTask::Cut::Rows, [&](const Tile& tile) { measureRows(tile); });
        const float limit = threshold();
        m_task.write(kCut, [&](const Tile& tile, std::span<float> out) {
            const std::span<float> importance = importanceOf(tile);
            const std::span<float> delta = m_task.scratch(tile, 0);
            m_math.subtract(delta, tile.x[m_other], tile.x[m_base]);
            kernels::keepWhereAtLeast(delta, delta.data(), importance.data(), limit);
            kernels::add(out, tile.x[m_base], delta.data()); // a float32 mask makes this sum float32 in mergekit
        });
    }

private:
    static constexpr auto kCut = TensorTask::Cut::Anywhere;

    double rounded(double value) const { return m_math.rounds() ? m_math.number(value) : value; }

    // Probabilities of a row; in double, or as a tensor of the dtype.
    std::vector<double> softmax(const float* row, std::size_t length) const
    {
        const double top = *std::max_element(row, row + length);
        std::vector<double> p(length);
        double sum = 0;
        for (std::size_t i = 0; i < length; ++i)
            sum += p[i] = std::exp(row[i] - top);
        for (double& value : p)
            value = rounded(rounded(value / sum) + kProbabilityFloor);
        return p;
    }

    void measureRows(const Tile& tile)
    {
        const std::size_t length = tile.rowLength;
        for (std::size_t row = 0; row < tile.rows; ++row) {
            const std::vector<double> p = softmax(tile.x[m_other] + row * length, length);
            const std::vector<double> q = softmax(tile.x[m_base] + row * length, length);
            double divergence = 0;
            for (std::size_t i = 0; i < length; ++i)
                divergence += rounded(p[i] * rounded(std::log(rounded(p[i] / q[i]))));
            m_divergence[tile.begin / length + row] = m_math.number(divergence);
        }
    }

    void importance(std::size_t begin, const float* x, const float* base, std::span<float> out) const
    {
        m_math.subtract(out, x, base);
        kernels::absolute(out, out.data());
        const std::size_t length = m_task.rowLength();
        for (std::size_t done = 0; done < out.size();) {
            const std::size_t row = (begin + done) / length;
            const std::size_t count = std::min(out.size() - done, (row + 1) * length - begin - done);
            const std::span<float> part = out.subspan(done, count);
            m_math.scale(part, part.data(), m_divergence[row]);
            done += count;
        }
    }

    std::span<float> importanceOf(const Tile& tile) const
    {
        const std::span<float> out = m_task.scratch(tile, 1);
        importance(tile.begin, tile.x[m_other], tile.x[m_base], out);
        return out;
    }

    std::vector<float> sampleImportance() const
    {
        constexpr std::size_t kRun = kernels::RankSelect::kSampleRun;
        std::vector<float> sample;
        for (const std::size_t begin : kernels::RankSelect::samplePlaces(m_task.size())) {
            std::vector<float> run(kRun);
            importance(begin, m_task.sample(m_other, begin, kRun).data(), m_task.sample(m_base, begin, kRun).data(), run);
            sample.insert(sample.end(), run.begin(), run.end());
        }
        return sample;
    }

    // Quantiles are entries of the sorted importances, without interpolation.
    float threshold() const
    {
        const std::vector<float> sample = sampleImportance();
        const std::size_t n = m_task.size();
        std::vector<kernels::RankSelect> quantiles;
        for (const float share : {0.25f, 0.5f, 0.75f}) {
            const double place = m_task.mergekitExact() ? static_cast<double>(share * static_cast<float>(n - 1))
                                                 : static_cast<double>(share) * static_cast<double>(n - 1);
            quantiles.emplace_back(kernels::KeyOrder::Value, n, n - static_cast<std::size_t>(place),
                                   m_task.tileCount(kCut), sample);
        }
        for (bool resolved = false; !resolved;) {
            m_task.forEachTile(kCut, [&](const Tile& tile) {
                const std::span<const float> values = importanceOf(tile);
                for (kernels::RankSelect& quantile : quantiles) {
                    if (!quantile.resolved())
                        quantile.show(m_task.tileIndex(kCut, tile), values);
                }
            });
            resolved = true;
            for (kernels::RankSelect& quantile : quantiles)
                resolved = (quantile.resolved() || quantile.resolve()) && resolved;
        }
        const double range = rounded(double(quantiles[2].threshold()) - quantiles[0].threshold());
        return m_math.number(quantiles[1].threshold() + rounded(1.5 * range));
    }

    TensorTask& m_task;
    TileMath m_math;
    std::size_t m_base;
    std::size_t m_other;
    std::vector<float> m_divergence; // per row
};

void apply(TensorTask& task)
{
    if (task.baseIndex() < 0 || task.others().empty() || task.size() == 0)
        return task.copy(0); // a tensor that only one of the models has
    Fusion(task).run();
}

} // namespace

extern const MergeMethod arcee_fusion_merge_method{
    .id = "arcee_fusion",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Arcee Fusion"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Takes over only the most important changes of another model. Nothing to "
                                               "choose but the two models."),
    .reference = "https://arcee.ai",
    .base = BaseModel::Required,
    .maxModels = 1,
    .apply = &apply,
    .work = 184,
    .workingFloats = 0.3,
    .cutsEmbeddings = true,
    .float32OutputWhenExact = true,
};

} // namespace crucible::merge
