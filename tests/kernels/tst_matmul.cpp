// SPDX-License-Identifier: GPL-3.0-or-later
// Products with stored weights are right in every dtype and shape, and the same bits however a prompt is cut.
#include "kernels/convert.h"
#include "kernels/matmul.h"

#include <QTest>

#include <cmath>
#include <random>
#include <vector>

using namespace crucible;
using namespace crucible::kernels;

namespace {

struct Case {
    std::vector<float> x;
    std::vector<std::byte> stored;
    std::vector<float> exact; // the stored weights as float32
    WeightMatrix w;
    std::size_t rows = 0;

    Case(DType dtype, std::size_t rowCount, std::size_t inputs, std::size_t outputs)
        : x(rowCount * inputs), stored(outputs * inputs * sizeOf(dtype)), exact(outputs * inputs), rows(rowCount)
    {
        std::mt19937 random(static_cast<unsigned>(rows * 31 + inputs * 7 + outputs));
        std::normal_distribution<float> normal;
        for (float& value : x)
            value = normal(random);
        for (float& value : exact)
            value = normal(random);
        fromFloat32(dtype, exact, stored.data());
        toFloat32(dtype, stored.data(), exact);
        w = {dtype, stored.data(), outputs, inputs};
    }

    std::vector<float> product(std::size_t first, std::size_t count, int threads, Activations activations = Activations::Float32) const
    {
        ThreadPool pool(threads);
        std::vector<float> y(count * w.outputs);
        multiply(std::span(x).subspan(first * w.inputs, count * w.inputs), count, w, y, w.outputs, pool, activations);
        return y;
    }
};

} // namespace

class TestMatmul : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyShapeIsRight_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<int>("activations");
        for (const DType dtype : {DType::F32, DType::BF16, DType::F16})
            QTest::newRow(std::string(toString(dtype)).c_str()) << static_cast<int>(dtype) << static_cast<int>(Activations::Float32);
        QTest::newRow("BF16 with BF16") << static_cast<int>(DType::BF16) << static_cast<int>(Activations::BFloat16);
    }

    void everyShapeIsRight()
    {
        QFETCH(const int, dtype);
        QFETCH(const int, activations);
        for (const std::size_t rows : {1u, 2u, 3u, 4u, 7u, 16u, 69u}) {
            for (const std::size_t inputs : {1u, 8u, 17u, 96u, 333u, 600u}) {
                for (const std::size_t outputs : {1u, 3u, 8u, 25u, 130u}) {
                    Case some(static_cast<DType>(dtype), rows, inputs, outputs);
                    const std::vector<float> y = some.product(0, rows, 2, static_cast<Activations>(activations));
                    if (static_cast<Activations>(activations) == Activations::BFloat16)
                        roundThrough(DType::BF16, some.x);
                    for (std::size_t r = 0; r < rows; ++r) {
                        for (std::size_t o = 0; o < outputs; ++o) {
                            double sum = 0, size = 0;
                            for (std::size_t i = 0; i < inputs; ++i) {
                                const double term = double(some.x[r * inputs + i]) * double(some.exact[o * inputs + i]);
                                sum += term;
                                size += std::abs(term);
                            }
                            QVERIFY(std::abs(double(y[r * outputs + o]) - sum) <= 1e-6 * size + 1e-12);
                        }
                    }
                }
            }
        }
    }

    void theBitsDoNotDependOnHowItIsCut_data()
    {
        QTest::addColumn<int>("activations");
        QTest::newRow("float32") << static_cast<int>(Activations::Float32);
        QTest::newRow("bfloat16") << static_cast<int>(Activations::BFloat16);
    }

    void theBitsDoNotDependOnHowItIsCut()
    {
        QFETCH(const int, activations);
        const auto how = static_cast<Activations>(activations);
        const Case some(DType::BF16, 90, 517, 203);
        const std::vector<float> whole = some.product(0, 90, 1, how);
        QCOMPARE(some.product(0, 90, 3, how), whole);
        std::vector<float> pieces;
        for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 8u, 67u}) {
            const std::vector<float> piece = some.product(pieces.size() / 203, count, 2, how);
            pieces.insert(pieces.end(), piece.begin(), piece.end());
        }
        QCOMPARE(pieces, whole);
    }

    // A model in bfloat16 must say the same, but for rounding, on processors with and without instructions for it.
    void bf16ActivationsOnlyMeetBf16Weights()
    {
        const Case narrow(DType::F16, 5, 96, 40);
        QCOMPARE(narrow.product(0, 5, 2, Activations::BFloat16), narrow.product(0, 5, 2));
    }

    void oneRowIsTheSameAsAmongOthers()
    {
        const Case some(DType::BF16, 90, 517, 203);
        const std::vector<float> whole = some.product(0, 90, 1);
        for (const std::size_t output : {0u, 100u, 202u})
            QCOMPARE(dotRow(std::span(some.x).first(517), some.w, output), whole[output]);
    }

    void rowsOfTheResultMayLieApart()
    {
        const Case some(DType::F32, 3, 16, 5);
        const std::vector<float> tight = some.product(0, 3, 1);
        std::vector<float> wide(3 * 9, -1.0f);
        ThreadPool pool(1);
        multiply(some.x, 3, some.w, wide, 9, pool);
        for (std::size_t i = 0; i < wide.size(); ++i)
            QCOMPARE(wide[i], i % 9 < 5 ? tight[i / 9 * 5 + i % 9] : -1.0f);
    }
};

QTEST_GUILESS_MAIN(TestMatmul)
#include "tst_matmul.moc"
