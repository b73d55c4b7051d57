// SPDX-License-Identifier: GPL-3.0-or-later
// Model Stock (Jang et al. 2024): the point between the base b and the mean of N fine-tuned models that is nearest to where
// many more models would average. With c the mean cosine between the offsets x_i - b:
//   t = N c / (1 + (N - 1) c),   r = t mean(x) + (1 - t) b
#include "merge/method.h"
#include "merge/tile_math.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {
namespace {

constexpr double kSmallestNormProduct = 1e-6;

constexpr ParamSpec kParams[] = {
    {.name = "filter_wise",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Row by row"),
     .type = ParamType::Bool,
     .defaultValue = 0,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Find the point for each row of a matrix instead of for the whole matrix.")},
};

class Stock {
public:
    explicit Stock(TensorTask& task)
        : m_task(task), m_math(task), m_base(static_cast<std::size_t>(task.baseIndex())), m_models(task.others())
    {
    }

    void mergeRows()
    {
        const std::size_t length = m_task.rowLength();
        m_task.write(TensorTask::Cut::Rows, [&](const Tile& tile, std::span<float> out) {
            for (std::size_t begin = 0; begin < tile.count; begin += length) {
                const std::vector<double> products = offsetProducts(tile, begin, length);
                mix(tile, begin, ratio(products), out.subspan(begin, length));
            }
        });
    }

    void mergeWhole()
    {
        const std::vector<double> products = m_task.reduce(
            TensorTask::Cut::Anywhere, std::vector<double>(m_models.size() * m_models.size()),
            [&](const Tile& tile) { return offsetProducts(tile, 0, tile.count); },
            [](std::vector<double> total, const std::vector<double>& part) {
                for (std::size_t i = 0; i < total.size(); ++i)
                    total[i] += part[i];
                return total;
            });
        const double t = ratio(products);
        m_task.write(TensorTask::Cut::Anywhere,
                     [&](const Tile& tile, std::span<float> out) { mix(tile, 0, t, out); });
    }

private:
    // Scalar products of all pairs of offsets over a part of a tile; [i * N + j] for i <= j. Products of different
    // offsets are rounded before they are added, as PyTorch does; those of norms are not.
    std::vector<double> offsetProducts(const Tile& tile, std::size_t begin, std::size_t count) const
    {
        const std::size_t n = m_models.size();
        std::vector<double> products(n * n);
        for (std::size_t i = 0; i < n; ++i)
            m_math.subtract(offset(tile, i, begin, count), tile.x[m_models[i]] + begin, tile.x[m_base] + begin);
        const std::span<float> scratch = m_task.scratch(tile, n).subspan(begin, count);
        for (std::size_t i = 0; i < n; ++i) {
            const std::span<const float> a = offset(tile, i, begin, count);
            products[i * n + i] = kernels::dot(a, a.data());
            for (std::size_t j = i + 1; j < n; ++j) {
                const float* b = offset(tile, j, begin, count).data();
                if (m_math.rounds()) {
                    m_math.multiply(scratch, a.data(), b);
                    products[i * n + j] = kernels::sum(scratch);
                } else {
                    products[i * n + j] = kernels::dot(a, b);
                }
            }
        }
        return products;
    }

    std::span<float> offset(const Tile& tile, std::size_t i, std::size_t begin, std::size_t count) const
    {
        return m_task.scratch(tile, i).subspan(begin, count);
    }

    double rounded(double value) const { return m_math.rounds() ? m_math.number(value) : value; }

    // t from the mean cosine.
    double ratio(const std::vector<double>& products) const
    {
        const std::size_t n = m_models.size();
        const auto count = static_cast<double>(n);
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = i + 1; j < n; ++j) {
                const double norms = rounded(m_math.norm(products[i * n + i]) * m_math.norm(products[j * n + j]));
                const double product = rounded(products[i * n + j]);
                sum += std::clamp(rounded(product / std::max(norms, rounded(kSmallestNormProduct))), -1.0, 1.0);
            }
        }
        const double cosine = rounded(sum / (count * (count - 1) / 2));
        const double divisor = rounded(1 + rounded((count - 1) * cosine));
        if (divisor == 0)
            throw Error::invalid(
                CRUCIBLE_TR_NOOP(
                    "Problem",
                    "the models' changes point in exactly opposite directions, so Model Stock has no solution"),
                m_task.spec().name, CRUCIBLE_TR_NOOP("Problem", "leave one of the models out, or use another method"));
        return rounded(rounded(count * cosine) / divisor);
    }

    void mix(const Tile& tile, std::size_t begin, double t, std::span<float> out) const
    {
        std::copy_n(tile.x[m_models[0]] + begin, out.size(), out.begin());
        for (std::size_t i = 1; i < m_models.size(); ++i)
            m_math.add(out, out.data(), tile.x[m_models[i]] + begin);
        m_math.divideBy(out, out.data(), static_cast<float>(m_models.size()));
        m_math.scale(out, out.data(), static_cast<float>(t));
        const std::span<float> rest = m_task.scratch(tile, 0).subspan(begin, out.size());
        m_math.scale(rest, tile.x[m_base] + begin, m_math.number(1 - t));
        m_math.add(out, out.data(), rest.data());
    }

    TensorTask& m_task;
    TileMath m_math;
    std::size_t m_base;
    std::vector<std::size_t> m_models;
};

void apply(TensorTask& task)
{
    if (task.others().empty())
        return task.copy(static_cast<std::size_t>(task.baseIndex()));
    if (task.others().size() < 2)
        throw Error::invalid(
            CRUCIBLE_TR_NOOP("Problem", "model_stock needs this tensor in at least two models besides the base"),
            task.spec().name, CRUCIBLE_TR_NOOP("Problem", "add a model that has it"));
    Stock stock(task);
    if (task.flag("filter_wise"))
        stock.mergeRows();
    else
        stock.mergeWhole();
}

} // namespace

extern const MergeMethod model_stock_merge_method{
    .id = "model_stock",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Model Stock"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Averages several fine-tuned models and pulls the average towards the base as "
                                               "far as the angles between them suggest. No weights to choose."),
    .reference = "https://arxiv.org/abs/2403.19522",
    .base = BaseModel::Required,
    .minModels = 2,
    .params = kParams,
    .apply = &apply,
    .work = 12,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
