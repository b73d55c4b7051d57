// SPDX-License-Identifier: GPL-3.0-or-later
// The Playground with the real worker and small random models that have a tokenizer of their own: what is said is exact, what
// is stopped stops, and what a run made is tried by itself.
#include "jobs/job_service.h"
#include "jobs/project_service.h"
#include "pages/playground_page.h"
#include "playground/prompt_view.h"
#include "playground/smoke_tester.h"
#include "playground/token_text.h"
#include "settings.h"
#include "shell/main_window.h"
#include "shell/workbench.h"
#include "text.h"
#include "views/smoke_card.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace crucible;
using namespace crucible::workbench;
using namespace Qt::StringLiterals;

namespace {
constexpr int kPatienceMs = 60'000;
const QString kWorker = QStringLiteral(CRUCIBLE_BIN_DIR "/crucible-cli");
}

class TestPlaygroundWorker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(QFileInfo(kWorker).isExecutable(), "crucible-cli is built first");
        QCOMPARE(QProcess::execute(kWorker, {u"sample"_s, m_sample.path()}), 0);
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("CRUCIBLE_HOME", m_folder->filePath(u"home"_s).toUtf8());
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        services().jobs->setWorker(kWorker);
        m_workbench->start();
        window().show();
        window().showPage(u"playground"_s);
        QVERIFY(!services().project->create(m_folder->filePath(u"study"_s)));
    }
    void cleanup() { m_workbench.reset(); }

    // Where the settings name another device the model is loaded there, and what is loaded makes way when they change.
    void modelsAreLoadedWhereTheSettingsSay()
    {
        choose(0, "sample-chat");
        GenerationSettings settings;
        settings.maxTokens = 8;
        settings.sampling = {{u"temperature"_s, 0}};
        page().session().setSettings(0, settings);
        sendAndWait(u"Hello"_s);
        const QString here = last().text;
        services().settings->setDevice(u"torch"_s, 0);
        QVERIFY(page().pool().processes().isEmpty());
        again();
        const Message there = last();
        if (QFileInfo::exists(QStringLiteral(CRUCIBLE_BIN_DIR "/libcrucible_torch.so"))) {
            QVERIFY2(there.how.problem.isEmpty(), qPrintable(there.how.problem.toText()));
            QCOMPARE(there.text, here);
            QCOMPARE(page().pool().processes().first()->model().device, u"torch"_s);
            QCOMPARE(there.how.device, u"torch"_s);
        } else {
            QVERIFY(there.how.problem.what.contains(u"processor alone"_s));
        }
    }

    // The same seed gives the same answer, another seed another; the greedy choice is the likeliest token.
    void answersFollowTheirSettings()
    {
        choose(0, "sample-chat");
        GenerationSettings settings;
        settings.maxTokens = 24;
        settings.seed = 5;
        settings.sampling = {{u"temperature"_s, 1.5}, {u"top_k"_s, 0}, {u"top_p"_s, 1.0}, {u"min_p"_s, 0.0}};
        page().session().setSettings(0, settings);
        sendAndWait(u"Hello"_s);
        const Message first = last();
        QVERIFY2(first.how.problem.isEmpty(), qPrintable(first.how.problem.toText()));
        QVERIFY(first.tokens.size() > 3);
        QVERIFY(first.how.promptTokens > 0 && first.how.contextUsed >= first.how.promptTokens);
        again();
        QCOMPARE(last().text, first.text);
        QCOMPARE(last().tokens.size(), first.tokens.size());
        settings.seed = 6;
        page().session().setSettings(0, settings);
        again();
        QVERIFY(last().text != first.text);
        settings.sampling = {{u"temperature"_s, 0}};
        page().session().setSettings(0, settings);
        again();
        for (const TokenRecord& token : last().tokens) {
            QCOMPARE(token.rank(), 1);
            QVERIFY(token.hasProbability() && token.probability() <= 1 && token.entropy > 0);
            QCOMPARE(token.alternatives.size(), 5);
        }
        // The text is what its tokens add up to.
        QString together;
        for (const TokenRecord& token : last().tokens)
            together += token.text;
        QCOMPARE(together, last().text);
    }

    void stopsInTime()
    {
        choose(0, "sample-chat");
        GenerationSettings settings;
        settings.maxTokens = 100'000;
        settings.sampling = {{u"temperature"_s, 1.5}, {u"top_k"_s, 0}, {u"top_p"_s, 1.0}, {u"min_p"_s, 0.0}};
        page().session().setSettings(0, settings);
        for (int tries = 0; tries < 5; ++tries) { // the end of the text may come by chance before the stop
            page().session().send(u"On and on"_s);
            QTRY_VERIFY_WITH_TIMEOUT(last().tokens.size() > 3 || !page().session().isMaking(), kPatienceMs);
            QElapsedTimer clock;
            clock.start();
            page().session().stop();
            while (page().session().isMaking() && clock.elapsed() < kPatienceMs)
                QTest::qWait(1);
            if (last().how.reason == "cancelled"_L1) {
                qInfo("stopped after %lld ms", clock.elapsed());
                QVERIFY(clock.elapsed() < 500); // 100 ms, and room for a machine that does much else
                return;
            }
        }
        QFAIL("no answer was long enough to be stopped");
    }

    // What the model reads, what it expects, how surprised it is.
    void promptIsShownAndTextsAreMeasured()
    {
        choose(0, "sample-chat");
        page().session().setSettings(0, [] {
            GenerationSettings settings;
            settings.maxTokens = 4;
            settings.system = u"Be kind."_s;
            return settings;
        }());
        sendAndWait(u"Good morning"_s);
        auto* prompt = page().findChild<PromptView*>();
        prompt->refresh(0, u"And then?"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!prompt->isBusy(), kPatienceMs);
        const QString text = prompt->findChild<QPlainTextEdit*>()->toPlainText();
        for (const QString& part : {u"Be kind."_s, u"Good morning"_s, u"And then?"_s})
            QVERIFY2(text.contains(part), qPrintable(text));

        page().session().setMode(PlaygroundMode::Surprise);
        sendAndWait(u"A text of 日本 and more."_s);
        const Message measured = last();
        QVERIFY2(measured.how.problem.isEmpty(), qPrintable(measured.how.problem.toText()));
        QVERIFY(measured.how.perplexity > 1 && std::abs(std::log(measured.how.perplexity) - measured.how.loss) < 1e-3);
        QString together;
        for (const TokenRecord& token : measured.tokens)
            together += token.text;
        QCOMPARE(together, measured.text);

        page().session().setMode(PlaygroundMode::Completion);
        sendAndWait(u"Once"_s);
        QVERIFY2(last().how.problem.isEmpty(), qPrintable(last().how.problem.toText()));
        prompt->refresh(0, {});
        QTRY_VERIFY_WITH_TIMEOUT(!prompt->isBusy(), kPatienceMs);
        QVERIFY(prompt->findChild<QPlainTextEdit*>()->toPlainText().startsWith(u"Once"_s));
    }

    // What is asked for is what comes, even of a model that knows nothing.
    void answersFollowASchema()
    {
        choose(0, "sample-chat");
        GenerationSettings settings;
        settings.maxTokens = 400;
        settings.constraintKind = ConstraintKind::JsonSchema;
        settings.constraint = u"{\"type\": \"object\", \"properties\": {\"sure\": {\"type\": \"boolean\"}}, \"required\": [\"sure\"], \"additionalProperties\": false}"_s;
        page().session().setSettings(0, settings);
        sendAndWait(u"Are you sure?"_s);
        QVERIFY2(last().how.problem.isEmpty(), qPrintable(last().how.problem.toText()));
        const QJsonObject answer = QJsonDocument::fromJson(last().text.toUtf8()).object();
        QVERIFY2(answer.value(u"sure"_s).isBool(), qPrintable(last().text));
        // A schema that the worker does not understand is told in the page.
        settings.constraint = u"{\"type\": \"no such type\"}"_s;
        page().session().setSettings(0, settings);
        again();
        QVERIFY(!last().how.problem.isEmpty());
    }

    // The shell makes the same answer again.
    void theShellAnswersAlike_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("chat") << static_cast<int>(PlaygroundMode::Chat);
        QTest::newRow("completion") << static_cast<int>(PlaygroundMode::Completion);
    }
    void theShellAnswersAlike()
    {
        QFETCH(int, mode);
        choose(0, "sample-chat");
        page().session().setMode(static_cast<PlaygroundMode>(mode));
        GenerationSettings settings;
        settings.maxTokens = 12;
        settings.system = u"Be brief."_s;
        settings.constraintKind = ConstraintKind::Grammar; // of random bytes only some can be told on a terminal
        settings.constraint = u"root ::= [a-z ]+"_s;
        settings.sampling = {{u"temperature"_s, 1.3}, {u"top_k"_s, 30}};
        page().session().setSettings(0, settings);
        sendAndWait(u"It's \"quoted\""_s);
        QVERIFY2(last().how.problem.isEmpty(), qPrintable(last().how.problem.toText()));
        for (QAction* action : page().pageActions())
            if (action->text() == "&Copy as command"_L1)
                action->trigger();
        const QString command = QGuiApplication::clipboard()->text();
        QVERIFY2(command.contains(u"generate"_s), qPrintable(command));
        const QString sh = QStandardPaths::findExecutable(u"sh"_s);
        if (sh.isEmpty())
            QSKIP("there is no POSIX shell here");
        QProcess shell;
        shell.start(sh, {u"-c"_s, command});
        QVERIFY(shell.waitForFinished(kPatienceMs));
        const QString said = QString::fromUtf8(shell.readAllStandardOutput());
        QVERIFY2(said.contains(last().text.trimmed()) && !last().text.trimmed().isEmpty(),
                 qPrintable(command + u"\n"_s + said + u"\n"_s + last().text + QString::fromUtf8(shell.readAllStandardError())));
    }

    // A worker whose window is gone, whatever happened to it, goes too.
    void aWorkerEndsWithItsInput()
    {
        QProcess worker;
        worker.start(kWorker, {u"playground"_s, model("sample-base")});
        QVERIFY(worker.waitForStarted());
        QByteArray said;
        while (!said.contains("\"ready\"") && worker.waitForReadyRead(kPatienceMs))
            said += worker.readAllStandardOutput();
        worker.write("{\"op\": \"generate\", \"id\": 1, \"prompt\": \"a\", \"max_tokens\": 100000}\n");
        QVERIFY(worker.waitForReadyRead(kPatienceMs)); // it is in the middle of it
        worker.closeWriteChannel();
        QVERIFY(worker.waitForFinished(5000));
    }

    // A model without a template says what to do instead of an error.
    void aModelWithoutATemplateOffersTexts()
    {
        const QString bare = m_folder->filePath(u"bare"_s);
        QVERIFY(QDir().mkpath(bare));
        for (const QFileInfo& file : QDir(model("sample-base")).entryInfoList(QDir::Files))
            if (file.fileName() != "chat_template.jinja"_L1)
                QVERIFY(QFile::copy(file.filePath(), bare + u'/' + file.fileName()));
        page().session().setModel(0, {bare, {}, {}});
        QTRY_COMPARE_WITH_TIMEOUT(page().session().processOf(0)->state(), ModelProcess::State::Ready, kPatienceMs);
        if (page().session().processOf(0)->model().hasTemplate)
            QSKIP("the sample's base model has a template in its tokenizer_config.json");
        QVERIFY(page().session().lacksTemplate(0));
        GenerationSettings settings = page().session().column(0).settings;
        settings.templateName = u"chatml"_s;
        settings.maxTokens = 3;
        page().session().setSettings(0, settings);
        QVERIFY(!page().session().lacksTemplate(0));
        sendAndWait(u"Hello"_s);
        QVERIFY2(last().how.problem.isEmpty(), qPrintable(last().how.problem.toText()));
    }

    // After a merge the model is tried by itself, beside its parents, and the run's page says how it went.
    void whatARunMadeIsTried()
    {
        JobRequest request;
        request.kind = u"merge"_s;
        request.name = u"mix"_s;
        request.recipe = u"merge_method: linear\ndtype: bfloat16\nmodels:\n  - model: %1\n    parameters: {weight: 1}\n  - model: %2\n    parameters: {weight: 1}\n"_s
                             .arg(model("sample-base"), model("sample-writer"));
        request.recipeFormat = u"mergekit-yaml"_s;
        request.output = m_folder->filePath(u"mix"_s);
        const auto id = services().jobs->submit(request);
        QVERIFY(id);
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->find(*id)->state, JobState::Done, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(kept(*id), kPatienceMs);
        const auto result = SmokeResult::fromJson(QByteArray::fromStdString(*kept(*id)));
        QVERIFY(result);
        QVERIFY2(result->loaded && result->problem.isEmpty(), qPrintable(result->problem.toText()));
        QVERIFY(result->tokens > 0 && result->perplexity > 1);
        QCOMPARE(result->parents.size(), 2);
        for (const SmokeResult::Parent& parent : result->parents)
            QVERIFY(parent.perplexity > 1);
        window().frame().openPage(u"runs"_s, {{u"run"_s, *id}});
        auto* card = window().findChild<SmokeCard*>();
        QTRY_VERIFY(card->isVisible());
        auto* tryIt = card->findChild<QPushButton*>(u"tryIt"_s);
        QTRY_VERIFY(tryIt->isVisible());
        QTest::mouseClick(tryIt, Qt::LeftButton);
        QCOMPARE(window().currentPage(), u"playground"_s);
        QCOMPARE(page().session().column(0).model.title(), u"mix"_s);

        // Switched off, nothing is tried by itself.
        services().settings->setSmokeTestAfterRuns(false);
        request.output = m_folder->filePath(u"mix2"_s);
        const auto second = services().jobs->submit(request);
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->find(*second)->state, JobState::Done, kPatienceMs);
        QTest::qWait(50);
        QVERIFY(!services().smoke->isTesting(*second));
        // What can not be loaded is told as well.
        QVERIFY(QFile::remove(m_folder->filePath(u"mix2/config.json"_s)));
        services().smoke->test(*second);
        QTRY_VERIFY_WITH_TIMEOUT(kept(*second), kPatienceMs);
        const auto broken = SmokeResult::fromJson(QByteArray::fromStdString(*kept(*second)));
        QVERIFY(broken && !broken->loaded && !broken->problem.what.isEmpty());
        QVERIFY(broken->worst() == widgets::StateLabel::State::Failed);
    }

private:
    MainWindow& window() { return m_workbench->window(); }
    Services& services() { return m_workbench->services(); }
    PlaygroundPage& page() { return *static_cast<PlaygroundPage*>(window().page(u"playground"_s)); }
    QString model(const char* name) { return m_sample.filePath(u"models/"_s + QLatin1String(name)); }
    const Message& last()
    {
        const Conversation& talk = page().session().column(0).talk;
        return talk.at(talk.tip());
    }
    void choose(int index, const char* name)
    {
        page().session().setModel(index, {model(name), {}, {}});
        QTRY_COMPARE_WITH_TIMEOUT(page().session().processOf(index)->state(), ModelProcess::State::Ready, kPatienceMs);
    }
    void sendAndWait(const QString& text)
    {
        page().session().send(text);
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
    }
    void again()
    {
        page().session().regenerate(0, page().session().column(0).talk.tip());
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
    }
    std::optional<std::string> kept(const QString& run)
    {
        const auto stored = services().project->with([&](project::Project& project) { return project.smokeTest(toStd(run)); });
        return stored ? *stored : std::nullopt;
    }

    QTemporaryDir m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workbench> m_workbench;
};

QTEST_MAIN(TestPlaygroundWorker)
#include "tst_playground_worker.moc"
