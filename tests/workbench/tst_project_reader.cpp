// SPDX-License-Identifier: GPL-3.0-or-later
// The window never waits for the database: reads happen elsewhere, only the newest question waits, and answers of a project
// that was closed are dropped.
#include "jobs/project_reader.h"
#include "settings.h"
#include "text.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace crucible;
using namespace crucible::workbench;
using namespace Qt::StringLiterals;

class TestProjectReader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<Settings>(m_folder->filePath(u"settings.ini"_s));
        m_project = std::make_unique<ProjectService>(*m_settings);
        QVERIFY(!m_project->create(m_folder->filePath(u"study"_s)));
        m_reader = std::make_unique<ProjectReader>(*m_project);
    }
    void cleanup()
    {
        m_reader.reset();
        m_project.reset();
    }

    void readsElsewhereAndAnswersHere()
    {
        m_project->with([](project::Project& project) {
            project::NewRun run;
            run.kind = "merge";
            run.name = "first";
            project.createRun(run);
        });
        QThread* readIn = nullptr;
        QThread* answeredIn = nullptr;
        std::size_t runs = 0;
        m_reader->read(
            [&](project::Project& project) {
                readIn = QThread::currentThread();
                return project.runs();
            },
            [&](const std::vector<project::RunSummary>& found) {
                answeredIn = QThread::currentThread();
                runs = found.size();
            });
        QVERIFY(m_reader->isBusy());
        QTRY_COMPARE(runs, std::size_t(1));
        QVERIFY(readIn != QThread::currentThread());
        QCOMPARE(answeredIn, QThread::currentThread());
        QVERIFY(!m_reader->isBusy());
    }

    // While the first is answered three more are asked: of these only the last is.
    void onlyTheNewestQuestionWaits()
    {
        QSemaphore gate;
        QList<int> answers;
        const auto ask = [&](int number) {
            m_reader->read(
                [&gate, number](project::Project&) {
                    gate.acquire();
                    return number;
                },
                [&answers](int answer) { answers << answer; });
        };
        for (int number = 1; number <= 4; ++number)
            ask(number);
        gate.release(4);
        QTRY_COMPARE(answers, (QList<int>{1, 4}));
    }

    void answersOfAClosedProjectAreDropped()
    {
        QSemaphore gate;
        bool answered = false;
        m_reader->read(
            [&gate](project::Project&) {
                gate.acquire();
                return 1;
            },
            [&answered](int) { answered = true; });
        m_project->close();
        gate.release();
        QTest::qWait(50);
        QVERIFY(!answered);
        QVERIFY(!m_reader->isBusy());
    }

    void errorsAreTold()
    {
        QSignalSpy told(m_project.get(), &ProjectService::failed);
        bool answered = false;
        m_reader->read([](project::Project& project) { return project.findRun("nothing"); },
                       [&answered](const project::Run&) { answered = true; });
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(!answered);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<ProjectService> m_project;
    std::unique_ptr<ProjectReader> m_reader;
};

QTEST_GUILESS_MAIN(TestProjectReader)
#include "tst_project_reader.moc"
