// SPDX-License-Identifier: GPL-3.0-or-later
// JSON of strangers is refused with one CorruptFile error, never a crash and never another exception.
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <QtTest/QTest>
#include <QtCore/QTemporaryDir>

#include <fstream>

using namespace crucible;

namespace {

std::string nested(int levels, char open, char close)
{
    return std::string(std::size_t(levels), open) + std::string(std::size_t(levels), close);
}

} // namespace

class TestJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "not valid JSON";
        QTest::newRow("blank") << QByteArray("  \n") << "not valid JSON";
        QTest::newRow("cut off") << QByteArray("{\"a\": [1, 2") << "at byte";
        QTest::newRow("trailing text") << QByteArray("{} x") << "at byte";
        QTest::newRow("two values") << QByteArray("{}{}") << "at byte";
        QTest::newRow("trailing comma") << QByteArray("[1,]") << "at byte";
        QTest::newRow("trailing NUL") << QByteArray("{}\0", 3) << "at byte";
        QTest::newRow("comment") << QByteArray("{} // a") << "at byte";
        QTest::newRow("NaN") << QByteArray("[NaN]") << "at byte";
        QTest::newRow("number too large") << QByteArray("[1e999]") << "not valid JSON";
        QTest::newRow("key twice") << QByteArray("{\"a\":1,\"b\":2,\"a\":3}") << "\"a\" appears twice";
        QTest::newRow("key twice, deep") << QByteArray("[{\"x\":{\"k\":1,\"k\":1}}]") << "\"k\" appears twice";
        QTest::newRow("key twice, escaped") << QByteArray("{\"a\":1,\"\\u0061\":2}") << "appears twice";
        QTest::newRow("129 arrays") << QByteArray::fromStdString(nested(129, '[', ']')) << "deeper than 128";
        QTest::newRow("a million arrays") << QByteArray(1000000, '[') << "deeper than 128";
        QTest::newRow("stray continuation") << QByteArray("\"\x80\"") << "at byte";
        QTest::newRow("overlong slash") << QByteArray("\"\xc0\xaf\"") << "at byte";
        QTest::newRow("surrogate in UTF-8") << QByteArray("\"\xed\xa0\x80\"") << "at byte";
        QTest::newRow("lone surrogate escape") << QByteArray("\"\\ud800\"") << "at byte";
        QTest::newRow("beyond Unicode") << QByteArray("\"\xf4\x90\x80\x80\"") << "at byte";
        QTest::newRow("bad UTF-8 in a key") << QByteArray("{\"\xff\":1}") << "at byte";
        QTest::newRow("control character") << QByteArray("\"\x01\"") << "at byte";
        QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0}\0", 6) << "at byte";
        QTest::newRow("half a byte order mark") << QByteArray("\xef\xbb{}") << "at byte";
    }

    void refuses()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        for (const bool ordered : {false, true}) {
            try {
                if (ordered)
                    parseOrderedJson(text.toStdString(), "model/config.json");
                else
                    parseJson(text.toStdString(), "model/config.json");
                QFAIL("it was accepted");
            } catch (const Error& error) {
                QVERIFY(error.kind() == ErrorKind::CorruptFile);
                QCOMPARE(error.where(), std::string("model/config.json"));
                QVERIFY2(QString::fromStdString(error.message()).contains(says), error.what());
                QVERIFY2(isUtf8(error.what()), "a message must be printable");
            }
        }
    }

    void accepts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("scalar") << QByteArray("1");
        QTest::newRow("white space around") << QByteArray(" \t\r\n[1, 2.5e-3, null, true]\n");
        QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf{}");
        QTest::newRow("same key in sisters") << QByteArray("[{\"a\":1},{\"a\":2}]");
        QTest::newRow("same key in child") << QByteArray("{\"a\":{\"a\":1}}");
        QTest::newRow("128 arrays") << QByteArray::fromStdString(nested(128, '[', ']'));
        QTest::newRow("astral character") << QByteArray("\"\xf0\x9f\x94\xa5\"");
        QTest::newRow("surrogate pair") << QByteArray("\"\\ud83d\\udd25\"");
        QTest::newRow("2^63") << QByteArray("[9223372036854775808]");
    }

    void accepts()
    {
        QFETCH(QByteArray, text);
        const Json value = parseJson(text.toStdString(), "x.json");
        QVERIFY(value.type() != Json::value_t::discarded);
        QVERIFY(parseJson(toJsonText(value), "again.json") == value);
    }

    void limitsCanBeLower()
    {
        JsonLimits limits;
        limits.maxDepth = 2;
        parseJson("[[1]]", "x.json", limits);
        QVERIFY_THROWS_EXCEPTION(Error, parseJson("[[[1]]]", "x.json", limits));
        limits.maxBytes = 4;
        QVERIFY_THROWS_EXCEPTION(Error, parseJson("[[1]]", "x.json", limits));
    }

    void orderIsKeptWhereAskedFor()
    {
        const std::string text = R"({"zebra":1,"apple":2,"mango":{"b":1,"a":2}})";
        QCOMPARE(toJsonText(parseOrderedJson(text, "x.json")), text);
        QCOMPARE(toJsonText(parseJson(text, "x.json")), std::string(R"({"apple":2,"mango":{"a":2,"b":1},"zebra":1})"));
    }

    void writingNeverFails()
    {
        QCOMPARE(toJsonText(Json{{"a", "ok\xff"}}), std::string("{\"a\":\"ok\xef\xbf\xbd\"}"));
    }

    void filesAreNamedInErrors()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "a.json";
        try {
            readJson(file);
            QFAIL("nothing was thrown");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::NotFound);
            QCOMPARE(error.where(), file.string());
        }
        std::ofstream(file) << "{\"a\": 1}";
        QCOMPARE(readJson(file).at("a").get<int>(), 1);
        std::ofstream(file) << "{";
        QVERIFY_THROWS_EXCEPTION(Error, readOrderedJson(file));
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "tst_base_json.moc"
