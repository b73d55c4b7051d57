// SPDX-License-Identifier: GPL-3.0-or-later
// Arithmetic on tiles for merge methods. By default float32 throughout; with a Rounding every operation rounds its result
// to that dtype, as PyTorch does for tensors of it. So a method is written once, in PyTorch's order of operations, and is
// both: the better default, and mergekit's result bit for bit.
//
// Only PyTorch's tensors round: a plain number that multiplies a tensor does not (pass it as it is); a number that lives
// in a tensor of the dtype (a sum, a norm, a list of weights) does: pass it through number().
#pragma once

#include "kernels/convert.h"
#include "kernels/reduce.h"
#include "kernels/tile.h"
#include "merge/tensor_task.h"

#include <cmath>
#include <span>

namespace crucible::merge {

class TileMath {
public:
    explicit TileMath(const TensorTask& task) : m_rounding(task.rounding()) {}

    bool rounds() const { return m_rounding != Rounding::None; }
    // The value as an element of a tensor.
    float number(double value) const
    {
        const float single = static_cast<float>(value);
        return rounds() ? kernels::roundedThrough(dtype(), single) : single;
    }
    // Ends a chain of kernels that PyTorch runs as one operation (a sum over models).
    void round(std::span<float> tile) const
    {
        if (rounds())
            kernels::roundThrough(dtype(), tile);
    }

    void add(std::span<float> out, const float* a, const float* b) const
    {
        kernels::add(out, a, b);
        round(out);
    }
    void subtract(std::span<float> out, const float* a, const float* b) const
    {
        kernels::subtract(out, a, b);
        round(out);
    }
    void multiply(std::span<float> out, const float* a, const float* b) const
    {
        kernels::multiply(out, a, b);
        round(out);
    }
    void divide(std::span<float> out, const float* a, const float* b) const
    {
        kernels::divide(out, a, b);
        round(out);
    }
    void scale(std::span<float> out, const float* a, float factor) const
    {
        kernels::scale(out, a, factor);
        round(out);
    }
    void divideBy(std::span<float> out, const float* a, float divisor) const
    {
        kernels::divideBy(out, a, divisor);
        round(out);
    }
    // The norm as an element of a tensor: squares are added up wider and rounded once.
    double norm(double sumOfSquares) const { return rounds() ? number(std::sqrt(sumOfSquares)) : std::sqrt(sumOfSquares); }

private:
    DType dtype() const { return m_rounding == Rounding::BF16 ? DType::BF16 : DType::F16; }

    Rounding m_rounding;
};

} // namespace crucible::merge
