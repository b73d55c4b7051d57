// SPDX-License-Identifier: GPL-3.0-or-later
// The fused kernels on BF16 codes give bit for bit what the same steps give one after the other in float32, at every
// length and place, and touch nothing beyond.
#include "kernels/codes.h"
#include "kernels/convert.h"
#include "kernels/tile.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace crucible;
using namespace crucible::kernels;

namespace {

constexpr std::size_t kLengths[] = {0, 1, 7, 8, 31, 32, 33, 100, 1000, 4096};
constexpr std::uint16_t kUntouched = 0x1234;

// Values of many sizes, with zeros, infinities and NaN among them when `special`.
std::vector<std::uint16_t> someCodes(std::size_t n, unsigned seed, bool special = false)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(n);
    for (float& value : values)
        value = normal(random) * std::exp2(static_cast<float>(random() % 9) - 4);
    for (std::size_t i = 0; special && i < n; i += 11) {
        constexpr float kSpecial[] = {0.0f, -0.0f, std::numeric_limits<float>::infinity(),
                                      -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), 1e-40f};
        values[i] = kSpecial[(i / 11) % 6];
    }
    std::vector<std::uint16_t> codes(n);
    fromFloat32(DType::BF16, values, reinterpret_cast<std::byte*>(codes.data()));
    return codes;
}

std::vector<float> widened(const std::vector<std::uint16_t>& codes)
{
    std::vector<float> values(codes.size());
    toFloat32(DType::BF16, reinterpret_cast<const std::byte*>(codes.data()), values);
    return values;
}

std::vector<std::uint16_t> narrowed(const std::vector<float>& values)
{
    std::vector<std::uint16_t> codes(values.size());
    fromFloat32(DType::BF16, values, reinterpret_cast<std::byte*>(codes.data()));
    return codes;
}

bool survives(const Survivors& survivors, float d, std::size_t i)
{
    if (survivors.bits)
        return (survivors.bits[i / 32] >> (i % 32)) & 1u;
    const std::int32_t key = std::bit_cast<std::int32_t>(d) & 0x7fffffff;
    return key >= survivors.lowest && key <= survivors.highest;
}

// The definition in codes.h, one value at a time.
float thinnedSum(float base, const std::vector<std::vector<float>>& x, const std::vector<ThinnedVector>& vectors,
                 const VectorSum& rule, std::size_t i)
{
    std::vector<float> y;
    for (std::size_t k = 0; k < vectors.size(); ++k) {
        const float d = x[k][i] - base;
        const float s = survives(vectors[k].survivors, d, i) ? d : 0.0f;
        y.push_back(s * vectors[k].rescale * vectors[k].weight);
    }
    float sum = y[0];
    for (std::size_t k = 1; k < y.size(); ++k)
        sum += y[k];
    if (rule.electSigns) {
        const float sign = sum >= 0 ? 1.0f : -1.0f;
        float weights = 0;
        bool first = true;
        for (std::size_t k = 0; k < y.size(); ++k) {
            const bool agrees = y[k] * sign > 0;
            const float kept = agrees ? y[k] : 0.0f;
            sum = first ? kept : sum + kept;
            first = false;
            weights += agrees ? vectors[k].weight : 0.0f;
        }
        if (rule.normalize)
            sum /= weights == 0 ? 1.0f : weights;
    } else if (rule.divisor != 1) {
        sum /= rule.divisor;
    }
    return base + (rule.lambda != 1 ? sum * rule.lambda : sum);
}

} // namespace

class TestCodes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void combineIsWhatItsStepsAre()
    {
        for (const std::size_t n : kLengths) {
            std::vector<std::vector<std::uint16_t>> codes;
            std::vector<const std::uint16_t*> pointers;
            std::vector<std::vector<float>> wide;
            for (unsigned k = 0; k < kMaxCombined; ++k)
                codes.push_back(someCodes(n, k, true));
            for (const auto& one : codes) {
                pointers.push_back(one.data());
                wide.push_back(widened(one));
            }
            const std::vector<float> weights{0.3f, -1.25f, 0.7f, 2.0f};
            for (std::size_t inputs = 1; inputs <= kMaxCombined; ++inputs) {
                for (const float divisor : {1.0f, 1.7f}) {
                    std::vector<std::uint16_t> out(n + 1, kUntouched);
                    kernels::combine(out.data(), std::span(pointers).first(inputs), std::span(weights).first(inputs), divisor, n);
                    std::vector<float> expected(n);
                    for (std::size_t i = 0; i < n; ++i) {
                        float sum = wide[0][i] * weights[0];
                        for (std::size_t k = 1; k < inputs; ++k)
                            sum += wide[k][i] * weights[k];
                        expected[i] = divisor != 1 ? sum / divisor : sum;
                    }
                    std::vector<std::uint16_t> codesExpected = narrowed(expected);
                    codesExpected.push_back(kUntouched);
                    QVERIFY(out == codesExpected);
                }
            }
        }
    }

    void addThinnedIsWhatItsStepsAre_data()
    {
        QTest::addColumn<bool>("electSigns");
        QTest::addColumn<bool>("normalize");
        QTest::addColumn<double>("divisor");
        QTest::addColumn<double>("lambda");
        QTest::newRow("sum") << false << false << 1.0 << 1.0;
        QTest::newRow("mean, scaled") << false << false << 1.5 << 0.75;
        QTest::newRow("signs elected") << true << false << 1.0 << 1.0;
        QTest::newRow("signs elected, normalized, scaled") << true << true << 1.0 << 1.25;
    }

    void addThinnedIsWhatItsStepsAre()
    {
        QFETCH(const bool, electSigns);
        QFETCH(const bool, normalize);
        QFETCH(const double, divisor);
        QFETCH(const double, lambda);
        const VectorSum rule{electSigns, normalize, static_cast<float>(divisor), static_cast<float>(lambda)};
        for (const std::size_t n : kLengths) {
            const std::vector<std::uint16_t> base = someCodes(n, 100);
            const std::vector<float> wideBase = widened(base);
            std::vector<std::uint32_t> bits((n + 31) / 32);
            std::mt19937 random(5);
            for (std::uint32_t& word : bits)
                word = static_cast<std::uint32_t>(random());
            const std::vector<std::vector<std::uint16_t>> x{someCodes(n, 1), someCodes(n, 2), someCodes(n, 3)};
            std::vector<std::vector<float>> wide;
            for (const auto& one : x)
                wide.push_back(widened(one));
            const Survivors all;
            const Survivors band{std::bit_cast<std::int32_t>(0.3f), std::bit_cast<std::int32_t>(4.0f), nullptr};
            const Survivors drawn{0, 0, bits.data()};
            for (std::size_t count = 1; count <= kMaxThinned; ++count) {
                std::vector<ThinnedVector> vectors{{x[0].data(), band, 1.0f, 0.5f}, {x[1].data(), drawn, 2.5f, -0.75f},
                                                   {x[2].data(), all, 1.0f, 1.0f}};
                vectors.resize(count);
                std::vector<std::uint16_t> out(n + 1, kUntouched);
                addThinned(out.data(), base.data(), vectors, rule, n);
                std::vector<float> expected(n);
                for (std::size_t i = 0; i < n; ++i)
                    expected[i] = thinnedSum(wideBase[i], wide, vectors, rule, i);
                std::vector<std::uint16_t> codesExpected = narrowed(expected);
                codesExpected.push_back(kUntouched);
                QVERIFY(out == codesExpected);
            }
        }
    }

    void sumsAreThoseOfTheValues()
    {
        for (const std::size_t n : kLengths) {
            const std::vector<std::uint16_t> a = someCodes(n, 7);
            const std::vector<std::uint16_t> b = someCodes(n, 8);
            const std::vector<float> x = widened(a);
            const std::vector<float> y = widened(b);
            const Survivors band{std::bit_cast<std::int32_t>(0.5f), std::bit_cast<std::int32_t>(3.0f), nullptr};
            double aa = 0, ab = 0, bb = 0, all = 0, kept = 0;
            for (std::size_t i = 0; i < n; ++i) {
                aa += double(x[i]) * x[i];
                ab += double(x[i]) * y[i];
                bb += double(y[i]) * y[i];
                const float d = x[i] - y[i];
                all += std::abs(d);
                kept += survives(band, d, i) ? std::abs(d) : 0.0f;
            }
            const auto close = [](double got, double expected, double scale) { return std::abs(got - expected) <= 1e-6 * scale + 1e-12; };
            const PairSums sums = pairSums(a.data(), b.data(), n);
            QVERIFY(close(sums.aa, aa, aa));
            QVERIFY(close(sums.ab, ab, std::sqrt(aa * bb)));
            QVERIFY(close(sums.bb, bb, bb));
            const AbsSums differences = absSums(a.data(), b.data(), band, n);
            QVERIFY(close(differences.all, all, all));
            QVERIFY(close(differences.survivors, kept, kept));
        }
    }

    void bitsSayWhatIsBelow()
    {
        for (const std::size_t n : kLengths) {
            std::mt19937 random(9);
            std::vector<std::uint32_t> words(n), limits(n);
            for (std::size_t i = 0; i < n; ++i) {
                words[i] = static_cast<std::uint32_t>(random());
                limits[i] = i % 3 == 0 ? words[i] : static_cast<std::uint32_t>(random());
            }
            const std::uint32_t limit = 0x90000000u;
            std::vector<std::uint32_t> one((n + 31) / 32, ~0u), each((n + 31) / 32, ~0u);
            bitsBelow(words.data(), limit, one.data(), n);
            bitsBelow(words.data(), limits.data(), each.data(), n);
            std::vector<float> values(n, 2.0f);
            keepWhereSet(values, each.data());
            for (std::size_t i = 0; i < n; ++i) {
                QCOMPARE(((one[i / 32] >> (i % 32)) & 1u) != 0, words[i] < limit);
                QCOMPARE(((each[i / 32] >> (i % 32)) & 1u) != 0, words[i] < limits[i]);
                QCOMPARE(values[i], words[i] < limits[i] ? 2.0f : 0.0f);
            }
            std::vector<std::uint16_t> halves(n);
            for (std::size_t i = 0; i < n; ++i)
                halves[i] = static_cast<std::uint16_t>(i % 5 == 0 ? 0x9000u : words[i] >> 16);
            std::vector<std::uint32_t> below((n + 31) / 32, ~0u), notAbove((n + 31) / 32, ~0u);
            bitsBelow(halves.data(), 0x9000, below.data(), n);
            bitsNotAbove(halves.data(), 0x9000, notAbove.data(), n);
            for (std::size_t i = 0; i < n; ++i) {
                QCOMPARE(((below[i / 32] >> (i % 32)) & 1u) != 0, halves[i] < 0x9000);
                QCOMPARE(((notAbove[i / 32] >> (i % 32)) & 1u) != 0, halves[i] <= 0x9000);
            }
            if (n % 32 != 0)
                QCOMPARE(below.back() >> (n % 32), 0u);
            std::vector<std::uint32_t> nonzero((n + 31) / 32);
            bitsOfNonzero(values, nonzero.data());
            for (std::size_t i = 0; i < n; ++i)
                QCOMPARE(((nonzero[i / 32] >> (i % 32)) & 1u) != 0, values[i] != 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestCodes)
#include "tst_codes.moc"
