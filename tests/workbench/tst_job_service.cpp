// SPDX-License-Identifier: GPL-3.0-or-later
// The queue against a worker that speaks the real protocol: this program itself, called as `tst_job_service merge ...`,
// does what its recipe's one word says, through the same runJob() that crucible-cli uses.
#include "job/worker.h"
#include "jobs/job_service.h"
#include "jobs/project_service.h"
#include "settings.h"
#include "text.h"

#include "base/files.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

using namespace crucible;
using namespace crucible::workbench;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 20'000;

int fakeWorker(int argc, char* argv[])
{
    job::JobRequest request;
    request.kind = "merge";
    request.recipe = readFile(argv[2]);
    request.output = argv[3];
    for (int i = 4; i + 1 < argc; ++i) {
        if (std::strcmp(argv[i], "--project") == 0)
            request.project = argv[i + 1];
        if (std::strcmp(argv[i], "--run") == 0)
            request.runId = argv[i + 1];
    }
    const std::string word = request.recipe;
    try {
        job::runJob(request, [&](job::Job& job) -> Json {
            job.progress().stage("merge");
            job.progress().advance(1, 4, "tensors", "first");
            if (word == "crash")
                std::_Exit(9); // no farewell, as after a kill
            if (word == "fail")
                throw Error::invalid("the shapes disagree", "model.embed_tokens.weight", "merge models of one family");
            // "hang" works until it is told to stop.
            for (int i = 0; word == "hang" && i < 1000; ++i) {
                job.cancel().check();
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
            job.progress().advance(4, 4, "tensors", "last");
            return Json{{"tensors", 4}};
        });
    } catch (const Error&) {
        return 1;
    }
    return 0;
}

} // namespace

class TestJobService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<Settings>(m_folder->filePath(u"settings.ini"_s));
        openWindow();
    }
    void cleanup()
    {
        m_jobs.reset();
        m_project.reset();
    }

    // Each way in which a worker can end is told apart, in the window and in the project.
    void endIsToldApart_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("recorded");
        const auto row = [](const char* word, JobState state, project::RunStatus recorded) {
            QTest::newRow(word) << QString::fromLatin1(word) << int(state) << int(recorded);
        };
        row("finish", JobState::Done, project::RunStatus::Done);
        row("fail", JobState::Failed, project::RunStatus::Failed);
        row("crash", JobState::Interrupted, project::RunStatus::Interrupted);
    }
    void endIsToldApart()
    {
        QFETCH(QString, word);
        QFETCH(int, state);
        QFETCH(int, recorded);
        const QString id = submit(word);
        QTRY_COMPARE_WITH_TIMEOUT(int(m_jobs->find(id)->state), state, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(int(statusOf(id)), recorded, kPatienceMs);
        if (word == "fail"_L1)
            QVERIFY(m_jobs->find(id)->problem.contains("merge models of one family"_L1));
    }

    // One worker at a time, in the order of the queue, and one that fails does not stop the others.
    void queueGoesOnAfterFailure()
    {
        QSignalSpy ended(m_jobs.get(), &JobService::jobEnded);
        const QString first = submit(u"fail"_s), second = submit(u"finish"_s), third = submit(u"finish"_s);
        m_jobs->moveUp(third);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 3, kPatienceMs);
        QStringList order;
        for (const auto& arguments : ended)
            order << arguments.first().value<Job>().id;
        QCOMPARE(order, (QStringList{first, third, second}));
    }

    void cancelReachesTheWorker()
    {
        const QString id = submit(u"hang"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->find(id)->state, JobState::Running, kPatienceMs);
        m_jobs->cancel(id);
        QCOMPARE(m_jobs->find(id)->state, JobState::Stopping);
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->find(id)->state, JobState::Cancelled, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(int(statusOf(id)), int(project::RunStatus::Cancelled), kPatienceMs);
    }

    // Closing the window does not end the worker; a window opened later finds it at work and follows it to its end.
    void windowComesBackToTheRunningJob()
    {
        const QString id = submit(u"hang"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->find(id)->state, JobState::Running, kPatienceMs);
        cleanup();
        openWindow();
        QVERIFY(m_jobs->find(id).has_value());
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->find(id)->total, quint64(4), kPatienceMs);
        QCOMPARE(m_jobs->find(id)->state, JobState::Running);
        m_jobs->cancel(id);
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->find(id)->state, JobState::Cancelled, kPatienceMs);
    }

    // A queue outlives the window too, and a job taken from it never starts.
    void removedJobNeverStarts()
    {
        const QString working = submit(u"hang"_s), waiting = submit(u"finish"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->find(working)->state, JobState::Running, kPatienceMs);
        m_jobs->removeFromQueue(waiting);
        QTRY_COMPARE_WITH_TIMEOUT(int(statusOf(waiting)), int(project::RunStatus::Cancelled), kPatienceMs);
        m_jobs->cancel(working);
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->activeCount(), 0, kPatienceMs);
        QCOMPARE(int(statusOf(waiting)), int(project::RunStatus::Cancelled));
    }

    void missingWorkerIsSaid()
    {
        m_jobs->setWorker(m_folder->filePath(u"no-such-program"_s));
        const QString id = submit(u"finish"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_jobs->find(id)->state, JobState::Failed, kPatienceMs);
        QVERIFY(m_jobs->find(id)->problem.contains("no-such-program"_L1));
        QTRY_COMPARE_WITH_TIMEOUT(int(statusOf(id)), int(project::RunStatus::Failed), kPatienceMs);
    }

private:
    void openWindow()
    {
        m_project = std::make_unique<ProjectService>(*m_settings);
        m_jobs = std::make_unique<JobService>(*m_project, *m_settings);
        m_jobs->setWorker(QCoreApplication::applicationFilePath());
        const auto error = m_project->create(m_folder->filePath(u"project"_s));
        QVERIFY2(!error, error ? error->what() : "");
    }
    QString submit(const QString& word)
    {
        JobRequest request;
        request.kind = u"merge"_s;
        request.name = word;
        request.recipe = word;
        request.recipeFormat = u"mergekit-yaml"_s;
        request.output = m_folder->filePath(u"out"_s);
        return m_jobs->submit(request).value_or(QString());
    }
    project::RunStatus statusOf(const QString& id)
    {
        return m_project->with([&](project::Project& project) { return project.run(toStd(id))->status; }).value();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<ProjectService> m_project;
    std::unique_ptr<JobService> m_jobs;
};

int main(int argc, char* argv[])
{
    if (argc > 3 && std::strcmp(argv[1], "merge") == 0)
        return fakeWorker(argc, argv);
    QApplication app(argc, argv);
    TestJobService test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_job_service.moc"
