// SPDX-License-Identifier: GPL-3.0-or-later
// A language that is shipped is complete, keeps its placeholders, and is up to date with the strings in the code.
#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QLibraryInfo>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QXmlStreamReader>
#include <QtTest/QTest>

namespace {

const QString kRoot = QStringLiteral(CRUCIBLE_SOURCE_DIR "/");
const QString kFolder = kRoot + "translations/";

struct Message {
    QString context, source, comment;
    QString type; // of the translation: empty, "unfinished", "vanished", "obsolete"
    QStringList forms;

    QString key() const { return context + " | " + source + (comment.isEmpty() ? QString() : " | " + comment); }
};

// The messages of a .ts file; empty when it can not be read.
QList<Message> readMessages(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<Message> messages;
    QString context;
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        const auto name = xml.name();
        if (name == QStringLiteral("name"))
            context = xml.readElementText();
        else if (name == QStringLiteral("message"))
            messages.append({context, {}, {}, {}, {}});
        else if (name == QStringLiteral("source"))
            messages.last().source = xml.readElementText();
        else if (name == QStringLiteral("comment"))
            messages.last().comment = xml.readElementText();
        else if (name == QStringLiteral("translation")) {
            Message& message = messages.last();
            message.type = xml.attributes().value(QStringLiteral("type")).toString();
            // The plural forms stand on lines of their own.
            for (const QString& form : xml.readElementText(QXmlStreamReader::IncludeChildElements).split(u'\n'))
                if (!form.trimmed().isEmpty())
                    message.forms << form.trimmed();
        }
    }
    return xml.hasError() ? QList<Message>() : messages;
}

QStringList keysOf(const QList<Message>& messages)
{
    QStringList keys;
    for (const Message& message : messages)
        keys << message.key();
    keys.sort();
    return keys;
}

// What must come through a translation unchanged, sorted: placeholders and tags.
QStringList fixedParts(const QString& text)
{
    static const QRegularExpression pattern(QStringLiteral("%[0-9n]|</?[a-z]+>"));
    QStringList parts;
    for (auto it = pattern.globalMatch(text); it.hasNext();)
        parts << it.next().captured();
    parts.sort();
    return parts;
}

bool hasHan(const QString& text)
{
    static const QRegularExpression han(QStringLiteral("[\\x{4e00}-\\x{9fff}]"));
    return text.contains(han);
}

QString lupdate()
{
    const QString given = qEnvironmentVariable("LUPDATE");
    if (!given.isEmpty())
        return given;
    for (const char* name : {"lupdate6", "lupdate-qt6", "lupdate"}) {
        const QString own = QStandardPaths::findExecutable(QLatin1String(name), {QLibraryInfo::path(QLibraryInfo::BinariesPath)});
        const QString found = own.isEmpty() ? QStandardPaths::findExecutable(QLatin1String(name)) : own;
        if (!found.isEmpty())
            return found;
    }
    return {};
}

// What is wrong with one finished translation; empty when nothing is.
QString fault(const Message& message, const QString& language)
{
    if (!message.type.isEmpty())
        return message.type;
    if (message.forms.isEmpty())
        return "empty";
    for (const QString& form : message.forms) {
        if (fixedParts(form) != fixedParts(message.source))
            return "placeholders: " + form;
        if (form.endsWith(u'…') != message.source.endsWith(u'…'))
            return "the … that announces a dialog: " + form;
        if (!language.startsWith("zh"))
            continue;
        static const QRegularExpression halfWidth(QStringLiteral("[\\x{4e00}-\\x{9fff}][,;:!?.]|[,;:!?][\\x{4e00}-\\x{9fff}]"));
        if (form.contains(halfWidth))
            return "half-width punctuation: " + form;
        static const QRegularExpression unspaced(QStringLiteral("[\\x{4e00}-\\x{9fff}][A-Za-z0-9%]|[A-Za-z0-9%][\\x{4e00}-\\x{9fff}]"));
        if (form.contains(unspaced))
            return "no space between Chinese and Latin: " + form;
        static const QRegularExpression word(QStringLiteral("(?<!%)\\b[A-Za-z]{2,}"));
        if (message.source.count(word) > 3 && !hasHan(form))
            return "left in English: " + form;
    }
    return {};
}

} // namespace

class TestTranslations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void faultsAreSeen_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("translation");
        QTest::addColumn<QString>("says");
        QTest::newRow("good") << "%1 of %2" << QString::fromUtf8("%2 中的 %1") << "";
        QTest::newRow("lost placeholder") << "%1 of %2" << QString::fromUtf8("共 %2") << "placeholders";
        QTest::newRow("other placeholder") << "%1 of %2" << "%1 / %3" << "placeholders";
        QTest::newRow("lost tag") << "<b>%1</b> ends" << QString::fromUtf8("%1 结束") << "placeholders";
        QTest::newRow("lost number") << "%n layers" << QString::fromUtf8("层") << "placeholders";
        QTest::newRow("lost dots") << QString::fromUtf8("Open…") << QString::fromUtf8("打开") << "dialog";
        QTest::newRow("half-width") << "Done." << QString::fromUtf8("已完成.") << "half-width";
        QTest::newRow("not spaced") << "Edit YAML" << QString::fromUtf8("编辑YAML") << "no space";
        QTest::newRow("not translated") << "The recipe is not complete" << "The recipe is not complete" << "English";
        QTest::newRow("a name") << "Arcee Fusion" << "Arcee Fusion" << "";
    }

    void faultsAreSeen()
    {
        QFETCH(QString, source);
        QFETCH(QString, translation);
        QFETCH(QString, says);
        const QString found = fault({"Test", source, {}, {}, {translation}}, "zh_CN");
        QVERIFY2(says.isEmpty() ? found.isEmpty() : found.contains(says), qPrintable(found));
    }

    void everyEntryIsTranslated_data()
    {
        QTest::addColumn<QString>("language");
        for (const QString& name : QDir(kFolder).entryList({"crucible_*.ts"}, QDir::Files))
            QTest::newRow(qPrintable(name)) << name.mid(9).chopped(3);
        QVERIFY(QFile::exists(kFolder + "crucible_zh_CN.ts"));
    }

    void everyEntryIsTranslated()
    {
        QFETCH(QString, language);
        const QList<Message> messages = readMessages(kFolder + "crucible_" + language + ".ts");
        QVERIFY(messages.size() > (language == "en" ? 5 : 500));
        QStringList faults;
        for (const Message& message : messages)
            if (const QString found = fault(message, language); !found.isEmpty())
                faults << message.key() + ": " + found;
        QVERIFY2(faults.isEmpty(), qPrintable("\n" + faults.join("\n")));
    }

    // A text that is looked up in a context in which none is marked would always stay English.
    void everyContextHasTexts()
    {
        static const QRegularExpression use(QStringLiteral("(?:translate|SchemaForm)\\(\"([A-Za-z]+)\""));
        QSet<QString> known;
        for (const Message& message : readMessages(kFolder + "crucible_zh_CN.ts"))
            known.insert(message.context);
        int uses = 0;
        QStringList unknown;
        for (const char* folder : {"app", "widgets"}) {
            QDirIterator it(kRoot + folder, {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
            while (it.hasNext()) {
                QFile file(it.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                for (auto match = use.globalMatch(QString::fromUtf8(file.readAll())); match.hasNext(); ++uses)
                    if (const QString context = match.next().captured(1); !known.contains(context))
                        unknown << file.fileName() + ": " + context;
            }
        }
        QVERIFY(uses > 3);
        QVERIFY2(unknown.isEmpty(), qPrintable(unknown.join("\n")));
    }

    void theCodeHasNoOtherStrings()
    {
        const QString program = lupdate();
        const QString shell = QStandardPaths::findExecutable("sh");
        if (program.isEmpty() || shell.isEmpty())
            QSKIP("lupdate of Qt is not installed: whether the translations have all strings of the code was not checked");
        QTemporaryDir folder;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LUPDATE", program);
        const QStringList files = QDir(kFolder).entryList({"crucible_*.ts"}, QDir::Files);
        for (const QString& name : files)
            QVERIFY(QFile::copy(kFolder + name, folder.filePath(name)));
        QProcess update;
        update.setProcessEnvironment(environment);
        update.start(shell, {kFolder + "update.sh", folder.path()});
        QVERIFY(update.waitForFinished());
        QVERIFY2(update.exitStatus() == QProcess::NormalExit && update.exitCode() == 0, update.readAllStandardError().constData());
        for (const QString& name : files) {
            const QStringList before = keysOf(readMessages(kFolder + name)), after = keysOf(readMessages(folder.filePath(name)));
            QStringList changed;
            for (const QString& key : after)
                if (!before.contains(key))
                    changed << "new: " + key;
            for (const QString& key : before)
                if (!after.contains(key))
                    changed << "gone: " + key;
            QVERIFY2(changed.isEmpty(), qPrintable(name + " is not up to date, run translations/update.sh:\n" + changed.join("\n")));
        }
    }

    // Each help page has its counterpart with the same headings and tables.
    void helpIsTranslated()
    {
        const QDir english(kRoot + "resources/help");
        const QStringList pages = english.entryList({"*.md"}, QDir::Files);
        QVERIFY(!pages.isEmpty());
        const auto outline = [](const QString& path) {
            QFile file(path);
            if (!file.open(QIODevice::ReadOnly))
                return QStringLiteral("missing");
            QString shape;
            for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n'))
                if (line.startsWith(u'#') || line.startsWith(u'|'))
                    shape += line.section(u' ', 0, 0) + u' ';
            return shape;
        };
        for (const QString& language : english.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const QString& page : pages)
                QCOMPARE(outline(english.filePath(language + u'/' + page)), outline(english.filePath(page)));
            QCOMPARE(QDir(english.filePath(language)).entryList({"*.md"}, QDir::Files), pages);
        }
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
