// SPDX-License-Identifier: GPL-3.0-or-later
// A model is whole or an error names what is wrong with it: shards, their index, and the order of preference.
#include "files_support.h"

#include "formats/checkpoint.h"
#include "formats/shard_index.h"

#include <QTest>

using namespace crucible;
using namespace crucible::formats;
using namespace crucible::test;

namespace {

void writeShard(const Folder& folder, const std::string& file, const std::vector<std::string>& names, float value = 1)
{
    const std::vector<float> values{value, value};
    std::vector<TensorBytes> tensors;
    for (const std::string& name : names)
        tensors.push_back(tensorOf(name, DType::F32, {2}, values));
    writeSafetensors(folder.path() / file, tensors);
}

constexpr const char* kIndex = "model.safetensors.index.json";

} // namespace

class TestCheckpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensShards();
    void prefersSafetensors();
    void refusesIndex_data();
    void refusesIndex();
    void namesWhatIsMissing();
    void refusesTensorInTwoShards();
    void refusesFolderWithoutWeights();
    void fingerprintFollowsContent();
    void indexTextReadsBack();
};

void TestCheckpoint::opensShards()
{
    const Folder folder;
    writeShard(folder, "a.safetensors", {"model.layers.10.w", "unlisted"});
    writeShard(folder, "b.safetensors", {"model.layers.2.w"}, 7);
    folder.write(kIndex, R"({"metadata":{"total_size":16},"weight_map":{"model.layers.10.w":"a.safetensors","model.layers.2.w":"b.safetensors"}})");
    const auto checkpoint = openCheckpoint(folder.path());
    QCOMPARE(checkpoint->tensors().size(), std::size_t(3));
    QCOMPARE(checkpoint->tensors()[0].info.name, std::string("model.layers.10.w"));
    QCOMPARE(checkpoint->totalBytes(), std::uint64_t(24));
    QCOMPARE(checkpoint->totalElements(), std::uint64_t(6));
    const auto* entry = checkpoint->find("model.layers.2.w");
    QVERIFY(entry);
    QCOMPARE(loadLittleEndian<float>(checkpoint->read(*entry).bytes), 7.0f);
    QVERIFY(!checkpoint->find("model.layers.2"));
    QCOMPARE(openCheckpoint(folder.path() / kIndex)->tensors().size(), std::size_t(3));
}

void TestCheckpoint::prefersSafetensors()
{
    const Folder folder;
    folder.write("pytorch_model.bin", "would be refused");
    writeShard(folder, "model.safetensors", {"a"});
    QCOMPARE(openCheckpoint(folder.path())->tensors().size(), std::size_t(1));
}

void TestCheckpoint::refusesIndex_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    const auto map = [](const char* file) { return QString(R"({"weight_map":{"w":"%1"}})").arg(file); };
    QTest::newRow("path upwards") << map("../model.safetensors") << "not the name of a file";
    QTest::newRow("absolute path") << map("/etc/passwd") << "not the name of a file";
    QTest::newRow("path downwards") << map("sub/a.safetensors") << "not the name of a file";
    QTest::newRow("Windows path") << map("..\\\\a.safetensors") << "not the name of a file";
    QTest::newRow("drive") << map("C:a.safetensors") << "not the name of a file";
    QTest::newRow("zero byte") << map("a\\u0000.safetensors") << "not the name of a file";
    QTest::newRow("dots") << map("..") << "not the name of a file";
    QTest::newRow("empty name") << map("") << "not the name of a file";
    QTest::newRow("other kind of file") << map("config.json") << "not a file of weights";
    QTest::newRow("number") << R"({"weight_map":{"w":1}})" << "not a text";
    QTest::newRow("list") << R"({"weight_map":[]})" << "weight_map";
    QTest::newRow("no map") << R"({})" << "weight_map";
    QTest::newRow("empty map") << R"({"weight_map":{}})" << "no tensor";
    QTest::newRow("not an object") << "[]" << "weight_map";
    QTest::newRow("truncated") << R"({"weight_map":{"w":"a.safe)" << "not valid JSON";
    QTest::newRow("twice") << R"({"weight_map":{"w":"a.safetensors","w":"a.safetensors"}})" << "twice";
    QTest::newRow("tensor that the shard lacks") << R"({"weight_map":{"x":"a.safetensors"}})" << "lacks tensor x";
}

void TestCheckpoint::refusesIndex()
{
    QFETCH(QString, text);
    QFETCH(QString, says);
    const Folder folder;
    writeShard(folder, "a.safetensors", {"w"});
    folder.write("config.json", "{}");
    folder.write(kIndex, text.toStdString());
    const auto error = errorOf([&] { openCheckpoint(folder.path()); });
    QVERIFY(error);
    QVERIFY2(error->kind() == ErrorKind::CorruptFile || error->kind() == ErrorKind::Unsupported, error->what());
    QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
}

void TestCheckpoint::namesWhatIsMissing()
{
    const Folder folder;
    writeShard(folder, "a.safetensors", {"w"});
    folder.write(kIndex, R"({"weight_map":{"w":"a.safetensors","x":"gone-00002.safetensors"}})");
    const auto error = errorOf([&] { openCheckpoint(folder.path()); });
    QVERIFY(error);
    QVERIFY(error->kind() == ErrorKind::NotFound);
    QVERIFY2(QString::fromUtf8(error->what()).contains("gone-00002.safetensors"), error->what());
}

void TestCheckpoint::refusesTensorInTwoShards()
{
    const Folder folder;
    writeShard(folder, "a.safetensors", {"w"});
    writeShard(folder, "b.safetensors", {"w", "x"});
    folder.write(kIndex, R"({"weight_map":{"w":"a.safetensors","x":"b.safetensors"}})");
    const auto error = errorOf([&] { openCheckpoint(folder.path()); });
    QVERIFY(error);
    QVERIFY2(QString::fromUtf8(error->what()).contains("twice"), error->what());
}

void TestCheckpoint::refusesFolderWithoutWeights()
{
    const Folder folder;
    for (const auto& place : {folder.path(), folder.path() / "nothing"}) {
        const auto error = errorOf([&] { openCheckpoint(place); });
        QVERIFY(error);
        QVERIFY(error->kind() == ErrorKind::NotFound);
    }
}

// Equal files have equal fingerprints, wherever they lie; a changed byte of data, name or shape changes it.
void TestCheckpoint::fingerprintFollowsContent()
{
    const Folder first, second, third, fourth;
    writeShard(first, "model.safetensors", {"a", "b"}, 1);
    writeShard(second, "model.safetensors", {"a", "b"}, 1);
    writeShard(third, "model.safetensors", {"a", "b"}, 2);
    writeShard(fourth, "model.safetensors", {"a", "c"}, 1);
    const auto of = [](const Folder& folder) { return fingerprint(*openCheckpoint(folder.path())); };
    QCOMPARE(of(first), of(second));
    QCOMPARE(of(first).size(), std::size_t(64));
    QVERIFY(of(first) != of(third));
    QVERIFY(of(first) != of(fourth));

    // Larger than what is read: the last block is among those that are.
    std::vector<float> large(1 << 20, 0.5f);
    const auto ofLarge = [&] {
        writeSafetensors(first.path() / "model.safetensors", std::vector<TensorBytes>{tensorOf("a", DType::F32, {1 << 20}, large)});
        return of(first);
    };
    const std::string before = ofLarge();
    large.back() = 1;
    QVERIFY(before != ofLarge());
}

void TestCheckpoint::indexTextReadsBack()
{
    const std::map<std::string, std::string> map{{"b", "model-00002-of-00010.safetensors"}, {"a", "model-00010-of-00010.safetensors"}};
    const ShardIndex index = parseShardIndex(shardIndexText(map, 12), "index.json");
    QCOMPARE(index.weightMap, map);
    QCOMPARE(index.files.front(), std::string("model-00002-of-00010.safetensors"));
}

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
