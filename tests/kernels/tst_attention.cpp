// SPDX-License-Identifier: GPL-3.0-or-later
// Attention is right for every number of keys and width of a head, and keys and values may be stored in BF16.
#include "kernels/attention.h"
#include "kernels/convert.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace crucible;
using namespace crucible::kernels;

namespace {

struct Case {
    std::size_t queryCount, count, headDim, first;
    std::vector<float> queries, keys, values;

    Case(std::size_t queryHeads, std::size_t keyCount, std::size_t width)
        : queryCount(queryHeads), count(keyCount), headDim(width), first(keyCount % 3 * 7 + width % 5),
          queries(queryCount * headDim), keys(count * headDim), values(count * headDim)
    {
        std::mt19937 random(static_cast<unsigned>(queryCount * 131 + count * 7 + headDim));
        std::normal_distribution<float> normal;
        for (std::vector<float>* all : {&queries, &keys, &values})
            std::generate(all->begin(), all->end(), [&] { return normal(random); });
        roundThrough(DType::BF16, keys);
        roundThrough(DType::BF16, values);
    }

    std::vector<float> attended(DType dtype, float cap, const float* slopes) const
    {
        // In blocks; what stands there that is not looked at does not matter.
        const std::size_t before = first % kKeyBlock;
        const std::size_t blocks = (before + count + kKeyBlock - 1) / kKeyBlock;
        std::vector<float> blocked(blocks * kKeyBlock * headDim, std::numeric_limits<float>::quiet_NaN());
        for (std::size_t j = 0; j < count; ++j) {
            const std::size_t place = before + j;
            for (std::size_t i = 0; i < headDim; ++i)
                blocked[(place / kKeyBlock * headDim + i) * kKeyBlock + place % kKeyBlock] = keys[j * headDim + i];
        }
        std::vector<std::byte> storedKeys(blocked.size() * sizeOf(dtype)), storedValues(values.size() * sizeOf(dtype));
        fromFloat32(dtype, blocked, storedKeys.data());
        fromFloat32(dtype, values, storedValues.data());
        Attention attention{.queries = queries.data(),
                            .queryCount = queryCount,
                            .dtype = dtype,
                            .keys = storedKeys.data(),
                            .values = storedValues.data(),
                            .count = count,
                            .headDim = headDim,
                            .scale = 0.3f,
                            .cap = cap,
                            .slopes = slopes,
                            .first = first};
        std::vector<float> scores(scoreCount(attention)), out(queryCount * headDim);
        attend(attention, scores, out);
        return out;
    }

    // By the definition, in double.
    std::vector<double> expected(double cap, const float* slopes) const
    {
        std::vector<double> out(queryCount * headDim);
        for (std::size_t q = 0; q < queryCount; ++q) {
            std::vector<double> shares(count);
            double total = 0;
            for (std::size_t j = 0; j < count; ++j) {
                double score = 0;
                for (std::size_t i = 0; i < headDim; ++i)
                    score += double(queries[q * headDim + i]) * double(keys[j * headDim + i]);
                score = score * double(0.3f) + (slopes ? double(slopes[q]) * double(first + j) : 0);
                shares[j] = std::exp(cap > 0 ? cap * std::tanh(score / cap) : score);
                total += shares[j];
            }
            for (std::size_t j = 0; j < count; ++j) {
                for (std::size_t i = 0; i < headDim; ++i)
                    out[q * headDim + i] += shares[j] / total * double(values[j * headDim + i]);
            }
        }
        return out;
    }
};

} // namespace

class TestAttention : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsItsDefinition_data()
    {
        QTest::addColumn<bool>("capped");
        QTest::addColumn<bool>("sloped");
        QTest::newRow("plain") << false << false;
        QTest::newRow("soft cap") << true << false;
        QTest::newRow("ALiBi") << false << true;
    }

    void followsItsDefinition()
    {
        QFETCH(const bool, capped);
        QFETCH(const bool, sloped);
        const std::vector<float> slopes{0.1f, -0.2f, 0.3f, 0.05f, 0.4f, -0.1f, 0.2f, 0.15f};
        const float cap = capped ? 3.0f : 0.0f;
        for (const std::size_t queries : {1u, 3u, 4u, 8u}) {
            for (const std::size_t count : {1u, 2u, 15u, 16u, 37u, 300u}) {
                for (const std::size_t width : {5u, 16u, 64u, 80u, 128u}) {
                    const Case one(queries, count, width);
                    const float* slope = sloped ? slopes.data() : nullptr;
                    const std::vector<float> wide = one.attended(DType::F32, cap, slope);
                    const std::vector<double> exact = one.expected(double(cap), slope);
                    for (std::size_t i = 0; i < wide.size(); ++i)
                        QVERIFY2(std::abs(double(wide[i]) - exact[i]) < 2e-5, qPrintable(QStringLiteral("%1 queries, %2 keys, %3 wide").arg(queries).arg(count).arg(width)));
                    // Widening is exact.
                    QVERIFY(one.attended(DType::BF16, cap, slope) == wide);
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestAttention)
#include "tst_attention.moc"
