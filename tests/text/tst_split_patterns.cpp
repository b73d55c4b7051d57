// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: the hand-written scanners cut texts exactly where the regular expressions do that they stand for, the
// translation from Oniguruma's syntax, and the limits for hostile expressions.
#include "base/error.h"
#include "text/regex.h"
#include "text/split_patterns.h"
#include "text/utf8.h"

#include <QTest>

#include <fmt/format.h>

#include <chrono>

using namespace crucible;
using namespace crucible::text;

namespace {

std::string cutBy(const SplitPattern& pattern, std::string_view text)
{
    std::vector<SplitPattern::Match> matches;
    pattern.findAll(text, matches);
    std::string cut;
    for (const auto& [begin, end] : matches)
        cut.append("[").append(text.substr(begin, end - begin)).append("]");
    return cut;
}

// Texts of characters that the expressions tell apart, put together at random.
std::string randomText(std::uint32_t& state)
{
    static constexpr std::string_view kParts[] = {
        "a", "bc", "A", "XY", "Zq", "é", "É", "ß", "ſ", "ǅ", "ʰ", "ª", "日本", "한", "1", "23", "4567", "½", "٣", "Ⅷ", " ", "  ", "   ", "\t", "\n", "\r\n",
        "\n\n", "\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\xA8", "\xC2\x85", "\xE2\x80\x8B", "'s", "'LL", "'re", "'ſ", "'", "'x", ".", "...", "!?", "-", "_", "$", "+=", "/",
        "😀", "\xCC\x81", "\xCC\xA7\xCC\x81", "\x07", "\xEE\x80\x80", "ा", "«", "x'd", "iOS", "HTTPServer"};
    const auto next = [&](std::uint32_t limit) {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) % limit;
    };
    std::string text;
    for (std::uint32_t n = next(12); n > 0; --n)
        text.append(kParts[next(std::size(kParts))]);
    return text;
}

} // namespace

class TestSplitPatterns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scannersAreTheirExpressions_data()
    {
        QTest::addColumn<QString>("regex");
        const auto row = [](const char* name, std::string_view regex) { QTest::newRow(name) << QString::fromUtf8(regex.data(), qsizetype(regex.size())); };
        row("gpt2", kGpt2Regex);
        row("llama3", kLlama3Regex);
        row("qwen2", kQwen2Regex);
        row("qwen3.5", kQwen35Regex);
        row("o200k", kO200kRegex);
        row("tekken", kTekkenRegex);
        row("deepseek3", kDeepseek3Regex);
        row("digits", R"(\p{N})");
        row("runs of digits", R"(\p{N}+)");
        row("three digits", R"(\p{N}{1,3})");
        row("newlines", R"([\r\n])");
        row("letters", R"(\s?\p{L}+)");
        row("punctuation", R"(\s?\p{P}+)");
        row("white space", R"(\s+)");
    }

    void scannersAreTheirExpressions()
    {
        QFETCH(QString, regex);
        const std::string source = regex.toStdString();
        const auto scanner = regexPattern(source), plain = plainRegexPattern(source);
        const auto& ours = *scanner;
        const auto& general = *plain;
        QVERIFY2(typeid(ours) != typeid(general), "the expression has no scanner");
        std::uint32_t state = 1;
        for (int i = 0; i < 4000; ++i) {
            const std::string text = randomText(state);
            const std::string found = cutBy(*scanner, text), expected = cutBy(*plain, text);
            QVERIFY2(found == expected, fmt::format("{}\n   scanner    {}\n   expression {}", text, found, expected).c_str());
            if (scanner->coversAll())
                QCOMPARE(countCharacters(found), countCharacters(text) + 2 * static_cast<std::size_t>(std::count(found.begin(), found.end(), '[')));
        }
    }

    void cuts_data()
    {
        QTest::addColumn<QString>("regex");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto of = [](std::string_view regex) { return QString::fromUtf8(regex.data(), qsizetype(regex.size())); };
        QTest::newRow("spaces go with the word") << of(kGpt2Regex) << "a  b" << "[a][ ][ b]";
        QTest::newRow("contractions in small letters") << of(kGpt2Regex) << "I'm I'M" << "[I]['m][ I]['][M]";
        QTest::newRow("contractions in any case") << of(kLlama3Regex) << "I'm I'M" << "[I]['m][ I]['M]";
        QTest::newRow("long s") << of(kLlama3Regex) << "it'ſ" << "[it]['ſ]";
        QTest::newRow("digits by three") << of(kLlama3Regex) << "12345" << "[123][45]";
        QTest::newRow("digits one by one") << of(kQwen2Regex) << "123" << "[1][2][3]";
        QTest::newRow("newlines end punctuation") << of(kLlama3Regex) << "a.\n\nb" << "[a][.\n\n][b]";
        QTest::newRow("capitals begin words") << of(kO200kRegex) << "camelCase HTTPServer's" << "[camel][Case][ HTTPServer's]";
        QTest::newRow("control characters are left over") << of(kDeepseek3Regex) << "a\x07" "1" << "[a]";
        QTest::newRow("named as possessive") << "\\p{N}{1,3}+" << "1234 5" << "[1234][5]";
        QTest::newRow("lines end anywhere") << "\\s+$" << "a  \nb " << "[  ][ ]";
        QTest::newRow("classes in classes") << "[a[bc]]+" << "xabcx" << "[abc]";
        QTest::newRow("intersection") << "[\\p{L}&&[^\\p{Han}]]+" << "ab日c" << "[ab][c]";
        QTest::newRow("hexadecimal digits") << "\\h+" << "xFa9g" << "[Fa9]";
        QTest::newRow("marks are in words") << "\\w+" << "e\xCC\x81x-y" << "[e\xCC\x81x][y]";
        QTest::newRow("word boundaries see marks") << "e\\b" << "e\xCC\x81 e" << "[e]";
        QTest::newRow("code points") << "[\\u4e00-\\u9fa5]+" << "a日本" << "[日本]";
        QTest::newRow("places without a character") << "(?=(\\d{3})+(?!\\d))" << "12345" << "[]";
        QTest::newRow("newlines in the pattern itself") << "[\r\n]" << "a\nb" << "[\n]";
    }

    void cuts()
    {
        QFETCH(QString, regex);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(cutBy(*regexPattern(regex.toStdString()), text.toStdString())), expected);
    }

    void refusesExpressions_data()
    {
        QTest::addColumn<QString>("regex");
        for (const char* regex : {"(", ")", "[a", "a{2", "\\", "[^a&&b]", "\\p{Nonsense}", "(?<=a+)b", "*", "[\\"})
            QTest::newRow(regex) << QString(regex);
        QTest::newRow("deep") << QString("(").repeated(1000) + QString(")").repeated(1000);
        QTest::newRow("long") << QString("a").repeated(100000);
    }

    void refusesExpressions()
    {
        QFETCH(QString, regex);
        if (regex == "a{2") { // an ordinary brace to both
            QCOMPARE(cutBy(*regexPattern(regex.toStdString()), "a{2"), std::string("[a{2]"));
            return;
        }
        QVERIFY_THROWS_EXCEPTION(Error, regexPattern(regex.toStdString()));
    }

    // An expression that would take years ends with an error.
    void givesUpOnCatastrophes()
    {
        const auto pattern = regexPattern("(a+)+\\z");
        std::vector<SplitPattern::Match> matches;
        QVERIFY_THROWS_EXCEPTION(Error, pattern->findAll(std::string(5000, 'a') + "b", matches));
    }

    void longTextsTakeLinearTime()
    {
        const auto begin = std::chrono::steady_clock::now();
        for (const std::string_view regex : {kGpt2Regex, kLlama3Regex, kO200kRegex, kDeepseek3Regex}) {
            for (const char* part : {"a", " ", "A", "\n", " \n", "'", ".", "1", "\xCC\x81"}) {
                std::string text;
                while (text.size() < 300000)
                    text += part;
                cutBy(*regexPattern(regex), text);
            }
        }
        QVERIFY(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    }
};

QTEST_GUILESS_MAIN(TestSplitPatterns)
#include "tst_split_patterns.moc"
