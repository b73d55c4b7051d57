// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what scripts see of `tokenize` and `detokenize`: ids on one line, JSON lines in and out, pieces and offsets with
// --json, and one error line with exit status 2 for what can not be.
#include "cli_support.h"

#include <QTest>

using namespace crucible;
using namespace crucible::test;

class TestCliTokenize : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_temporary;
    QString folder() const { return m_temporary.path(); }

private Q_SLOTS:
    void initTestCase()
    {
        writeText(folder() + "/m/tokenizer.json",
                  "{\"model\": {\"type\": \"WordLevel\", \"unk_token\": \"?\", \"vocab\": {\"?\": 0, \"a\": 1, \"b\": 2, \"é\": 3, \"<s>\": 4}}, \"pre_tokenizer\": {\"type\": \"Whitespace\"},"
                  " \"added_tokens\": [{\"id\": 4, \"content\": \"<s>\", \"special\": true}], \"post_processor\": {\"type\": \"TemplateProcessing\", \"single\":"
                  " [{\"SpecialToken\": {\"id\": \"<s>\"}}, {\"Sequence\": {\"id\": \"A\"}}], \"special_tokens\": {\"<s>\": {\"ids\": [4]}}}}");
        writeText(folder() + "/lines.jsonl", "{\"text\": \"a b\"}\n\n{\"text\": \"é\"}\n");
    }

    void printsIds_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("words") << QStringList{"tokenize", "m", "a", "b"} << QByteArray("4 1 2\n");
        QTest::newRow("without special") << QStringList{"tokenize", "m/tokenizer.json", "--no-special", "--text", "a x"} << QByteArray("1 0\n");
        QTest::newRow("special in the text") << QStringList{"tokenize", "m", "--no-special", "a<s>"} << QByteArray("1 4\n");
        QTest::newRow("special as text") << QStringList{"tokenize", "m", "--no-special", "--no-parse-special", "a<s>"} << QByteArray("1 0 0 0\n");
        QTest::newRow("lines") << QStringList{"tokenize", "m", "--jsonl", "--file", "lines.jsonl"} << QByteArray("{\"ids\":[4,1,2]}\n{\"ids\":[4,3]}\n");
        QTest::newRow("back") << QStringList{"detokenize", "m", "4", "1,2"} << QByteArray("<s> a b\n");
        QTest::newRow("back, skipping") << QStringList{"detokenize", "m", "--skip-special", "4", "1"} << QByteArray("a\n");
    }

    void printsIds()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, expected);
        const Result result = cli(arguments, folder());
        QCOMPARE(result.err, QByteArray());
        QCOMPARE(result.out, expected);
        QCOMPARE(result.status, 0);
    }

    void tellsPiecesAndOffsets()
    {
        const Result result = cli({"tokenize", "m", "--json", "--no-special", "é b"}, folder());
        const Json json = parseJson(result.out.toStdString(), "output");
        QVERIFY(json == parseJson("{\"ids\": [3, 2], \"pieces\": [\"é\", \"b\"], \"offsets\": [[0, 2], [3, 4]]}", "expected"));
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("expected");
        writeText(folder() + "/bad.jsonl", "{\"text\": \"a\"}\n{\"words\": 1}\n");
        writeText(folder() + "/bad.txt", "a\xFF");
        writeText(folder() + "/bad/tokenizer.json", "{\"model\": ");
        writeText(folder() + "/none/config.json", "{}");
        QTest::newRow("a line without a text") << QStringList{"tokenize", "m", "--jsonl", "--file", "bad.jsonl"} << QByteArray("bad.jsonl:2");
        QTest::newRow("bytes that are no text") << QStringList{"tokenize", "m", "--file", "bad.txt"} << QByteArray("not valid UTF-8 at byte 1");
        QTest::newRow("a damaged tokenizer") << QStringList{"tokenize", "bad", "a"} << QByteArray("tokenizer.json");
        QTest::newRow("no tokenizer") << QStringList{"tokenize", "none", "a"} << QByteArray("the folder has no tokenizer");
        QTest::newRow("no model") << QStringList{"tokenize", "nowhere", "a"} << QByteArray("nowhere");
        QTest::newRow("an id beyond") << QStringList{"detokenize", "m", "5"} << QByteArray("they go from 0 to 4");
        QTest::newRow("no id") << QStringList{"detokenize", "m", "x"} << QByteArray("\"x\" is no id");
    }

    void refuses()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, expected);
        const Result result = cli(arguments, folder());
        QCOMPARE(result.status, 2);
        QVERIFY2(result.err.startsWith("error: ") && result.err.count('\n') == 1, result.err.constData());
        QVERIFY2(result.err.contains(expected), result.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestCliTokenize)
#include "tst_cli_tokenize.moc"
