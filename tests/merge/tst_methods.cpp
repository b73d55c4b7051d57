// SPDX-License-Identifier: GPL-3.0-or-later
// Merge methods on tensors in memory: what must hold for any weights (ends of an interpolation, invariants of random
// methods, independence of threads), and what mergekit 0.1.4 made of the same tensors.
#include "method_harness.h"

#include "base/files.h"
#include "base/json.h"

#include <QtTest>

#include <cmath>
#include <numeric>
#include <random>
#include <set>

using namespace crucible;
using namespace crucible::test;
namespace fs = std::filesystem;

namespace {

Tensor randomTensor(Shape shape, unsigned seed, float spread = 1)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, spread);
    Tensor tensor{shape, std::vector<float>(static_cast<std::size_t>(*elementCount(shape)))};
    for (float& value : tensor.values)
        value = normal(random);
    return tensor;
}

Tensor fineTuned(const Tensor& base, unsigned seed)
{
    Tensor tensor = randomTensor(base.shape, seed, 0.1f);
    for (std::size_t i = 0; i < tensor.values.size(); ++i)
        tensor.values[i] = i % 4 == 0 ? base.values[i] : base.values[i] + tensor.values[i];
    return tensor;
}

// The tensors of one safetensors file, as float32.
std::map<std::string, Tensor> readTensors(const fs::path& file)
{
    const std::string bytes = readFile(file);
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    const Json header = parseJson(std::string_view(bytes).substr(8, length), file);
    std::map<std::string, Tensor> tensors;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__")
            continue;
        Tensor tensor{entry.at("shape").get<Shape>(), {}};
        tensor.values.resize(static_cast<std::size_t>(*elementCount(tensor.shape)));
        const auto begin = 8 + length + entry.at("data_offsets").at(0).get<std::uint64_t>();
        const DType dtype = *dtypeFromSafetensors(entry.at("dtype").get<std::string>());
        kernels::toFloat32(dtype, reinterpret_cast<const std::byte*>(bytes.data() + begin), tensor.values);
        tensors[name] = std::move(tensor);
    }
    return tensors;
}

fs::path golden()
{
    return fs::path(CRUCIBLE_SOURCE_DIR) / "tests/golden/merge";
}

// A case of the golden set whose parameters are the same for every tensor.
struct GoldenCase {
    std::string folder;
    std::string method;
    bool withBase = true;
    std::vector<Params> models; // of f32_ft1, f32_ft2, ...
    Params params = {};
    DType dtype = DType::F32;
    DType outDtype = DType::F32;
    bool exact = false;
};

const std::vector<GoldenCase>& goldenCases()
{
    const Params none;
    const Params fiveThreeFour[] = {{{"weight", 0.5}}, {{"weight", 0.3}}, {{"weight", 0.4}}};
    const std::vector<Params> three(std::begin(fiveThreeFour), std::end(fiveThreeFour));
    const std::vector<Params> oneThree{{{"weight", 1}}, {{"weight", 3}}};
    const std::vector<Params> halves{{{"weight", 0.5}}, {{"weight", 0.5}}};
    static const std::vector<GoldenCase> cases{
        {"ties_f32", "ties", true,
         {{{"density", 0.3}, {"weight", 1}}, {{"density", 0.6}, {"weight", 0.5}}, {{"density", 0.5}, {"weight", 0.25}}}},
        {"ties_rescale_f32", "ties", true, {{{"density", 0.25}, {"weight", 0.8}}, {{"density", 0.25}, {"weight", 0.6}}},
         {{"normalize", 0}, {"rescale", 1}}},
        {"breadcrumbs_f32", "breadcrumbs", true,
         {{{"density", 0.8}, {"gamma", 0.05}, {"weight", 0.7}}, {{"density", 0.9}, {"gamma", 0.2}, {"weight", 0.4}}}},
        {"breadcrumbs_gamma_zero_f32", "breadcrumbs", true,
         {{{"density", 0.8}, {"gamma", 0}, {"weight", 1}}, {{"density", 0.8}, {"gamma", 0.02}, {"weight", 1}}},
         {}, DType::F32, DType::F32, true},
        {"sce_topk_f32", "sce", true, {none, none, none}, {{"select_topk", 0.6}}},
        {"karcher_f32", "karcher", false, {none, none, none}},
        {"multislerp_f32", "multislerp", false, three},
        {"multislerp_base_f32", "multislerp", true, three, {{"normalize_weights", 0}}},
        {"nuslerp_taskvec_f32", "nuslerp", true, {{{"weight", 0.4}}, {{"weight", 0.8}}}},
        {"nuslerp_noflatten_f32", "nuslerp", false, oneThree, {{"nuslerp_flatten", 0}}},
        {"nuslerp_rowwise_f32", "nuslerp", false, oneThree, {{"nuslerp_flatten", 0}, {"nuslerp_row_wise", 1}}},
        {"model_stock_filterwise_f32", "model_stock", true, {none, none}, {{"filter_wise", 1}}},
        {"nearswap_f32", "nearswap", true, {none}, {{"t", 0.004}}},
        {"ram_f32", "ram", true, {none, none}, {{"epsilon", 0.01}}},
        {"ramplus_tl_f32", "ramplus_tl", true, {none, none}, {{"r", 0.5}, {"alpha", 0.3}, {"epsilon", 0.01}}},
        {"nuslerp_bf16", "nuslerp", false, halves, {}, DType::BF16, DType::BF16, true},
        {"model_stock_bf16", "model_stock", true, {none, none, none}, {}, DType::BF16, DType::BF16, true},
        {"sce_default_bf16", "sce", true, {none, none}, {}, DType::BF16, DType::BF16, true},
        {"arcee_fusion_bf16", "arcee_fusion", true, {none}, {}, DType::BF16, DType::F32, true},
        {"mixed_dtype_task_arithmetic", "task_arithmetic", true, halves, {}, DType::BF16, DType::F16, true},
    };
    return cases;
}

struct MethodSetting {
    const char* method;
    Params model;
    Params params;
    int models; // besides the base
    bool base;
};

const MethodSetting kSettings[] = {
    {"linear", {{"weight", 0.4}}, {}, 3, false},
    {"slerp", {}, {{"t", 0.3}}, 1, true},
    {"nuslerp", {{"weight", 0.4}}, {{"nuslerp_flatten", 0}}, 2, true},
    {"multislerp", {{"weight", 0.4}}, {}, 3, true},
    {"karcher", {}, {}, 3, false},
    {"task_arithmetic", {{"weight", 0.4}}, {}, 3, true},
    {"ties", {{"weight", 0.4}, {"density", 0.3}}, {}, 3, true},
    {"dare_linear", {{"weight", 0.4}, {"density", 0.3}}, {}, 3, true},
    {"dare_ties", {{"weight", 0.4}, {"density", 0.3}}, {}, 3, true},
    {"breadcrumbs", {{"weight", 0.4}, {"density", 0.5}, {"gamma", 0.1}}, {}, 3, true},
    {"breadcrumbs_ties", {{"weight", 0.4}, {"density", 0.5}, {"gamma", 0.1}}, {}, 3, true},
    {"della", {{"weight", 0.4}, {"density", 0.4}, {"epsilon", 0.2}}, {}, 3, true},
    {"della_linear", {{"weight", 0.4}, {"density", 0.4}, {"epsilon", 0.2}}, {}, 3, true},
    {"model_stock", {}, {{"filter_wise", 0}}, 3, true},
    {"nearswap", {}, {{"t", 0.05}}, 1, true},
    {"sce", {}, {{"select_topk", 0.4}}, 3, true},
    {"arcee_fusion", {}, {}, 1, true},
    {"ram", {}, {{"epsilon", 0.05}}, 3, true},
    {"ramplus_tl", {}, {{"epsilon", 0.05}}, 3, true},
    {"passthrough", {{"scale", 0.5}}, {}, 1, false},
};

} // namespace

class TestMethods : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMethodIsTested();
    void threadsDoNotChangeABit_data();
    void threadsDoNotChangeABit();
    void linearOfOneIsThatModel();
    void linearRefusesWeightsThatCancel();
    void slerpEndsAreTheModels();
    void karcherNeedsNoTolerance();
    void passthroughKeepsBytes();
    void dareKeepsItsShareAndSum_data();
    void dareKeepsItsShareAndSum();
    void seedsAndModelsHaveTheirOwnMasks();
    void tiesKeepsExactlyTheLargest();
    void tiniestTensorsSurviveSparsifying_data();
    void tiniestTensorsSurviveSparsifying();
    void dellaRefusesImpossibleEpsilon();
    void golden_data();
    void golden();
};

void TestMethods::everyMethodIsTested()
{
    std::set<std::string_view> tested;
    for (const MethodSetting& setting : kSettings)
        tested.insert(setting.method);
    for (const merge::MergeMethod* method : merge::mergeMethods())
        QVERIFY2(tested.count(method->id) == 1, method->id.data());
}

void TestMethods::threadsDoNotChangeABit_data()
{
    QTest::addColumn<int>("setting");
    for (int i = 0; i < int(std::size(kSettings)); ++i)
        QTest::newRow(kSettings[i].method) << i;
}

// Large enough for several chunks and for the sampled selection; rows that do not divide a tile.
void TestMethods::threadsDoNotChangeABit()
{
    QFETCH(int, setting);
    const MethodSetting& s = kSettings[setting];
    const Tensor base = randomTensor({611, 337}, 1);
    std::vector<Tensor> models;
    for (int i = 0; i < s.models; ++i)
        models.push_back(fineTuned(base, 10u + static_cast<unsigned>(i)));
    Request request{.method = s.method, .inputs = {}, .params = s.params, .dtype = DType::BF16, .outDtype = DType::BF16};
    for (const Tensor& model : models)
        request.inputs.push_back({&model, s.model});
    if (s.base)
        request.inputs.push_back({&base, {}, true});
    request.threads = 1;
    const std::vector<std::byte> expected = run(request);
    for (const int threads : {2, 3, 7}) {
        request.threads = threads;
        QVERIFY2(run(request) == expected, qPrintable(QString::number(threads)));
    }
}

void TestMethods::linearOfOneIsThatModel()
{
    Tensor a = randomTensor({70, 33}, 1);
    a.values[5] = -0.0f;
    Tensor b = randomTensor({70, 33}, 2);
    b.values[7] = std::numeric_limits<float>::infinity();
    const auto merged = run({.method = "linear", .inputs = {{&a, {{"weight", 1}}}, {&b, {{"weight", 0}}}}});
    QVERIFY(std::memcmp(merged.data(), a.values.data(), merged.size()) == 0);
}

void TestMethods::linearRefusesWeightsThatCancel()
{
    const Tensor a = randomTensor({8, 8}, 1);
    const Request request{.method = "linear", .inputs = {{&a, {{"weight", 1}}}, {&a, {{"weight", -1}}}}};
    QVERIFY_THROWS_EXCEPTION(Error, run(request));
}

void TestMethods::slerpEndsAreTheModels()
{
    const Tensor a = randomTensor({70, 33}, 1);
    const Tensor b = randomTensor({70, 33}, 2);
    Request request{.method = "slerp", .inputs = {{&b, {}}, {&a, {}, true}}, .params = {{"t", 0}}};
    auto merged = run(request);
    QVERIFY(std::memcmp(merged.data(), a.values.data(), merged.size()) == 0);
    request.params = {{"t", 1}};
    merged = run(request);
    QVERIFY(std::memcmp(merged.data(), b.values.data(), merged.size()) == 0);
    // In the middle of two orthogonal-looking vectors of equal norm the norm stays.
    request.params = {{"t", 0.5}};
    double norm = 0, normA = 0;
    const std::vector<float> middle = runToFloats(request);
    for (std::size_t i = 0; i < middle.size(); ++i) {
        norm += double(middle[i]) * middle[i];
        normA += double(a.values[i]) * a.values[i];
    }
    QVERIFY(std::abs(std::sqrt(norm / normA) - 1) < 0.05);
}

// Where nothing is left to turn, a tolerance of zero once divided by it.
void TestMethods::karcherNeedsNoTolerance()
{
    const Tensor a = randomTensor({70, 33}, 1);
    for (const DType dtype : {DType::F32, DType::BF16}) {
        const std::vector<float> mean = runToFloats({.method = "karcher",
                                                     .inputs = {{&a, {}}, {&a, {}}},
                                                     .params = {{"tol", 0}, {"max_iter", 50}},
                                                     .dtype = dtype});
        for (std::size_t i = 0; i < mean.size(); ++i)
            QVERIFY(std::abs(mean[i] - a.values[i]) <= 0.02f * std::abs(a.values[i]) + 1e-6f);
    }
}

void TestMethods::passthroughKeepsBytes()
{
    const Tensor a = randomTensor({1000, 777}, 1);
    const auto copied = run({.method = "passthrough", .inputs = {{&a, {}}}});
    QVERIFY(std::memcmp(copied.data(), a.values.data(), copied.size()) == 0);
    const std::vector<float> halved = runToFloats({.method = "passthrough", .inputs = {{&a, {{"scale", 0.5}}}}});
    QCOMPARE(halved[12345], a.values[12345] * 0.5f);
    const std::vector<float> zero = runToFloats({.method = "passthrough", .inputs = {{&a, {{"scale", 0}}}}});
    QCOMPARE(std::abs(zero[12345]), 0.0f);
}

void TestMethods::dareKeepsItsShareAndSum_data()
{
    QTest::addColumn<QString>("method");
    for (const char* method : {"dare_linear", "dare_ties", "della_linear", "della"})
        QTest::newRow(method) << method;
}

// Kept entries are base + s delta with one s; the sum of absolute changes is that of the model's; untouched entries stay;
// the kept share is the density within five standard deviations.
void TestMethods::dareKeepsItsShareAndSum()
{
    QFETCH(QString, method);
    const double density = 0.35;
    const Tensor base = randomTensor({400, 500}, 1);
    const Tensor model = fineTuned(base, 2);
    const std::vector<float> merged =
        runToFloats({.method = method.toStdString(),
                     .inputs = {{&model, {{"weight", 1}, {"density", density}, {"epsilon", 0.2}}}, {&base, {}, true}},
                     .seed = 3});
    double changed = 0, kept = 0, sumBefore = 0, sumAfter = 0, lowest = 1e9, highest = 0;
    for (std::size_t i = 0; i < merged.size(); ++i) {
        const double delta = double(model.values[i]) - base.values[i];
        const double out = double(merged[i]) - base.values[i];
        if (delta == 0) {
            QCOMPARE(merged[i], base.values[i]);
            continue;
        }
        ++changed;
        sumBefore += std::abs(delta);
        sumAfter += std::abs(out);
        if (out != 0) {
            ++kept;
            if (std::abs(delta) > 0.05) {
                lowest = std::min(lowest, out / delta);
                highest = std::max(highest, out / delta);
            }
        }
    }
    QVERIFY(std::abs(sumAfter / sumBefore - 1) < 1e-5);
    QVERIFY(highest - lowest < 1e-4);
    const bool ranked = method.startsWith(QStringLiteral("della")); // untouched entries hold the lowest ranks here
    const double share = ranked ? density - 0.2 + 0.4 * 0.625 : density;
    QVERIFY(std::abs(kept / changed - share) < 5 * std::sqrt(density * (1 - density) / changed));
}

void TestMethods::seedsAndModelsHaveTheirOwnMasks()
{
    const Tensor base{{100, 100}, std::vector<float>(10000, 0.0f)};
    const Tensor ones{{100, 100}, std::vector<float>(10000, 1.0f)};
    const Params half{{"weight", 1}, {"density", 0.5}};
    Request request{.method = "dare_linear", .inputs = {{&ones, half}, {&base, {}, true}}, .params = {{"rescale", 0}}};
    const std::vector<float> first = runToFloats(request);
    QCOMPARE(runToFloats(request), first);
    request.seed = 1;
    const std::vector<float> otherSeed = runToFloats(request);
    request.seed = 0;
    request.name = "another";
    const std::vector<float> otherTensor = runToFloats(request);
    for (const std::vector<float>* other : {&otherSeed, &otherTensor}) {
        double agree = 0;
        for (std::size_t i = 0; i < first.size(); ++i)
            agree += first[i] == (*other)[i] ? 1 : 0;
        QVERIFY(agree > 4700 && agree < 5300);
    }
    // Two models: entries where both, one or none survives come in the ratio 1 : 2 : 1.
    request.inputs = {{&ones, half}, {&ones, half}, {&base, {}, true}};
    const std::vector<float> both = runToFloats(request);
    const auto single = std::count(both.begin(), both.end(), 1.0f);
    QVERIFY(single > 4700 && single < 5300);
}

// Against a full sort, on values with many ties: the lowest index wins. Larger than one sample, smaller than one too.
void TestMethods::tiesKeepsExactlyTheLargest()
{
    for (const std::int64_t rows : {7, 1000}) {
        const Tensor base{{rows, 300}, std::vector<float>(static_cast<std::size_t>(rows) * 300, 0.0f)};
        Tensor model = randomTensor(base.shape, 5, 20);
        for (float& value : model.values)
            value = std::round(value) * 0.25f;
        for (const double density : {0.001, 0.1, 0.5, 0.97, 0.999}) {
            const std::vector<float> merged = runToFloats(
                {.method = "ties", .inputs = {{&model, {{"weight", 1}, {"density", density}}}, {&base, {}, true}}});
            std::vector<std::size_t> order(model.values.size());
            std::iota(order.begin(), order.end(), std::size_t(0));
            std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
                return std::abs(model.values[a]) > std::abs(model.values[b]);
            });
            std::vector<float> expected(model.values.size(), 0.0f);
            const auto keep = std::max<std::size_t>(1, static_cast<std::size_t>(density * double(order.size())));
            for (std::size_t i = 0; i < keep; ++i)
                expected[order[i]] = model.values[order[i]];
            QVERIFY2(merged == expected, qPrintable(QStringLiteral("%1 rows, density %2").arg(rows).arg(density)));
        }
    }
}

void TestMethods::tiniestTensorsSurviveSparsifying_data()
{
    QTest::addColumn<QString>("method");
    QTest::newRow("ties") << QStringLiteral("ties");
    QTest::newRow("breadcrumbs: gamma removes nothing") << QStringLiteral("breadcrumbs");
}

void TestMethods::tiniestTensorsSurviveSparsifying()
{
    QFETCH(QString, method);
    const Tensor base{{3}, {0, 0, 0}};
    const Tensor model{{3}, {1, -3, 2}};
    const std::vector<float> merged = runToFloats({.method = method.toStdString(),
                                                   .inputs = {{&model, {{"weight", 1}, {"density", 0.1}, {"gamma", 0.01}}},
                                                              {&base, {}, true}}});
    QCOMPARE(merged, (std::vector<float>{0, -3, 0}));
}

void TestMethods::dellaRefusesImpossibleEpsilon()
{
    const merge::MergeMethod* della = merge::findMergeMethod("della");
    const auto answer = [&](double density, double epsilon) {
        const merge::ParamValue values[] = {{"density", density, true}, {"epsilon", epsilon, true}};
        const std::vector<std::span<const merge::ParamValue>> inputs = {values};
        return della->checkValues({}, inputs);
    };
    QVERIFY(!answer(0.1, 0.2).empty());
    QVERIFY(!answer(0.9, 0.2).empty());
    QVERIFY(answer(0.5, 0.2).empty());
    QVERIFY(answer(1, 0.2).empty()); // nothing is left to chance
    QVERIFY(answer(0, 0.2).empty());
}

void TestMethods::golden_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(goldenCases().size()); ++i)
        QTest::newRow(goldenCases()[static_cast<std::size_t>(i)].folder.c_str()) << i;
}

// float32 cases within the tolerance of the golden data; bfloat16 ones, in exact mode, bit for bit.
void TestMethods::golden()
{
    QFETCH(int, index);
    const GoldenCase& c = goldenCases()[static_cast<std::size_t>(index)];
    const auto base = readTensors(::golden() / "models/f32_base/model.safetensors");
    std::vector<std::map<std::string, Tensor>> models;
    for (std::size_t i = 0; i < c.models.size(); ++i)
        models.push_back(readTensors(::golden() / "models" / ("f32_ft" + std::to_string(i + 1)) / "model.safetensors"));
    const fs::path folder = ::golden() / "cases" / c.folder;
    std::map<std::string, Tensor> masks;
    if (fs::exists(folder / "tie_mask.safetensors"))
        masks = readTensors(folder / "tie_mask.safetensors");
    for (const auto& [name, expected] : readTensors(folder / "expected.safetensors")) {
        Request request{.method = c.method, .inputs = {}, .params = c.params, .dtype = c.dtype, .outDtype = c.outDtype,
                        .exact = c.exact, .name = name};
        for (std::size_t i = 0; i < models.size(); ++i)
            request.inputs.push_back({&models[i].at(name), c.models[i]});
        if (c.withBase)
            request.inputs.push_back({&base.at(name), {}, true});
        const std::vector<float> ours = runToFloats(request);
        const bool bitForBit = c.exact && c.dtype != DType::F32;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            if (masks.count(name) && masks.at(name).values[i] != 0)
                continue;
            const float e = expected.values[i];
            const double limit = bitForBit ? 0 : 5e-7 + 1e-6 * std::abs(e);
            QVERIFY2(std::abs(double(ours[i]) - e) <= limit,
                     qPrintable(QStringLiteral("%1[%2]: %3, expected %4")
                                    .arg(QString::fromStdString(name)).arg(i).arg(ours[i], 0, 'g', 9).arg(e, 0, 'g', 9)));
        }
    }
}

QTEST_GUILESS_MAIN(TestMethods)
#include "tst_methods.moc"
