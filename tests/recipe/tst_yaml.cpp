// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/yaml.h"

#include <fmt/format.h>

#include <QElapsedTimer>
#include <QTest>

using namespace crucible;
using namespace crucible::recipe;

namespace {

YamlNode parseOne(const std::string& text)
{
    Problems problems;
    std::vector<YamlNode> documents = parseYaml(text, "t.yaml", problems);
    for (const Problem& problem : problems.all())
        qWarning("%s", problem.toLine().c_str());
    return documents.size() == 1 && problems.empty() ? documents[0] : YamlNode{};
}

} // namespace

class TestYaml : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void typesScalars_data();
    void typesScalars();
    void keepsPlaces();
    void expandsAliases();
    void mergesMaps();
    void refuses_data();
    void refuses();
    void survives_data();
    void survives();
    void boundsAliasBombs();
    void readsLineEndingsAndByteOrderMark();
    void writesTextThatReadsBack_data();
    void writesTextThatReadsBack();
    void writesNumbersThatReadBack();
};

void TestYaml::typesScalars_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("number");
    const auto row = [](const char* text, YamlNode::Kind kind, double number = 0) {
        QTest::addRow("%s", text) << QString::fromUtf8(text) << static_cast<int>(kind) << number;
    };
    using Kind = YamlNode::Kind;
    row("1", Kind::Number, 1);
    row("-0.5", Kind::Number, -0.5);
    row("+2", Kind::Number, 2);
    row(".5", Kind::Number, 0.5);
    row("1e-4", Kind::Number, 1e-4); // text in YAML 1.1, but mergekit's validation makes it a number
    row("1.0e-4", Kind::Number, 1e-4);
    row("1_000", Kind::Number, 1000);
    row("0x1F", Kind::Number, 31);
    row("010", Kind::Number, 8); // octal in YAML 1.1
    row("0", Kind::Number, 0);
    row("0.0", Kind::Number, 0);
    row("1.2.3", Kind::Text);
    row("1e999", Kind::Text);
    row("99999999999999999999999", Kind::Number, 1e23);
    row(".inf", Kind::Text);
    row("nan", Kind::Text);
    row("inf", Kind::Text);
    row("yes", Kind::Bool, 1);
    row("Off", Kind::Bool, 0);
    row("TRUE", Kind::Bool, 1);
    row("tRUE", Kind::Text);
    row("y", Kind::Text);
    row("~", Kind::Null);
    row("null", Kind::Null);
    row("''", Kind::Text);
    row("'1'", Kind::Text);
    row("\"true\"", Kind::Text);
    row("!!str 1", Kind::Text);
    row("2024-01-01", Kind::Text);
    row("1:30", Kind::Text);
}

void TestYaml::typesScalars()
{
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(double, number);
    const YamlNode root = parseOne("k: " + text.toStdString() + "\n");
    QCOMPARE(root.entries.size(), 1u);
    const YamlNode& value = root.entries[0].value;
    QCOMPARE(static_cast<int>(value.kind), kind);
    if (value.kind == YamlNode::Kind::Number)
        QCOMPARE(value.number, number);
    if (value.kind == YamlNode::Kind::Bool)
        QCOMPARE(value.boolean, number != 0);
}

void TestYaml::keepsPlaces()
{
    const YamlNode root = parseOne("a: 1\nb:\n  - x\n  - {c: [2, 3]}\n");
    QCOMPARE(root.entries[1].keyPosition.line, 2);
    QCOMPARE(root.entries[1].keyPosition.column, 1);
    const YamlNode& flow = root.find("b")->items[1];
    QCOMPARE(flow.position.line, 4);
    QCOMPARE(flow.position.column, 5);
    const YamlNode& three = flow.find("c")->items[1];
    QCOMPARE(three.position.line, 4);
    QCOMPARE(three.position.column, 13);
}

void TestYaml::expandsAliases()
{
    const YamlNode root = parseOne("a: &p {weight: 0.5}\nb: *p\n");
    QCOMPARE(root.find("b")->find("weight")->number, 0.5);
    QCOMPARE(root.find("b")->position.line, 2);
}

void TestYaml::mergesMaps()
{
    const YamlNode root = parseOne("a: &p {x: 1, y: 2}\nb:\n  <<: *p\n  y: 3\n");
    QCOMPARE(root.find("b")->find("x")->number, 1.0);
    QCOMPARE(root.find("b")->find("y")->number, 3.0);
    QCOMPARE(root.find("b")->entries.size(), 2u);
}

void TestYaml::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("duplicate key") << QByteArray("a: 1\nb: 2\na: 3\n") << 3;
    QTest::newRow("duplicate key in flow") << QByteArray("m: {a: 1, a: 2}") << 1;
    QTest::newRow("unclosed list") << QByteArray("a: [1, 2\nb: 3\n") << 2;
    QTest::newRow("unclosed quote") << QByteArray("a: \"x\n") << 1;
    QTest::newRow("unclosed single quote") << QByteArray("b: 1\na: 'it''s\n") << 2;
    QTest::newRow("tab indentation") << QByteArray("a:\n\tb: 1\n") << 2;
    QTest::newRow("list as key") << QByteArray("? [1, 2]\n: 3\n") << 1;
    QTest::newRow("null key") << QByteArray(": 3\n") << 1;
    QTest::newRow("python tag") << QByteArray("a: !!python/object/apply:os.system [ls]\n") << 1;
    QTest::newRow("own tag") << QByteArray("a: !thing x\n") << 1;
    QTest::newRow("unknown alias") << QByteArray("a: *nobody\n") << 1;
    QTest::newRow("self reference") << QByteArray("a: &x [1, *x]\n") << 1;
    QTest::newRow("control character") << QByteArray("a: 1\nb: \x01\n") << 2;
    QTest::newRow("end-of-text character") << QByteArray("a: 1\n\x04 b: 2\n") << 2;
    QTest::newRow("zero byte") << QByteArray("a: 1\n\0b: 2\n", 11) << 2;
    QTest::newRow("bad UTF-8") << QByteArray("a: \xff\xfe\n") << 0;
    QTest::newRow("overlong UTF-8") << QByteArray("a: \xc0\xaf\n") << 0;
    QTest::newRow("begins with a comma") << QByteArray(",models:\n  - model: a\n") << 1;
    QTest::newRow("begins with a bracket") << QByteArray("]\n") << 1;
    QTest::newRow("too many documents") << QByteArray("a\n---\n").repeated(300) << 512;
    QTest::newRow("merge of text") << QByteArray("a:\n  <<: word\n") << 2;
    QTest::newRow("deep flow") << QByteArray(5000, '[') << 1;
    QTest::newRow("deep maps") << QByteArray(5000, '{') << 1;
    QByteArray blocks;
    for (int i = 0; i < 200; ++i)
        blocks += QByteArray(i, ' ') + "a:\n";
    QTest::newRow("deep blocks") << blocks << 65;
    QTest::newRow("too long") << QByteArray(5 << 20, 'x') << 0;
}

void TestYaml::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    Problems problems;
    parseYaml(text.toStdString(), "t.yaml", problems);
    QVERIFY(problems.hasErrors());
    QCOMPARE(problems.all().front().line, line);
    QVERIFY(problems.all().front().where.starts_with("t.yaml"));
}

// Odd texts of which only a quick end without a crash is asked.
void TestYaml::survives_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("only comments") << QByteArray("# one\n# two");
    QTest::newRow("only separators") << QByteArray("---\n---\n---\n");
    QTest::newRow("lone directive") << QByteArray("%YAML 9.9\n---\na: 1\n");
    QTest::newRow("bad directive") << QByteArray("%TAG\n");
    QTest::newRow("many colons") << QByteArray(20000, ':');
    QTest::newRow("many dashes") << QByteArray("- ").repeated(20000);
    QTest::newRow("many question marks") << QByteArray("? ").repeated(20000);
    QTest::newRow("many keys in a row") << QByteArray("a: ").repeated(20000);
    QTest::newRow("closing brackets") << QByteArray("]").repeated(1000);
    QTest::newRow("quotes") << QByteArray("\"").repeated(9999);
    QTest::newRow("bad escape") << QByteArray("a: \"\\q\"\n");
    QTest::newRow("surrogate escape") << QByteArray("a: \"\\uD800\"\n");
    QTest::newRow("long line") << QByteArray("a: ") + QByteArray(1 << 20, 'b');
    QTest::newRow("UTF-16 mark") << QByteArray("\xff\xfe\x61\x00", 4);
}

void TestYaml::survives()
{
    QFETCH(QByteArray, text);
    Problems problems;
    QElapsedTimer timer;
    timer.start();
    parseYaml(text.toStdString(), "t.yaml", problems);
    QVERIFY2(timer.elapsed() < 5000, "reading takes more than linear time");
}

// "Billion laughs": nine levels of ten aliases each would be 10^9 values.
void TestYaml::boundsAliasBombs()
{
    std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 10; ++i) {
        text += fmt::format("a{}: &a{} [", i, i);
        for (int j = 0; j < 10; ++j)
            text += fmt::format("{}*a{}", j ? "," : "", i - 1);
        text += "]\n";
    }
    Problems problems;
    parseYaml(text, "t.yaml", problems);
    QVERIFY(problems.hasErrors());
    QVERIFY(problems.all().front().message.find("values") != std::string::npos);
}

void TestYaml::readsLineEndingsAndByteOrderMark()
{
    const YamlNode root = parseOne("\xef\xbb\xbf" "a: 1\r\nb: two\r\n");
    QCOMPARE(root.entries.size(), 2u);
    QCOMPARE(root.find("a")->position.column, 4);
    QCOMPARE(root.find("b")->text, std::string("two"));
    QCOMPARE(root.find("b")->position.line, 2);
}

void TestYaml::writesTextThatReadsBack_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"models/ft1", "org/model@rev+lora", "a b", "a: b", "a #b", "true", "1", "1e-4", "010", "0x1",
                             "-", "- a", "?", "*x", "&x", "!", "|", ">", "%", "@a", "`a`", "\"", "\\", "'", "null", "~", "",
                             " lead", "trail ", "a\nb", "a\tb", "[x]", "{x}", "a,b", "<|im_start|>", "\xc3\xa9t\xc3\xa9", "./x",
                             ".inf", "1:30", "2024-01-01", "=", "<<", "C:\\models\\a", "a\x01z", "yes", "---", "..."})
        QTest::addRow("%s", text) << QByteArray(text);
}

void TestYaml::writesTextThatReadsBack()
{
    QFETCH(QByteArray, text);
    const std::string written = yamlText(text.toStdString());
    for (const std::string& form : {"k: " + written + "\n", "k: {a: " + written + ", b: 2}\n"}) {
        const YamlNode root = parseOne(form);
        QCOMPARE(root.entries.size(), 1u);
        const YamlNode& value = root.entries[0].value;
        const YamlNode& scalar = value.kind == YamlNode::Kind::Map ? *value.find("a") : value;
        QCOMPARE(static_cast<int>(scalar.kind), static_cast<int>(YamlNode::Kind::Text));
        QCOMPARE(QByteArray::fromStdString(scalar.text), text);
    }
    const YamlNode asKey = parseOne(written + ": 1\n");
    QCOMPARE(asKey.entries.size(), 1u);
    QCOMPARE(QByteArray::fromStdString(asKey.entries[0].key), text);
}

void TestYaml::writesNumbersThatReadBack()
{
    for (const double value : {0.0, 1.0, -0.25, 1e-5, 1e-300, 1.7976931348623157e308, 0.1, 3e20, 123456789.0}) {
        const YamlNode root = parseOne("k: " + yamlNumber(value) + "\n");
        QCOMPARE(root.find("k")->number, value);
    }
    QCOMPARE(yamlNumber(1e-5), std::string("1.0e-05"));
}

QTEST_GUILESS_MAIN(TestYaml)
#include "tst_yaml.moc"
