// SPDX-License-Identifier: GPL-3.0-or-later
// Karcher (Riemannian) mean of the tensors' directions, times their mean norm. Gradient descent on the sphere:
//   T = sum_i (theta_i / sin theta_i)(u_i - cos theta_i u) / m,   u <- cos|T| u + sin|T| T/|T|
// The iterates stay in the span of the inputs, so only their coefficients are iterated, in double.
#include "merge/gram.h"
#include "merge/method.h"

#include <algorithm>
#include <cmath>

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
            if (theta < tolerance)
                continue;
            const double factor = theta / std::sin(theta) / static_cast<double>(m);
            for (std::size_t k = 0; k < m; ++k)
                step[k] += factor * (unit[k] - cosine * u[k]);
        }
        const double length = std::sqrt(std::max(0.0, cosines.product(step, step)));
        if (length < tolerance)
            break;
        for (std::size_t k = 0; k < m; ++k)
            u[k] = std::cos(length) * u[k] + std::sin(length) * step[k] / length;
        normalize(u, cosines, tolerance);
    }
    return u;
}

void apply(TensorTask& task)
{
    if (task.inputCount() == 1)
        return task.copy(0);
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
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "The mean of two or more models on the sphere: like SLERP to the middle, "
                                               "for any number of models."),
    .reference = "https://en.wikipedia.org/wiki/Karcher_mean",
    .base = BaseModel::Unused,
    .params = kParams,
    .apply = &apply,
    .passes = 2,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
