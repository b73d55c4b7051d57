// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/low_rank.h"

#include "base/error.h"
#include "kernels/philox.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace crucible::merge {
namespace {

using Eigen::Index;
using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Matrix = Eigen::MatrixXf;
using MatrixView = Eigen::Map<const RowMatrix>;

// Below this, and where most of the singular values are wanted, the whole decomposition is as fast.
constexpr std::size_t kExactSide = 256;
constexpr std::size_t kOversampling = 16;
constexpr int kMaxIterations = 24;
constexpr double kStandsStill = 1e-6; // relative change of the captured energy
constexpr Index kBlock = 256;         // rows or columns that one thread does at once

bool isFinite(std::span<const float> values)
{
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

// body(first, count) for blocks of [0, size).
template<class Body>
void forEachBlock(Index size, ThreadPool& pool, const CancelToken& cancel, Body&& body)
{
    pool.forEach(static_cast<std::size_t>((size + kBlock - 1) / kBlock), [&](std::size_t i, int) {
        cancel.check();
        const Index first = static_cast<Index>(i) * kBlock;
        body(first, std::min(kBlock, size - first));
    });
}

// matrix x right
Matrix times(const MatrixView& matrix, const Matrix& right, ThreadPool& pool, const CancelToken& cancel)
{
    Matrix result(matrix.rows(), right.cols());
    forEachBlock(matrix.rows(), pool, cancel, [&](Index first, Index count) {
        result.middleRows(first, count).noalias() = matrix.middleRows(first, count) * right;
    });
    return result;
}

// transposed matrix x left
Matrix transposedTimes(const MatrixView& matrix, const Matrix& left, ThreadPool& pool, const CancelToken& cancel)
{
    Matrix result(matrix.cols(), left.cols());
    forEachBlock(matrix.cols(), pool, cancel, [&](Index first, Index count) {
        result.middleRows(first, count).noalias() = matrix.middleCols(first, count).transpose() * left;
    });
    return result;
}

Matrix randomStart(Index rows, Index columns, std::uint64_t seed)
{
    const kernels::RandomStream stream(seed, 0, 0);
    const auto count = static_cast<std::size_t>(rows * columns);
    std::vector<std::uint32_t> words(2 * count);
    stream.words(0, words);
    Matrix start(rows, columns);
    for (std::size_t i = 0; i < count; ++i) {
        // Box and Muller; the first number is above 0.
        const double radius = std::sqrt(-2 * std::log((words[2 * i] + 1.0) / 4294967296.0));
        start.data()[i] = static_cast<float>(radius * std::cos(2 * std::numbers::pi * (words[2 * i + 1] / 4294967296.0)));
    }
    return start;
}

struct Orthogonal {
    Matrix basis;    // orthonormal columns
    Matrix triangle; // basis x triangle is what was given
};

Orthogonal orthogonalized(const Matrix& columns)
{
    const Eigen::HouseholderQR<Matrix> qr(columns);
    const Index width = columns.cols();
    return {qr.householderQ() * Matrix::Identity(columns.rows(), width),
            qr.matrixQR().topRows(width).template triangularView<Eigen::Upper>()};
}

template<class Left, class Values, class Right>
SingularVectors packed(const Left& left, const Values& values, const Right& right, Index rank)
{
    SingularVectors result;
    result.values.resize(static_cast<std::size_t>(rank));
    result.left.resize(static_cast<std::size_t>(left.rows() * rank));
    result.right.resize(static_cast<std::size_t>(right.rows() * rank));
    for (Index i = 0; i < rank; ++i)
        result.values[static_cast<std::size_t>(i)] = static_cast<double>(values[i]);
    Eigen::Map<RowMatrix>(result.left.data(), left.rows(), rank) = left.leftCols(rank).template cast<float>();
    Eigen::Map<RowMatrix>(result.right.data(), rank, right.rows()) =
        right.leftCols(rank).transpose().template cast<float>();
    return result;
}

SingularVectors decomposeExactly(const MatrixView& matrix, Index rank)
{
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(matrix.cast<double>(), Eigen::ComputeThinU | Eigen::ComputeThinV);
    return packed(svd.matrixU(), svd.singularValues(), svd.matrixV(), rank);
}

} // namespace

SingularVectors decompose(std::span<const float> matrix, std::size_t rows, std::size_t columns, std::size_t rank,
                          std::uint64_t seed, ThreadPool& pool, const CancelToken& cancel)
{
    if (matrix.size() != rows * columns)
        throw Error(ErrorKind::Internal, "a matrix does not have as many values as rows times columns");
    if (!isFinite(matrix))
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the matrix holds values that are not finite"));
    const std::size_t side = std::min(rows, columns);
    rank = std::min(rank, side);
    if (rank == 0)
        return {};
    cancel.check();
    const MatrixView view(matrix.data(), static_cast<Index>(rows), static_cast<Index>(columns));
    const std::size_t width = rank + kOversampling;
    if (side <= kExactSide || 2 * width >= side)
        return decomposeExactly(view, static_cast<Index>(rank));

    Matrix basis = orthogonalized(times(view, randomStart(view.cols(), static_cast<Index>(width), seed), pool, cancel)).basis;
    double energy = -1;
    for (int iteration = 1;; ++iteration) {
        // basis^T x matrix, transposed: what of the matrix lies in the basis.
        const Orthogonal inside = orthogonalized(transposedTimes(view, basis, pool, cancel));
        const Eigen::BDCSVD<Eigen::MatrixXd> svd(inside.triangle.cast<double>().transpose(),
                                                 Eigen::ComputeThinU | Eigen::ComputeThinV);
        const double captured = svd.singularValues().head(static_cast<Index>(rank)).squaredNorm();
        if (std::abs(captured - energy) <= kStandsStill * captured || iteration == kMaxIterations) {
            const Matrix left = basis * svd.matrixU().leftCols(static_cast<Index>(rank)).cast<float>();
            const Matrix right = inside.basis * svd.matrixV().leftCols(static_cast<Index>(rank)).cast<float>();
            SingularVectors result = packed(left, svd.singularValues(), right, static_cast<Index>(rank));
            result.iterations = iteration;
            return result;
        }
        energy = captured;
        basis = orthogonalized(times(view, inside.basis, pool, cancel)).basis;
    }
}

} // namespace crucible::merge
