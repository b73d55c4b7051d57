// SPDX-License-Identifier: GPL-3.0-or-later
// The Playground as a person uses it, in the real window, with a stand-in for the worker that does what each test needs.
#include "base/platform.h"
#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "pages/playground_page.h"
#include "playground/column_view.h"
#include "playground/composer.h"
#include "playground/conversation_list.h"
#include "playground/json_box.h"
#include "playground/message_view.h"
#include "playground/model_picker.h"
#include "playground/settings_panel.h"
#include "playground/token_panel.h"
#include "playground/token_text.h"
#include "playground/transcript_view.h"
#include "shell/main_window.h"
#include "shell/workbench.h"
#include "text.h"
#include "widgets/inline_message.h"

#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#ifdef Q_OS_UNIX
#include <csignal>

#include <sys/resource.h>
#endif

using namespace crucible;
using namespace crucible::workbench;
using namespace Qt::StringLiterals;

namespace {
constexpr int kPatienceMs = 20'000;
constexpr int kAtOnceMs = 100;              // no slot may take longer, and a stop must be seen by then
constexpr int kPatientTurn = 5 * kAtOnceMs; // where tests run beside each other, or slowly under sanitizers
}

class TestPlayground : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("CRUCIBLE_HOME", m_folder->filePath(u"home"_s).toUtf8());
        for (const char* name : {"one", "other", "crash", "broken", "slow", "deaf", "fast"}) {
            const QDir dir(m_folder->path());
            QVERIFY(dir.mkpath(u"models/"_s + QLatin1String(name)));
            for (const QString& file : {u"config.json"_s, u"model.safetensors"_s}) {
                QFile made(dir.filePath(u"models/%1/%2"_s.arg(QLatin1String(name), file)));
                QVERIFY(made.open(QIODevice::WriteOnly));
                made.write("{}");
            }
        }
        openWindow();
        QVERIFY(!services().project->create(m_folder->filePath(u"study"_s)));
    }
    void cleanup() { m_workbench.reset(); }

    // From the model to the answer, and everything that stands by it.
    void sendsAndStreams()
    {
        choose(0, "one");
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 60; });
        auto* text = page().findChild<QPlainTextEdit*>(u"composerText"_s);
        QTRY_VERIFY(page().findChild<QPushButton*>(u"sendMessage"_s)->isVisible());
        QTest::keyClicks(text, u"Hello there"_s);
        QTest::keyClick(text, Qt::Key_Return);
        QVERIFY(text->toPlainText().isEmpty());
        QCOMPARE(views(0).size(), 2);
        QTRY_VERIFY(page().findChild<QPushButton*>(u"stopAnswer"_s)->isVisible());
        // It grows before it is complete.
        QTRY_VERIFY(!views(0).last()->text()->toPlainText().isEmpty());
        QVERIFY(page().session().isMaking());
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
        const QString answer = views(0).last()->text()->toPlainText();
        QVERIFY(answer.startsWith(u"word0 word1 word2"_s) && answer.endsWith(u"word59"_s));
        QCOMPARE(views(0).last()->text()->tokenCount(), 60);
        QCOMPARE(views(0).last()->text()->tokenAtCharacter(6), 1);
        const Answer& how = talk(0).at(talk(0).tip()).how;
        QCOMPARE(how.reason, u"length"_s);
        QVERIFY(how.tokensPerSecond() > 0 && how.prefillSeconds > 0 && how.seed > 0);
        // The chart and the alternatives of a token that is chosen.
        auto* panel = page().findChild<TokenPanel*>();
        QVERIFY(!panel->isEmpty());
        views(0).last()->text()->setFocus();
        QTextCursor cursor = views(0).last()->text()->textCursor();
        cursor.setPosition(answer.indexOf(u"word3"_s) + 2);
        views(0).last()->text()->setTextCursor(cursor);
        QCOMPARE(panel->current(), 3);
        QVERIFY2(panel->title().contains(u"word3"_s), qPrintable(panel->title()));
    }

    // The person sees it stop at once, and what was written stays.
    void stopsAtOnce()
    {
        choose(0, "one");
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 100'000; });
        send(u"Go on for ever"_s);
        QTRY_VERIFY_WITH_TIMEOUT(talk(0).at(talk(0).tip()).tokens.size() > 5, kPatienceMs);
        QElapsedTimer clock;
        clock.start();
        QTest::keyClick(page().findChild<QPlainTextEdit*>(u"composerText"_s), Qt::Key_Escape);
        QTRY_VERIFY(!page().session().isMaking());
        QVERIFY2(clock.elapsed() < kPatientTurn, qPrintable(QString::number(clock.elapsed())));
        const Message& answer = talk(0).at(talk(0).tip());
        QCOMPARE(answer.how.reason, u"cancelled"_s);
        QVERIFY(answer.text.startsWith(u"word0"_s));
        // And it can go on from there.
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 3; });
        const QString before = answer.text;
        Q_EMIT views(0).last()->actionRequested(MessageView::Action::GoOn);
        QTRY_COMPARE_WITH_TIMEOUT(talk(0).at(talk(0).tip()).how.reason, u"length"_s, kPatienceMs);
        QCOMPARE(talk(0).at(talk(0).tip()).text, QString(before + u"word0 word1 word2"_s));
    }

    void branchesAndComesBack()
    {
        choose(0, "one");
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 4; });
        sendAndWait(u"First question"_s);
        const int firstAnswer = talk(0).tip();
        Q_EMIT views(0).last()->actionRequested(MessageView::Action::Regenerate);
        waitForAnswer();
        QVERIFY(talk(0).tip() != firstAnswer);
        QCOMPARE(talk(0).siblings(firstAnswer).size(), 2);
        QVERIFY(footerText(views(0).last()).contains(u"2 / 2"_s));
        Q_EMIT views(0).last()->actionRequested(MessageView::Action::Previous);
        QTRY_COMPARE(talk(0).tip(), firstAnswer);
        QVERIFY(footerText(views(0).last()).contains(u"1 / 2"_s));

        // An edited question stands beside the first, with an answer of its own.
        MessageView* question = views(0).first();
        question->text()->setFocus();
        QTest::keyClick(question->text(), Qt::Key_E);
        QVERIFY(question->isEditing());
        auto* box = question->findChild<QPlainTextEdit*>();
        box->selectAll();
        QTest::keyClicks(box, u"Second question"_s);
        QTest::keyClick(box, Qt::Key_Return, Qt::ControlModifier);
        waitForAnswer();
        QCOMPARE(talk(0).at(talk(0).path().first()).text, u"Second question"_s);
        QCOMPARE(talk(0).siblings(talk(0).path().first()).size(), 2);
        views(0).first()->text()->setFocus();
        QTest::keyClick(views(0).first()->text(), Qt::Key_Left, Qt::AltModifier);
        QTRY_COMPARE(talk(0).at(talk(0).path().first()).text, u"First question"_s);
        QCOMPARE(talk(0).tip(), firstAnswer); // where it was left

        // Deleting shows what is left.
        QTest::keyClick(views(0).first()->text(), Qt::Key_Delete);
        QTRY_COMPARE(talk(0).at(talk(0).path().first()).text, u"Second question"_s);
        QCOMPARE(talk(0).siblings(talk(0).path().first()).size(), 1);
    }

    // Next month: the same words, tokens, models and settings.
    void conversationIsReopened()
    {
        choose(0, "one");
        settingsOf(0, [](GenerationSettings& settings) {
            settings.maxTokens = 5;
            settings.seed = 1234;
            settings.system = u"Be brief."_s;
            settings.stop = {u"END"_s};
        });
        sendAndWait(u"Will this be kept?"_s);
        Q_EMIT views(0).last()->actionRequested(MessageView::Action::Regenerate);
        waitForAnswer();
        const QString id = page().session().conversationId();
        const QList<int> path = talk(0).path();
        window().close();
        m_workbench.reset();
        openWindow();
        window().showPage(u"playground"_s);
        auto* list = page().findChild<ConversationList*>();
        QTRY_COMPARE(list->list()->count(), 1);
        page().session().begin();
        QCOMPARE(views(0).size(), 0);
        Q_EMIT list->opened(id);
        QTRY_COMPARE(views(0).size(), 2);
        QCOMPARE(talk(0).path().size(), path.size());
        QCOMPARE(talk(0).siblings(talk(0).tip()).size(), 2);
        QCOMPARE(views(0).first()->text()->toPlainText(), u"Will this be kept?"_s);
        QCOMPARE(views(0).last()->text()->tokenCount(), 5);
        const Answer& how = talk(0).at(talk(0).tip()).how;
        QCOMPARE(how.settings.seed, std::optional<qint64>(1234));
        QCOMPARE(how.settings.system, u"Be brief."_s);
        QCOMPARE(how.settings.stop, QStringList{u"END"_s});
        QCOMPARE(how.model.title(), u"one"_s);
        QVERIFY(how.modelFacts.contains(u"llama"_s));
        QCOMPARE(page().session().column(0).settings.maxTokens, 5);
        // Renamed, found by its words, deleted and taken back.
        Q_EMIT list->renamed(id, u"A title"_s);
        list->refresh();
        QTRY_COMPARE(list->list()->item(0)->text(), u"A title"_s);
        auto* search = list->findChild<QLineEdit*>();
        search->setText(u"be kept"_s);
        QTRY_COMPARE(list->list()->count(), 1);
        search->setText(u"nowhere"_s);
        QTRY_COMPARE(list->list()->count(), 0);
        search->clear();
        QTRY_COMPARE(list->list()->count(), 1);
        list->list()->setCurrentRow(0);
        QTest::keyClick(list->list(), Qt::Key_Delete);
        QTRY_COMPARE(list->list()->count(), 0);
        QCOMPARE(views(0).size(), 0); // it was the one that is shown
        Q_EMIT list->findChild<widgets::InlineMessage*>()->actionTriggered();
        QTRY_COMPARE(list->list()->count(), 1);
    }

    // Hundreds of messages with their tokens: what takes long is done elsewhere.
    void aLongConversationOpensQuickly()
    {
        choose(0, "one");
        QList<TokenRecord> tokens;
        QString text;
        for (int i = 0; i < 300; ++i) {
            TokenRecord token;
            token.token = i;
            token.text = token.piece = u" word%1"_s.arg(i);
            token.logprob = -1;
            token.entropy = 1;
            for (int other = 0; other < 5; ++other)
                token.alternatives.append({other, u"other"_s, -2.0});
            text += token.text;
            tokens.append(token);
        }
        const std::string json = toJson(tokens).toStdString();
        const auto id = services().project->with([&](project::Project& project) {
            const std::string made = project.createConversation("long", "chat");
            std::int64_t tip = 0;
            for (int i = 0; i < 120; ++i) {
                tip = project.addMessage(made, {0, tip, 0, "user", "A question", {}, {}, 0});
                tip = project.addMessage(made, {0, tip, 0, "assistant", toStd(text), "{\"reason\": \"length\"}", json, 0});
            }
            const project::ConversationColumn column{"{}", "{}", tip};
            project.setConversationColumns(made, {}, std::span(&column, 1));
            return made;
        });
        page().receive({{u"conversation"_s, toQString(*id)}});
        qint64 longest = 0;
        QElapsedTimer clock;
        clock.start();
        while ((views(0).isEmpty() || page().isBusy()) && clock.elapsed() < kPatienceMs) {
            QElapsedTimer turn;
            turn.start();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            longest = std::max(longest, turn.elapsed());
        }
        QCOMPARE(views(0).size(), 30); // the end; the rest when it is wanted
        QCOMPARE(views(0).last()->text()->tokenCount(), 300);
        const int last = views(0).last()->id();
        for (QPushButton* button : column(0)->transcript()->findChildren<QPushButton*>())
            if (button->isVisible() && button->text().contains(u"earlier"_s))
                button->click();
        QCOMPARE(views(0).size(), 60);
        QCOMPARE(views(0).last()->id(), last);
        qInfo("240 messages in %lld ms, longest turn of the event loop %lld ms", clock.elapsed(), longest);
        QVERIFY2(longest <= kPatientTurn, qPrintable(QString::number(longest)));
    }

    void comparesSideBySide()
    {
        choose(0, "one");
        page().findChild<QPushButton*>(u"addColumn"_s)->click();
        QCOMPARE(page().session().columnCount(), 2);
        choose(1, "other");
        for (int i = 0; i < 2; ++i)
            settingsOf(i, [](GenerationSettings& settings) { settings.maxTokens = 6; });
        send(u"The same for both"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
        QCOMPARE(views(0).last()->text()->toPlainText().section(u' ', 0, 1), u"word0 word1"_s);
        QVERIFY2(views(1).last()->text()->toPlainText().contains(u"other2"_s), qPrintable(views(1).last()->text()->toPlainText()));
        auto* parted = views(1).last()->findChildren<widgets::InlineMessage*>().first();
        QVERIFY(parted->isVisible());
        QVERIFY2(parted->text().contains(u"token 3"_s), qPrintable(parted->text()));
        // Both are kept and come back.
        const QString id = page().session().conversationId();
        page().session().begin();
        page().receive({{u"conversation"_s, id}});
        QTRY_COMPARE(views(1).size(), 2);
        QCOMPARE(page().session().column(1).model.title(), u"other"_s);
        // The first column goes; the second takes its place, in the project too.
        page().session().removeColumn(0);
        QCOMPARE(page().session().columnCount(), 1);
        QVERIFY(talk(0).at(talk(0).tip()).text.contains(u"other2"_s));
        const auto kept = services().project->with([&](project::Project& project) { return project.conversation(toStd(id)); });
        QCOMPARE((*kept)->columns.size(), std::size_t(1));
        QCOMPARE((*kept)->messages.size(), std::size_t(2));
    }

    // What is changed for all columns is changed in each; the rest of their settings stays their own.
    void settingsOfAllColumnsKeepWhatDiffers()
    {
        page().session().addColumn();
        settingsOf(1, [](GenerationSettings& settings) { settings.sampling = {{u"temperature"_s, 0.0}}; });
        GenerationSettings changed = page().session().column(0).settings;
        changed.maxTokens = 77;
        changed.sampling.insert(u"top_k"_s, 5);
        Q_EMIT page().findChild<SettingsPanel*>()->settingsChanged(changed);
        QCOMPARE(page().session().column(0).settings, changed);
        const GenerationSettings& other = page().session().column(1).settings;
        QCOMPARE(other.maxTokens, 77);
        QCOMPARE(other.sampling, (QVariantMap{{u"temperature"_s, 0.0}, {u"top_k"_s, 5}}));
    }

    // Where memory is short the models take turns.
    void modelsTakeTurnsWhenMemoryIsShort()
    {
        page().pool().setAvailableMemory(quint64(400) << 20); // one model and what it needs besides
        choose(0, "one");
        page().session().addColumn();
        choose(1, "other", false);
        QCOMPARE(alive(), 1);
        for (int i = 0; i < 2; ++i)
            settingsOf(i, [](GenerationSettings& settings) { settings.maxTokens = 3; });
        send(u"One after the other"_s);
        while (page().session().isMaking()) {
            QVERIFY(alive() <= 1);
            QTest::qWait(5);
        }
        QVERIFY(talk(0).at(talk(0).tip()).text.endsWith(u"word2"_s));
        QVERIFY(talk(1).at(talk(1).tip()).text.endsWith(u"other2"_s));
    }

    // A worker that is gone is a sentence with a button.
    void survivesAKilledWorker()
    {
        choose(0, "one");
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 100'000; });
        send(u"You will be killed"_s);
        QTRY_VERIFY_WITH_TIMEOUT(talk(0).at(talk(0).tip()).tokens.size() > 3, kPatienceMs);
        endProcess(page().session().processOf(0)->processId());
        QTRY_VERIFY(!page().session().isMaking());
        const Message& answer = talk(0).at(talk(0).tip());
        QVERIFY(!answer.how.problem.isEmpty());
        QVERIFY(answer.text.startsWith(u"word0"_s)); // what there was
        auto* message = column(0)->findChild<widgets::InlineMessage*>();
        QVERIFY(message->isVisible());
        QVERIFY2(message->text().contains(u"one"_s), qPrintable(message->text()));
        Q_EMIT message->actionTriggered(); // Restart
        QTRY_COMPARE_WITH_TIMEOUT(page().session().processOf(0)->state(), ModelProcess::State::Ready, kPatienceMs);
        QVERIFY(!message->isVisible());
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 3; });
        Q_EMIT views(0).last()->actionRequested(MessageView::Action::Regenerate);
        QTRY_VERIFY_WITH_TIMEOUT(talk(0).at(talk(0).tip()).text.endsWith(u"word2"_s), kPatienceMs);
    }

    void crashesAndBrokenModelsAreTold_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QString>("says");
        QTest::newRow("crash") << QByteArray("crash") << u"crashed"_s;
        QTest::newRow("broken") << QByteArray("broken") << u"cut off"_s;
    }
    void crashesAndBrokenModelsAreTold()
    {
        QFETCH(QByteArray, model);
        QFETCH(QString, says);
        choose(0, model.constData(), false);
        send(u"Hello"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
        const ModelProblem problem = talk(0).at(talk(0).tip()).how.problem;
        QVERIFY2(problem.toText().contains(says), qPrintable(problem.toText()));
        QVERIFY(!problem.remedy.isEmpty());
        QVERIFY(column(0)->findChild<widgets::InlineMessage*>()->isVisible());
    }

    // A worker that does not listen is ended, and the window goes on meanwhile.
    void aDeafWorkerIsEnded()
    {
        choose(0, "deaf");
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 100'000; });
        send(u"You can not hear me"_s);
        QTRY_VERIFY_WITH_TIMEOUT(talk(0).at(talk(0).tip()).tokens.size() > 3, kPatienceMs);
        page().session().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
    }

    void workersEndWithTheWindow()
    {
        choose(0, "one");
        const qint64 pid = page().session().processOf(0)->processId();
        QVERIFY(pid > 0);
        m_workbench.reset();
        QTRY_VERIFY(platform::processToken(pid).empty());
        openWindow();
    }

    void surprisesAreMeasured()
    {
        choose(0, "one");
        page().session().setMode(PlaygroundMode::Surprise);
        sendAndWait(u"some words that were pasted"_s);
        QCOMPARE(views(0).size(), 1);
        QCOMPARE(views(0).last()->text()->tokenCount(), 5);
        QVERIFY2(footerText(views(0).last()).contains(u"perplexity"_s), qPrintable(footerText(views(0).last())));
        QVERIFY(!talk(0).at(talk(0).tip()).tokens.first().hasProbability());
        QVERIFY(talk(0).at(talk(0).tip()).tokens.last().hasProbability());
    }

    // What the template reads is checked as it is typed, told in place, and goes out as JSON once it is well.
    void templateInputsAreChecked()
    {
        choose(0, "one");
        auto* panel = page().findChild<SettingsPanel*>();
        auto* variables = panel->findChild<JsonBox*>(u"templateVariables"_s);
        auto* tools = panel->findChild<JsonBox*>(u"tools"_s);
        auto* send = page().findChild<QPushButton*>(u"sendMessage"_s);
        page().findChild<Composer*>()->setText(u"Hello"_s);
        QTRY_VERIFY(send->isEnabled());
        const QList<std::pair<QString, QString>> wrongVariables{
            {u"{\"enable_thinking\": "_s, u"in line 1"_s}, {u"{\n\"a\": 1,\n}"_s, u"in line"_s}, {u"[1]"_s, u"object"_s}};
        for (const auto& [text, said] : wrongVariables) {
            variables->setText(text);
            QVERIFY2(variables->problem().contains(said), qPrintable(variables->problem()));
            QVERIFY(!send->isEnabled());
        }
        variables->setText(u"{\"enable_thinking\": false}"_s);
        QVERIFY(variables->problem().isEmpty());
        QVERIFY(send->isEnabled());
        const QList<std::pair<QString, QString>> wrongTools{{u"{}"_s, u"list"_s}, {u"[1]"_s, u"Tool 1"_s}, {u"[{\"name\": \"a\"}, {\"type\": \"function\"}]"_s, u"Tool 2"_s}};
        for (const auto& [text, said] : wrongTools) {
            tools->setText(text);
            QVERIFY2(tools->problem().contains(said), qPrintable(tools->problem()));
            QVERIFY(!send->isEnabled());
        }
        tools->setText(u"[{\"type\": \"function\", \"function\": {\"name\": \"weather\"}}]"_s);
        QVERIFY(tools->problem().isEmpty());
        QVERIFY(send->isEnabled());
        const GenerationSettings& settings = page().session().column(0).settings;
        QJsonObject request;
        addTemplateInputs(settings, request);
        QCOMPARE(request.value(u"variables"_s).toObject().value(u"enable_thinking"_s), QJsonValue(false));
        QCOMPARE(request.value(u"tools"_s).toArray().size(), 1);
        QCOMPARE(request.value(u"template"_s).toString(), u"default"_s);
        QVERIFY(generationSettingsFrom(toJson(settings)) == settings);
        // A completion has no template: what is wrong there does not stand in its way.
        GenerationSettings wrong = settings;
        wrong.tools = u"nonsense"_s;
        QVERIFY(settingsProblem(wrong, PlaygroundMode::Completion).isEmpty());
        QVERIFY(!settingsProblem(wrong, PlaygroundMode::Chat).isEmpty());
    }

    // A search with beams tells its text at its end; what it has no place for is neither sent nor to be turned.
    void beamsAreSearched()
    {
        choose(0, "one");
        auto* panel = page().findChild<SettingsPanel*>();
        auto* beams = panel->findChild<QLineEdit*>(u"beams"_s);
        settingsOf(0, [](GenerationSettings& settings) {
            settings.maxTokens = 9;
            settings.stop = QStringList{u"never"_s};
            settings.constraintKind = ConstraintKind::JsonSchema; // with nothing in it
            settings.seed = 4;
        });
        QVERIFY(panel->findChild<QWidget*>(u"temperature"_s)->isEnabled());
        beams->setText(u"3"_s);
        QCOMPARE(page().session().column(0).settings.beams, 3);
        QVERIFY(!panel->findChild<QWidget*>(u"temperature"_s)->isEnabled());
        settingsOf(0, [](GenerationSettings& settings) { settings.beamStop = BeamStop::NoneCan; });
        sendAndWait(u"Search"_s);
        const Message& answer = talk(0).at(talk(0).tip());
        QVERIFY2(answer.how.problem.isEmpty(), qPrintable(answer.how.problem.what));
        QCOMPARE(answer.text, u"3 beams, never"_s);
        QCOMPARE(answer.how.completionTokens, 9);
        QVERIFY(answer.how.tokensPerSecond() > 0);
        QVERIFY(generationSettingsFrom(toJson(answer.how.settings)) == answer.how.settings);
        for (const char* wrong : {"0", "65", "two", ""}) {
            beams->setText(QString::fromLatin1(wrong));
            QVERIFY(beams->property("invalid").toBool());
            QCOMPARE(page().session().column(0).settings.beams, 3);
        }
        beams->setText(u"1"_s);
        QVERIFY(panel->findChild<QWidget*>(u"temperature"_s)->isEnabled());
        QVERIFY(!generateRequest(page().session().column(0).settings, 1).contains(u"num_beams"_s));
    }

#ifdef Q_OS_UNIX
    // While nothing can be written the talk goes on, and all of it is kept once there is room again.
    void whatCouldNotBeKeptIsKeptLater()
    {
        choose(0, "one");
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 3; });
        sendAndWait(u"first"_s);
        QSignalSpy failed(services().project, &ProjectService::failed);
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
        rlimit full = before;
        full.rlim_cur = 1; // files do not grow any more
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &full), 0);
        sendAndWait(u"second"_s);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, ignored);
        QVERIFY(failed.count() > 0);
        QCOMPARE(views(0).size(), 4); // nothing of it is lost in the window
        sendAndWait(u"third"_s);
        const auto kept = services().project->with([&](project::Project& project) { return project.conversation(toStd(page().session().conversationId())); });
        QVERIFY(kept && *kept);
        QCOMPARE((*kept)->messages.size(), std::size_t(6));
        QStringList texts;
        for (const project::ConversationMessage& message : (*kept)->messages)
            texts << toQString(message.text);
        QVERIFY2(texts.contains(u"second"_s) && texts.contains(u"third"_s), qPrintable(texts.join(u'|')));
    }
#endif

    // A constraint that can not be sent keeps the message where it is, and says why.
    void wrongConstraintsAreToldFirst()
    {
        choose(0, "one");
        settingsOf(0, [](GenerationSettings& settings) {
            settings.constraintKind = ConstraintKind::JsonSchema;
            settings.constraint = u"{\"type\": "_s;
        });
        auto* composer = page().findChild<Composer*>();
        composer->setText(u"Hello"_s);
        auto* button = page().findChild<QPushButton*>(u"sendMessage"_s);
        QVERIFY(!button->isEnabled());
        QVERIFY2(button->toolTip().contains(u"not JSON"_s), qPrintable(button->toolTip()));
        settingsOf(0, [](GenerationSettings& settings) { settings.constraint = u"{\"type\": \"object\"}"_s; });
        QVERIFY(button->isEnabled());
    }

    // A model that writes thousands of tokens at once: the window answers all the time.
    void aFastModelNeverHoldsTheWindowUp()
    {
        choose(0, "fast");
        settingsOf(0, [](GenerationSettings& settings) { settings.maxTokens = 4000; });
        send(u"Quick"_s);
        QElapsedTimer clock;
        clock.start();
        qint64 longest = 0;
        while (page().session().isMaking() && clock.elapsed() < kPatienceMs) {
            QElapsedTimer turn;
            turn.start();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            longest = std::max(longest, turn.elapsed());
        }
        QVERIFY(!page().session().isMaking());
        QCOMPARE(views(0).last()->text()->tokenCount(), 4000);
        qInfo("4000 tokens in %lld ms, longest turn of the event loop %lld ms", clock.elapsed(), longest);
        QVERIFY2(longest <= kPatientTurn, qPrintable(QString::number(longest)));
    }

    // One click from elsewhere.
    void opensWithAModel()
    {
        window().frame().openPage(u"playground"_s, {{u"model"_s, model("one")}});
        QCOMPARE(window().currentPage(), u"playground"_s);
        QCOMPARE(page().session().column(0).model.title(), u"one"_s);
        QTRY_COMPARE_WITH_TIMEOUT(page().session().processOf(0)->state(), ModelProcess::State::Ready, kPatienceMs);
        window().frame().openPage(u"playground"_s, {{u"models"_s, QStringList{model("one"), model("other")}}});
        QCOMPARE(page().session().columnCount(), 2);
        QFile gguf(m_folder->filePath(u"some.gguf"_s));
        QVERIFY(gguf.open(QIODevice::WriteOnly));
        gguf.close();
        window().showPage(u"home"_s);
        window().routeDrop(gguf.fileName());
        QCOMPARE(window().currentPage(), u"playground"_s);
        QCOMPARE(page().session().column(0).model.title(), u"some"_s);
    }

    // An adapter is put on the base that its config names, as far as that is known; else the page says which one it needs.
    void adaptersFindTheirBase()
    {
        const QString adapter = m_folder->filePath(u"models/tuned"_s);
        QVERIFY(QDir().mkpath(adapter));
        QFile config(adapter + u"/adapter_config.json"_s);
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("{\"base_model_name_or_path\": \"someone/one\"}");
        config.close();
        QString problem;
        QVERIFY(ModelPicker::choiceFor(services(), adapter, &problem).isEmpty());
        QVERIFY2(problem.contains(u"someone/one"_s), qPrintable(problem));
        services().models->addFolder(m_folder->filePath(u"models"_s));
        QTRY_VERIFY(services().models->find(model("one")));
        const ModelChoice choice = ModelPicker::choiceFor(services(), adapter);
        QCOMPARE(choice.path, model("one"));
        QCOMPARE(choice.title(), u"one + tuned"_s);
    }

private:
    void openWindow()
    {
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        services().jobs->setWorker(QStringLiteral(STAND_IN_MODEL));
        m_workbench->start();
        QTRY_VERIFY(!services().project->isOpening());
        window().show();
        window().showPage(u"playground"_s);
    }
    MainWindow& window() { return m_workbench->window(); }
    Services& services() { return m_workbench->services(); }
    PlaygroundPage& page() { return *static_cast<PlaygroundPage*>(window().page(u"playground"_s)); }
    const Conversation& talk(int index) { return page().session().column(index).talk; }
    ColumnView* column(int index) { return page().findChild<ColumnView*>(u"column%1"_s.arg(index + 1)); }
    QList<MessageView*> views(int index) { return column(index)->transcript()->messages(); }
    QString model(const char* name) { return m_folder->filePath(u"models/"_s + QLatin1String(name)); }
    void choose(int index, const char* name, bool wait = true)
    {
        page().session().setModel(index, {model(name), {}, {}});
        if (wait)
            QTRY_COMPARE_WITH_TIMEOUT(page().session().processOf(index)->state(), ModelProcess::State::Ready, kPatienceMs);
    }
    static void endProcess(qint64 pid)
    {
#ifdef Q_OS_UNIX
        QCOMPARE(::kill(static_cast<pid_t>(pid), SIGKILL), 0);
#else
        QCOMPARE(QProcess::execute(u"taskkill"_s, {u"/F"_s, u"/PID"_s, QString::number(pid)}), 0);
#endif
    }
    template<class Change>
    void settingsOf(int index, Change change)
    {
        GenerationSettings settings = page().session().column(index).settings;
        change(settings);
        page().session().setSettings(index, settings);
    }
    void send(const QString& text)
    {
        page().findChild<Composer*>()->setText(text);
        QTRY_VERIFY(page().findChild<QPushButton*>(u"sendMessage"_s)->isEnabled());
        page().findChild<QPushButton*>(u"sendMessage"_s)->click();
        QVERIFY(page().session().isMaking());
    }
    // After a click, whose work begins with the next turn of the event loop.
    void waitForAnswer()
    {
        QTest::qWait(0);
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
    }
    void sendAndWait(const QString& text)
    {
        send(text);
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
    }
    static QString footerText(const MessageView* view)
    {
        QStringList all;
        for (const QLabel* label : view->findChildren<QLabel*>())
            if (!label->isHidden())
                all << label->text();
        return all.join(u' ');
    }
    int alive()
    {
        int count = 0;
        for (const ModelProcess* process : page().pool().processes())
            count += process->state() == ModelProcess::State::Loading || process->state() == ModelProcess::State::Ready;
        return count;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workbench> m_workbench;
};

QTEST_MAIN(TestPlayground)
#include "tst_playground.moc"
