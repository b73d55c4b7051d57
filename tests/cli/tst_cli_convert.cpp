// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what scripts see of `convert`: the plan without a file, the result as JSON, a run in the project, and one error line
// with exit status 2 for what can not be.
#include "cli_support.h"

#include "convert/random_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace crucible;
using namespace crucible::test;
using namespace Qt::StringLiterals;

class TestCliConvert : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_temporary;
    QString folder() const { return m_temporary.path(); }

private Q_SLOTS:
    void initTestCase()
    {
        const OrderedJson config{{"architectures", {"Qwen2ForCausalLM"}}, {"model_type", "qwen2"}, {"hidden_size", 16}, {"intermediate_size", 24},
                                 {"num_hidden_layers", 2}, {"num_attention_heads", 2}, {"vocab_size", 20}};
        RandomModel((folder() + u"/m"_s).toStdString(), config, DType::BF16, true);
    }

    void showsThePlan()
    {
        const Result result = cli({"convert", "m", "plan.gguf", "--dtype", "f16", "--dry-run", "--json"}, folder());
        QCOMPARE(result.status, 0);
        const QJsonObject plan = QJsonDocument::fromJson(result.out).object();
        QCOMPARE(plan["dtype"].toString(), u"F16"_s);
        QCOMPARE(plan["to"].toString(), u"GGUF qwen2"_s);
        QVERIFY(plan["tensors"].toArray().size() > 20);
        QVERIFY(!QFile::exists(folder() + u"/plan.gguf"_s));
    }

    void goesThereAndBack()
    {
        Result result = cli({"convert", "m", "a.gguf", "--json", "--quiet"}, folder());
        QCOMPARE(result.status, 0);
        QCOMPARE(QJsonDocument::fromJson(result.out).object()["tensors"].toInt(), 35);
        result = cli({"convert", "a.gguf", "back", "--to", "safetensors"}, folder());
        QCOMPARE(result.status, 0);
        const QStringList names{u"config.json"_s, u"model.safetensors"_s};
        QCOMPARE(contentOf(folder() + u"/back"_s), names);
        QCOMPARE(cli({"logits", "m", "--ids", "1 2 3", "--out", "one.safetensors"}, folder()).status, 0);
        QCOMPARE(cli({"logits", "a.gguf", "--ids", "1 2 3", "--out", "two.safetensors"}, folder()).status, 0);
        // No token at all is a wrong request.
        QCOMPARE(cli({"logits", "m", "--ids", " , ", "--out", "none.safetensors"}, folder()).status, 2);
        QCOMPARE(readAll(folder() + u"/two.safetensors"_s), readAll(folder() + u"/one.safetensors"_s));

        const Result told = cli({"inspect", "a.gguf", "--json"}, folder());
        const QJsonObject about = QJsonDocument::fromJson(told.out).object();
        QCOMPARE(about["layers"].toInt(), 2);
        QCOMPARE(about["metadata"].toObject()[u"general.architecture"_s].toString(), u"qwen2"_s);
    }

    // A folder that holds one GGUF file and nothing else of a model stands for that file.
    void takesTheFolderForTheFile()
    {
        QCOMPARE(cli({"convert", "m", "only/x.gguf"}, folder()).status, 0);
        QCOMPARE(cli({"logits", "only", "--ids", "1", "--out", "three.safetensors"}, folder()).status, 0);
        QFile::copy(folder() + u"/only/x.gguf"_s, folder() + u"/only/y.gguf"_s);
        const Result result = cli({"logits", "only", "--ids", "1", "--out", "three.safetensors"}, folder());
        QCOMPARE(complaint(result, u"2 GGUF models"_s), QString());
    }

    void recordsARun()
    {
        const Result result = cli({"convert", "m", "recorded.gguf", "--project", "p", "--json", "--quiet"}, folder());
        QCOMPARE(result.status, 0);
        QVERIFY(!QJsonDocument::fromJson(result.out).object()["run"].toString().isEmpty());
    }

    void saysWhatCanNotBe_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        writeText(folder() + "/cut.gguf", "GGUF");
        writeText(folder() + "/opt/config.json", R"({"model_type": "opt", "num_hidden_layers": 1})");
        QFile::copy(folder() + u"/m/model.safetensors"_s, folder() + u"/opt/model.safetensors"_s);
        QTest::newRow("no model") << QStringList{"convert", "nothing", "x.gguf"} << u"there is no model"_s;
        QTest::newRow("half a file") << QStringList{"convert", "cut.gguf", "x"} << u"the file ends"_s;
        QTest::newRow("half a file, to run") << QStringList{"logits", "cut.gguf", "--ids", "1", "--out", "x"} << u"the file ends"_s;
        QTest::newRow("no such family") << QStringList{"convert", "opt", "x.gguf"} << u"models of type opt can not be written as GGUF"_s;
        QTest::newRow("not a file's name") << QStringList{"convert", "m", "x", "--to", "gguf"} << u"ends in .gguf"_s;
        QTest::newRow("quantized types") << QStringList{"convert", "m", "x.gguf", "--dtype", "q4_0"} << u"q4_0"_s;
        QTest::newRow("onto itself") << QStringList{"convert", "m", "m", "--to", "safetensors", "--overwrite"} << u"the model itself"_s;
        QTest::newRow("into itself") << QStringList{"convert", "m", "m/x", "--to", "safetensors"} << u"inside of the model"_s;
        QTest::newRow("shards of nothing") << QStringList{"convert", "m", "x", "--out-shard-size", "0"} << u"not a size"_s;
    }

    void saysWhatCanNotBe()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const QString, words);
        QCOMPARE(complaint(cli(arguments, folder()), words), QString());
        QVERIFY(!QFile::exists(folder() + u"/x"_s) && !QFile::exists(folder() + u"/x.gguf"_s));
    }
};

QTEST_GUILESS_MAIN(TestCliConvert)
#include "tst_cli_convert.moc"
