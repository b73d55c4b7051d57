// SPDX-License-Identifier: GPL-3.0-or-later
// Events and control words survive the way through their files, whatever the other side has written so far.
#include "job/events.h"
#include "job/run_folder.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace crucible;
using namespace crucible::job;

namespace {

void append(const std::filesystem::path& file, const char* text)
{
    QFile stream(QString::fromStdString(file.string()));
    QVERIFY(stream.open(QIODevice::Append));
    stream.write(text);
}

} // namespace

class TestEvents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyEventReadsBack()
    {
        const EventBody bodies[] = {Started{"id", "merge", "n", 7, "t", "0.1"}, PlanReady{Json{{"a", 1}}}, StageBegan{"merge"},
                                    Progressed{3, 9, "tensors", "x", 10, 20, 1.5, -1, 0.4}, Measured{"loss", 2, 0.5},
                                    Logged{LogLevel::Warning, "careful"}, ArtifactMade{"model", "/out"},
                                    CheckpointSaved{"/c"}, PausedNow{}, ResumedNow{}, Finished{2.5, Json{{"ok", true}}},
                                    Failed{"io", "no", "there", "try"},
                                    Failed{"io", {"no %1", Sentence("%1 left", 3)}, "there", {"try %1", "b"}}, CancelledNow{}};
        for (const EventBody& body : bodies) {
            const std::string line = toLine({12.25, body});
            QVERIFY(line.find('\n') == std::string::npos);
            const std::optional<Event> event = parseEvent(line);
            QVERIFY(event.has_value());
            QCOMPARE(event->body.index(), body.index());
            QCOMPARE(event->time, 12.25);
            QCOMPARE(toLine(*event), line);
        }
    }

    // A window in another language says what a worker said.
    void errorsKeepWhatTheyWereMadeFrom()
    {
        const std::optional<Event> event = parseEvent(toLine({0, Failed{"io", {"no %1", Sentence("%1 left", 3)}, {}, "try"}}));
        const Failed& failed = std::get<Failed>(event->body);
        QCOMPARE(failed.message.text(), std::string("no 3 left"));
        QCOMPARE(failed.message.pattern(), std::string("no %1"));
        QCOMPARE(failed.message.arguments().at(0).pattern(), std::string("%1 left"));
        QCOMPARE(failed.hint.text(), std::string("try"));
        const std::optional<Event> older = parseEvent(R"({"event":"failed","message":"no room","message_said":5})");
        QCOMPARE(std::get<Failed>(older->body).message.text(), std::string("no room"));
    }

    void strangeValuesDoNotBreakTheLine()
    {
        QVERIFY(parseEvent(toLine({0, Logged{LogLevel::Info, "bad \xff bytes\nand lines"}})).has_value());
        const std::optional<Event> event = parseEvent(toLine({0, Measured{"loss", 1, std::nan("")}}));
        QVERIFY(std::isnan(std::get<Measured>(event->body).value));
        QVERIFY(!parseEvent(R"({"event":"of the future","x":1})").has_value());
        QVERIFY_THROWS_EXCEPTION(Error, parseEvent("not json"));
        QVERIFY_THROWS_EXCEPTION(Error, parseEvent("[1]"));
    }

    void halfALineWaitsForItsEnd()
    {
        QTemporaryDir dir;
        const std::filesystem::path file = dir.filePath("events.jsonl").toStdString();
        EventReader reader(file);
        QVERIFY(reader.poll().empty());
        append(file, "{\"event\":\"paused\"}\n{\"event\":\"resu");
        QCOMPARE(reader.poll().size(), std::size_t(1));
        append(file, "med\"}\ngarbage\n");
        QCOMPARE(reader.poll().size(), std::size_t(1));
        QCOMPARE(reader.damagedLines(), std::size_t(1));
    }

    void controlWordsArriveOnce()
    {
        QTemporaryDir dir;
        const RunFolder folder(std::filesystem::path(dir.path().toStdString()) / "run");
        folder.create();
        ControlReader reader(folder.controlFile());
        QVERIFY(reader.poll().empty());
        folder.send(ControlWord::Pause);
        append(folder.controlFile(), "nonsense\ncan");
        QCOMPARE(reader.poll(), std::vector{ControlWord::Pause});
        append(folder.controlFile(), "cel\n");
        QCOMPARE(reader.poll(), std::vector{ControlWord::Cancel});
        QVERIFY(reader.poll().empty());
    }

    void heartbeatReadsBackOrIsAbsent()
    {
        QTemporaryDir dir;
        const RunFolder folder(std::filesystem::path(dir.path().toStdString()) / "run");
        folder.create();
        QVERIFY(!folder.readHeartbeat());
        folder.writeHeartbeat({42, "token", "host", 1.5, 10, 20});
        QCOMPARE(folder.readHeartbeat()->pid, std::int64_t(42));
        QCOMPARE(folder.readHeartbeat()->availableMemory, std::uint64_t(20));
        append(folder.heartbeatFile(), "damage");
        QVERIFY(!folder.readHeartbeat());
    }
};

QTEST_GUILESS_MAIN(TestEvents)
#include "tst_events.moc"
