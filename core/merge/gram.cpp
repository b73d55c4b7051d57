// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/gram.h"

#include "kernels/reduce.h"
#include "kernels/tile.h"

#include <algorithm>
#include <functional>

namespace crucible::merge {
namespace {

// Pointers to the tile's x_k, or to x_k - b in scratch memory.
std::vector<const float*> vectorsOf(TensorTask& task, const Tile& tile, const std::vector<std::size_t>& indices, int base)
{
    std::vector<const float*> vectors;
    for (std::size_t k = 0; k < indices.size(); ++k) {
        vectors.push_back(tile.x[indices[k]]);
        if (base >= 0) {
            const std::span<float> delta = task.scratch(tile, k);
            kernels::subtract(delta, vectors[k], tile.x[static_cast<std::size_t>(base)]);
            vectors[k] = delta.data();
        }
    }
    return vectors;
}

} // namespace

double Gram::product(const std::vector<double>& a, const std::vector<double>& b) const
{
    double total = 0;
    for (std::size_t i = 0; i < m_n; ++i) {
        for (std::size_t j = 0; j < m_n; ++j)
            total += a[i] * b[j] * (*this)(i, j);
    }
    return total;
}

Gram Gram::operator+(const Gram& other) const
{
    Gram sum = *this;
    std::transform(m_products.begin(), m_products.end(), other.m_products.begin(), sum.m_products.begin(), std::plus<>());
    return sum;
}

Gram gramOf(TensorTask& task, const std::vector<std::size_t>& indices, int base)
{
    return task.reduce(
        TensorTask::Cut::Anywhere, Gram(indices.size()),
        [&](const Tile& tile) {
            const std::vector<const float*> x = vectorsOf(task, tile, indices, base);
            Gram part(indices.size());
            for (std::size_t i = 0; i < x.size(); ++i) {
                for (std::size_t j = i; j < x.size(); ++j)
                    part(i, j) = part(j, i) = kernels::dot({x[i], tile.count}, x[j]);
            }
            return part;
        },
        [](const Gram& total, const Gram& part) { return total + part; });
}

void writeCombination(TensorTask& task, const std::vector<std::size_t>& indices, int base,
                      const std::vector<double>& coefficients)
{
    const std::vector<float> factors(coefficients.begin(), coefficients.end());
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        kernels::combine(out, vectorsOf(task, tile, indices, base), factors);
        if (base >= 0)
            kernels::add(out, tile.x[static_cast<std::size_t>(base)], out.data());
    });
}

} // namespace crucible::merge
