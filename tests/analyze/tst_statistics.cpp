// SPDX-License-Identifier: GPL-3.0-or-later
// A tensor's statistics against plain double loops.
#include "analyze/statistics.h"
#include "tensors.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

using namespace crucible;
using namespace crucible::analyze;

namespace {

TensorStatistics statisticsOf(const test::MemoryTensor& tensor, int bins = 64, int threads = 2)
{
    ThreadPool pool(threads);
    return tensorStatistics(tensor.info, {tensor.bytes, nullptr}, bins, pool, CancelToken());
}

std::vector<float> randomValues(std::size_t count, float mean, float spread)
{
    std::mt19937 generator(7);
    std::normal_distribution<float> normal(mean, spread);
    std::vector<float> values(count);
    for (float& value : values)
        value = normal(generator);
    return values;
}

bool near(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

} // namespace

class TestStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matchesPlainLoops_data();
    void matchesPlainLoops();
    void nonFiniteValuesAreCountedApart();
    void emptyTensorHasNoExtremes();
    void constantTensorFillsOneBin();
    void bfloat16IsRead();
    void quantilesAreExactToOneBin();
    void threadsDoNotChangeTheResult();
    void stopsWhenAsked();
    void refusesNoBins();
    void jsonHoldsEverything();
};

void TestStatistics::matchesPlainLoops_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<float>("mean");
    QTest::addColumn<float>("spread");
    QTest::newRow("small") << 17 << 0.0f << 1.0f;
    QTest::newRow("several tiles") << 10'001 << 0.5f << 0.02f;
    // The variance is far below the squared mean: a sum of squares alone would lose it.
    QTest::newRow("far from zero") << 300'000 << 1000.0f << 0.01f;
    QTest::newRow("several pieces") << 700'000 << 0.0f << 0.02f;
}

void TestStatistics::matchesPlainLoops()
{
    QFETCH(int, count);
    QFETCH(float, mean);
    QFETCH(float, spread);
    const std::vector<float> values = randomValues(static_cast<std::size_t>(count), mean, spread);
    const double expectedMean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double variance = 0;
    double squares = 0;
    for (const float value : values) {
        variance += (value - expectedMean) * (value - expectedMean) / count;
        squares += double(value) * value;
    }
    const TensorStatistics found = statisticsOf(test::floatTensor("t", values));
    QCOMPARE(found.elements, static_cast<std::uint64_t>(count));
    QCOMPARE(found.finite, found.elements);
    QCOMPARE(found.minimum, double(*std::ranges::min_element(values)));
    QCOMPARE(found.maximum, double(*std::ranges::max_element(values)));
    QVERIFY(near(found.mean, expectedMean));
    QVERIFY(near(found.standardDeviation / std::sqrt(variance), 1, 1e-7));
    QVERIFY(near(found.norm / std::sqrt(squares), 1));
    const auto& counts = found.histogram.counts;
    QCOMPARE(std::accumulate(counts.begin(), counts.end(), std::uint64_t(0)), found.elements);
    for (std::size_t bin = 0; bin < counts.size(); bin += 13) {
        const double low = found.histogram.low + static_cast<double>(bin) * found.histogram.binWidth();
        const auto inside = std::ranges::count_if(values, [&](float value) {
            return value >= low && (value < low + found.histogram.binWidth() || bin + 1 == counts.size());
        });
        // A value on a bin's edge may fall to either side by rounding.
        QVERIFY(std::abs(static_cast<double>(counts[bin]) - static_cast<double>(inside)) <= 2);
    }
}

void TestStatistics::nonFiniteValuesAreCountedApart()
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const TensorStatistics found = statisticsOf(test::floatTensor("t", {1, kNan, -3, kInfinity, 0, -kInfinity, -0.0f}));
    QCOMPARE(found.elements, std::uint64_t(7));
    QCOMPARE(found.finite, std::uint64_t(4));
    QCOMPARE(found.nans, std::uint64_t(1));
    QCOMPARE(found.infinities, std::uint64_t(2));
    QCOMPARE(found.zeros, std::uint64_t(2));
    QCOMPARE(found.minimum, -3.0);
    QCOMPARE(found.maximum, 1.0);
    QCOMPARE(found.absMaximum, 3.0);
    QCOMPARE(found.mean, -0.5);
}

void TestStatistics::emptyTensorHasNoExtremes()
{
    const TensorStatistics found = statisticsOf(test::floatTensor("t", {}));
    QCOMPARE(found.elements, std::uint64_t(0));
    QCOMPARE(found.maximum, 0.0);
    QCOMPARE(found.histogram.counts.size(), std::size_t(64));
    QCOMPARE(found.quantile(0.5), 0.0);
}

void TestStatistics::constantTensorFillsOneBin()
{
    const TensorStatistics found = statisticsOf(test::floatTensor("t", std::vector<float>(100, 2.5f)), 8);
    QCOMPARE(found.standardDeviation, 0.0);
    QCOMPARE(found.histogram.counts.front(), std::uint64_t(100));
    QCOMPARE(found.quantile(0.3), 2.5);
}

void TestStatistics::bfloat16IsRead()
{
    const std::vector<std::uint16_t> values = {0x3f80, 0xc000, 0x0000}; // 1, -2, 0
    const TensorStatistics found = statisticsOf(test::tensorOf("t", DType::BF16, {3}, values));
    QCOMPARE(found.minimum, -2.0);
    QCOMPARE(found.maximum, 1.0);
    QCOMPARE(found.zeros, std::uint64_t(1));
}

void TestStatistics::quantilesAreExactToOneBin()
{
    std::vector<float> values = randomValues(20'000, 0, 1);
    const TensorStatistics found = statisticsOf(test::floatTensor("t", values), 256);
    std::ranges::sort(values);
    for (const double q : {0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0}) {
        const double exact = values[std::min(static_cast<std::size_t>(q * 20'000), std::size_t(19'999))];
        QVERIFY2(std::abs(found.quantile(q) - exact) <= found.histogram.binWidth() + 1e-3, QByteArray::number(q));
    }
}

void TestStatistics::threadsDoNotChangeTheResult()
{
    const test::MemoryTensor tensor = test::floatTensor("t", randomValues(900'001, 0.1f, 3));
    const Json one = toJson(statisticsOf(tensor, 50, 1));
    const Json four = toJson(statisticsOf(tensor, 50, 4));
    QCOMPARE(toJsonText(one), toJsonText(four));
}

void TestStatistics::stopsWhenAsked()
{
    const test::MemoryTensor tensor = test::floatTensor("t", {1, 2, 3});
    ThreadPool pool(1);
    const CancelToken cancel;
    cancel.request();
    QVERIFY_THROWS_EXCEPTION(Error, tensorStatistics(tensor.info, {tensor.bytes, nullptr}, 8, pool, cancel));
}

void TestStatistics::refusesNoBins()
{
    QVERIFY_THROWS_EXCEPTION(Error, statisticsOf(test::floatTensor("t", {1}), 0));
}

void TestStatistics::jsonHoldsEverything()
{
    const Json json = toJson(statisticsOf(test::floatTensor("t", {-1, 0, 1, 2}), 3));
    for (const char* key : {"elements", "min", "max", "mean", "std", "norm", "abs_max", "zeros", "nan", "inf"})
        QVERIFY2(json.contains(key) && json[key].is_number(), key);
    QCOMPARE(json["histogram"]["counts"].size(), std::size_t(3));
    QVERIFY(json["quantiles"].contains("0.5"));
}

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
