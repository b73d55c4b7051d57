// SPDX-License-Identifier: GPL-3.0-or-later
// What an adapter does to which tensor: names, ranks and scalings as PEFT means them, proven by merging with plain loops.
#include "files_support.h"

#include "base/json.h"
#include "formats/adapter.h"
#include "formats/name_pattern.h"

#include <fmt/format.h>

#include <QElapsedTimer>
#include <QTest>

#include <cmath>

using namespace crucible;
using namespace crucible::formats;
using namespace crucible::test;
namespace fs = std::filesystem;

namespace {

std::vector<float> floatsOf(const TensorData& data)
{
    std::vector<float> values(data.bytes.size() / sizeof(float));
    std::memcpy(values.data(), data.bytes.data(), data.bytes.size());
    return values;
}

// The contract of LoraChange in plain loops, double inside. float32 tensors only.
std::vector<float> mergedByHand(const LoraAdapter& adapter, const LoraChange& change, const Shape& shape, std::vector<float> weight)
{
    if (change.replacement)
        weight = floatsOf(adapter.read(*change.replacement));
    if (!change.a)
        return weight;
    const bool transposed = change.deltaTransposed(shape);
    const std::vector<float> a = floatsOf(adapter.read(*change.a));
    const std::vector<float> b = floatsOf(adapter.read(*change.b));
    const auto out = static_cast<std::size_t>(change.b->info.shape[0]), in = static_cast<std::size_t>(change.a->info.shape[1]);
    const auto rank = static_cast<std::size_t>(change.rank);
    const std::vector<float> magnitude = change.magnitude ? floatsOf(adapter.read(*change.magnitude)) : std::vector<float>();
    std::vector<double> row(in);
    for (std::size_t o = 0; o < out; ++o) {
        double square = 0;
        for (std::size_t i = 0; i < in; ++i) {
            double delta = 0;
            for (std::size_t k = 0; k < rank; ++k)
                delta += double(b[o * rank + k]) * double(a[k * in + i]);
            row[i] = double(weight[transposed ? i * out + o : o * in + i]) + change.scaling * delta;
            square += row[i] * row[i];
        }
        const double factor = change.magnitude ? double(magnitude[o]) / std::sqrt(square) : 1;
        for (std::size_t i = 0; i < in; ++i)
            weight[transposed ? i * out + o : o * in + i] = static_cast<float>(factor * row[i]);
    }
    return weight;
}

// Tensors of an adapter in one small file; r and alpha as given, further keys as JSON text.
std::shared_ptr<const LoraAdapter> makeAdapter(const Folder& folder, const std::vector<std::pair<std::string, Shape>>& tensors,
                                               const std::string& keys = {})
{
    std::vector<std::vector<float>> values;
    for (const auto& [name, shape] : tensors)
        values.emplace_back(static_cast<std::size_t>(*elementCount(shape)), 1.0f);
    std::vector<TensorBytes> bytes;
    for (std::size_t i = 0; i < tensors.size(); ++i)
        bytes.push_back(tensorOf(tensors[i].first, DType::F32, tensors[i].second, values[i]));
    writeSafetensors(folder.path() / "adapter_model.safetensors", bytes);
    folder.write("adapter_config.json", fmt::format(R"({{"peft_type":"LORA","r":2,"lora_alpha":8{}}})", keys.empty() ? "" : "," + keys));
    return LoraAdapter::open(folder.path());
}

std::vector<std::pair<std::string, Shape>> pairFor(const std::string& module, std::int64_t rank = 2)
{
    return {{"base_model.model." + module + ".lora_A.weight", {rank, 3}}, {"base_model.model." + module + ".lora_B.weight", {4, rank}}};
}

fs::path golden()
{
    const QString given = qEnvironmentVariable("CRUCIBLE_GOLDEN");
    return given.isEmpty() ? fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" : fs::path(given.toStdString());
}

// Every tensor of `merged` must come out of the base by hand, and every change of the adapter must be needed.
void compareMerge(const fs::path& adapterFolder, const fs::path& baseFile, const fs::path& mergedFile)
{
    const auto adapter = LoraAdapter::open(adapterFolder);
    const auto base = openCheckpoint(baseFile);
    const auto merged = openCheckpoint(mergedFile);
    for (const Checkpoint::Entry& entry : merged->tensors()) {
        const auto* own = base->find(entry.info.name);
        const LoraChange* change = adapter->find(entry.info.name);
        QVERIFY2(own && change, entry.info.name.c_str());
        const std::vector<float> got = mergedByHand(*adapter, *change, own->info.shape, floatsOf(base->read(*own)));
        const std::vector<float> expected = floatsOf(merged->read(entry));
        QCOMPARE(got.size(), expected.size());
        double worst = 0;
        for (std::size_t i = 0; i < got.size(); ++i)
            worst = std::max(worst, std::abs(double(got[i]) - double(expected[i])));
        QVERIFY2(worst <= 1e-6, qPrintable(QString("%1: %2").arg(entry.info.name.c_str()).arg(worst)));
    }
}

} // namespace

class TestAdapter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mergesAsPeft_data();
    void mergesAsPeft();
    void goldenMerges_data();
    void goldenMerges();
    void scaling_data();
    void scaling();
    void namesAndKinds();
    void findsBaseWithoutOuterModule();
    void listsWhatFitsNothing();
    void orientation();
    void refuses_data();
    void refuses();
    void refusesConfig_data();
    void refusesConfig();
    void patterns_data();
    void patterns();
    void patternsRefused_data();
    void patternsRefused();
    void patternsTakeBoundedTime();
};

void TestAdapter::mergesAsPeft_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("rank and alpha patterns") << "lora_patterns";
    QTest::newRow("DoRA") << "dora";
}

void TestAdapter::mergesAsPeft()
{
    QFETCH(QString, name);
    const fs::path folder = fs::path(CRUCIBLE_SOURCE_DIR) / "tests/golden/adapter" / name.toStdString();
    compareMerge(folder, folder / "base.safetensors", folder / "merged.safetensors");
}

void TestAdapter::goldenMerges_data()
{
    QTest::addColumn<QString>("run");
    QTest::addColumn<QString>("base");
    for (const char* run : {"lora_qv", "lora_all", "lora_all_nonzeroB", "rslora", "dora", "lora_patterns", "lora_modules_to_save", "lora_layers"})
        QTest::newRow(run) << QString("finetune/%1").arg(run) << "finetune/base/model.safetensors";
    QTest::newRow("Conv1D") << "finetune/extras/gpt2_lora_conv1d" << "forward/gpt2/model.safetensors";
    QTest::newRow("Conv1D with DoRA") << "finetune/extras/gpt2_dora_conv1d" << "forward/gpt2/model.safetensors";
}

void TestAdapter::goldenMerges()
{
    QFETCH(QString, run);
    QFETCH(QString, base);
    const fs::path folder = golden() / run.toStdString();
    if (!fs::exists(folder / "merged_changed.safetensors"))
        QSKIP("the golden adapters are not on this machine");
    const fs::path baseFile = golden() / base.toStdString();
    compareMerge(folder / "adapter", baseFile, folder / "merged_changed.safetensors");
    QVERIFY(LoraAdapter::open(folder / "adapter")->unmatched(*openCheckpoint(baseFile)).empty());
}

void TestAdapter::scaling_data()
{
    QTest::addColumn<QString>("keys");
    QTest::addColumn<int>("rank");
    QTest::addColumn<double>("expected");
    QTest::newRow("alpha over rank") << "" << 2 << 4.0;
    QTest::newRow("rsLoRA") << R"("use_rslora":true)" << 2 << 8 / std::sqrt(2.0);
    QTest::newRow("rank_pattern by suffix") << R"("rank_pattern":{"q_proj":4})" << 4 << 2.0;
    QTest::newRow("rank_pattern of another module") << R"("rank_pattern":{"proj":4})" << 2 << 4.0;
    QTest::newRow("alpha_pattern keeps the rank") << R"("alpha_pattern":{"self_attn.q_proj":3})" << 2 << 1.5;
    QTest::newRow("first pattern decides") << R"("alpha_pattern":{".*q_proj":1,"q_proj":2})" << 2 << 0.5;
    QTest::newRow("both, with rsLoRA") << R"("use_rslora":true,"rank_pattern":{"layers\\.\\d+\\..*":4},"alpha_pattern":{"q_proj":6})" << 4 << 3.0;
    QTest::newRow("fractional alpha") << R"("alpha_pattern":{"q_proj":0.5})" << 2 << 0.25;
}

void TestAdapter::scaling()
{
    QFETCH(QString, keys);
    QFETCH(int, rank);
    QFETCH(double, expected);
    const Folder folder;
    const auto adapter = makeAdapter(folder, pairFor("model.layers.0.self_attn.q_proj", rank), keys.toStdString());
    const LoraChange* change = adapter->find("model.layers.0.self_attn.q_proj.weight");
    QVERIFY(change);
    QCOMPARE(change->rank, std::int64_t(rank));
    QCOMPARE(change->scaling, expected);
}

void TestAdapter::namesAndKinds()
{
    const Folder folder;
    const auto adapter = makeAdapter(folder, {
        {"base_model.model.a.lora_A.default.weight", {2, 3}}, {"base_model.model.a.lora_B.default.weight", {4, 2}},
        {"base_model.model.a.lora_B.bias", {4}}, {"base_model.model.b.bias", {4}},
        {"base_model.model.embed.lora_embedding_A", {2, 9}}, {"base_model.model.embed.lora_embedding_B", {5, 2}},
        {"base_model.model.embed.base_layer.weight", {9, 5}}, {"base_model.model.head.modules_to_save.default.weight", {9, 5}},
        {"base_model.model.d.lora_A.weight", {2, 3}}, {"base_model.model.d.lora_B.weight", {4, 2}}, {"base_model.model.d.lora_magnitude_vector", {4}}});
    QVERIFY(adapter->find("a.weight")->a);
    QVERIFY(adapter->find("a.bias")->biasDelta && !adapter->find("a.bias")->a);
    QCOMPARE(adapter->find("a.bias")->scaling, 4.0);
    QVERIFY(adapter->find("b.bias")->replacement);
    QVERIFY(adapter->find("embed.weight")->isEmbedding && adapter->find("embed.weight")->replacement);
    QVERIFY(adapter->find("embed.weight")->deltaTransposed({7, 5})); // the saved base layer has the new vocabulary
    QVERIFY(adapter->find("head.weight")->replacement);
    QVERIFY(adapter->find("d.weight")->magnitude);
    QVERIFY(!adapter->find("c.weight"));
}

void TestAdapter::findsBaseWithoutOuterModule()
{
    const Folder folder;
    const auto adapter = makeAdapter(folder, pairFor("transformer.h.0.attn"));
    QVERIFY(adapter->find("h.0.attn.weight"));
    QCOMPARE(adapter->find("h.0.attn.weight"), adapter->find("transformer.h.0.attn.weight"));
    QVERIFY(!adapter->find("0.attn.weight"));
}

void TestAdapter::listsWhatFitsNothing()
{
    const Folder folder, baseFolder;
    const std::vector<float> values(12, 1.0f);
    writeSafetensors(baseFolder.path() / "model.safetensors", std::vector<TensorBytes>{tensorOf("a.weight", DType::F32, {4, 3}, values)});
    auto tensors = pairFor("a");
    const auto more = pairFor("gone");
    tensors.insert(tensors.end(), more.begin(), more.end());
    const auto adapter = makeAdapter(folder, tensors);
    QCOMPARE(adapter->unmatched(*openCheckpoint(baseFolder.path())), std::vector<std::string>{"gone.weight"});
}

// Shapes decide where they can; a square tensor goes by the configuration.
void TestAdapter::orientation()
{
    const Folder folder;
    const LoraChange* change = nullptr;
    const auto adapter = makeAdapter(folder, pairFor("a"), R"("fan_in_fan_out":true)");
    change = adapter->find("a.weight");
    QVERIFY(!change->deltaTransposed({4, 3}));
    QVERIFY(change->deltaTransposed({3, 4}));
    const auto error = errorOf([&] { static_cast<void>(change->deltaTransposed({4, 4})); });
    QVERIFY(error && error->kind() == ErrorKind::InvalidInput);

    const Folder square;
    const std::vector<std::pair<std::string, Shape>> tensors{{"a.lora_A.weight", {2, 4}}, {"a.lora_B.weight", {4, 2}}};
    QVERIFY(!makeAdapter(square, tensors)->find("a.weight")->deltaTransposed({4, 4}));
    QVERIFY(makeAdapter(square, tensors, R"("fan_in_fan_out":true)")->find("a.weight")->deltaTransposed({4, 4}));
}

void TestAdapter::refuses_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QString>("shapes"); // "2x3 4x2"
    QTest::addColumn<QString>("says");
    QTest::newRow("A without B") << QStringList{"a.lora_A.weight"} << "2x3" << "no lora_B";
    QTest::newRow("B without A") << QStringList{"a.lora_B.weight"} << "4x2" << "no lora_A";
    QTest::newRow("rank unlike the configuration") << QStringList{"a.lora_A.weight", "a.lora_B.weight"} << "3x3 4x3" << "rank 2";
    QTest::newRow("A and B of different ranks") << QStringList{"a.lora_A.weight", "a.lora_B.weight"} << "2x3 4x3" << "rank 2";
    QTest::newRow("convolution") << QStringList{"a.lora_A.weight", "a.lora_B.weight"} << "2x3x1x1 4x2x1x1" << "only matrices";
    QTest::newRow("magnitude alone") << QStringList{"a.lora_magnitude_vector"} << "4" << "no lora_A";
    QTest::newRow("magnitude of another size") << QStringList{"a.lora_A.weight", "a.lora_B.weight", "a.lora_magnitude_vector"} << "2x3 4x2 5" << "4 elements";
    QTest::newRow("the same twice") << QStringList{"a.lora_A.weight", "a.lora_A.x.weight", "a.lora_B.weight"} << "2x3 2x3 4x2" << "same meaning";
    QTest::newRow("unknown part") << QStringList{"a.lora_E"} << "4" << "no known kind";
}

void TestAdapter::refuses()
{
    QFETCH(QStringList, names);
    QFETCH(QString, shapes);
    QFETCH(QString, says);
    const Folder folder;
    std::vector<std::pair<std::string, Shape>> tensors;
    for (int i = 0; i < names.size(); ++i) {
        Shape shape;
        for (const QString& dim : shapes.split(' ')[i].split('x'))
            shape.push_back(dim.toInt());
        tensors.emplace_back("base_model.model." + names[i].toStdString(), shape);
    }
    const auto error = errorOf([&] { makeAdapter(folder, tensors); });
    QVERIFY(error);
    QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
}

void TestAdapter::refusesConfig_data()
{
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("says");
    QTest::newRow("IA3") << R"({"peft_type":"IA3"})" << "only LORA";
    QTest::newRow("no type") << R"({"r":2})" << "no peft_type";
    QTest::newRow("a list") << "[]" << "not an object";
    QTest::newRow("PiSSA") << R"({"peft_type":"LORA","init_lora_weights":"pissa_niter_4"})" << "residual base";
    QTest::newRow("stacked layers") << R"({"peft_type":"LORA","layer_replication":[[0,4]]})" << "stacks layers";
    QTest::newRow("fused experts") << R"({"peft_type":"LORA","target_parameters":["experts"]})" << "expert";
    QTest::newRow("activated") << R"({"peft_type":"LORA","alora_invocation_tokens":[1]})" << "activated";
    QTest::newRow("rank of 0") << R"({"peft_type":"LORA","r":0})" << "r is not a rank";
    QTest::newRow("rank as text") << R"({"peft_type":"LORA","r":"2"})" << "r is not a rank";
    QTest::newRow("alpha as text") << R"({"peft_type":"LORA","r":2,"lora_alpha":"x"})" << "lora_alpha is not a number";
    QTest::newRow("flag as number") << R"({"peft_type":"LORA","r":2,"use_rslora":1})" << "use_rslora";
    QTest::newRow("pattern list") << R"({"peft_type":"LORA","r":2,"rank_pattern":[]})" << "rank_pattern is not an object";
    QTest::newRow("broken pattern") << R"({"peft_type":"LORA","r":2,"rank_pattern":{"(":4}})" << "not closed";
    QTest::newRow("DoRA without magnitudes") << R"({"peft_type":"LORA","r":2,"use_dora":true})" << "no magnitude vector";
}

void TestAdapter::refusesConfig()
{
    QFETCH(QString, config);
    QFETCH(QString, says);
    const Folder folder;
    makeAdapter(folder, pairFor("a"));
    folder.write("adapter_config.json", config.toStdString());
    const auto error = errorOf([&] { LoraAdapter::open(folder.path()); });
    QVERIFY(error);
    QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
}

void TestAdapter::patterns_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("whole");
    QTest::addColumn<bool>("suffix");
    const auto add = [](const char* pattern, const char* name, bool whole, bool suffix) {
        QTest::addRow("%s on %s", pattern, name) << pattern << name << whole << suffix;
    };
    add("q_proj", "q_proj", true, true);
    add("q_proj", "model.q_proj", false, true);
    add("q_proj", "model.xq_proj", false, false);
    add("q_proj", "q_proj.x", false, false);
    add("^model.*proj$", "model.q_proj", true, true);
    add(".*layers\\.1\\..*gate_proj", "model.layers.1.mlp.gate_proj", true, true);
    add(".*layers\\.1\\..*gate_proj", "model.layers.11.mlp.gate_proj", false, false);
    add("(q|k|v)_proj", "a.v_proj", false, true);
    add("(?:q|k)_proj|mlp", "mlp", true, true);
    add("layers\\.[0-3]\\.x", "layers.2.x", true, true);
    add("layers\\.[^0-3]\\.x", "layers.2.x", false, false);
    add("layers\\.[]a]\\.x", "layers.].x", true, true);
    add("h\\.\\d{1,2}\\.w", "h.12.w", true, true);
    add("h\\.\\d{1,2}\\.w", "h.123.w", false, false);
    add("a{2}", "aa", true, true);
    add("a{2,}", "aaaa", true, true);
    add("a{,2}", "aaa", false, false);
    add("a{x}", "a{x}", true, true);
    add("ab?c+?", "acc", true, true);
    add("\\w+\\W\\S*", "ab.c", true, true);
    add("", "", true, true);
    add("", "x.", false, true);
    add("a||b", "", true, true);
}

void TestAdapter::patterns()
{
    QFETCH(QString, pattern);
    QFETCH(QString, name);
    QFETCH(bool, whole);
    QFETCH(bool, suffix);
    const NamePattern compiled(pattern.toStdString());
    QCOMPARE(compiled.matches(name.toStdString()), whole);
    QCOMPARE(compiled.matchesSuffix(name.toStdString()), suffix);
}

void TestAdapter::patternsRefused_data()
{
    QTest::addColumn<QString>("pattern");
    for (const char* pattern : {"(", "a)", "[a", "*a", "a**", "a\\", "(?=a)", "(?P<n>a)", "\\1", "\\bq", "a$b", "a^b", "[z-a]", "a{3,2}", "a{2000}",
                                "((((a{1000}){1000}){1000}){1000}){1000}", "((((((){1000}){1000}){1000}){1000}){1000}){1000}"})
        QTest::newRow(pattern) << pattern;
    QTest::newRow("nested too deep") << QString("(").repeated(2000);
    QTest::newRow("too long") << QString("a").repeated(5000);
}

void TestAdapter::patternsRefused()
{
    QFETCH(QString, pattern);
    QVERIFY(errorOf([&] { NamePattern(pattern.toStdString()); }));
}

// What makes backtracking matchers take longer than the universe lasts.
void TestAdapter::patternsTakeBoundedTime()
{
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!NamePattern("((a+)+)+b").matches(std::string(2000, 'a')));
    QVERIFY(!NamePattern("(a|a?)+(a|aa)*c").matchesSuffix(std::string(2000, 'a')));
    QVERIFY(timer.elapsed() < 10000);
}

QTEST_GUILESS_MAIN(TestAdapter)
#include "tst_adapter.moc"
