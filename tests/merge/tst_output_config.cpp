// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/output_config.h"

#include <QTest>

using namespace crucible;
using namespace crucible::merge;

namespace {

OutputFacts facts(const char* donor)
{
    OutputFacts result;
    result.donor = OrderedJson::parse(donor);
    return result;
}

} // namespace

class TestOutputConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatDidNotChange();
    void rebuildsLayerLists();
    void setsNestedKeys();
    void keepsTheSpellingOfDTypes_data();
    void keepsTheSpellingOfDTypes();
    void tellsWhetherTheHeadIsTied();
    void followsMergekitWhenAsked();
    void leavesListsOfDeeperModels();
    void takesTheIdsOfTheVocabulary();
};

void TestOutputConfig::keepsWhatDidNotChange()
{
    const char* donor = R"({"z": 1, "architectures": ["X"], "num_hidden_layers": 4, "a": {"layers": [1, 2, 3, 4]}})";
    QVERIFY(outputConfig(facts(donor)) == OrderedJson::parse(donor));
    QCOMPARE(outputConfig(facts(donor)).dump(), OrderedJson::parse(donor).dump()); // the order of keys, too
    QVERIFY(outputConfig(OutputFacts{}) == OrderedJson::object());
}

// A depth up-scaled hybrid model must keep each layer's kind of attention.
void TestOutputConfig::rebuildsLayerLists()
{
    OutputFacts merged = facts(R"({"num_hidden_layers": 3, "layer_types": ["a", "b", "c"], "attn_pattern": [1, 2, 3],
                                   "other": [7, 8, 9], "short_layers": [1, 2]})");
    merged.usesSlices = true;
    merged.stacks = {{"num_hidden_layers", {0, 1, 1, 2, 2}}};
    merged.perLayerLists = {"attn_pattern"};
    const OrderedJson config = outputConfig(merged);
    QCOMPARE(config["num_hidden_layers"].get<int>(), 5);
    QVERIFY(config["layer_types"] == OrderedJson({"a", "b", "b", "c", "c"}));
    QVERIFY(config["attn_pattern"] == OrderedJson({1, 2, 2, 3, 3}));
    QVERIFY(config["other"] == OrderedJson({7, 8, 9}));
    QVERIFY(config["short_layers"] == OrderedJson({1, 2}));
}

void TestOutputConfig::setsNestedKeys()
{
    OutputFacts merged = facts(R"({"text_config": {"num_hidden_layers": 2, "vocab_size": 10, "layer_types": [1, 2],
                                   "torch_dtype": "float32", "tie_word_embeddings": true}, "vision_config": {"layer_types": [5, 6]}})");
    merged.usesSlices = true;
    merged.stacks = {{"text_config.num_hidden_layers", {1, 0, 1}}};
    merged.vocabSizeKey = "text_config.vocab_size";
    merged.embeddingRows = 16;
    merged.dtype = DType::BF16;
    merged.headIsTied = false;
    const OrderedJson config = outputConfig(merged);
    const OrderedJson& text = config["text_config"];
    QCOMPARE(text["num_hidden_layers"].get<int>(), 3);
    QVERIFY(text["layer_types"] == OrderedJson({2, 1, 2}));
    QCOMPARE(text["vocab_size"].get<int>(), 16);
    QCOMPARE(text["torch_dtype"].get<std::string>(), std::string("bfloat16"));
    QCOMPARE(text["tie_word_embeddings"].get<bool>(), false);
    QVERIFY(config["vision_config"]["layer_types"] == OrderedJson({5, 6}));
    QVERIFY(!config.contains("vocab_size"));
    QVERIFY(!config.contains("num_hidden_layers"));
}

void TestOutputConfig::keepsTheSpellingOfDTypes_data()
{
    QTest::addColumn<QString>("donor");
    QTest::addColumn<QString>("expected");
    QTest::newRow("old") << R"({"torch_dtype":"float32"})" << R"({"torch_dtype":"float16"})";
    QTest::newRow("new") << R"({"dtype":"float32"})" << R"({"dtype":"float16"})";
    QTest::newRow("both") << R"({"dtype":null,"torch_dtype":"x"})" << R"({"dtype":"float16","torch_dtype":"float16"})";
    QTest::newRow("neither") << R"({"a":1})" << R"({"a":1,"torch_dtype":"float16"})";
}

void TestOutputConfig::keepsTheSpellingOfDTypes()
{
    QFETCH(QString, donor);
    QFETCH(QString, expected);
    OutputFacts merged = facts(donor.toUtf8().constData());
    merged.dtype = DType::F16;
    QCOMPARE(QString::fromStdString(outputConfig(merged).dump()), expected);
}

void TestOutputConfig::tellsWhetherTheHeadIsTied()
{
    OutputFacts merged = facts(R"({"tie_word_embeddings": true})");
    merged.headIsTied = false;
    QCOMPARE(outputConfig(merged)["tie_word_embeddings"].get<bool>(), false);
    merged = facts("{}");
    merged.headIsTied = true;
    QCOMPARE(outputConfig(merged)["tie_word_embeddings"].get<bool>(), true);
    merged.headIsTied.reset();
    QVERIFY(!outputConfig(merged).contains("tie_word_embeddings"));
}

void TestOutputConfig::followsMergekitWhenAsked()
{
    OutputFacts merged = facts(R"({"num_hidden_layers": 2, "layer_types": [1, 2], "vocab_size": 8, "tie_word_embeddings": true})");
    merged.mergekitExact = true;
    merged.usesSlices = true;
    merged.stacks = {{"num_hidden_layers", {0, 1, 0}}};
    merged.embeddingRows = 6;
    merged.headIsTied = false;
    OrderedJson config = outputConfig(merged);
    QCOMPARE(config["num_hidden_layers"].get<int>(), 3);
    QVERIFY(config["layer_types"] == OrderedJson({1, 2}));
    QCOMPARE(config["vocab_size"].get<int>(), 8);
    QCOMPARE(config["tie_word_embeddings"].get<bool>(), true);
    merged.vocabularyBuilt = true;
    QCOMPARE(outputConfig(merged)["vocab_size"].get<int>(), 6);
}

void TestOutputConfig::leavesListsOfDeeperModels()
{
    OutputFacts merged = facts(R"({"num_hidden_layers": 2, "layer_types": [1, 2]})");
    merged.usesSlices = true;
    merged.stacks = {{"num_hidden_layers", {0, 5}}};
    QVERIFY(outputConfig(merged)["layer_types"] == OrderedJson({1, 2}));
}

void TestOutputConfig::takesTheIdsOfTheVocabulary()
{
    OrderedJson config = OrderedJson::parse(R"({"eos_token_id":2,"bos_token_id":1,"pad_token_id":0})");
    takeTokenIds(config, OrderedJson::parse(R"({"eos_token_id":[7,8],"pad_token_id":null,"vocab_size":9})"));
    QCOMPARE(config.dump(), std::string(R"({"eos_token_id":[7,8],"bos_token_id":1,"pad_token_id":null})"));
    config = OrderedJson::parse(R"({"text_config":{"eos_token_id":2}})");
    takeTokenIds(config, OrderedJson::parse(R"({"eos_token_id":5})"));
    QCOMPARE(config.dump(), std::string(R"({"text_config":{"eos_token_id":5}})"));
    takeTokenIds(config, OrderedJson::parse(R"({"text_config":{"eos_token_id":6}})"));
    QCOMPARE(config.dump(), std::string(R"({"text_config":{"eos_token_id":6}})"));
}

QTEST_GUILESS_MAIN(TestOutputConfig)
#include "tst_output_config.moc"
