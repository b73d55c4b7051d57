// SPDX-License-Identifier: GPL-3.0-or-later
// What a person gets from the shell when all goes well: results, events, plans, records.
#include "cli_support.h"

#include "job/events.h"

#include <QTest>

#include <map>

using namespace crucible;
using namespace crucible::test;
using namespace Qt::StringLiterals;

namespace {

template<class Body>
const std::size_t EventIndex = job::EventBody(Body{}).index();

} // namespace

class TestCliRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        const Result made = cli({u"sample"_s, u"."_s, u"--json"_s}, m_dir.path());
        QVERIFY2(made.status == 0, made.err.constData());
        QCOMPARE(parse(made.out).at("models").size(), std::size_t(4));
    }

    // The models are the same wherever and whenever they are made.
    void samplesAreReproducible()
    {
        QTemporaryDir other;
        QCOMPARE(cli({u"sample"_s, u"."_s, u"--quiet"_s}, other.path()).status, 0);
        for (const auto* model : {"base", "writer", "coder", "chat"}) {
            const QString name = u"models/sample-"_s + QLatin1String(model);
            QVERIFY(!weightsOf(path(name)).isEmpty());
            QVERIFY(weightsOf(path(name)) == weightsOf(other.filePath(name)));
        }
    }

    void everySampleRecipeMerges_data()
    {
        QTest::addColumn<QString>("recipe");
        for (const auto* name : {"dare-ties", "passthrough-stack", "slerp-gradient", "ties"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    void everySampleRecipeMerges()
    {
        QFETCH(QString, recipe);
        const QString out = u"out-"_s + recipe;
        const Result result = cli({u"merge"_s, recipe + u".yaml"_s, out, u"--json"_s}, m_dir.path());
        QVERIFY2(result.status == 0, result.err.constData());
        const Json json = parse(result.out);
        QCOMPARE(QString::fromStdString(json.at("output").get<std::string>()), out);
        const Json model = parse(cli({u"inspect"_s, out, u"--json"_s}, m_dir.path()).out);
        QCOMPARE(model.at("kind").get<std::string>(), std::string("model"));
        QVERIFY(model.at("tensor_count") == json.at("tensors"));
        QVERIFY(QFile::exists(path(out + u"/README.md"_s)));
        QVERIFY(QFile::exists(path(out + u"/mergekit_config.yml"_s)));
        // Short work says nothing but its result.
        QVERIFY2(result.err.count('\n') <= 3, result.err.constData());
    }

    void seedAndThreadsDecideNothingElse_data()
    {
        QTest::addColumn<QString>("recipe");
        QTest::newRow("random") << u"dare-ties.yaml"_s;
        QTest::newRow("selection") << u"ties.yaml"_s;
        QTest::newRow("sums") << u"slerp-gradient.yaml"_s;
    }

    void seedAndThreadsDecideNothingElse()
    {
        QFETCH(QString, recipe);
        QByteArray first;
        for (const auto* threads : {"1", "2", "3"}) {
            const QString out = u"threads-"_s + QString::fromLatin1(threads);
            const Result result = cli({u"merge"_s, recipe, out, u"--overwrite"_s, u"--threads"_s, QString::fromLatin1(threads),
                                            u"--random-seed"_s, u"7"_s}, m_dir.path());
            QVERIFY2(result.status == 0, result.err.constData());
            const QByteArray bytes = weightsOf(path(out));
            QVERIFY(!bytes.isEmpty());
            if (first.isEmpty())
                first = bytes;
            QVERIFY(bytes == first);
        }
        const Result other = cli({u"merge"_s, recipe, u"threads-1"_s, u"--overwrite"_s, u"--random-seed"_s, u"8"_s}, m_dir.path());
        QCOMPARE(other.status, 0);
        QCOMPARE(weightsOf(path(u"threads-1"_s)) != first, recipe == u"dare-ties.yaml");
    }

    void dryRunWritesNothing()
    {
        const QStringList before = contentOf(m_dir.path());
        const Result text = cli({u"merge"_s, u"ties.yaml"_s, u"planned"_s, u"--dry-run"_s}, m_dir.path());
        QCOMPARE(text.status, 0);
        QVERIFY2(text.out.startsWith("ties of 3 models"), text.out.constData());
        QVERIFY(text.out.contains("writes"));
        const Result json = cli({u"merge"_s, u"ties.yaml"_s, u"planned"_s, u"--dry-run"_s, u"--json"_s}, m_dir.path());
        QVERIFY(parse(json.out).contains("checks"));
        const Result told = cli({u"merge"_s, u"ties.yaml"_s, u"planned"_s, u"--dry-run"_s, u"--events"_s}, m_dir.path());
        const std::vector<job::Event> events = eventsOf(told.out);
        QCOMPARE(events.size(), std::size_t(2));
        QVERIFY(std::get<job::PlanReady>(events.front().body).plan.contains("checks"));
        QVERIFY(std::holds_alternative<job::Finished>(events.back().body));
        const Result recorded = cli({u"merge"_s, u"ties.yaml"_s, u"planned"_s, u"--dry-run"_s, u"--project"_s, u"dry"_s}, m_dir.path());
        QCOMPARE(recorded.status, 0);
        QCOMPARE(contentOf(m_dir.path()), before);
    }

    void eventsAreLinesOfJson()
    {
        const Result result = cli({u"merge"_s, u"ties.yaml"_s, u"told"_s, u"--events"_s}, m_dir.path());
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY(result.err.isEmpty());
        const std::vector<job::Event> events = eventsOf(result.out);
        QVERIFY(std::holds_alternative<job::Started>(events.front().body));
        const auto* finished = std::get_if<job::Finished>(&events.back().body);
        QVERIFY(finished);
        QVERIFY(finished->result.at("tensors") == Json(75));
        std::map<std::size_t, int> kinds;
        for (std::size_t i = 0; i < events.size(); ++i) {
            ++kinds[events[i].body.index()];
            QCOMPARE(events[i].isLast(), i + 1 == events.size());
            QVERIFY(i == 0 || events[i].time >= events[i - 1].time);
        }
        QCOMPARE(kinds[EventIndex<job::PlanReady>], 1);
        QCOMPARE(kinds[EventIndex<job::ArtifactMade>], 1);
        QVERIFY(kinds[EventIndex<job::Progressed>] > 0);
        QVERIFY(kinds[EventIndex<job::Measured>] > 0);
    }

    void flagsOfMergekitAreTaken()
    {
        const Result result = cli({u"merge"_s, u"ties.yaml"_s, u"flags"_s, u"--cuda"_s, u"--no-copy-tokenizer"_s, u"--low-cpu-memory"_s,
                                        u"--out-shard-size"_s, u"2M"_s, u"--no-safe-serialization"_s, u"--lazy-unpickle"_s, u"--device"_s,
                                        u"cuda:0"_s, u"--no-write-model-card"_s, u"-j"_s, u"2"_s, u"--trust-remote-code"_s}, m_dir.path());
        QVERIFY2(result.status == 0, result.err.constData());
        for (const auto* flag : {"--cuda", "--low-cpu-memory", "--lazy-unpickle", "--device", "--trust-remote-code"})
            QCOMPARE(result.err.count(QByteArray("note: ") + flag + " has no effect here"), 1);
        const QStringList files = QDir(path(u"flags"_s)).entryList(QDir::Files);
        QVERIFY(files.contains(u"pytorch_model.bin.index.json"_s));
        QVERIFY(!files.contains(u"tokenizer.json"_s) && !files.contains(u"README.md"_s));
        QVERIFY(files.filter(u"pytorch_model-0"_s).size() >= 4);
        const Result same = cli({u"merge"_s, u"ties.yaml"_s, u"plain"_s}, m_dir.path());
        QCOMPARE(same.status, 0);
        const Json compared = parse(cli({u"compare"_s, u"flags"_s, u"plain"_s, u"--json"_s}, m_dir.path()).out);
        QVERIFY(compared.at("summary").at("identical") == Json(75));
    }

    // A recipe that names models relative to itself works from everywhere; the working folder goes first.
    void recipeElsewhere()
    {
        writeText(path(u"deep/recipes/r.yaml"_s), "models:\n  - model: ../../models/sample-base\n  - model: ../../models/sample-writer\n"
                                                  "merge_method: linear\nparameters: {weight: 0.5}\ndtype: bfloat16\n");
        QDir(m_dir.path()).mkpath(u"elsewhere"_s);
        const Result result = cli({u"merge"_s, path(u"deep/recipes/r.yaml"_s), u"out"_s}, path(u"elsewhere"_s));
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY(QFile::exists(path(u"elsewhere/out/model.safetensors"_s)));
    }

    void cachedModelsAreFoundByName()
    {
        const QString snapshot = path(u"hub/models--org--name/snapshots/0123456789abcdef/"_s);
        QDir().mkpath(snapshot);
        for (const QString& file : QDir(path(u"models/sample-writer"_s)).entryList(QDir::Files))
            QVERIFY(QFile::copy(path(u"models/sample-writer/"_s + file), snapshot + file));
        writeText(path(u"hub/models--org--name/refs/main"_s), "0123456789abcdef");
        writeText(path(u"cached.yaml"_s), "models:\n  - model: org/name@main\nmerge_method: passthrough\n");
        const Result result = cli({u"merge"_s, u"cached.yaml"_s, u"cached"_s}, m_dir.path());
        QVERIFY2(result.status == 0, result.err.constData());
        const Json compared = parse(cli({u"compare"_s, u"cached"_s, u"models/sample-writer"_s, u"--json"_s}, m_dir.path()).out);
        QVERIFY(compared.at("summary").at("identical") == Json(75));
        const QString wrong = complaint(cli({u"inspect"_s, u"org/nam"_s}, m_dir.path()), u"did you mean org/name?"_s);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    void projectRemembersRuns()
    {
        const auto runs = [&](QStringList arguments) {
            arguments = QStringList{u"runs"_s} + arguments + QStringList{u"--project"_s, u"project"_s, u"--json"_s};
            const Result result = cli(arguments, m_dir.path());
            if (result.status != 0)
                qWarning("%s", result.err.constData());
            return result.status == 0 ? parse(result.out) : Json();
        };
        const Result first = cli({u"merge"_s, u"ties.yaml"_s, u"one"_s, u"--project"_s, u"project"_s, u"--name"_s, u"first try"_s,
                                       u"--json"_s, u"--random-seed"_s, u"5"_s}, m_dir.path());
        QVERIFY2(first.status == 0, first.err.constData());
        const QString id = QString::fromStdString(parse(first.out).at("run").get<std::string>());
        writeText(path(u"second.yaml"_s), "models:\n  - model: one\nmerge_method: passthrough\n");
        QCOMPARE(cli({u"merge"_s, u"second.yaml"_s, u"two"_s, u"--project"_s, u"project"_s}, m_dir.path()).status, 0);

        QCOMPARE(runs({}).size(), std::size_t(2));
        const Json run = runs({u"show"_s, u"first"_s});
        QCOMPARE(run.at("id").get<std::string>(), id.toStdString());
        QCOMPARE(run.at("status").get<std::string>(), std::string("done"));
        QVERIFY(run.at("seed") == Json(5));
        QCOMPARE(run.at("progress").get<double>(), 1.0);
        QCOMPARE(run.at("recipe").get<std::string>(), readAll(path(u"ties.yaml"_s)).toStdString());
        QVERIFY(run.at("metrics").contains("memory_bytes"));
        QCOMPARE(run.at("inputs").size(), std::size_t(3));
        QCOMPARE(run.at("artifacts").size(), std::size_t(1));
        // The second run was made from what the first one made.
        const Json second = runs({u"show"_s, u"two"_s});
        QVERIFY(second.at("inputs")[0].at("fingerprint") == run.at("artifacts")[0].at("fingerprint"));
        QVERIFY(!run.at("artifacts")[0].at("fingerprint").get<std::string>().empty());
        const QString folder = QString::fromStdString(run.at("folder").get<std::string>());
        QVERIFY(std::holds_alternative<job::Finished>(eventsOf(readAll(folder + u"/events.jsonl"_s)).back().body));
        QCOMPARE(readAll(folder + u"/recipe.yaml"_s), readAll(path(u"ties.yaml"_s)));

        QVERIFY(runs({u"note"_s, id, u"try"_s, u"again"_s}).at("note") == Json("try again"));
        QVERIFY(runs({u"tag"_s, id, u"best"_s}).at("tags") == Json::array({"best"}));
        QCOMPARE(runs({u"--filter"_s, u"tag:best note~again"_s}).size(), std::size_t(1));
        QVERIFY(runs({u"compare"_s, u"first"_s, u"two"_s}).at("recipes_equal") == Json(false));
        QVERIFY(!runs({u"export"_s, id})[0].at("metrics").at("memory_bytes").at("data").empty());
        QCOMPARE(runs({u"delete"_s, id}).at("deleted").size(), std::size_t(1));
        QCOMPARE(runs({u"delete"_s, id}).at("deleted").size(), std::size_t(0));
        QCOMPARE(runs({}).size(), std::size_t(1));
        QCOMPARE(runs({u"--deleted"_s}).size(), std::size_t(2));
        QCOMPARE(runs({u"restore"_s, id}).at("restored").size(), std::size_t(1));
        QCOMPARE(runs({}).size(), std::size_t(2));
        QVERIFY(complaint(cli({u"runs"_s, u"pause"_s, id, u"--project"_s, u"project"_s}, m_dir.path()), u"done"_s).isEmpty());
    }

    void twoWorkersRecordAtOnce()
    {
        constexpr int kRounds = 4;
        for (int round = 0; round < kRounds; ++round) {
            QProcess left, right;
            int number = 0;
            for (QProcess* process : {&left, &right}) {
                process->setWorkingDirectory(m_dir.path());
                process->setProcessEnvironment(environmentIn(m_dir.path()));
                process->start(programPath(), {u"merge"_s, u"ties.yaml"_s, u"both-%1-%2"_s.arg(round).arg(number++), u"--project"_s, u"shared"_s});
            }
            for (QProcess* process : {&left, &right}) {
                const Result result = resultOf(*process);
                QVERIFY2(result.status == 0, result.err.constData());
                QVERIFY2(!result.err.contains("warning: the run's record"), result.err.constData());
            }
        }
        const Json all = parse(cli({u"runs"_s, u"--project"_s, u"shared"_s, u"--json"_s}, m_dir.path()).out);
        QCOMPARE(all.size(), std::size_t(2 * kRounds));
        for (const Json& run : all)
            QCOMPARE(run.at("status").get<std::string>(), std::string("done"));
    }

    // A comma locale changes no number.
    void localeIsIgnored()
    {
        QProcess process;
        process.setWorkingDirectory(m_dir.path());
        QProcessEnvironment environment = environmentIn(m_dir.path());
        environment.insert(u"LC_ALL"_s, u"de_DE.UTF-8"_s);
        process.setProcessEnvironment(environment);
        process.start(programPath(), {u"merge"_s, u"ties.yaml"_s, u"comma"_s, u"--json"_s});
        const Result result = resultOf(process);
        QCOMPARE(result.status, 0);
        QVERIFY(parse(result.out).at("seconds").is_number());
    }

    void helpFitsTheScreen_data()
    {
        QTest::addColumn<QString>("command");
        for (const auto* name : {"", "compare", "export", "extract-lora", "inspect", "merge", "methods", "moe", "multi", "runs", "sample"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    void helpFitsTheScreen()
    {
        QFETCH(QString, command);
        QStringList arguments{u"--help"_s};
        if (!command.isEmpty())
            arguments.prepend(command);
        const Result result = cli(arguments, m_dir.path());
        QCOMPARE(result.status, 0);
        QVERIFY(result.err.isEmpty());
        QVERIFY(result.out.contains("--json"));
        QVERIFY2(!result.out.contains("{false}") && !result.out.contains("\n\n\n"), result.out.constData());
    }

private:
    QString path(const QString& name) const { return m_dir.filePath(name); }

    static Json parse(const QByteArray& text) { return parseJson(text.toStdString(), "stdout"); }

    static std::vector<job::Event> eventsOf(const QByteArray& text)
    {
        std::vector<job::Event> events;
        for (const QByteArray& line : text.split('\n')) {
            if (line.isEmpty())
                continue;
            std::optional<job::Event> event = job::parseEvent(line.toStdString());
            if (!event)
                qFatal("an unknown event: %s", line.constData());
            events.push_back(*std::move(event));
        }
        return events;
    }

    QTemporaryDir m_dir;
};

QTEST_GUILESS_MAIN(TestCliRuns)
#include "tst_cli_runs.moc"
