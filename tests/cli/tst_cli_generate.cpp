// SPDX-License-Identifier: GPL-3.0-or-later
// Protects `generate` and `perplexity` in the shell: what they print, what they refuse, what they would do, what a
// project remembers of them, and that neither a bad line nor missing memory is more than a sentence.
#include "cli_support.h"
#include "generate/tiny_model.h"
#include "project/project.h"

#include <QTest>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#endif

using namespace crucible;
using namespace crucible::test;

namespace {

Json jsonOf(const QByteArray& text)
{
    return parseJson(text.toStdString(), "output");
}

// The events of a command, by line.
std::vector<Json> eventsOf(const Result& result)
{
    std::vector<Json> events;
    for (const QByteArray& line : result.out.trimmed().split('\n'))
        events.push_back(jsonOf(line));
    return events;
}

} // namespace

class TestCliGenerate : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_temporary;
    QString folder() const { return m_temporary.path(); }

    project::Run onlyRunIn(const char* name)
    {
        project::Project project = project::Project::open((folder() + "/" + name).toStdString());
        const std::vector<project::RunSummary> runs = project.runs();
        if (runs.size() != 1)
            qFatal("%zu runs", runs.size());
        return *project.run(runs.front().id);
    }

private Q_SLOTS:
    void initTestCase() { writeTinyModel(folder() + "/m"); }

    void writesInTheShell()
    {
        const Result text =
            cli({"generate", "m", "--prompt", "the", "--greedy", "--max-tokens", "5", "--quiet"}, folder());
        QCOMPARE(text.status, 0);
        const Result json =
            cli({"generate", "m", "--ids", "1 99 40", "--greedy", "--max-tokens", "5", "--json", "--logprobs", "2"},
                folder());
        const Json result = parseJson(json.out.toStdString(), "output");
        QVERIFY(result["ids"].size() == 5 && result["tokens"].size() == 5 &&
                result["tokens"][0]["alternatives"].size() == 2);
        writeText(folder() + "/lines.jsonl", "{\"prompt\": \"the\"}\n{\"ids\": [1, 99, 40]}\n");
        const Result lines =
            cli({"generate", "m", "--jsonl", "lines.jsonl", "--greedy", "--max-tokens", "5"}, folder());
        const QList<QByteArray> each = lines.out.trimmed().split('\n');
        QCOMPARE(each.size(), 2);
        QCOMPARE(QByteArray::fromStdString(parseJson(each[0].toStdString(), "line")["text"].get<std::string>()) + "\n",
                 text.out);
        QVERIFY(parseJson(each[1].toStdString(), "line")["ids"] == result["ids"]);
        const Result perplexity =
            cli({"perplexity", "m", "--file", "m/tokenizer.json", "--context", "32", "--max-windows", "3", "--json"},
                folder());
        QVERIFY(parseJson(perplexity.out.toStdString(), "output")["windows"] == 3);
        const Result beams = cli({"generate", "m", "--prompt", "the", "--num-beams", "3", "--num-sequences", "2",
                                  "--max-tokens", "4", "--json"},
                                 folder());
        QVERIFY(parseJson(beams.out.toStdString(), "output").size() == 2);
    }

    void refusesInTheShell()
    {
        QCOMPARE(
            complaint(cli({"generate", "m", "--prompt", "a", "--top-p", "2"}, folder()), "top_p must be from 0 to 1"),
            QString());
        QCOMPARE(complaint(cli({"generate", "m"}, folder()), "there is nothing to go on with"), QString());
        QCOMPARE(complaint(cli({"generate", "m", "--prompt", "a", "--preset", "wild"}, folder()), "no such preset"),
                 QString());
        QCOMPARE(complaint(cli({"generate", "m", "--prompt", "a", "--num-beams", "2", "--temp", "1"}, folder()),
                           "takes no samplers"),
                 QString());
        QCOMPARE(complaint(cli({"perplexity", "m", "--file", "m/config.json", "--context", "4096"}, folder()), "4096"),
                 QString());
    }

    // Every command that runs a model takes --device; a device that is not there is a wrong request, told before weights are read.
    void computesOnAnotherDevice()
    {
        const Json devices = jsonOf(cli({"devices", "--json"}, folder()).out)["devices"];
        QVERIFY(devices[0]["device"] == "cpu" && devices[0]["total_bytes"] > 0);
        QCOMPARE(complaint(cli({"generate", "m", "--prompt", "the", "--device", "disk"}, folder()), "there is no device \"disk\""),
                 QString());
        const Result cuda = cli({"perplexity", "m", "--file", "m/config.json", "--device", "cuda:77", "--dry-run"}, folder());
        QVERIFY(cuda.status == 2);
        if (devices.size() < 2) {
            QVERIFY2(cuda.err.contains("computes on the processor alone"), cuda.err);
            QCOMPARE(complaint(cli({"generate", "m", "--prompt", "the", "--device", "torch"}, folder()), "build Crucible with LibTorch"), QString());
            return;
        }
        QVERIFY2(cuda.err.contains("there is no device cuda:77"), cuda.err);
        QCOMPARE(complaint(cli({"generate", "m", "--prompt", "the", "--dtype", "float16"}, folder()), "float16 on cpu"), QString());
        const auto ids = [&](const QStringList& more) {
            const Result result = cli(QStringList{"generate", "m", "--prompt", "the", "--greedy", "--max-tokens", "12", "--json"} + more, folder());
            return result.status == 0 ? jsonOf(result.out)["ids"] : Json(result.err.toStdString());
        };
        QVERIFY(ids({"--device", "torch"}) == ids({}));
        QVERIFY(ids({"--device", "torch", "--num-beams", "3"}) == ids({"--num-beams", "3"}));
        QCOMPARE(cli({"logits", "m", "--ids", "1 2 3", "--out", "torch.safetensors", "--device", "torch"}, folder()).status, 0);
        const Result tracked = cli({"generate", "m", "--prompt", "the", "--max-tokens", "2", "--device", "torch", "--project", "elsewhere"}, folder());
        QVERIFY2(tracked.status == 0, tracked.err);
        QVERIFY(parseJson(onlyRunIn("elsewhere").recipe, "recipe")["device"] == "torch");
        const Json plan = jsonOf(cli({"generate", "m", "--prompt", "the", "--device", "torch", "--dry-run", "--json"}, folder()).out);
        QVERIFY(plan["model"]["device"] == "torch");
    }

    void saysWhatItWouldDo()
    {
        const QStringList before = contentOf(folder());
        const Result text = cli({"generate", "m", "--prompt", "the end", "--temp", "0.5", "--top-k", "7", "--seed", "3",
                                 "--dry-run", "--project", "dry"},
                                folder());
        QCOMPARE(text.status, 0);
        for (const char* word :
             {"llama", "F32", "temperature=0.5", "top_k=7", "seed 3", "of 64 tokens", "KV cache", "free"})
            QVERIFY2(text.out.contains(word), word + text.out);
        const Json plan = jsonOf(
            cli({"generate", "m", "--prompt", "the end", "--max-tokens", "20", "--dry-run", "--json"}, folder()).out);
        const auto prompt = plan["prompt_tokens"].get<std::size_t>();
        QVERIFY(prompt > 2 && plan["longest"] == prompt + 20 && plan["context"] == 64);
        // 2 layers of keys and values, 2 heads of 16 floats, room for 256 tokens.
        QCOMPARE(plan["memory"]["key_values"].get<std::size_t>(), std::size_t(2 * 2 * 2 * 16 * 4 * 256));
        QVERIFY(plan["memory"]["total"].get<std::size_t>() >= plan["memory"]["key_values"].get<std::size_t>());
        QVERIFY(plan["model"]["weight_bytes"].get<std::size_t>() > 100000 && plan["model"]["dtype"] == "F32");
        const Json beams =
            jsonOf(cli({"generate", "m", "--prompt", "a", "--num-beams", "4", "--dry-run", "--json"}, folder()).out);
        QCOMPARE(beams["memory"]["key_values"].get<std::size_t>(), 4 * plan["memory"]["key_values"].get<std::size_t>());
        const Json windows = jsonOf(cli({"perplexity", "m", "--file", "m/tokenizer.json", "--context", "32",
                                         "--max-windows", "3", "--dry-run", "--json"},
                                        folder())
                                        .out);
        QVERIFY(windows["windows"] == 3 && windows["computed"] == 3 * 31);
        const Json logits = jsonOf(
            cli({"logits", "m", "--ids", "1 2 3", "--out", "l.safetensors", "--dry-run", "--json"}, folder()).out);
        QVERIFY(logits["bytes"] == 3 * 160 * 4);
        QVERIFY(jsonOf(cli({"serve", "m", "--dry-run", "--json"}, folder()).out)["context"] == 64);
        QCOMPARE(contentOf(folder()), before);
    }

    // Headers are enough: the values of the weights are never looked at, and what is wrong is said all the same.
    void plansWithoutWeights()
    {
        writeTinyModel(folder() + "/short");
        QVERIFY(QFile::remove(folder() + "/short/config.json"));
        writeText(folder() + "/short/config.json",
                  readAll(folder() + "/m/config.json")
                      .replace("\"intermediate_size\": 96", "\"intermediate_size\": 96, \"num_hidden_layers\": 3")
                      .replace("\"num_hidden_layers\": 2,", ""));
        const Result dry = cli({"generate", "short", "--prompt", "a", "--dry-run"}, folder());
        QCOMPARE(complaint(dry, "is missing"), QString());
        QCOMPARE(complaint(cli({"generate", "m", "--prompt", QString(100, 'x'), "--dry-run"}, folder()),
                           "the context holds 64"),
                 QString());
    }

    void remembers()
    {
        const Result done = cli({"generate", "m", "--prompt", "the", "--max-tokens", "5", "--temp", "0.7", "--project",
                                 "p1", "--name", "try", "--json"},
                                folder());
        QCOMPARE(done.status, 0);
        const Json result = jsonOf(done.out);
        const project::Run run = onlyRunIn("p1");
        QVERIFY(run.kind == "generate" && run.name == "try" && run.status == project::RunStatus::Done &&
                result["run"] == run.id);
        const Json recipe = parseJson(run.recipe, "recipe");
        QVERIFY(recipe["request"]["prompt"] == "the" && recipe["sampling"]["temperature"] == 0.7);
        QVERIFY(recipe["sampling"]["seed"] == result["seed"] && run.seed == result["seed"].get<std::uint64_t>());
        QVERIFY(parseJson(run.result, "result")["text"] == result["text"]);
        QVERIFY(parseJson(run.plan, "plan")["max_tokens"] == 5);
        project::Project project = project::Project::open((folder() + "/p1").toStdString());
        const std::vector<project::RunInput> inputs = project.inputs(run.id);
        QVERIFY(inputs.size() == 1 && inputs[0].role == "model" && !inputs[0].fingerprint.empty());
        const std::vector<project::Artifact> made = project.artifacts(run.id);
        QVERIFY(made.size() == 1 && made[0].kind == "answers");
        const Json answer = jsonOf(readAll(QString::fromStdString(made[0].path.string())));
        QVERIFY(answer["request"]["prompt"] == "the" && answer["answer"]["ids"] == result["ids"]);
        // The same text comes out again by what was remembered.
        const Json again = jsonOf(cli({"generate", "m", "--prompt", "the", "--max-tokens", "5", "--temp", "0.7",
                                       "--seed", QString::number(run.seed), "--json"},
                                      folder())
                                      .out);
        QVERIFY(again["text"] == result["text"]);

        QCOMPARE(cli({"perplexity", "m", "--file", "m/tokenizer.json", "--context", "32", "--max-windows", "3",
                      "--project", "p2"},
                     folder())
                     .status,
                 0);
        const project::Run measured = onlyRunIn("p2");
        QVERIFY(measured.kind == "perplexity" && parseJson(measured.result, "result")["perplexity"].get<double>() > 1);
        QVERIFY(parseJson(measured.recipe, "recipe")["text"]["sha256"].get<std::string>().size() == 64);
        project::Project second = project::Project::open((folder() + "/p2").toStdString());
        const std::vector<project::MetricSeries> curves = second.metricSeries(measured.id);
        QVERIFY(std::any_of(curves.begin(), curves.end(),
                            [](const auto& curve) { return curve.name == "perplexity" && curve.points == 3; }));
        QCOMPARE(second.inputs(measured.id).size(), std::size_t(2));

        // A wrong request leaves nothing behind.
        cli({"generate", "m", "--prompt", "a", "--top-p", "2", "--project", "p3"}, folder());
        QVERIFY(!QFile::exists(folder() + "/p3"));
    }

    void tellsAsEvents()
    {
        const std::vector<Json> events =
            eventsOf(cli({"generate", "m", "--prompt", "the", "--greedy", "--max-tokens", "4", "--events"}, folder()));
        QVERIFY(events.front()["event"] == "started" && events.front()["kind"] == "generate");
        QVERIFY(events.back()["event"] == "finished" && events.back()["result"]["completion_tokens"] == 4);
        std::string text;
        for (const Json& event : events)
            text += event["event"] == "token" ? event["text"].get<std::string>() : std::string();
        QVERIFY(events.back()["result"]["text"] == text);
    }

    void answersEveryLine()
    {
        writeText(folder() + "/mixed.jsonl",
                  "{\"prompt\": \"the\", \"id\": \"first\"}\n"
                  "{\"prompt\": \"" +
                      QByteArray(100, 'x') +
                      "\", \"id\": 2}\n"
                      "{\"prompt\": \"\xff\"}\n"
                      "{\"prompt\": \"a\", \"sampling\": {\"top_p\": 7}}\n"
                      "{\"ids\": [1, 99999]}\n"
                      "[1]\n"
                      "{\"text\": \"a\"}\n"
                      "{\"prompt\": \"the\", \"max_tokens\": 2, \"sampling\": {\"temperature\": 0}}\n");
        const Result done =
            cli({"generate", "m", "--jsonl", "mixed.jsonl", "--greedy", "--max-tokens", "5", "--quiet"}, folder());
        QCOMPARE(done.status, 1);
        const QList<QByteArray> lines = done.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 8);
        const std::vector<Json> answers = eventsOf(done);
        const char* said[] = {nullptr,     "the context holds 64", "mixed.jsonl:3", "top_p must be", "99999",
                              "no object", "exactly one",          nullptr};
        for (std::size_t i = 0; i < 8; ++i) {
            QVERIFY(answers[i].contains(said[i] ? "error" : "text"));
            if (said[i])
                QVERIFY2(answers[i]["error"].get<std::string>().find(said[i]) != std::string::npos,
                         lines[static_cast<int>(i)].constData());
        }
        QVERIFY(answers[0]["id"] == "first" && answers[1]["id"] == 2);
        QVERIFY(answers[0]["ids"].size() == 5 && answers[7]["ids"].size() == 2);
        QCOMPARE(done.err.count('\n'), 1);
        QVERIFY2(done.err.startsWith("error: 6 of 8 requests could not be met"), done.err.constData());

        const Result kept = cli({"generate", "m", "--jsonl", "mixed.jsonl", "--greedy", "--max-tokens", "5",
                                 "--project", "p4", "--json", "--quiet"},
                                folder());
        QCOMPARE(kept.status, 1);
        QCOMPARE(jsonOf(kept.out).size(), std::size_t(8));
        const project::Run run = onlyRunIn("p4");
        QVERIFY(run.status == project::RunStatus::Done && parseJson(run.result, "result")["failed"] == 6);
        const Result dry = cli({"generate", "m", "--jsonl", "mixed.jsonl", "--dry-run"}, folder());
        QCOMPARE(dry.status, 1);
        QCOMPARE(dry.out.count("refused"), 6);
    }

    void saysWhatHasNoEffect()
    {
        const Result result =
            cli({"tokenize", "m", "the", "--project", "nowhere", "--dry-run", "--events", "--json"}, folder());
        QCOMPARE(result.status, 0);
        for (const char* flag : {"--project", "--dry-run", "--events"})
            QVERIFY2(result.err.contains(QByteArray("note: ") + flag + " has no effect on tokenize"),
                     result.err.constData());
        QVERIFY(jsonOf(result.out).contains("ids"));
        QVERIFY(!QFile::exists(folder() + "/nowhere"));
        QVERIFY(cli({"tokenize", "m", "the"}, folder()).err.isEmpty());
    }

    // From no memory at all to enough: in between there is never a crash, and never an unfinished sentence.
    void runsOutOfMemory()
    {
#if !defined(Q_OS_LINUX) || defined(__SANITIZE_ADDRESS__)
        QSKIP("needs a limit of the address space");
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
        QSKIP("needs a limit of the address space");
#endif
#endif
        const QList<QStringList> commands{{"generate", "m", "--prompt", "the", "--num-beams", "400",
                                           "--max-tokens", "50", "--threads", "2", "--quiet", "--json"},
                                          {"generate", "m", "--jsonl", "same.jsonl", "--greedy", "--parallel", "200",
                                           "--threads", "2", "--quiet", "--project", "small"}};
        writeText(folder() + "/same.jsonl", QByteArray("{\"prompt\": \"the\"}\n").repeated(200));
        for (const QStringList& command : commands) {
            int started = 0, clean = 0;
            bool done = false;
            for (rlim_t bytes = 30'000'000; bytes < 4'000'000'000 && !done; bytes += bytes / 14) {
                QProcess process;
                process.setWorkingDirectory(folder());
                process.setProcessEnvironment(environmentIn(folder()));
                process.setChildProcessModifier([bytes] {
                    const rlimit limit{bytes, bytes};
                    setrlimit(RLIMIT_AS, &limit);
                });
                process.start(programPath(), command);
                const Result result = resultOf(process);
                if (result.err.contains("error while loading shared libraries"))
                    continue; // it is the loader that has too little
                ++started;
                const QByteArray at = QByteArray::number(static_cast<qulonglong>(bytes)) + ": " + result.err;
                QVERIFY2(!result.crashed, at.constData());
                done = result.status == 0;
                if (done)
                    break;
                QVERIFY2(result.status == 1, at.constData());
                QVERIFY2(result.err.startsWith("error: ") || result.err.startsWith("warning: "), at.constData());
                QVERIFY2(result.err.endsWith('\n'), at.constData());
                clean += result.err.contains("memory") ? 1 : 0;
            }
            QVERIFY(done);
            QVERIFY2(clean >= 3, QByteArray::number(clean) + " of " + QByteArray::number(started));
        }
    }
};

QTEST_GUILESS_MAIN(TestCliGenerate)
#include "tst_cli_generate.moc"
