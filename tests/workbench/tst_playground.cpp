// SPDX-License-Identifier: GPL-3.0-or-later
// The Playground as a person uses it, in the real window, with a stand-in for the worker that does what each test needs.
#include "playground_rig.h"

using namespace crucible;
using namespace crucible::workbench;

class TestPlayground : public PlaygroundRig {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

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
};

QTEST_MAIN(TestPlayground)
#include "tst_playground.moc"
