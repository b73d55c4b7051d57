// SPDX-License-Identifier: GPL-3.0-or-later
// Merges that are stopped, paused and killed: an output is whole or not there, and the next attempt goes on.
#include "cli_support.h"

#include "job/run_folder.h"

#include <QElapsedTimer>
#include <QTest>

#include <chrono>
#include <functional>
#include <thread>

#ifndef _WIN32
#include <signal.h>
#endif

using namespace crucible;
using namespace crucible::test;
using namespace Qt::StringLiterals;

namespace {

// A second on an idle machine; tests share theirs.
constexpr int kSoonMs = 3000;

bool waitUntil(const std::function<bool()>& holds, int patienceMs = 20'000)
{
    QElapsedTimer timer;
    timer.start();
    while (!holds()) {
        if (timer.elapsed() > patienceMs)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

} // namespace

class TestCliInterruption : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Result made = cli({u"sample"_s, u"."_s}, m_dir.path());
        QVERIFY2(made.status == 0, made.err.constData());
        const Result merged = cli(mergeTo(u"whole"_s), m_dir.path());
        QVERIFY2(merged.status == 0, merged.err.constData());
        m_expected = weightsOf(path(u"whole"_s));
        QVERIFY(shardsIn(u"whole"_s) > 20);

        // One model stacked on itself, a tensor per shard: thousands of files that are flushed one by one, so that there is
        // time to speak to the worker while it works.
        QFile tall(path(u"tall.yaml"_s));
        QVERIFY(tall.open(QIODevice::WriteOnly));
        tall.write("merge_method: passthrough\nslices:\n");
        for (int i = 0; i < 60; ++i)
            tall.write("  - sources: [{model: models/sample-writer, layer_range: [0, 8]}]\n");
    }

    void signalsCancel_data()
    {
        QTest::addColumn<int>("number");
        QTest::newRow("Ctrl+C") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
    }

    // Inside one large tensor, too: nobody waits for it to be done.
    void signalsCancel()
    {
        QFETCH(int, number);
        constexpr std::int64_t kRows = 24'000'000; // 96 MB in float32
        writeModel(path(u"large-a"_s), 1, {{"model.embed_tokens.weight", {kRows, 1}}, {"model.norm.weight", {4}}});
        writeModel(path(u"large-b"_s), 2, {{"model.embed_tokens.weight", {kRows, 1}}, {"model.norm.weight", {4}}});
        writeText(path(u"large.yaml"_s), "models:\n  - model: large-a\n  - model: large-b\nmerge_method: karcher\n"
                                         "parameters: {max_iter: 100000, tol: 1.0e-300}\ndtype: float32\n");
        const QStringList before = contentOf(m_dir.path());
        QProcess process;
        start(process, {u"merge"_s, u"large.yaml"_s, u"new/large"_s, u"--events"_s, u"--threads"_s, u"1"_s});
        QByteArray out;
        QVERIFY(waitUntil([&] {
            process.waitForReadyRead(5);
            out += process.readAllStandardOutput();
            return out.contains(R"("name":"merge")") || process.state() == QProcess::NotRunning;
        }));
        QElapsedTimer timer;
        timer.start();
        ::kill(static_cast<pid_t>(process.processId()), number);
        const Result result = resultOf(process);
        QVERIFY2(timer.elapsed() < kSoonMs, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(!result.crashed);
        QVERIFY2(result.status == 130, result.err.constData());
        QVERIFY2(result.err.endsWith("\ncancelled\n") && !result.err.contains("error:"), result.err.constData());
        QVERIFY((out + result.out).trimmed().split('\n').back().contains(R"("event":"cancelled")"));
        QCOMPARE(contentOf(m_dir.path()), before);
    }

    void cancelledMergeGoesOn()
    {
        QProcess process;
        start(process, mergeTo(u"stopped"_s));
        QVERIFY(waitUntil([&] { return shardsIn(u"stopped.partial"_s) >= 3 || process.waitForFinished(0); }));
        process.terminate();
        const Result result = resultOf(process);
        QVERIFY2(result.status == 130, result.err.constData());
        QVERIFY(!QFile::exists(path(u"stopped"_s)));
        QVERIFY(QDir(path(u"stopped.partial"_s)).entryList({u"*.tmp"_s}).isEmpty());
        goesOn(u"stopped"_s);
    }

    // At any moment: before the first shard, between two, in the end.
    void killedMergeGoesOn()
    {
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(cli(mergeTo(u"timed"_s), m_dir.path()).status, 0);
        const qint64 whole = timer.elapsed();
        constexpr int kRounds = 14;
        int killed = 0;
        for (int round = 0; round < kRounds; ++round) {
            const QString out = u"killed-%1"_s.arg(round);
            QProcess process;
            start(process, mergeTo(out) << u"--project"_s << u"project"_s);
            QVERIFY(process.waitForStarted());
            process.waitForFinished(int(whole * (round + 1) / kRounds));
            process.kill();
            const Result result = resultOf(process);
            const bool finished = !result.crashed;
            killed += finished ? 0 : 1;
            if (QFile::exists(path(out)))
                QVERIFY2(weightsOf(path(out)) == m_expected, qPrintable(out));
            else
                QVERIFY2(!finished, result.err.constData());
            if (!finished && !QFile::exists(path(out)))
                goesOn(out);
        }
        QVERIFY(killed > kRounds / 2);
        // What had come so far as to be recorded is shown as interrupted; nothing is said to be at work.
        const Json runs = parseJson(cli({u"runs"_s, u"--project"_s, u"project"_s, u"--json"_s}, m_dir.path()).out.toStdString(), "runs");
        int interrupted = 0;
        for (const Json& run : runs) {
            const std::string status = run.at("status");
            QVERIFY2(status == "interrupted" || status == "done", status.c_str());
            interrupted += status == "interrupted" ? 1 : 0;
        }
        QVERIFY(interrupted > 0 && interrupted <= killed);
    }

    // A different recipe, or a shard that changed, is not gone on with.
    void otherMergeStartsAnew()
    {
        QDir().mkpath(path(u"anew.partial"_s));
        writeText(path(u"anew.partial/crucible-resume.json"_s), R"({"key":"of something else"})");
        writeText(path(u"anew.partial/model-00001-of-00030.safetensors"_s), "rubbish");
        const Result result = cli(mergeTo(u"anew"_s), m_dir.path());
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY(!result.out.contains("earlier attempt"));
        QVERIFY(weightsOf(path(u"anew"_s)) == m_expected);
        QVERIFY(!QFile::exists(path(u"anew.partial"_s)));
    }

    void controlFilePausesAndCancels()
    {
        QProcess process;
        start(process, tallMergeTo(u"steered"_s) << u"--project"_s << u"steered-project"_s << u"--events"_s);
        const QString runs = path(u"steered-project/runs"_s);
        QVERIFY(waitUntil([&] { return !QDir(runs).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty(); }));
        const QString id = QDir(runs).entryList(QDir::Dirs | QDir::NoDotAndDotDot).front();
        QVERIFY(waitUntil([&] { return QFile::exists(runs + u'/' + id + u"/control"_s); }));
        const job::RunFolder folder((runs + u'/' + id).toStdString());
        const auto told = [&](const QByteArray& event) {
            process.waitForFinished(0); // takes what it says on stdout, which it would wait for somebody to do
            return readAll(runs + u'/' + id + u"/events.jsonl"_s).contains("\"event\":\"" + event + '"');
        };
        folder.send(job::ControlWord::Pause);
        QVERIFY(waitUntil([&] { return told("paused") || process.waitForFinished(0); }));
        QVERIFY(process.state() == QProcess::Running);
        // Work in hand may end; then nothing moves.
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        const int shards = shardsIn(u"steered.partial"_s);
        QVERIFY(waitUntil([&] { return statusOf(id) == "paused"; }));
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        QCOMPARE(shardsIn(u"steered.partial"_s), shards);
        folder.send(job::ControlWord::Resume);
        QVERIFY(waitUntil([&] { return told("resumed") && shardsIn(u"steered.partial"_s) > shards; }));
        folder.send(job::ControlWord::Pause);
        folder.send(job::ControlWord::Cancel); // is heard while paused
        const Result result = resultOf(process);
        QVERIFY2(result.status == 130, result.err.constData());
        QCOMPARE(statusOf(id), std::string("cancelled"));
        QVERIFY(!QFile::exists(path(u"steered"_s)));
        QVERIFY(shardsIn(u"steered.partial"_s) >= shards); // for the next attempt
    }

    void runsCommandSteers()
    {
        QProcess process;
        start(process, tallMergeTo(u"asked"_s) << u"--project"_s << u"steered-project"_s << u"--name"_s << u"asked"_s);
        QVERIFY(waitUntil([&] { return QFile::exists(path(u"asked.partial"_s)) || process.waitForFinished(0); }));
        const Result asked = cli({u"runs"_s, u"cancel"_s, u"asked"_s, u"--project"_s, u"steered-project"_s}, m_dir.path());
        QVERIFY2(asked.status == 0, asked.err.constData());
        const Result result = resultOf(process);
        QVERIFY2(result.status == 130, result.err.constData());
        QVERIFY(!QFile::exists(path(u"asked"_s)));
    }

private:
    QString path(const QString& name) const { return m_dir.filePath(name); }

    static QStringList mergeTo(const QString& out)
    {
        return {u"merge"_s, u"dare-ties.yaml"_s, out, u"--out-shard-size"_s, u"270K"_s, u"--random-seed"_s, u"3"_s, u"--threads"_s, u"2"_s};
    }

    static QStringList tallMergeTo(const QString& out)
    {
        return {u"merge"_s, u"tall.yaml"_s, out, u"--out-shard-size"_s, u"1"_s, u"--threads"_s, u"2"_s};
    }

    void start(QProcess& process, const QStringList& arguments) const
    {
        process.setWorkingDirectory(m_dir.path());
        process.setProcessEnvironment(environmentIn(m_dir.path()));
        process.start(programPath(), arguments);
    }

    int shardsIn(const QString& folder) const
    {
        return static_cast<int>(QDir(path(folder)).entryList({u"*.safetensors"_s}, QDir::Files).size());
    }

    std::string statusOf(const QString& id) const
    {
        const Result result = cli({u"runs"_s, u"show"_s, id, u"--project"_s, u"steered-project"_s, u"--json"_s}, m_dir.path());
        return result.status == 0 ? parseJson(result.out.toStdString(), "run").at("status").get<std::string>() : std::string();
    }

    // The same command again keeps what is finished and ends with the same bytes.
    void goesOn(const QString& out)
    {
        const int finished = shardsIn(out + u".partial"_s);
        const Result result = cli(mergeTo(out) << u"--json"_s, m_dir.path());
        QVERIFY2(result.status == 0, result.err.constData());
        const Json json = parseJson(result.out.toStdString(), "merge");
        QVERIFY(json.at("resumed_shards") == Json(finished));
        QVERIFY(weightsOf(path(out)) == m_expected);
        QVERIFY(!QFile::exists(path(out + u".partial"_s)));
        QVERIFY(!QFile::exists(path(out + u"/crucible-resume.json"_s)));
    }

    QTemporaryDir m_dir;
    QByteArray m_expected;
};

QTEST_GUILESS_MAIN(TestCliInterruption)
#include "tst_cli_interruption.moc"
