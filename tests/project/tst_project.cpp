// SPDX-License-Identifier: GPL-3.0-or-later
// The project's promises: nobody's file is destroyed, no write is lost between programs, no run is "running" when its
// process is gone.
#include "base/platform.h"
#include "project/database.h"
#include "project/project.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cmath>
#include <set>
#include <thread>

using namespace crucible;
using namespace crucible::project;

namespace {

std::filesystem::path pathOf(const QTemporaryDir& dir)
{
    return dir.path().toStdString();
}

NewRun newRun(std::string kind, std::string name)
{
    NewRun run;
    run.kind = std::move(kind);
    run.name = std::move(name);
    return run;
}

std::string startedRun(Project& project, std::int64_t pid, const std::string& token)
{
    const std::string id = project.createRun(newRun("merge", "one"));
    project.markStarted(id, pid, token, platform::hostName(), "0.1");
    return id;
}

} // namespace

class TestProject : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Ids name the second and four random characters; of thousands of runs in one second some draw the same.
    void manyRunsOfOneSecondAllHaveTheirOwnId()
    {
        QTemporaryDir folder;
        Project project = Project::openOrCreate(folder.filePath(QStringLiteral("p")).toStdString());
        std::set<std::string> ids;
        for (int i = 0; i < 4000; ++i) {
            NewRun run;
            run.kind = "merge";
            run.name = "one of many";
            ids.insert(project.createRun(run));
        }
        QCOMPARE(ids.size(), std::size_t(4000));
    }

    void foreignFilesAreRefusedUntouched_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray("my notes, not a database, and long enough to be looked at\n").repeated(40);
        QTest::newRow("zeros") << QByteArray(4096, '\0');
        QTest::newRow("broken header") << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\x7f');
    }
    void foreignFilesAreRefusedUntouched()
    {
        QFETCH(QByteArray, content);
        QTemporaryDir dir;
        QFile file(dir.filePath("project.crucible"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        QVERIFY_THROWS_EXCEPTION(Error, Project::openOrCreate(pathOf(dir)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content);
    }

    void databasesOfOthersAndOfTheFutureAreRefused_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("another program") << QByteArray("PRAGMA application_id = 7; CREATE TABLE t (x)");
        QTest::newRow("without application id") << QByteArray("CREATE TABLE t (x)");
        QTest::newRow("newer") << QByteArray("PRAGMA application_id = 1129465155; PRAGMA user_version = 99; CREATE TABLE t (x)");
    }
    void databasesOfOthersAndOfTheFutureAreRefused()
    {
        QFETCH(QByteArray, sql);
        QTemporaryDir dir;
        const std::filesystem::path file = pathOf(dir) / Project::kFileName;
        Database(file, true).execute(sql.constData());
        QVERIFY_THROWS_EXCEPTION(Error, Project::openOrCreate(pathOf(dir)));
        QCOMPARE(Database(file, false).integer("SELECT count(*) FROM sqlite_schema"), std::int64_t(1));
    }

    void olderDatabasesAreCopiedAndBroughtUpToDate()
    {
        QTemporaryDir dir;
        const std::filesystem::path file = pathOf(dir) / "old.crucible";
        const char* const steps[] = {"CREATE TABLE a (x); INSERT INTO a VALUES (1)", "ALTER TABLE a ADD COLUMN y DEFAULT 5"};
        Database database(file, true);
        QVERIFY(migrate(database, std::span(steps).first(1)).empty());
        const std::filesystem::path copy = migrate(database, steps);
        QVERIFY(!copy.empty());
        QCOMPARE(database.integer("SELECT y FROM a"), std::int64_t(5));
        QCOMPARE(database.integer("PRAGMA user_version"), std::int64_t(2));
        Database old(copy, false);
        QCOMPARE(old.integer("PRAGMA user_version"), std::int64_t(1));
        QCOMPARE(old.integer("SELECT count(*) FROM pragma_table_info('a')"), std::int64_t(1));
    }

    void aFailedMigrationChangesNothing()
    {
        QTemporaryDir dir;
        const char* const steps[] = {"CREATE TABLE a (x)", "CREATE TABLE b (x); this is no SQL"};
        Database database(pathOf(dir) / "old.crucible", true);
        migrate(database, std::span(steps).first(1));
        QVERIFY_THROWS_EXCEPTION(Error, migrate(database, steps));
        QCOMPARE(database.integer("PRAGMA user_version"), std::int64_t(1));
        QCOMPARE(database.integer("SELECT count(*) FROM sqlite_schema"), std::int64_t(1));
    }

    void manyWritersLoseNothing()
    {
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string id = project.createRun(newRun("merge", "shared"));
        std::atomic<int> failures{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                try {
                    Project own = Project::open(pathOf(dir));
                    for (int i = 0; i < 50; ++i) {
                        const MetricSample sample{"loss", double(i), 1.0};
                        own.addMetrics(id, std::span(&sample, 1));
                    }
                } catch (const Error&) {
                    ++failures;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(failures.load(), 0);
        QCOMPARE(project.metrics(id, "loss").size(), std::size_t(200));
        QVERIFY(project.changeCount() >= 201);
    }

    void metricsComeBackWithGapsAndInBuckets()
    {
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string id = project.createRun(newRun("merge", "curve"));
        std::vector<MetricSample> samples;
        for (int i = 0; i < 1000; ++i)
            samples.push_back({"loss", double(i), i == 500 ? std::nan("") : double(i)});
        project.addMetrics(id, samples);
        QVERIFY(std::isnan(project.metrics(id, "loss", 500, 1).front().value));
        QCOMPARE(project.metrics(id, "loss", 990).size(), std::size_t(10));
        const std::vector<MetricBucket> buckets = project.metricBuckets(id, "loss", 0, 999, 10);
        QCOMPARE(buckets.size(), std::size_t(10));
        QCOMPARE(buckets.front().low, 0.0);
        QCOMPARE(buckets.back().high, 999.0);
        QCOMPARE(project.metricSeries(id).front().points, std::int64_t(1000));
    }

    void aRunIsTakenOnce()
    {
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string id = startedRun(project, platform::processId(), platform::processToken(platform::processId()));
        QVERIFY_THROWS_EXCEPTION(Error, project.markStarted(id, 1, "t", "h", "v"));
    }

    void runsOfDeadProcessesAreInterrupted_data()
    {
        QTest::addColumn<bool>("alive");
        QTest::addColumn<double>("memoryLeft");
        QTest::addColumn<QString>("kind");
        QTest::newRow("alive") << true << 0.5 << QString();
        QTest::newRow("gone") << false << 0.5 << QStringLiteral("interrupted");
        QTest::newRow("gone when memory was out") << false << 0.01 << QStringLiteral("killed-for-memory");
    }
    void runsOfDeadProcessesAreInterrupted()
    {
        QFETCH(bool, alive);
        QFETCH(double, memoryLeft);
        QFETCH(QString, kind);
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string token = platform::processToken(platform::processId());
        const std::string id = startedRun(project, platform::processId(), alive ? token : token + "x");
        project.heartbeat(id, 0.25, "merge", false, memoryLeft);
        QCOMPARE(project.reconcile().size(), std::size_t(alive ? 0 : 1));
        const Run run = *project.run(id);
        QVERIFY(run.status == (alive ? RunStatus::Running : RunStatus::Interrupted));
        QCOMPARE(QString::fromStdString(run.error.kind), kind);
        QCOMPARE(run.progress, 0.25);
    }

    // A window in another language says what the run's error said.
    void errorsKeepWhatTheyWereMadeFrom()
    {
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string id = startedRun(project, 1, "t");
        project.markFinished(id, RunStatus::Failed, {"corrupt-file", {"%1 has %2 layers", "a", 3}, "a.gguf", "fetch it again"}, {});
        const RunError error = project.run(id)->error;
        QCOMPARE(error.message.text(), std::string("a has 3 layers"));
        QCOMPARE(error.message.pattern(), std::string("%1 has %2 layers"));
        QCOMPARE(error.message.arguments().size(), std::size_t(2));
        QCOMPARE(error.hint.text(), std::string("fetch it again"));
        Database database(pathOf(dir) / Project::kFileName, false);
        database.execute("UPDATE runs SET error_said = '{\"message\": [', error_message = 'changed by hand'");
        QCOMPARE(project.run(id)->error.message.text(), std::string("changed by hand"));
    }

    void filtersFindRuns_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("count");
        QTest::newRow("all") << QString() << 3;
        QTest::newRow("kind") << QStringLiteral("kind:merge") << 2;
        QTest::newRow("status or") << QStringLiteral("status:done,queued") << 3;
        QTest::newRow("tag") << QStringLiteral("tag:BEST") << 1;
        QTest::newRow("not tag") << QStringLiteral("-tag:best") << 2;
        QTest::newRow("name inside") << QStringLiteral("name~ties") << 1;
        QTest::newRow("quoted") << QStringLiteral("name:\"dare ties\"") << 1;
        QTest::newRow("percent is no wildcard") << QStringLiteral("name~%") << 0;
        QTest::newRow("bare word finds a tag") << QStringLiteral("best") << 1;
    }
    void filtersFindRuns()
    {
        QFETCH(QString, filter);
        QFETCH(int, count);
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string first = project.createRun(newRun("merge", "dare ties"));
        project.createRun(newRun("merge", "slerp"));
        const std::string third = project.createRun(newRun("extract-lora", "adapter"));
        project.addTag(first, "best");
        project.markFinished(third, RunStatus::Done, {}, "{}");
        QCOMPARE(int(project.runs(parseFilter(filter.toStdString())).size()), count);
    }

    void wrongFiltersSaySo()
    {
        QVERIFY_THROWS_EXCEPTION(Error, parseFilter("stauts:done"));
        QVERIFY_THROWS_EXCEPTION(Error, parseFilter("status:doen"));
        QVERIFY(parseFilter("status:").empty()); // still being typed
    }

    void lineageFollowsModelsThroughRuns()
    {
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string first = project.createRun(newRun("merge", "first"));
        project.addInput(first, {"base", "b", "/models/b", "fp-b"});
        project.addArtifact({first, "model", pathOf(dir) / "out" / "m1", 10, "fp-m1", 0});
        const std::string second = project.createRun(newRun("merge", "second"));
        project.addInput(second, {"model", "copy of m1", "/elsewhere/m1", "fp-m1"}); // moved, known by its fingerprint
        project.addInput(second, {"model", "c", "/models/c", ""});
        project.addArtifact({second, "model", "/out/m2", 10, "fp-m2", 0});
        const std::string sibling = project.createRun(newRun("merge", "sibling"));
        project.addInput(sibling, {"base", "b", "/models/b", "fp-b"});

        const LineageGraph graph = project.lineageOfModel("/out/m2");
        QCOMPARE(graph.nodes.size(), std::size_t(6)); // b, first, m1, c, second, m2
        QCOMPARE(graph.edges.size(), std::size_t(5));
        QCOMPARE(project.lineageOfRun(first).nodes.size(), std::size_t(5)); // b, first, m1, second, m2
        QCOMPARE(project.artifacts(first).front().path, pathOf(dir) / "out" / "m1");
    }

    void theBinKeepsUntilEmptied()
    {
        QTemporaryDir dir;
        Project project = Project::openOrCreate(pathOf(dir));
        const std::string id = project.createRun(newRun("merge", "old"));
        std::filesystem::create_directories(project.runFolder(id));
        const std::string working = startedRun(project, platform::processId(), platform::processToken(platform::processId()));
        QVERIFY_THROWS_EXCEPTION(Error, project.setDeleted(working, true));
        project.setDeleted(id, true);
        QCOMPARE(project.runs().size(), std::size_t(1));
        QCOMPARE(project.runs({}, true).size(), std::size_t(2));
        QCOMPARE(project.emptyBin(), 1);
        QVERIFY(!project.run(id));
        QVERIFY(!std::filesystem::exists(project.runFolder(id)));
    }
};

QTEST_GUILESS_MAIN(TestProject)
#include "tst_project.moc"
