// SPDX-License-Identifier: GPL-3.0-or-later
// SLERP with weights (Goddard): t = w_2 / (w_1 + w_2); with a base model on the task vectors. The angle is taken between
// whole tensors, between rows, or between columns; unlike slerp, only exactly parallel vectors are blended linearly.
#include "merge/method.h"
#include "merge/tile_math.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {
namespace {

constexpr double kSmallestNorm = 1e-7;
constexpr double kSmallestSine = 1e-8;
constexpr double kSmallestWeightSum = 1e-6;

constexpr ParamSpec kParams[] = {
    {.name = "weight",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Weight"),
     .scope = ParamScope::PerModel,
     .required = true,
     .defaultValue = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "How far to turn towards this model, relative to the other one.")},
    {.name = "nuslerp_flatten",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Whole tensors"),
     .type = ParamType::Bool,
     .defaultValue = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "One angle for each tensor; otherwise one for each row.")},
    {.name = "nuslerp_row_wise",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Columns"),
     .type = ParamType::Bool,
     .defaultValue = 0,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Without whole tensors: one angle for each column instead of each row.")},
};

// r = (a x + b y) / divisor
struct Blend {
    float a = 0;
    float b = 0;
    float divisor = 1;
};

class NuSlerp {
public:
    explicit NuSlerp(TensorTask& task) : m_task(task), m_math(task), m_models(task.others()), m_base(task.baseIndex())
    {
        const double first = task.number(m_models[0], "weight");
        const double second = task.number(m_models[1], "weight");
        m_t = std::abs(first + second) < kSmallestWeightSum ? 0.5 : second / (first + second);
    }

    void mergeWhole()
    {
        const kernels::PairSums sums = sumOverTiles([&](const Pair& v) { return kernels::pairSums(v.x, v.y.data()); });
        double cosine = sums.ab / norm(sums.aa) / norm(sums.bb);
        if (m_math.rounds()) // products of rounded unit vectors
            cosine = sumOverTiles([&](const Pair& v) { return kernels::PairSums{0, unitProduct(v, sums), 0}; }).ab;
        const Blend blend = blendFor(cosine);
        m_task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
            mix(vectors(tile, 0, tile.count), blend, out);
            addBase(tile, out);
        });
    }

    void mergeRows()
    {
        const std::size_t length = m_task.rowLength();
        m_task.write(TensorTask::Cut::Rows, [&](const Tile& tile, std::span<float> out) {
            for (std::size_t begin = 0; begin < tile.count; begin += length) {
                const Pair v = vectors(tile, begin, length);
                const kernels::PairSums sums = kernels::pairSums(v.x, v.y.data());
                mix(v, blendFor(unitProduct(v, sums)), out.subspan(begin, length));
            }
            addBase(tile, out);
        });
    }

    // Vectors along the first dimension. Sums of all columns grow at once, tile after tile in order.
    void mergeColumns()
    {
        const std::size_t columns = m_task.size() / static_cast<std::size_t>(m_task.spec().shape.front());
        std::vector<kernels::PairSums> sums(columns);
        m_task.forEachTileInOrder([&](const Tile& tile) {
            const Pair v = vectors(tile, 0, tile.count);
            for (std::size_t i = 0; i < tile.count; ++i) {
                const double x = v.x[i];
                const double y = v.y[i];
                kernels::PairSums& column = sums[(tile.begin + i) % columns];
                column = column + kernels::PairSums{x * x, x * y, y * y};
            }
        });
        std::vector<Blend> blends;
        for (const kernels::PairSums& column : sums)
            blends.push_back(blendFor(column.ab / norm(column.aa) / norm(column.bb)));
        m_task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
            const Pair v = vectors(tile, 0, tile.count);
            for (std::size_t i = 0; i < tile.count; ++i) {
                const Blend& blend = blends[(tile.begin + i) % columns];
                out[i] = (blend.a * v.x[i] + blend.b * v.y[i]) / blend.divisor;
            }
            m_math.round(out);
            addBase(tile, out);
        });
    }

private:
    struct Pair {
        std::span<const float> x;
        std::span<const float> y;
        std::span<float> scratch;
        std::span<float> moreScratch;
    };

    Pair vectors(const Tile& tile, std::size_t begin, std::size_t count) const
    {
        Pair v{{tile.x[m_models[0]] + begin, count},
               {tile.x[m_models[1]] + begin, count},
               m_task.scratch(tile, 0).subspan(begin, count),
               m_task.scratch(tile, 1).subspan(begin, count)};
        if (m_base >= 0) {
            const float* base = tile.x[static_cast<std::size_t>(m_base)] + begin;
            const std::span<float> x = m_task.scratch(tile, 2).subspan(begin, count);
            const std::span<float> y = m_task.scratch(tile, 3).subspan(begin, count);
            m_math.subtract(x, v.x.data(), base);
            m_math.subtract(y, v.y.data(), base);
            v.x = x;
            v.y = y;
        }
        return v;
    }

    template<class Measure>
    kernels::PairSums sumOverTiles(Measure&& measure)
    {
        return m_task.reduce(
            TensorTask::Cut::Anywhere, kernels::PairSums{},
            [&](const Tile& tile) { return measure(vectors(tile, 0, tile.count)); },
            [](const auto& total, const auto& part) { return total + part; });
    }

    double norm(double sumOfSquares) const { return std::max(m_math.norm(sumOfSquares), kSmallestNorm); }

    // The scalar product of x / |x| and y / |y| over this part of the vectors, given the sums over all of them.
    double unitProduct(const Pair& v, const kernels::PairSums& sums) const
    {
        if (!m_math.rounds())
            return sums.ab / norm(sums.aa) / norm(sums.bb);
        m_math.divideBy(v.scratch, v.x.data(), m_math.number(norm(sums.aa)));
        m_math.divideBy(v.moreScratch, v.y.data(), m_math.number(norm(sums.bb)));
        m_math.multiply(v.scratch, v.scratch.data(), v.moreScratch.data());
        return kernels::sum(v.scratch);
    }

    double rounded(double value) const { return m_math.rounds() ? m_math.number(value) : value; }

    Blend blendFor(double cosine) const
    {
        const double theta = rounded(std::acos(std::clamp(rounded(cosine), -1.0, 1.0)));
        const double sine = rounded(std::sin(theta));
        if (std::abs(sine) < kSmallestSine)
            return {static_cast<float>(1 - m_t), static_cast<float>(m_t), 1};
        const double a = rounded(std::sin(rounded((1 - m_t) * theta)));
        const double b = rounded(std::sin(rounded(m_t * theta)));
        return {static_cast<float>(a), static_cast<float>(b), static_cast<float>(sine)};
    }

    void mix(const Pair& v, const Blend& blend, std::span<float> out) const
    {
        m_math.scale(v.scratch, v.x.data(), blend.a);
        m_math.scale(v.moreScratch, v.y.data(), blend.b);
        m_math.add(out, v.scratch.data(), v.moreScratch.data());
        if (blend.divisor != 1)
            m_math.divideBy(out, out.data(), blend.divisor);
    }

    void addBase(const Tile& tile, std::span<float> out) const
    {
        if (m_base >= 0)
            m_math.add(out, tile.x[static_cast<std::size_t>(m_base)], out.data());
    }

    TensorTask& m_task;
    TileMath m_math;
    std::vector<std::size_t> m_models;
    int m_base;
    double m_t = 0.5;
};

void apply(TensorTask& task)
{
    if (task.inputCount() == 1 || task.size() == 0)
        return task.copy(0);
    if (task.others().size() != 2)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "nuslerp needs this tensor in both models"), task.spec().name,
                             CRUCIBLE_TR_NOOP("Problem", "merge models of the same architecture"));
    NuSlerp nuslerp(task);
    if (task.flag("nuslerp_flatten"))
        nuslerp.mergeWhole();
    else if (task.flag("nuslerp_row_wise") && task.spec().shape.size() > 1)
        nuslerp.mergeColumns();
    else
        nuslerp.mergeRows();
}

} // namespace

extern const MergeMethod nuslerp_merge_method{
    .id = "nuslerp",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "NuSLERP"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "SLERP between two models by weights, optionally on what they changed in a "
                                               "base model, and for whole tensors, rows or columns."),
    .reference = "https://github.com/arcee-ai/mergekit",
    .base = BaseModel::Optional,
    .minModels = 2,
    .maxModels = 2,
    .params = kParams,
    .apply = &apply,
    .work = 13,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
