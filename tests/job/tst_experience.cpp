// SPDX-License-Identifier: GPL-3.0-or-later
// Estimates learn from what earlier merges of the project took, and from nothing that would mislead.
#include "base/json.h"
#include "base/platform.h"
#include "job/experience.h"

#include <QTemporaryDir>
#include <QTest>

using namespace crucible;

namespace {

struct Past {
    double expected = 0;
    double taken = 0;
    int resumed = 0;
    std::string host = platform::hostName();
    std::string kind = "merge";
};

merge::Experience experienceOf(const std::vector<Past>& runs)
{
    const QTemporaryDir folder;
    project::Project project = project::Project::openOrCreate(folder.filePath(QStringLiteral("p")).toStdString());
    for (const Past& past : runs) {
        project::NewRun run;
        run.kind = past.kind;
        run.name = "one of several";
        const std::string id = project.createRun(run);
        project.markStarted(id, 1, "token", past.host, "0.1");
        project.setPlan(id, toJsonText(Json{{"costs", {{"seconds_alone", past.expected}}}}));
        project.markFinished(id, project::RunStatus::Done, {},
                             toJsonText(Json{{"seconds", past.taken}, {"resumed_shards", past.resumed}}));
    }
    return job::mergeExperience(project);
}

} // namespace

class TestExperience : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsChangedWithoutRuns()
    {
        const merge::Experience none = experienceOf({});
        QCOMPARE(none.factor, 1.0);
        QCOMPARE(none.runs, 0);
        QCOMPARE(none.spread, merge::Experience().spread);
    }

    void theMiddleOfTheRatiosIsTaken()
    {
        const merge::Experience learned = experienceOf({{1, 2}, {10, 22}, {4, 8.4}, {1, 50}, {2, 4.2}});
        QCOMPARE(learned.factor, 2.1);
        QCOMPARE(learned.runs, 5);
        QVERIFY(learned.spread >= 0.15 && learned.spread < 0.4);
    }

    void oneRunAloneLeavesDoubt()
    {
        const merge::Experience learned = experienceOf({{2, 3}});
        QCOMPARE(learned.factor, 1.5);
        QCOMPARE(learned.spread, merge::Experience().spread);
    }

    void misleadingRunsAreLeftOut()
    {
        const merge::Experience learned = experienceOf({{2, 3},
                                                        {0.01, 5},                                // too short
                                                        {2, 0.1, 3},                              // had finished files
                                                        {2, 40, 0, "elsewhere"},                  // another machine
                                                        {2, 40, 0, platform::hostName(), "other"}});
        QCOMPARE(learned.runs, 1);
        QCOMPARE(learned.factor, 1.5);
    }
};

QTEST_GUILESS_MAIN(TestExperience)
#include "tst_experience.moc"
