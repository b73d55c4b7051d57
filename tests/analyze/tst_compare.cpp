// SPDX-License-Identifier: GPL-3.0-or-later
// Two models compared, against plain double loops.
#include "analyze/compare.h"
#include "tensors.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <random>

using namespace crucible;
using namespace crucible::analyze;
using test::checkpointOf;
using test::floatTensor;

namespace {

std::vector<float> randomValues(std::size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, 0.02f);
    std::vector<float> values(count);
    for (float& value : values)
        value = normal(generator);
    return values;
}

ModelComparison compared(const formats::Checkpoint& a, const formats::Checkpoint& b, int threads = 2)
{
    ThreadPool pool(threads);
    Progress progress;
    return compareModels(a, b, pool, progress, CancelToken());
}

const TensorComparison& tensor(const ModelComparison& comparison, const std::string& name)
{
    return *std::ranges::find(comparison.tensors, name, &TensorComparison::name);
}

bool near(std::optional<double> a, double b)
{
    return a && std::abs(*a - b) <= 1e-9 * std::max(1.0, std::abs(b));
}

} // namespace

class TestCompare : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matchesPlainLoops_data();
    void matchesPlainLoops();
    void everyStatusIsTold();
    void zeroTensors();
    void nonFiniteValuesGiveNoMeasure();
    void dtypesMayDiffer();
    void equalModelsAreIdentical();
    void kindsAndLayersAreSummed();
    void namesAreInNaturalOrder();
    void threadsDoNotChangeTheResult();
    void stopsWhenAsked();
};

void TestCompare::matchesPlainLoops_data()
{
    QTest::addColumn<int>("count");
    QTest::newRow("one") << 1;
    QTest::newRow("not a multiple of the lanes") << 4099;
    QTest::newRow("several pieces") << 2'500'003;
}

void TestCompare::matchesPlainLoops()
{
    QFETCH(int, count);
    const std::vector<float> a = randomValues(static_cast<std::size_t>(count), 1);
    std::vector<float> b = randomValues(static_cast<std::size_t>(count), 2);
    double aa = 0;
    double bb = 0;
    double ab = 0;
    double dd = 0;
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        b[i] = a[i] + b[i] / 8;
        const double difference = double(a[i]) - double(b[i]);
        aa += double(a[i]) * a[i];
        bb += double(b[i]) * b[i];
        ab += double(a[i]) * b[i];
        dd += difference * difference;
        most = std::max(most, std::abs(difference));
    }
    const ModelComparison result =
        compared(checkpointOf("a", {floatTensor("t", a)}), checkpointOf("b", {floatTensor("t", b)}));
    const PairSums& sums = tensor(result, "t").sums;
    QCOMPARE(sums.elements, static_cast<std::uint64_t>(count));
    QVERIFY(near(sums.normA(), std::sqrt(aa)));
    QVERIFY(near(sums.normB(), std::sqrt(bb)));
    QVERIFY(near(sums.cosine(), ab / std::sqrt(aa) / std::sqrt(bb)));
    QVERIFY(near(sums.relativeDifference(), std::sqrt(dd / aa)));
    QVERIFY(std::abs(sums.maxAbsDifference - most) <= 1e-6 * most);
    QVERIFY(!tensor(result, "t").identical);
    QVERIFY(near(result.total.cosine(), ab / std::sqrt(aa) / std::sqrt(bb)));
}

void TestCompare::everyStatusIsTold()
{
    const auto a =
        checkpointOf("a", {floatTensor("same", {1, 2}), floatTensor("shape", {1, 2}), floatTensor("left", {1})});
    const auto b =
        checkpointOf("b", {floatTensor("same", {1, 2}), floatTensor("shape", {1, 2, 3}), floatTensor("right", {1})});
    const ModelComparison result = compared(a, b);
    QCOMPARE(result.tensors.size(), std::size_t(4));
    QVERIFY(tensor(result, "same").status == PairStatus::Compared);
    QVERIFY(tensor(result, "shape").status == PairStatus::ShapeDiffers);
    QVERIFY(tensor(result, "left").status == PairStatus::OnlyInA);
    QVERIFY(tensor(result, "right").status == PairStatus::OnlyInB);
    QVERIFY(!tensor(result, "right").dtypeA);
    QCOMPARE(result.compared, std::size_t(1));
    QCOMPARE(result.identical, std::size_t(1));
    QCOMPARE(result.shapeDiffers, std::size_t(1));
    QCOMPARE(result.onlyInA, std::size_t(1));
    QCOMPARE(result.onlyInB, std::size_t(1));
    const Json json = toJson(result);
    QCOMPARE(json["summary"]["tensors"], Json(4));
    for (const Json& item : json["tensors"])
        QCOMPARE(item.contains("cosine"), item["status"] == "compared");
}

// No division by zero ever becomes a number.
void TestCompare::zeroTensors()
{
    const auto a = checkpointOf("a", {floatTensor("both", {0, 0}), floatTensor("a", {0, 0}), floatTensor("b", {1, 0})});
    const auto b = checkpointOf("b", {floatTensor("both", {0, 0}), floatTensor("a", {1, 0}), floatTensor("b", {0, 0})});
    const ModelComparison result = compared(a, b);
    QCOMPARE(tensor(result, "both").sums.cosine(), std::optional(1.0));
    QCOMPARE(tensor(result, "both").sums.relativeDifference(), std::optional(0.0));
    QVERIFY(!tensor(result, "a").sums.cosine());
    QVERIFY(!tensor(result, "a").sums.relativeDifference());
    QVERIFY(!tensor(result, "b").sums.cosine());
    QCOMPARE(tensor(result, "b").sums.relativeDifference(), std::optional(1.0));
}

void TestCompare::nonFiniteValuesGiveNoMeasure()
{
    const auto a = checkpointOf("a", {floatTensor("t", {1, std::numeric_limits<float>::quiet_NaN()})});
    const auto b = checkpointOf("b", {floatTensor("t", {1, 2})});
    const ModelComparison result = compared(a, b);
    QVERIFY(!result.tensors.front().sums.cosine());
    QVERIFY(!result.tensors.front().sums.relativeDifference());
    QVERIFY(toJson(result)["summary"]["cosine"].is_null());
    QVERIFY(toJson(result)["tensors"][0]["max_abs_difference"].is_null());
}

void TestCompare::dtypesMayDiffer()
{
    const std::vector<std::uint16_t> halves = {0x3f80, 0xc000}; // bfloat16: 1, -2
    const auto a = checkpointOf("a", {test::tensorOf("t", DType::BF16, {2}, halves)});
    const auto b = checkpointOf("b", {floatTensor("t", {1, -2})});
    const ModelComparison result = compared(a, b);
    QVERIFY(result.tensors.front().identical);
    QCOMPARE(result.tensors.front().sums.cosine(), std::optional(1.0));
    QCOMPARE(toJson(result)["tensors"][0]["dtype_a"], Json("BF16"));
}

void TestCompare::equalModelsAreIdentical()
{
    const auto a = checkpointOf("a", {floatTensor("t", randomValues(5000, 3)), floatTensor("empty", {})});
    const auto b = checkpointOf("b", {floatTensor("t", randomValues(5000, 3)), floatTensor("empty", {})});
    const ModelComparison result = compared(a, b);
    QCOMPARE(result.identical, std::size_t(2));
    QCOMPARE(result.total.relativeDifference(), std::optional(0.0));
    QVERIFY(near(result.total.cosine(), 1));
}

void TestCompare::kindsAndLayersAreSummed()
{
    const auto model = [](const char* name, float value) {
        return checkpointOf(name, {floatTensor("model.layers.0.mlp.up.weight", {3, 4}),
                                   floatTensor("model.layers.2.mlp.up.weight", {value}),
                                   floatTensor("model.layers.2.mlp.experts.0.down.weight", {1}),
                                   floatTensor("model.layers.2.mlp.experts.1.down.weight", {value}),
                                   floatTensor("model.norm.weight", {1})});
    };
    const ModelComparison result = compared(model("a", 1), model("b", 3));
    const auto kinds = result.byKind();
    QCOMPARE(kinds.size(), std::size_t(3));
    const auto up = std::ranges::find(kinds, "mlp.up", &KindSummary::kind);
    QCOMPARE(up->tensors, std::size_t(2));
    QVERIFY(near(up->sums.relativeDifference(), std::sqrt(4.0 / 26.0)));

    const HeatMap map = result.heatMap();
    QCOMPARE(map.layers, 3);
    QCOMPARE(map.kinds, (std::vector<std::string>{"mlp.up", "mlp.experts.*.down"}));
    QCOMPARE(map.at(0, 0)->relativeDifference(), std::optional(0.0));
    QVERIFY(!map.at(1, 0));
    QVERIFY(!map.at(0, 1));
    QVERIFY(near(map.at(2, 0)->relativeDifference(), 2));
    QVERIFY(near(map.at(2, 1)->relativeDifference(), std::sqrt(2.0)));
    const Json json = toJson(result);
    QVERIFY(json["heat_map"]["cosine"][1][0].is_null());
    QCOMPARE(json["heat_map"]["relative_difference"].size(), std::size_t(3));
}

void TestCompare::namesAreInNaturalOrder()
{
    const auto a = checkpointOf("a", {floatTensor("l.10.a.b", {1}), floatTensor("l.9.a.b", {1})});
    const ModelComparison result = compared(a, a);
    QCOMPARE(result.tensors.front().name, std::string("l.9.a.b"));
}

void TestCompare::threadsDoNotChangeTheResult()
{
    const auto a =
        checkpointOf("a", {floatTensor("t", randomValues(3'000'000, 1)), floatTensor("u", randomValues(100, 3))});
    const auto b =
        checkpointOf("b", {floatTensor("t", randomValues(3'000'000, 2)), floatTensor("u", randomValues(100, 4))});
    QCOMPARE(toJsonText(toJson(compared(a, b, 1))), toJsonText(toJson(compared(a, b, 4))));
}

void TestCompare::stopsWhenAsked()
{
    const auto a = checkpointOf("a", {floatTensor("t", {1})});
    ThreadPool pool(1);
    Progress progress;
    const CancelToken cancel;
    cancel.request();
    try {
        compareModels(a, a, pool, progress, cancel);
        QFAIL("a cancelled comparison went on");
    } catch (const Error& error) {
        QVERIFY(error.kind() == ErrorKind::Cancelled);
    }
}

QTEST_GUILESS_MAIN(TestCompare)
#include "tst_compare.moc"
