// SPDX-License-Identifier: GPL-3.0-or-later
// Scalar products of all pairs of inputs. Whatever stays in the span of the inputs (spherical means, angles between task
// vectors) can be computed on coefficients and this matrix alone, in double, after reading the inputs once.
#pragma once

#include "merge/tensor_task.h"

#include <vector>

namespace crucible::merge {

class Gram {
public:
    Gram() = default;
    explicit Gram(std::size_t n) : m_n(n), m_products(n * n, 0) {}

    std::size_t size() const { return m_n; }
    double operator()(std::size_t i, std::size_t j) const { return m_products[i * m_n + j]; }
    double& operator()(std::size_t i, std::size_t j) { return m_products[i * m_n + j]; }
    // The scalar product of sum a_i x_i and sum b_i x_i.
    double product(const std::vector<double>& a, const std::vector<double>& b) const;
    Gram operator+(const Gram& other) const;

private:
    std::size_t m_n = 0;
    std::vector<double> m_products;
};

// Products of the inputs `indices`, less input `base` when that is not -1.
Gram gramOf(TensorTask& task, const std::vector<std::size_t>& indices, int base);

// Writes sum c_k x_k over `indices`; with a base, b + sum c_k (x_k - b).
void writeCombination(TensorTask& task, const std::vector<std::size_t>& indices, int base,
                      const std::vector<double>& coefficients);

} // namespace crucible::merge
