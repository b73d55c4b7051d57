// SPDX-License-Identifier: GPL-3.0-or-later
// A copied command reaches the program word by word, whatever its paths are made of.
#include "jobs/shell_command.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace crucible::workbench;
using namespace Qt::StringLiterals;

class TestShellCommand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wordsAreQuoted_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("posix");
        QTest::addColumn<QString>("windows");
        QTest::newRow("plain") << u"/home/me/out-1.yaml"_s << u"/home/me/out-1.yaml"_s << u"/home/me/out-1.yaml"_s;
        QTest::newRow("drive") << u"C:\\models\\a"_s << u"'C:\\models\\a'"_s << u"C:\\models\\a"_s;
        QTest::newRow("space") << u"my models"_s << u"'my models'"_s << u"\"my models\""_s;
        QTest::newRow("empty") << u""_s << u"''"_s << u"\"\""_s;
        QTest::newRow("single quote") << u"it's"_s << u"'it'\\''s'"_s << u"\"it's\""_s;
        QTest::newRow("double quote") << u"a\"b"_s << u"'a\"b'"_s << u"\"a\\\"b\""_s;
        QTest::newRow("ends in a backslash") << u"C:\\my models\\"_s << u"'C:\\my models\\'"_s << u"\"C:\\my models\\\\\""_s;
        QTest::newRow("backslash before a quote") << u"a \\\"b"_s << u"'a \\\"b'"_s << u"\"a \\\\\\\"b\""_s;
        QTest::newRow("variable") << u"$HOME"_s << u"'$HOME'"_s << u"\"$HOME\""_s;
        QTest::newRow("two commands") << u"a&b;c|d"_s << u"'a&b;c|d'"_s << u"\"a&b;c|d\""_s;
        QTest::newRow("other letters") << u"模型"_s << u"'模型'"_s << u"\"模型\""_s;
    }
    void wordsAreQuoted()
    {
        QFETCH(QString, word);
        QTEST(shellCommand({word}, Shell::Posix), "posix");
        QTEST(shellCommand({word}, Shell::Windows), "windows");
    }

    // The shell itself takes the line apart.
    void aPosixShellSeesTheSameWords()
    {
        const QString sh = QStandardPaths::findExecutable(u"sh"_s);
        if (sh.isEmpty())
            QSKIP("there is no POSIX shell here");
        const QStringList words{u"plain"_s, u"two words"_s, u"it's"_s, u"$HOME `id` \\n"_s, u"a\"b"_s, u"*"_s, u"~"_s, u"模型"_s};
        QProcess shell;
        shell.start(sh, {u"-c"_s, shellCommand(QStringList{u"printf"_s, u"%s\\n"_s} + words, Shell::Posix)});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), words.join(u'\n') + u'\n');
    }
};

QTEST_GUILESS_MAIN(TestShellCommand)
#include "tst_shell_command.moc"
