// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/lora_operand.h"

#include "kernels/convert.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {

namespace {

std::vector<float> readFloats(const formats::LoraAdapter& adapter, const formats::Checkpoint::Entry& entry)
{
    const formats::TensorData data = adapter.read(entry);
    std::vector<float> values(static_cast<std::size_t>(entry.info.elements()));
    kernels::toFloat32(entry.info.dtype, data.bytes.data(), values);
    return values;
}

std::vector<float> transposed(const std::vector<float>& matrix, std::size_t rows, std::size_t columns)
{
    std::vector<float> result(matrix.size());
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c)
            result[c * rows + r] = matrix[r * columns + c];
    }
    return result;
}

} // namespace

LoraOperand::LoraOperand(const formats::LoraAdapter& adapter, const formats::LoraChange& change, formats::TensorData base,
                         DType baseDtype, const Shape& baseShape, DType rounded)
    : m_base(std::move(base)), m_baseDtype(baseDtype), m_rounded(rounded)
{
    Shape shape = baseShape;
    if (change.replacement) {
        m_base = adapter.read(*change.replacement);
        m_baseDtype = change.replacement->info.dtype;
        shape = change.replacement->info.shape;
    }
    m_columns = shape.empty() ? 1 : static_cast<std::size_t>(shape.back());
    if (change.a && change.b) {
        m_rank = static_cast<std::size_t>(change.rank);
        m_transposed = change.deltaTransposed(shape);
        const std::vector<float> a = readFloats(adapter, *change.a); // [rank, in]
        const std::vector<float> b = readFloats(adapter, *change.b); // [out, rank]
        const std::size_t in = a.size() / m_rank, out = b.size() / m_rank;
        // A stored row is an output feature, or an input feature when the delta is transposed.
        m_left = m_transposed ? transposed(a, m_rank, in) : b;
        m_right = m_transposed ? transposed(b, out, m_rank) : a;
        for (float& value : m_left)
            value *= static_cast<float>(change.scaling);
    }
    if (change.biasDelta) {
        m_addend = readFloats(adapter, *change.biasDelta);
        for (float& value : m_addend)
            value *= static_cast<float>(change.scaling);
    }
    if (!change.magnitude)
        return;
    const std::vector<float> magnitude = readFloats(adapter, *change.magnitude); // [out]
    std::vector<double> squares(magnitude.size(), 0);
    std::vector<float> row(m_columns);
    const std::size_t rows = static_cast<std::size_t>(*elementCount(shape)) / std::max<std::size_t>(m_columns, 1);
    for (std::size_t r = 0; r < rows; ++r) {
        loadUnscaled(r * m_columns, row);
        for (std::size_t c = 0; c < m_columns; ++c)
            squares[m_transposed ? c : r] += static_cast<double>(row[c]) * row[c];
    }
    m_magnitude.resize(magnitude.size());
    for (std::size_t o = 0; o < magnitude.size(); ++o)
        m_magnitude[o] = squares[o] > 0 ? static_cast<float>(magnitude[o] / std::sqrt(squares[o])) : 0.0f;
}

void LoraOperand::loadUnscaled(std::size_t begin, std::span<float> out) const
{
    kernels::toFloat32(m_baseDtype, m_base.bytes.data() + begin * sizeOf(m_baseDtype), out);
    for (std::size_t i = 0; i < out.size() && !m_addend.empty(); ++i)
        out[i] += m_addend[begin + i];
    if (m_rank == 0)
        return;
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t row = (begin + done) / m_columns, column = (begin + done) % m_columns;
        const std::size_t count = std::min(out.size() - done, m_columns - column);
        const float* left = m_left.data() + row * m_rank;
        float* target = out.data() + done;
        for (std::size_t r = 0; r < m_rank; ++r) {
            const float* right = m_right.data() + r * m_columns + column;
            const float factor = left[r];
            for (std::size_t c = 0; c < count; ++c)
                target[c] += factor * right[c];
        }
        done += count;
    }
}

void LoraOperand::load(std::size_t begin, std::span<float> out) const
{
    loadUnscaled(begin, out);
    for (std::size_t i = 0; i < out.size() && !m_magnitude.empty(); ++i)
        out[i] *= m_magnitude[m_transposed ? (begin + i) % m_columns : (begin + i) / m_columns];
    kernels::roundThrough(m_rounded, out);
}

} // namespace crucible::merge
