// SPDX-License-Identifier: GPL-3.0-or-later
// A job tells what happens in order, obeys, and leaves a true record, however it ends.
#include "job/events.h"
#include "job/run_folder.h"
#include "job/worker.h"
#include "project/project.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <new>
#include <stdexcept>
#include <thread>

using namespace crucible;
using namespace crucible::job;

namespace fs = std::filesystem;

class TestWorker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_lines.clear();
    }

    void eventsAreInOrder()
    {
        const Json result = runJob(request(false), [](Job& job) {
            job.setPlan(Json{{"steps", 2}});
            job.progress().stage("merge");
            job.progress().advance(1, 2, "tensors", "a");
            job.progress().metric("loss", 1, 0.5);
            job.progress().log(LogLevel::Warning, "careful");
            job.progress().advance(2, 2, "tensors", "b");
            return Json{{"tensors", 2}};
        });
        QVERIFY(result == (Json{{"tensors", 2}}));
        const std::vector<Event> events = told();
        QVERIFY(std::holds_alternative<Started>(events.front().body));
        QCOMPARE(std::get<Started>(events.front().body).name, std::string("out"));
        QVERIFY(std::holds_alternative<Finished>(events.back().body));
        QCOMPARE(countOf<PlanReady>(events), 1);
        QCOMPARE(countOf<StageBegan>(events), 1);
        QCOMPARE(countOf<Logged>(events), 1);
        const Progressed& last = lastOf<Progressed>(events);
        QCOMPARE(last.done, std::uint64_t(2));
        QCOMPARE(last.item, std::string("b"));
    }

    void endings_data()
    {
        QTest::addColumn<int>("ending");
        QTest::addColumn<QString>("status");
        QTest::addColumn<QString>("kind");
        QTest::newRow("error") << 0 << "failed" << QString::fromStdString(std::string(toString(ErrorKind::CorruptFile)));
        QTest::newRow("memory") << 1 << "failed" << QString::fromStdString(std::string(toString(ErrorKind::OutOfMemory)));
        QTest::newRow("defect") << 2 << "failed" << QString::fromStdString(std::string(toString(ErrorKind::Internal)));
        QTest::newRow("something else") << 3 << "failed" << QString::fromStdString(std::string(toString(ErrorKind::Internal)));
        QTest::newRow("cancel") << 4 << "cancelled" << QString();
    }

    void endings()
    {
        QFETCH(int, ending);
        QFETCH(QString, status);
        QFETCH(QString, kind);
        JobRequest asked = request(true);
        const auto work = [&](Job&) -> Json {
            switch (ending) {
            case 0: throw Error::corrupt("file", "it is damaged", "fetch it again");
            case 1: throw std::bad_alloc();
            case 2: throw std::logic_error("never");
            case 3: throw 5;
            default: asked.cancel.request(); asked.cancel.check();
            }
            return {};
        };
        QVERIFY_THROWS_EXCEPTION(Error, runJob(asked, work));
        const std::vector<Event> events = told();
        QVERIFY(events.back().isLast());
        project::Project project = project::Project::open(projectFolder());
        const project::RunSummary run = project.runs().at(0);
        QCOMPARE(QString::fromStdString(std::string(project::toString(run.status))), status);
        QCOMPARE(QString::fromStdString(run.error.kind), kind);
        if (ending == 0)
            QCOMPARE(std::get<Failed>(events.back().body).hint.text(), std::string("fetch it again"));
        QCOMPARE(std::holds_alternative<CancelledNow>(events.back().body), ending == 4);
        QVERIFY(project.reconcile().empty());
    }

    // What was done between the first sample and the end of a short job is in its curves.
    void shortJobHasCurves()
    {
        runJob(request(true), [&](Job& job) {
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
            job.progress().transferred(100, 50);
            job.progress().advance(7, 7, "tensors", "w");
            return Json{};
        });
        project::Project project = project::Project::open(projectFolder());
        const std::string id = project.runs().at(0).id;
        QVERIFY(project.metrics(id, "memory_bytes").size() >= 2);
        QVERIFY(!project.metrics(id, "bytes_per_second").empty());
        QCOMPARE(project.metrics(id, "tensors").back().value, 7.0);
    }

    void recordIsWhole()
    {
        const fs::path made = root() / "out";
        fs::create_directories(made);
        std::ofstream(made / "weights") << "12345";
        runJob(request(true), [&](Job& job) {
            job.addInput({"base", "a", root() / "a", "f1"});
            job.progress().stage("merge");
            job.progress().transferred(100, 50);
            job.progress().advance(1, 1, "tensors", "w");
            job.progress().artifact("model", made);
            job.addArtifact("model", made, "f2");
            return Json{{"tensors", 1}};
        });
        const project::Project project = project::Project::open(projectFolder());
        const project::RunSummary summary = project.runs().at(0);
        QCOMPARE(summary.progress, 1.0);
        QCOMPARE(project.inputs(summary.id).at(0).fingerprint, std::string("f1"));
        const std::vector<project::Artifact> artifacts = project.artifacts(summary.id);
        QCOMPARE(artifacts.size(), std::size_t(1));
        QCOMPARE(artifacts[0].fingerprint, std::string("f2"));
        QCOMPARE(artifacts[0].bytes, std::uint64_t(5));
        QCOMPARE(countOf<ArtifactMade>(told()), 1); // told once, though known twice
        QCOMPARE(project.run(summary.id)->result, std::string(R"({"tensors":1})"));
        // The run's folder tells the same as the listener heard.
        EventReader reader(RunFolder(project.runFolder(summary.id)).eventsFile());
        QCOMPARE(reader.poll().size(), m_lines.size());
        const project::LineageGraph graph = project.lineageOfRun(summary.id);
        QCOMPARE(graph.nodes.size(), std::size_t(3));
        QCOMPARE(graph.edges.size(), std::size_t(2));
    }

    void queuedRunIsTakenOnce()
    {
        project::Project project = project::Project::openOrCreate(projectFolder());
        project::NewRun waiting;
        waiting.kind = "merge";
        waiting.recipe = "old";
        const std::string id = project.createRun(waiting);
        JobRequest asked = request(true);
        asked.runId = id;
        runJob(asked, [&](Job& job) {
            if (job.runId() != id)
                throw Error::invalid("another run");
            return Json();
        });
        QCOMPARE(project.run(id)->recipe, std::string("the recipe"));
        QVERIFY(project.run(id)->status == project::RunStatus::Done);
        bool worked = false;
        QVERIFY_THROWS_EXCEPTION(Error, runJob(asked, [&](Job&) { worked = true; return Json(); }));
        QVERIFY(!worked);
        asked.runId = "nothing";
        QVERIFY_THROWS_EXCEPTION(Error, runJob(asked, [&](Job&) { return Json(); }));
    }

    void pauseHoldsTheWork()
    {
        std::atomic<int> steps{0};
        std::atomic<bool> leave{false};
        std::thread worker([&] {
            runJob(request(true), [&](Job& job) {
                job.progress().stage("merge");
                while (!leave) {
                    job.progress().advance(std::uint64_t(++steps), 1'000'000, "tensors", "t");
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
                return Json();
            });
        });
        QTRY_VERIFY(steps > 0);
        project::Project project = project::Project::open(projectFolder());
        const std::string id = project.runs().at(0).id;
        const RunFolder folder(project.runFolder(id));
        folder.send(ControlWord::Pause);
        QTRY_VERIFY(project.run(id)->status == project::RunStatus::Paused);
        const int held = steps;
        QTest::qWait(300);
        const int still = steps;
        QVERIFY(folder.readHeartbeat().has_value());
        folder.send(ControlWord::Resume);
        QTRY_VERIFY(steps > still);
        QTRY_VERIFY(project.run(id)->status == project::RunStatus::Running);
        leave = true;
        worker.join();
        QVERIFY(still <= held + 1);
        QVERIFY(project.run(id)->status == project::RunStatus::Done);
    }

    // Trouble with recording is told and never ends the work.
    void lostRecordIsAWarning()
    {
        const Json result = runJob(request(true), [&](Job& job) {
            // The heartbeat may write into the folder in the middle of it.
            for (std::error_code failed; fs::exists(projectFolder());)
                fs::remove_all(projectFolder(), failed);
            job.progress().stage("merge");
            return Json{{"done", true}};
        });
        QVERIFY(result.at("done").get<bool>());
        QVERIFY(std::holds_alternative<Finished>(told().back().body));
    }

private:
    fs::path root() const { return m_dir->path().toStdString(); }
    fs::path projectFolder() const { return root() / "project"; }

    JobRequest request(bool recorded)
    {
        JobRequest request;
        request.kind = "merge";
        request.recipe = "the recipe";
        request.recipeFormat = "mergekit-yaml";
        request.output = root() / "out";
        if (recorded)
            request.project = projectFolder();
        request.onEvent = [this](std::string_view line) { m_lines.emplace_back(line); };
        return request;
    }

    std::vector<Event> told() const
    {
        std::vector<Event> events;
        for (const std::string& line : m_lines)
            events.push_back(parseEvent(line).value());
        return events;
    }

    template<class Body>
    static int countOf(const std::vector<Event>& events)
    {
        return static_cast<int>(std::count_if(events.begin(), events.end(), [](const Event& event) { return std::holds_alternative<Body>(event.body); }));
    }

    template<class Body>
    static const Body& lastOf(const std::vector<Event>& events)
    {
        const auto found = std::find_if(events.rbegin(), events.rend(), [](const Event& event) { return std::holds_alternative<Body>(event.body); });
        if (found == events.rend())
            qFatal("no such event");
        return std::get<Body>(found->body);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::vector<std::string> m_lines;
};

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
