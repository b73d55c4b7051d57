// SPDX-License-Identifier: GPL-3.0-or-later
// The values of the Playground: the tree of messages, where texts part, tokens in texts and in the project.
#include "playground/conversation.h"
#include "playground/smoke_result.h"
#include "playground/token_alignment.h"
#include "playground/token_colors.h"
#include "widgets/theme.h"

#include <QJsonArray>
#include <QTest>

using namespace crucible::workbench;
using namespace Qt::StringLiterals;

class TestConversation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Every go at a turn keeps what followed it.
    void pathsAreRemembered()
    {
        Conversation talk;
        const int question = talk.add(0, Role::User, u"q"_s);
        const int first = talk.add(question, Role::Assistant, u"a1"_s);
        const int followUp = talk.add(first, Role::User, u"q2"_s);
        const int second = talk.add(question, Role::Assistant, u"a2"_s);
        QCOMPARE(talk.path(), (QList<int>{question, second}));
        talk.show(first);
        QCOMPARE(talk.path(), (QList<int>{question, first, followUp}));
        QCOMPARE(talk.sibling(first, 1), second);
        QCOMPARE(talk.sibling(first, -1), 0);
        QCOMPARE(talk.pathTo(followUp), talk.path());
        QCOMPARE(chatMessages(talk, followUp, u"be kind"_s).size(), 4);
        QCOMPARE(completionPrompt(talk, followUp), u"qa1q2"_s);
        // What is removed takes along what followed; the older sibling is shown, else the newer.
        QCOMPARE(talk.remove(first), (QList<int>{first, followUp}));
        QCOMPARE(talk.path(), (QList<int>{question, second}));
        talk.remove(question);
        QVERIFY(talk.isEmpty() && talk.path().isEmpty());
    }

    void textsPart_data()
    {
        QTest::addColumn<QStringList>("a");
        QTest::addColumn<QStringList>("b");
        QTest::addColumn<int>("character");
        QTest::addColumn<int>("token");
        QTest::addColumn<int>("otherToken");
        const QStringList abc{u"a"_s, u" b"_s, u" c"_s};
        QTest::newRow("same") << abc << abc << -1 << -1 << -1;
        QTest::newRow("second token") << abc << QStringList{u"a"_s, u" x"_s} << 2 << 1 << 1;
        QTest::newRow("ends sooner") << QStringList{u"a"_s} << abc << 1 << 1 << 1;
        QTest::newRow("other tokens") << QStringList{u"a b"_s, u" c"_s} << QStringList{u"a"_s, u" b"_s, u" d"_s} << 4 << 1 << 2;
    }
    void textsPart()
    {
        QFETCH(QStringList, a);
        QFETCH(QStringList, b);
        QFETCH(int, character);
        QFETCH(int, token);
        QFETCH(int, otherToken);
        const auto message = [](const QStringList& pieces) {
            Message made;
            for (const QString& piece : pieces) {
                made.tokens.append(TokenRecord{});
                made.tokens.last().text = piece;
                made.text += piece;
            }
            return made;
        };
        const Divergence parted = divergenceOf(message(a), message(b));
        QCOMPARE(parted.character, character);
        QCOMPARE(parted.token, token);
        QCOMPARE(parted.otherToken, otherToken);
    }

    // Text stays readable on every shade, in both themes.
    void shadesKeepTheirContrast()
    {
        using crucible::widgets::Theme;
        for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::apply(*qApp, mode);
            for (int level = 1; level < kTokenLevels; ++level)
                QVERIFY(Theme::contrast(Theme::colors().text, tokenShade(level)) >= 4.5);
        }
    }

    void smokeTestsSpeak()
    {
        SmokeResult result;
        result.problem.what = u"the weights are cut off"_s;
        QCOMPARE(result.findings().size(), 1);
        QVERIFY(result.findings().first().text.contains(u"cut off"_s));
        QVERIFY(result.worst() == crucible::widgets::StateLabel::State::Failed);
        result.problem = {};
        result.loaded = true;
        result.tokens = 10;
        result.perplexity = 100;
        result.parents = {{u"base"_s, 10, {}}, {u"other"_s, 12, {}}};
        QVERIFY(result.worst() == crucible::widgets::StateLabel::State::Warning); // far worse than its parents
        result.perplexity = 13;
        QVERIFY(result.worst() == crucible::widgets::StateLabel::State::Done);
        const auto back = SmokeResult::fromJson(result.toJson());
        QVERIFY(back && back->parents.size() == 2 && back->perplexity == 13);
        QVERIFY(!SmokeResult::fromJson("no json"));
    }

    // What is kept of tokens comes back, whatever their texts hold.
    void tokensAreKept()
    {
        QList<TokenRecord> tokens(3);
        tokens[0] = {7, u"say \"\\\n\t\u0001 日本"_s, u"Ġsay"_s, -0.12345678, 1.5, {{7, u"\""_s, -0.1}, {8, u"\\"_s, -2.25}}};
        tokens[1].piece = u"<s>"_s; // nothing is known of it
        tokens[2] = {9, u""_s, u"<0xE4>"_s, -3, 0, {}};
        const QList<TokenRecord> back = tokenRecordsFrom(toJson(tokens));
        QCOMPARE(back.size(), tokens.size());
        for (qsizetype i = 0; i < tokens.size(); ++i) {
            QCOMPARE(back[i].token, tokens[i].token);
            QCOMPARE(back[i].text, tokens[i].text);
            QCOMPARE(back[i].piece, tokens[i].piece);
            QCOMPARE(back[i].hasProbability(), tokens[i].hasProbability());
            QCOMPARE(back[i].alternatives.size(), tokens[i].alternatives.size());
        }
        QCOMPARE(back[0].alternatives[1].text, u"\\"_s);
        QCOMPARE(back[0].logprob, -0.1235);
        QCOMPARE(back[0].alternatives[1].logprob, -2.25);
        QVERIFY(toJson(QList<TokenRecord>()).isEmpty());
    }

    // Tokens of a text that decode to something a little different still lie where they belong.
    void tokensAreAligned_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("pieces");
        QTest::addColumn<QStringList>("aligned");
        QTest::newRow("as it is") << u"one two"_s << QStringList{u"one"_s, u" two"_s} << QStringList{u"one"_s, u" two"_s};
        QTest::newRow("a blank before") << u"one two"_s << QStringList{u" one"_s, u" two"_s} << QStringList{u"one"_s, u" two"_s};
        QTest::newRow("special first") << u"one"_s << QStringList{u""_s, u"one"_s} << QStringList{u""_s, u"one"_s};
        QTest::newRow("folded") << u"a  b"_s << QStringList{u"a"_s, u" b"_s} << QStringList{u"a "_s, u" b"_s};
        QTest::newRow("lost end") << u"one!"_s << QStringList{u"one"_s} << QStringList{u"one!"_s};
        QTest::newRow("unknown") << u"x?y"_s << QStringList{u"x"_s, u"\ufffd"_s, u"y"_s} << QStringList{u"x?"_s, u""_s, u"y"_s};
    }
    void tokensAreAligned()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, pieces);
        QFETCH(QStringList, aligned);
        QList<TokenRecord> tokens;
        for (const QString& piece : pieces) {
            tokens.append(TokenRecord{});
            tokens.last().text = piece;
        }
        alignTokens(text, tokens);
        QStringList got;
        for (const TokenRecord& token : tokens)
            got << token.text;
        QCOMPARE(got, aligned);
    }
};

QTEST_MAIN(TestConversation)
#include "tst_conversation.moc"
