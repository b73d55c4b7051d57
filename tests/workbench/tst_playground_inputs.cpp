// SPDX-License-Identifier: GPL-3.0-or-later
// What goes into an answer of the Playground besides the words: settings, adapters, tools, constraints, and where it is kept.
#include "playground_rig.h"

using namespace crucible;
using namespace crucible::workbench;

class TestPlaygroundInputs : public PlaygroundRig {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

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
};

QTEST_MAIN(TestPlaygroundInputs)
#include "tst_playground_inputs.moc"
