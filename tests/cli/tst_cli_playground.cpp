// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what the window sees of a playground worker: the events of every request in their order, that it stops at
// once in a long prompt as in a long answer, that a wrong request leaves it alive, and how it ends.
#include "cli_support.h"
#include "generate/tiny_model.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace crucible;
using namespace crucible::test;

namespace {

// A running worker.
class Worker {
public:
    Worker(const QString& folder, const QStringList& arguments)
    {
        m_process.setWorkingDirectory(folder);
        m_process.setProcessEnvironment(environmentIn(folder));
        m_process.start(programPath(), QStringList{"playground"} + arguments);
    }
    ~Worker()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    void send(const QByteArray& line)
    {
        m_process.write(line + "\n");
        m_process.waitForBytesWritten();
    }

    // The next event; null when none comes.
    Json next()
    {
        QElapsedTimer timer;
        timer.start();
        while (!m_process.canReadLine()) {
            if (timer.elapsed() > kPatienceMs ||
                (!m_process.waitForReadyRead(1000) && m_process.state() == QProcess::NotRunning &&
                 !m_process.canReadLine()))
                return {};
        }
        return parseJson(m_process.readLine().trimmed().toStdString(), "event");
    }

    // Up to the event of this name, which is the last.
    std::vector<Json> until(const std::string& name)
    {
        std::vector<Json> events;
        do {
            events.push_back(next());
        } while (!events.back().is_null() && events.back()["event"] != name && events.back()["event"] != "error");
        return events;
    }

    QProcess& process() { return m_process; }

private:
    QProcess m_process;
};

#ifdef Q_OS_LINUX
std::uint64_t addressSpaceOf(pid_t pid)
{
    return readAll(QStringLiteral("/proc/%1/statm").arg(pid)).split(' ').front().toULongLong() *
           static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void limitMemory(pid_t pid, rlim_t bytes)
{
    const rlimit limit{bytes, RLIM_INFINITY};
    if (prlimit(pid, RLIMIT_AS, &limit, nullptr) != 0)
        qFatal("no limit could be set");
}
#endif

} // namespace

class TestCliPlayground : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_temporary;
    QString folder() const { return m_temporary.path(); }

private Q_SLOTS:
    void initTestCase() { writeTinyModel(folder() + "/m"); }

    void answers()
    {
        Worker worker(folder(), {"m", "--threads", "1"});
        const std::vector<Json> loading = worker.until("ready");
        QVERIFY(loading.size() > 1 && loading.front()["event"] == "loading");
        const Json model = loading.back()["model"];
        QVERIFY(model["name"] == "m" && model["context"] == 64 && model["vocabulary"] == 160 &&
                model["has_template"] == true);

        worker.send(
            R"({"op": "generate", "id": 5, "prompt": "the end", "sampling": {"temperature": 0}, "max_tokens": 6, "alternatives": 2})");
        std::vector<Json> events = worker.until("finished");
        const Json first = events.back();
        std::string text;
        std::size_t tokens = 0;
        for (const Json& event : events) {
            QVERIFY(event["id"] == 5);
            if (event["event"] == "token") {
                ++tokens;
                text += event["text"].get<std::string>();
                QVERIFY(event["alternatives"].size() == 2 && event["logprob"].get<double>() <= 0 &&
                        event["entropy"].get<double>() > 0);
            }
        }
        QVERIFY(events.front()["event"] == "prompt" && events.front()["tokens"].get<int>() > 2);
        QCOMPARE(text, first["text"].get<std::string>());
        QVERIFY(first["reason"] == "length" && first["completion_tokens"] == tokens && first["reused_tokens"] == 0);

        // The same once more: the prompt is remembered, the text is the same.
        worker.send(
            R"({"op": "generate", "id": 6, "prompt": "the end", "sampling": {"temperature": 0}, "max_tokens": 6})");
        const Json second = worker.until("finished").back();
        QVERIFY(second["reused_tokens"].get<int>() > 0);
        QCOMPARE(second["text"].get<std::string>(), text);

        worker.send(
            R"({"op": "render", "id": 7, "messages": [{"role": "user", "content": "hé"}], "template": "chatml"})");
        const Json rendered = worker.until("rendered").back();
        const std::string whole = rendered["text"].get<std::string>();
        QVERIFY(whole.find("hé") != std::string::npos);
        QVERIFY(rendered["tokens"].back()["end"].get<std::size_t>() == whole.size());

        worker.send(R"({"op": "count", "id": 8, "text": "ab"})");
        QVERIFY(worker.until("counted").back()["tokens"] == 2);

        worker.send(R"({"op": "score", "id": 9, "text": "in the end", "alternatives": 1})");
        events = worker.until("scored");
        QVERIFY(!events.front().contains("logprob") && events[1]["alternatives"].size() == 1);
        QCOMPARE(events.back()["tokens"].get<std::size_t>() + 1, events.size());
        QVERIFY(events.back()["perplexity"].get<double>() > 1 && events.back()["bits_per_byte"].get<double>() > 0);

        worker.send("{\"op\": \"generate\", \"id\": 10, \"prompt\": \"x\", \"constraint\": {\"grammar\": \"root ::= "
                    "\\\"th\\\" [a-c]{2}\"}, \"seed\": 4}");
        const Json constrained = worker.until("finished").back();
        QVERIFY(constrained["reason"] == "grammar" && constrained["seed"] == 4);
        QVERIFY(QRegularExpression("^th[a-c]{2}$")
                    .match(QString::fromStdString(constrained["text"].get<std::string>()))
                    .hasMatch());

        worker.send(R"({"op": "quit"})");
        QVERIFY(worker.process().waitForFinished(kPatienceMs));
        QCOMPARE(worker.process().exitCode(), 0);
    }

    void livesOnAfterErrors_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("said");
        QTest::newRow("no JSON") << QByteArray("{") << "not valid JSON";
        QTest::newRow("no operation") << QByteArray(R"({"id": 1})") << "no operation";
        QTest::newRow("unknown operation") << QByteArray(R"({"op": "sing", "id": 1})") << "\"sing\"";
        QTest::newRow("no prompt") << QByteArray(R"({"op": "generate", "id": 1})") << "exactly one";
        QTest::newRow("settings") << QByteArray(
                                         R"({"op": "generate", "id": 1, "prompt": "a", "sampling": {"top_p": 7}})")
                                  << "top_p must be";
        QTest::newRow("too long") << QByteArray(R"({"op": "generate", "id": 1, "prompt": ")") + QByteArray(100, 'x') +
                                         QByteArray(R"("})")
                                  << "the context holds 64";
        QTest::newRow("ids") << QByteArray(R"({"op": "generate", "id": 1, "ids": [999]})") << "999";
        QTest::newRow("schema")
            << QByteArray(R"({"op": "generate", "id": 1, "prompt": "a", "constraint": {"json_schema": {"not": {}}}})")
            << "\"not\"";
        QTest::newRow("template")
            << QByteArray(
                   R"({"op": "render", "id": 1, "messages": [{"role": "a", "content": "b"}], "template_text": "{% if %}"})")
            << "template";
        QTest::newRow("bytes") << QByteArray("{\"op\": \"count\", \"id\": 1, \"text\": \"\xff\"}") << "JSON";
    }

    void livesOnAfterErrors()
    {
        QFETCH(const QByteArray, request);
        QFETCH(const QString, said);
        Worker worker(folder(), {"m"});
        worker.until("ready");
        worker.send(request);
        const Json event = worker.until("finished").back();
        QVERIFY(event["event"] == "error");
        QVERIFY2(
            QString::fromStdString(event["what"].get<std::string>() + event["where"].get<std::string>()).contains(said),
            event.dump().c_str());
        worker.send(R"({"op": "count", "id": 2, "text": "ab"})");
        QVERIFY(worker.until("counted").back()["id"] == 2);
    }

    // Long work, made so by asking for it again and again; the answer to "stop" comes at once.
    void stops_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("while it writes") << QByteArray(
            R"({"op": "generate", "id": 3, "prompt": "a", "sampling": {"logit_bias": {"2": "ban"}}, "max_tokens": 100000})");
        QTest::newRow("in a long prompt")
            << QByteArray(R"({"op": "generate", "id": 3, "prompt": ")") + QByteArray(20000, 'x') + QByteArray(R"("})");
        QTest::newRow("while it scores") << QByteArray(R"({"op": "score", "id": 3, "text": ")") +
                                                QByteArray(20000, 'x') + QByteArray(R"("})");
    }

    void stops()
    {
        QFETCH(const QByteArray, request);
        Worker worker(folder(), {"m", "--context", "200000", "--threads", "1"});
        worker.until("ready");
        worker.send(request);
        const Json first = worker.next();
        QVERIFY(first["id"] == 3);
        QTest::qWait(300); // well into it
        QElapsedTimer timer;
        timer.start();
        worker.send(R"({"op": "stop"})");
        Json last;
        do {
            last = worker.next();
        } while (!last.is_null() && last["event"] != "finished" && last["event"] != "scored");
        const qint64 took = timer.elapsed();
        QVERIFY(!last.is_null());
        QVERIFY(last["event"] == "scored" ? last["cancelled"] == true : last["reason"] == "cancelled");
        QVERIFY2(took < 1000, QByteArray::number(took).constData()); // 100 ms on a machine that does nothing else
        worker.send(R"({"op": "count", "id": 4, "text": "ab"})");
        QVERIFY(worker.until("counted").back()["id"] == 4);
    }

    void endsWithItsInput()
    {
        Worker worker(folder(), {"m", "--context", "100000"});
        worker.until("ready");
        worker.send(
            R"({"op": "generate", "id": 3, "prompt": "a", "sampling": {"logit_bias": {"2": "ban"}}, "max_tokens": 90000})");
        worker.next();
        worker.process().closeWriteChannel();
        QVERIFY(worker.process().waitForFinished(kPatienceMs));
        QCOMPARE(worker.process().exitCode(), 0);
        QVERIFY(worker.process().exitStatus() == QProcess::NormalExit);
    }

    void endsWhenToldByTheSystem()
    {
#ifdef Q_OS_WIN
        QSKIP("there are no such signals");
#endif
        Worker worker(folder(), {"m"});
        worker.until("ready");
        worker.process().terminate();
        QVERIFY(worker.process().waitForFinished(kPatienceMs));
        QCOMPARE(worker.process().exitCode(), 130);
    }

    void saysWhyItCanNotLoad()
    {
        writeText(folder() + "/broken/config.json", "{");
        for (const char* model : {"nowhere", "broken"}) {
            Worker worker(folder(), {model});
            const Json event = worker.until("failed").back();
            QVERIFY(event["event"] == "failed" && !event["what"].get<std::string>().empty());
            QVERIFY(worker.process().waitForFinished(kPatienceMs));
            QCOMPARE(worker.process().exitCode(), 2);
        }
    }

    void searchesWithBeams()
    {
        Worker worker(folder(), {"m", "--threads", "1"});
        worker.until("ready");
        worker.send(
            R"({"op": "generate", "id": 4, "prompt": "the", "num_beams": 3, "num_sequences": 2, "length_penalty": 0.5, "early_stopping": true, "max_tokens": 4})");
        const std::vector<Json> events = worker.until("finished");
        QCOMPARE(events.size(), std::size_t(5)); // four steps
        QVERIFY(events.front()["event"] == "searching" && events.front()["done"] == 1 && events.front()["most"] == 4);
        const Json finished = events.back();
        const Json sequences = finished["sequences"];
        QVERIFY(finished["event"] == "finished" && finished["id"] == 4 && sequences.size() == 2);
        QVERIFY(sequences[0]["score"].get<double>() >= sequences[1]["score"].get<double>());
        QVERIFY(finished["text"] == sequences[0]["text"] &&
                finished["completion_tokens"] == sequences[0]["ids"].size());
        // The same as in the shell.
        const Result shell = cli({"generate", "m", "--prompt", "the", "--num-beams", "3", "--num-sequences", "2",
                                  "--length-penalty", "0.5", "--early-stopping", "true", "--max-tokens", "4", "--json"},
                                 folder());
        const Json told = parseJson(shell.out.toStdString(), "output");
        QVERIFY(told == sequences);

        for (const char* wrong :
             {R"("num_beams": 0)", R"("num_beams": 2, "num_sequences": 3)",
              R"("num_beams": 2, "early_stopping": "soon")", R"("num_beams": 2, "length_penalty": "x")",
              R"("num_beams": 2, "sampling": {"top_k": 3})", R"("num_beams": 2, "stop": ["x"])", R"("num_beams": 5000)",
              R"("num_beams": -1)"}) {
            worker.send(QByteArray(R"({"op": "generate", "id": 5, "prompt": "the", )") + wrong + "}");
            const Json event = worker.until("finished").back();
            QVERIFY2(event["event"] == "error" && event["kind"] == "invalid-input", wrong);
        }
        worker.send(R"({"op": "count", "id": 6, "text": "ab"})");
        QVERIFY(worker.until("counted").back()["id"] == 6);
    }

    // What the window sees when the system takes the process away: whole lines, then an end that is no exit.
    void isKilledInTheMiddle()
    {
        Worker worker(folder(), {"m", "--context", "200000"});
        worker.until("ready");
        worker.send(
            R"({"op": "generate", "id": 3, "prompt": "a", "sampling": {"logit_bias": {"2": "ban"}}, "max_tokens": 100000})");
        for (int i = 0; i < 20; ++i)
            QVERIFY(worker.next()["id"] == 3);
        worker.process().kill();
        QVERIFY(worker.process().waitForFinished(kPatienceMs));
        QVERIFY(worker.process().exitStatus() == QProcess::CrashExit);
        while (worker.process().canReadLine())
            QVERIFY(worker.next()["id"] == 3);
    }

    void outlivesMemoryThatRunsOut_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("in the middle of an answer") << QByteArray(
            R"({"op": "generate", "id": 3, "prompt": "a", "sampling": {"logit_bias": {"2": "ban"}}, "max_tokens": 100000})");
        QTest::newRow("in a long prompt")
            << QByteArray(R"({"op": "generate", "id": 3, "prompt": ")") + QByteArray(60000, 'x') + QByteArray(R"("})");
        QTest::newRow("in a search") << QByteArray(
            R"({"op": "generate", "id": 3, "prompt": "a", "num_beams": 1000, "max_tokens": 300})");
        QTest::newRow("in the request") << QByteArray(R"({"op": "count", "id": 3, "text": ")") +
                                               QByteArray(40'000'000, 'x') + QByteArray(R"("})");
    }

    void outlivesMemoryThatRunsOut()
    {
#if !defined(Q_OS_LINUX) || defined(__SANITIZE_ADDRESS__)
        QSKIP("needs a limit of the address space");
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
        QSKIP("needs a limit of the address space");
#endif
#endif
        QFETCH(const QByteArray, request);
        Worker worker(folder(), {"m", "--context", "200000", "--threads", "1"});
        worker.until("ready");
        const auto pid = static_cast<pid_t>(worker.process().processId());
        limitMemory(pid, addressSpaceOf(pid) + 6'000'000);
        worker.send(request);
        Json event;
        do {
            event = worker.next();
        } while (!event.is_null() && event["event"] != "error" && event["event"] != "finished" &&
                 event["event"] != "counted");
        QVERIFY2(event["event"] == "error" && event["kind"] == "out-of-memory", event.dump().substr(0, 300).c_str());
        QVERIFY(!event["what"].get<std::string>().empty() && !event["remedy"].get<std::string>().empty());
        limitMemory(pid, RLIM_INFINITY);
        worker.send(R"({"op": "generate", "id": 4, "prompt": "the", "sampling": {"temperature": 0}, "max_tokens": 5})");
        const Json after = worker.until("finished").back();
        QVERIFY(after["id"] == 4 && after["completion_tokens"] == 5);
        const Json alone =
            parseJson(cli({"generate", "m", "--prompt", "the", "--greedy", "--max-tokens", "5", "--json"}, folder())
                          .out.toStdString(),
                      "output");
        QVERIFY(after["text"] == alone["text"]);
    }
};

QTEST_GUILESS_MAIN(TestCliPlayground)
#include "tst_cli_playground.moc"
