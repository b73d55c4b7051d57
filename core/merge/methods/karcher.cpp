// SPDX-License-Identifier: GPL-3.0-or-later
// Karcher (Riemannian) mean of the tensors' directions, times their mean norm. Gradient descent on the sphere:
//   T = sum_i (theta_i / sin theta_i)(u_i - cos theta_i u) / m,   u <- cos|T| u + sin|T| T/|T|
// The iterates stay in the span of the inputs, so only their coefficients are iterated, in double.
#include "merge/gram.h"
#include "merge/method.h"
#include "merge/tile_math.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "max_iter",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Iterations"),
     .type = ParamType::Integer,
     .defaultValue = 10,
     .low = 0,
     .high = 10000,
     .step = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Stops after so many steps.")},
    {.name = "tol",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Tolerance"),
     .defaultValue = 1e-5,
     .low = 0,
     .step = 1e-6,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Stops when a step turns the mean by less than this angle, in radians.")},
};

using Coefficients = std::vector<double>;

void normalize(Coefficients& u, const Gram& cosines, double tolerance)
{
    const double norm = std::sqrt(std::max(0.0, cosines.product(u, u)));
    if (norm > tolerance) {
        for (double& c : u)
            c /= norm;
    }
}

// The mean direction of unit vectors with these cosines.
Coefficients meanDirection(const Gram& cosines, int iterations, double tolerance)
{
    const std::size_t m = cosines.size();
    Coefficients u(m, 1.0 / static_cast<double>(m));
    if (std::sqrt(std::max(0.0, cosines.product(u, u))) < tolerance) {
        u.assign(m, 0);
        u[0] = 1;
    }
    normalize(u, cosines, tolerance);
    for (int iteration = 0; iteration < iterations; ++iteration) {
        Coefficients step(m, 0);
        for (std::size_t i = 0; i < m; ++i) {
            Coefficients unit(m, 0);
            unit[i] = 1;
            const double cosine = std::clamp(cosines.product(u, unit), -1.0, 1.0);
            const double theta = std::acos(cosine);
            if (theta <= tolerance)
                continue;
            const double factor = theta / std::sin(theta) / static_cast<double>(m);
            for (std::size_t k = 0; k < m; ++k)
                step[k] += factor * (unit[k] - cosine * u[k]);
        }
        const double length = std::sqrt(std::max(0.0, cosines.product(step, step)));
        if (length <= tolerance)
            break;
        for (std::size_t k = 0; k < m; ++k)
            u[k] = std::cos(length) * u[k] + std::sin(length) * step[k] / length;
        normalize(u, cosines, tolerance);
    }
    return u;
}

// mergekit's order of roundings: unit vectors, the mean direction u and the step T are tensors of the dtype. u and T
// are held as a whole (16 bits per value), since every step needs the sums over all of the one before.
class Stepwise {
public:
    explicit Stepwise(TensorTask& task)
        : m_task(task), m_math(task), m_dtype(task.rounding() == Rounding::BF16 ? DType::BF16 : DType::F16),
          m_tolerance(task.number("tol")), m_direction(2 * task.size()), m_step(2 * task.size())
    {
    }

    void run()
    {
        double meanNorm = 0;
        const double share = 1 / static_cast<double>(m_task.inputCount());
        for (std::size_t i = 0; i < m_task.inputCount(); ++i) {
            m_norms.push_back(
                normOver([&](const Tile& tile, std::span<float> x) { std::copy_n(tile.x[i], x.size(), x.begin()); }));
            meanNorm += share * m_norms[i];
            if (m_norms[i] > m_tolerance)
                m_directed.push_back(i);
        }
        if (!m_directed.empty())
            iterate();
        m_task.write(kCut, [&](const Tile& tile, std::span<float> out) {
            load(m_direction, tile, out); // all zero without a direction
            m_math.scale(out, out.data(), static_cast<float>(meanNorm));
        });
    }

private:
    static constexpr auto kCut = TensorTask::Cut::Anywhere;

    void load(const std::vector<std::byte>& whole, const Tile& tile, std::span<float> out) const
    {
        kernels::toFloat32(m_dtype, whole.data() + 2 * tile.begin, out);
    }
    void store(std::vector<std::byte>& whole, const Tile& tile, std::span<const float> values) const
    {
        kernels::fromFloat32(m_dtype, values, whole.data() + 2 * tile.begin);
    }
    void unit(const Tile& tile, std::size_t input, std::span<float> out) const
    {
        m_math.divideBy(out, tile.x[input], m_norms[input]);
    }

    // The norm of the values that body computes per tile, as a float32.
    template<class Body> float normOver(Body&& body)
    {
        const double squares = m_task.reduce(
            kCut, 0.0,
            [&](const Tile& tile) {
                const std::span<float> values = m_task.scratch(tile, 0);
                body(tile, values);
                return kernels::dot(values, values.data());
            },
            std::plus<>());
        return static_cast<float>(std::sqrt(squares));
    }

    void divideDirection(float norm)
    {
        m_task.forEachTile(kCut, [&](const Tile& tile) {
            const std::span<float> u = m_task.scratch(tile, 0);
            load(m_direction, tile, u);
            m_math.divideBy(u, u.data(), norm);
            store(m_direction, tile, u);
        });
    }

    void iterate()
    {
        const auto share = static_cast<float>(1 / static_cast<double>(m_directed.size()));
        const float start = normOver([&](const Tile& tile, std::span<float> u) {
            const std::span<float> part = m_task.scratch(tile, 1);
            std::fill(u.begin(), u.end(), 0.0f);
            for (const std::size_t i : m_directed) {
                unit(tile, i, part);
                m_math.scale(part, part.data(), share);
                m_math.add(u, u.data(), part.data());
            }
            store(m_direction, tile, u);
        });
        if (start < m_tolerance) {
            m_task.forEachTile(kCut, [&](const Tile& tile) {
                const std::span<float> u = m_task.scratch(tile, 0);
                unit(tile, m_directed.front(), u);
                store(m_direction, tile, u);
            });
        } else {
            divideDirection(start);
        }
        const int iterations = static_cast<int>(m_task.number("max_iter"));
        for (int iteration = 0; iteration < iterations; ++iteration) {
            const float length = findStep(share);
            if (length <= m_tolerance)
                return;
            const float norm = turn(length);
            if (norm > m_tolerance)
                divideDirection(norm);
        }
    }

    // T = sum (theta / sin theta) (u_i - cos theta u) / m; returns |T|.
    float findStep(float share)
    {
        std::vector<double> products = m_task.reduce(
            kCut, std::vector<double>(m_directed.size(), 0.0),
            [&](const Tile& tile) {
                const std::span<float> u = m_task.scratch(tile, 0);
                const std::span<float> other = m_task.scratch(tile, 1);
                load(m_direction, tile, u);
                std::vector<double> part;
                for (const std::size_t i : m_directed) {
                    unit(tile, i, other);
                    part.push_back(kernels::dot(u, other.data()));
                }
                return part;
            },
            [](std::vector<double> total, const std::vector<double>& part) {
                std::transform(total.begin(), total.end(), part.begin(), total.begin(), std::plus<>());
                return total;
            });
        std::vector<float> factors;
        for (double& product : products) {
            product = std::clamp(m_math.number(product), -1.0f, 1.0f);
            const float theta = m_math.number(std::acos(product));
            const float ratio = m_math.number(theta / m_math.number(std::sin(theta)));
            factors.push_back(theta <= m_tolerance ? 0 : m_math.number(share * ratio));
        }
        return normOver([&](const Tile& tile, std::span<float> step) {
            const std::span<float> u = m_task.scratch(tile, 1);
            const std::span<float> along = m_task.scratch(tile, 2);
            const std::span<float> part = m_task.scratch(tile, 3);
            load(m_direction, tile, u);
            std::fill(step.begin(), step.end(), 0.0f);
            for (std::size_t k = 0; k < m_directed.size(); ++k) {
                if (factors[k] == 0)
                    continue;
                unit(tile, m_directed[k], part);
                m_math.scale(along, u.data(), static_cast<float>(products[k]));
                m_math.subtract(part, part.data(), along.data());
                m_math.scale(part, part.data(), factors[k]);
                m_math.add(step, step.data(), part.data());
            }
            store(m_step, tile, step);
        });
    }

    // u = cos|T| u + sin|T| T/|T|; returns its norm.
    float turn(float length)
    {
        return normOver([&](const Tile& tile, std::span<float> u) {
            const std::span<float> step = m_task.scratch(tile, 1);
            load(m_direction, tile, u);
            load(m_step, tile, step);
            m_math.scale(u, u.data(), m_math.number(std::cos(length)));
            m_math.divideBy(step, step.data(), length);
            m_math.scale(step, step.data(), m_math.number(std::sin(length)));
            m_math.add(u, u.data(), step.data());
            store(m_direction, tile, u);
        });
    }

    TensorTask& m_task;
    TileMath m_math;
    DType m_dtype;
    double m_tolerance;
    std::vector<float> m_norms;
    std::vector<std::size_t> m_directed; // a zero tensor has no direction, but counts in the mean norm
    std::vector<std::byte> m_direction;  // u
    std::vector<std::byte> m_step;       // T
};

void apply(TensorTask& task)
{
    if (task.inputCount() == 1)
        return task.copy(0);
    if (task.rounding() != Rounding::None)
        return Stepwise(task).run();
    const double tolerance = task.number("tol");
    std::vector<std::size_t> all(task.inputCount());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    const Gram products = gramOf(task, all, -1);

    std::vector<std::size_t> directed; // a zero tensor has no direction, but counts in the mean norm
    double meanNorm = 0;
    for (const std::size_t i : all) {
        const double norm = std::sqrt(products(i, i));
        meanNorm += norm / static_cast<double>(all.size());
        if (norm > tolerance)
            directed.push_back(i);
    }
    Coefficients result(all.size(), 0);
    if (!directed.empty()) {
        Gram cosines(directed.size());
        for (std::size_t i = 0; i < directed.size(); ++i) {
            for (std::size_t j = 0; j < directed.size(); ++j) {
                const std::size_t a = directed[i];
                const std::size_t b = directed[j];
                cosines(i, j) = products(a, b) / std::sqrt(products(a, a) * products(b, b));
            }
        }
        const Coefficients u = meanDirection(cosines, static_cast<int>(task.number("max_iter")), tolerance);
        for (std::size_t k = 0; k < directed.size(); ++k)
            result[directed[k]] = meanNorm * u[k] / std::sqrt(products(directed[k], directed[k]));
    }
    writeCombination(task, all, -1, result);
}

} // namespace

extern const MergeMethod karcher_merge_method{
    .id = "karcher",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Karcher mean"),
    .summary =
        CRUCIBLE_TR_NOOP("MergeMethod", "The mean of two or more models on the sphere: like SLERP to the middle, "
                                        "for any number of models."),
    .reference = "https://en.wikipedia.org/wiki/Karcher_mean",
    .base = BaseModel::Unused,
    .params = kParams,
    .apply = &apply,
    .work = 11.7,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
