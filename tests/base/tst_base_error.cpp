// SPDX-License-Identifier: GPL-3.0-or-later
// Errors are one line with what, where and what to do; validation keeps every problem.
#include "base/cancel.h"
#include "base/error.h"
#include "base/sentence_json.h"

#include <QtTest/QTest>

#include <cerrno>
#include <set>

using namespace crucible;

class TestError : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lineLeavesOutEmptyParts_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("hint");
        QTest::addColumn<QString>("line");
        QTest::newRow("all") << "no such method" << "a.yml:3:1" << "use ties" << "no such method: a.yml:3:1: use ties";
        QTest::newRow("no where") << "no such method" << "" << "use ties" << "no such method: use ties";
        QTest::newRow("no hint") << "no such method" << "a.yml:3:1" << "" << "no such method: a.yml:3:1";
        QTest::newRow("what alone") << "no such method" << "" << "" << "no such method";
        QTest::newRow("line breaks") << "two\nlines" << "a\nb" << "" << "two lines: a b";
    }

    void lineLeavesOutEmptyParts()
    {
        QFETCH(QString, what);
        QFETCH(QString, where);
        QFETCH(QString, hint);
        QFETCH(QString, line);
        const Error error = Error::invalid(what.toStdString(), where.toStdString(), hint.toStdString());
        QCOMPARE(QString::fromUtf8(error.what()), line);
        QVERIFY(error.kind() == ErrorKind::InvalidInput);
        QCOMPARE(error.message(), what.toStdString());
    }

    void sentencesKeepWhatTheyWereMadeFrom()
    {
        const Sentence plain = "no such method";
        QCOMPARE(plain.text(), std::string("no such method"));
        QCOMPARE(plain.pattern(), plain.text());
        QVERIFY(plain.arguments().empty());

        QCOMPARE(Sentence("no %1", 'A').text(), std::string("no A"));
        const Sentence inner("%1 layers", 32);
        const Sentence made("%2 needs %1, 100% of %3", inner, std::string_view("a/%1"), "it");
        QCOMPARE(made.text(), std::string("a/%1 needs 32 layers, 100% of it"));
        QCOMPARE(made.pattern(), std::string("%2 needs %1, 100% of %3"));
        QCOMPARE(made.arguments().size(), std::size_t(3));
        QCOMPARE(made.arguments()[0].pattern(), std::string("%1 layers"));

        const Sentence read = sentenceFromJson(toJson(made));
        QCOMPARE(read.text(), made.text());
        QCOMPARE(read.pattern(), made.pattern());
        QCOMPARE(read.arguments().at(0).pattern(), std::string("%1 layers"));
        QCOMPARE(sentenceFromJson(toJson(plain)).text(), plain.text());
        for (const char* nonsense : {"7", "null", "{}", R"({"pattern": 1, "arguments": []})", R"({"pattern": "%1", "arguments": {}})"})
            QVERIFY(sentenceFromJson(Json::parse(nonsense)).empty());

        const Error error = Error::invalid(made, "a.yml:3:1", {"use %1", "ties"});
        QCOMPARE(error.said().pattern(), made.pattern());
        QCOMPARE(error.hint(), std::string("use ties"));
        QVERIFY(std::string(error.what()).starts_with(made.text()));
    }

    // However a problem comes in, the English and the sentence say the same.
    void problemsSayTheSameTwice()
    {
        Problems problems;
        problems.error("here", {"%1 is wrong", "x"}, "mend it");
        problems.add({Severity::Warning, "there", "odd", "look"});
        for (const Problem& problem : problems.all()) {
            QCOMPARE(problem.said.text(), problem.message);
            QCOMPARE(problem.advice.text(), problem.hint);
        }
        QCOMPARE(problems.all()[0].said.pattern(), std::string("%1 is wrong"));
        problems.error("here too", "second");
        try {
            problems.throwIfErrors();
            QFAIL("nothing was thrown");
        } catch (const Error& error) {
            QCOMPARE(error.message(), std::string("x is wrong (and 1 more)"));
            QCOMPARE(error.said().arguments().front().pattern(), std::string("%1 is wrong"));
        }
    }

    void kindsHaveDistinctNames()
    {
        std::set<std::string_view> names;
        for (const ErrorKind kind : {ErrorKind::InvalidInput, ErrorKind::NotFound, ErrorKind::CorruptFile,
                                     ErrorKind::Unsupported, ErrorKind::Io, ErrorKind::OutOfMemory,
                                     ErrorKind::Cancelled, ErrorKind::Internal})
            names.insert(toString(kind));
        QCOMPARE(names.size(), std::size_t(8));
    }

    void systemErrorsCarryAHint()
    {
        const Error full = Error::io("cannot write", "/some/file", ENOSPC);
        QVERIFY(full.kind() == ErrorKind::Io);
        QCOMPARE(full.where(), std::string("/some/file"));
        QVERIFY(full.hint().find("space") != std::string::npos);
        QVERIFY(!Error::io("cannot write", "/some/file", EACCES).hint().empty());
        QVERIFY(Error::io("cannot write", "/some/file", EIO).hint().empty());
    }

    void firstErrorIsThrownWithTheCountOfOthers()
    {
        Problems problems;
        problems.note("a", "note");
        problems.warning("b", "warning");
        problems.throwIfErrors();
        QVERIFY(!problems.hasErrors());
        problems.error("c", "first", "mend it");
        problems.error("d", "second");
        Problems more;
        more.error("e", "third");
        problems.append(more);
        QVERIFY(problems.hasErrors());
        QCOMPARE(problems.all().size(), std::size_t(5));
        try {
            problems.throwIfErrors();
            QFAIL("nothing was thrown");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::InvalidInput);
            QCOMPARE(error.message(), std::string("first (and 2 more)"));
            QCOMPARE(error.where(), std::string("c"));
            QCOMPARE(error.hint(), std::string("mend it"));
        }
        QCOMPARE(problems.all()[2].toLine(), std::string("first: c: mend it"));
    }

    void copiesOfATokenShareOneFlag()
    {
        const CancelToken token;
        const CancelToken copy = token;
        const CancelToken other;
        copy.check();
        token.request();
        QVERIFY(copy.requested());
        QVERIFY(!other.requested());
        try {
            copy.check();
            QFAIL("nothing was thrown");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Cancelled);
        }
    }
};

QTEST_GUILESS_MAIN(TestError)
#include "tst_base_error.moc"
