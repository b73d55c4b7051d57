// SPDX-License-Identifier: GPL-3.0-or-later
// Selection of the k largest against a full sort, also when the sample lies; and the random generator against the numbers
// published with it.
#include "kernels/philox.h"
#include "kernels/reduce.h"
#include "kernels/select.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace crucible::kernels;

namespace {

constexpr std::size_t kTile = 4096;

struct Selection {
    float threshold = 0;
    std::vector<float> kept;
    int passes = 0;
};

Selection select(KeyOrder order, const std::vector<float>& values, std::size_t rank, const std::vector<float>& sample)
{
    const std::size_t tiles = (values.size() + kTile - 1) / kTile;
    const auto tileOf = [&](auto& all, std::size_t tile) {
        return std::span(all).subspan(tile * kTile, std::min(kTile, all.size() - tile * kTile));
    };
    RankSelect selector(order, values.size(), rank, tiles, sample);
    Selection result;
    do {
        for (std::size_t tile = 0; tile < tiles; ++tile)
            selector.show(tile, tileOf(values, tile));
        ++result.passes;
    } while (!selector.resolve());
    result.threshold = selector.threshold();
    result.kept = values;
    for (std::size_t tile = 0; tile < tiles; ++tile)
        selector.keepSelected(tile, tileOf(result.kept, tile));
    return result;
}

std::vector<float> sampleOf(const std::vector<float>& values)
{
    std::vector<float> sample;
    for (const std::size_t place : RankSelect::samplePlaces(values.size()))
        sample.insert(sample.end(), values.begin() + long(place), values.begin() + long(place + RankSelect::kSampleRun));
    return sample;
}

std::vector<float> valuesOf(const QString& kind, std::size_t count)
{
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) {
        value = normal(random);
        if (kind == QStringLiteral("coarse"))
            value = std::round(value * 4) / 4;
        if (kind == QStringLiteral("mostly zero"))
            value = value > 1 ? value : 0;
        if (kind == QStringLiteral("all equal"))
            value = 1.5f;
        if (kind == QStringLiteral("rising"))
            value = static_cast<float>(&value - values.data());
    }
    return values;
}

} // namespace

class TestSelect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithASort_data();
    void agreesWithASort();
    void survivesALyingSample();
    void onePassWhenTheSampleIsFair();
    void philoxKnownAnswers();
    void streamIsTheSameFromAnyPlace();
    void sumsMatchLongDouble();
};

void TestSelect::agreesWithASort_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("count");
    for (const char* kind : {"normal", "coarse", "mostly zero", "all equal", "rising"}) {
        for (const int count : {1, 37, 5000, 200'000})
            QTest::addRow("%s, %d", kind, count) << QString::fromLatin1(kind) << count;
    }
}

void TestSelect::agreesWithASort()
{
    QFETCH(QString, kind);
    QFETCH(int, count);
    const std::vector<float> values = valuesOf(kind, static_cast<std::size_t>(count));
    const std::vector<float> sample = sampleOf(values);
    for (const KeyOrder order : {KeyOrder::Magnitude, KeyOrder::Value}) {
        const auto key = [&](float value) { return order == KeyOrder::Magnitude ? std::abs(value) : value; };
        std::vector<std::size_t> sorted(values.size());
        std::iota(sorted.begin(), sorted.end(), std::size_t(0));
        std::stable_sort(sorted.begin(), sorted.end(), [&](auto a, auto b) { return key(values[a]) > key(values[b]); });
        for (const double share : {0.0, 0.01, 0.2, 0.5, 0.99, 1.0}) {
            const auto rank = std::clamp<std::size_t>(static_cast<std::size_t>(share * count), 1, values.size());
            const Selection selection = select(order, values, rank, sample);
            QCOMPARE(selection.threshold, key(values[sorted[rank - 1]]));
            std::vector<float> expected(values.size(), 0.0f);
            for (std::size_t i = 0; i < rank; ++i)
                expected[sorted[i]] = values[sorted[i]];
            QVERIFY(selection.kept == expected);
        }
    }
}

// A sample from elsewhere: the bracket misses on either side, and histograms find the place.
void TestSelect::survivesALyingSample()
{
    const std::vector<float> values = valuesOf(QStringLiteral("normal"), 300'000);
    std::vector<float> sorted = values;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    for (const float lie : {1000.0f, -1000.0f, 0.0f}) {
        const std::vector<float> sample(RankSelect::kMaxSample, lie);
        const Selection selection = select(KeyOrder::Value, values, 90'000, sample);
        QCOMPARE(selection.threshold, sorted[89'999]);
        QVERIFY(selection.passes > 1 && selection.passes <= 6);
    }
}

void TestSelect::onePassWhenTheSampleIsFair()
{
    for (const char* kind : {"normal", "coarse", "mostly zero", "all equal"}) {
        const std::vector<float> values = valuesOf(QString::fromLatin1(kind), 300'000);
        QCOMPARE(select(KeyOrder::Magnitude, values, 150'000, sampleOf(values)).passes, 1);
    }
}

// The test vectors of the authors' library Random123.
void TestSelect::philoxKnownAnswers()
{
    using Block = std::array<std::uint32_t, 4>;
    constexpr std::uint32_t kOnes = 0xffffffffu;
    QVERIFY((philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
    QVERIFY((philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
             Block{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}));
    QVERIFY((philox({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}) ==
             Block{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}));
}

void TestSelect::streamIsTheSameFromAnyPlace()
{
    const RandomStream stream(1, 2, 3);
    std::vector<std::uint32_t> all(1000);
    stream.words(0, all);
    for (const std::size_t first : {1, 2, 3, 4, 63, 64, 65, 500}) {
        std::vector<std::uint32_t> part(301);
        stream.words(first, part);
        QVERIFY(std::equal(part.begin(), part.end(), all.begin() + long(first)));
    }
}

void TestSelect::sumsMatchLongDouble()
{
    for (const std::size_t count : {0, 1, 15, 16, 17, 4096, 4099}) {
        const std::vector<float> a = valuesOf(QStringLiteral("normal"), count);
        const std::vector<float> b(a.rbegin(), a.rend());
        long double sumOf = 0, absOf = 0, dotOf = 0;
        for (std::size_t i = 0; i < count; ++i) {
            sumOf += a[i];
            absOf += std::abs(a[i]);
            dotOf += static_cast<long double>(a[i]) * b[i];
        }
        QVERIFY(std::abs(sum(a) - static_cast<double>(sumOf)) < 1e-10);
        QVERIFY(std::abs(absSum(a) - static_cast<double>(absOf)) < 1e-10);
        QVERIFY(std::abs(dot(a, b.data()) - static_cast<double>(dotOf)) < 1e-10);
    }
}

QTEST_GUILESS_MAIN(TestSelect)
#include "tst_select.moc"
