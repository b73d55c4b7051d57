// SPDX-License-Identifier: GPL-3.0-or-later
// A whole merge as a person does it, in the real window with the real worker: compose, see the plan change, run, close the
// window in the middle, find the run. And what happens when folders go away while the window looks at them.
#include "job/run_folder.h"
#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "merge/outcome_card.h"
#include "pages/merge_page.h"
#include "pages/playground_page.h"
#include "playground/smoke_tester.h"
#include "shell/main_window.h"
#include "shell/workbench.h"
#include "text.h"
#include "views/model_table.h"
#include "views/run_curves.h"
#include "widgets/curve_editor.h"
#include "widgets/data_table.h"
#include "widgets/inline_message.h"
#include "widgets/metric_plot.h"
#include "widgets/yaml_editor.h"

#include <QClipboard>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>
#include <QTableView>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>

using namespace crucible;
using namespace crucible::workbench;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 30'000;
const QString kWorker = QStringLiteral(CRUCIBLE_BIN_DIR "/crucible-cli");

} // namespace

class TestMergeFlow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(QFileInfo(kWorker).isExecutable(), "crucible-cli is built first");
        QCOMPARE(QProcess::execute(kWorker, {u"sample"_s, m_sample.path()}), 0);
        // Tall models keep a worker busy for longer than it takes to be told to pause.
        for (const char* name : {"sample-writer", "sample-coder"}) {
            QString yaml = u"merge_method: passthrough\ndtype: bfloat16\nslices:\n"_s;
            for (int i = 0; i < 24; ++i)
                yaml += u"  - sources:\n      - model: %1\n        layer_range: [0, 8]\n"_s.arg(model(name));
            QFile file(m_sample.filePath(u"tall.yaml"_s));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(yaml.toUtf8());
            file.close();
            QCOMPARE(QProcess::execute(kWorker, {u"merge"_s, u"--quiet"_s, file.fileName(), tall(name)}), 0);
        }
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("CRUCIBLE_HOME", m_folder->filePath(u"home"_s).toUtf8());
        openWindow();
        QVERIFY(!services().project->create(m_folder->filePath(u"study"_s)));
    }

    void cleanup()
    {
        if (!m_workbench) // a test that failed between two windows
            return;
        for (const Job& job : services().jobs->jobs())
            services().jobs->cancel(job.id);
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->activeCount(), 0, kPatienceMs);
        m_workbench.reset();
    }

    void composeRunCloseAndFindAgain()
    {
        composeSlerp(tall("sample-writer"), tall("sample-coder"));
        if (QTest::currentTestFailed())
            return;
        auto* yaml = page().findChild<widgets::YamlEditor*>(u"yaml"_s);
        auto* curves = page().findChild<widgets::CurveEditor*>(u"curves"_s);

        // A dragged point changes the text, and one undo takes the whole drag back.
        QVERIFY(curves->series().size() >= 2);
        const QString before = yaml->toPlainText();
        const QPoint from = curves->positionOf({0, 1}).toPoint();
        QTest::mousePress(curves, Qt::LeftButton, {}, from);
        for (int step = 1; step <= 6; ++step)
            QTest::mouseMove(curves, from - QPoint(0, 8 * step));
        QTest::mouseRelease(curves, Qt::LeftButton, {}, from - QPoint(0, 48));
        QVERIFY(yaml->toPlainText() != before);
        window().setFocus();
        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(yaml->toPlainText(), before);

        // A mistake in the text is marked where it is, and the plan says so; the keys for undo work in the text too.
        showYaml(yaml);
        yaml->setFocus();
        yaml->moveCursor(QTextCursor::End);
        QTest::keyClicks(yaml, u"parameters: [1, 2"_s);
        QTRY_VERIFY(!yaml->problems().empty());
        QVERIFY(yaml->problems().front().line > 0);
        QVERIFY2(!verdict().startsWith(u"This will work"_s), qPrintable(verdict()));
        auto* told = page().findChild<widgets::InlineMessage*>(u"yamlProblem"_s);
        QVERIFY2(told->isVisible() && told->text().contains(u"Line "_s + QString::number(yaml->problems().front().line)), qPrintable(told->text()));
        QTest::keyClick(yaml, Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(yaml->toPlainText(), before);
        QTRY_VERIFY_WITH_TIMEOUT(verdict().startsWith(u"This will work"_s), kPatienceMs);

        // The worker is paused, so that it surely is at work when the window closes.
        const QString output = m_folder->filePath(u"made/here"_s);
        page().findChild<QLineEdit*>(u"output"_s)->setText(output);
        QTRY_VERIFY_WITH_TIMEOUT(!page().isBusy(), kPatienceMs);
        QTest::mouseClick(page().findChild<QPushButton*>(u"runMerge"_s), Qt::LeftButton);
        QCOMPARE(services().jobs->jobs().size(), 1);
        const QString id = services().jobs->jobs().first().id;
        const job::RunFolder folder(toPath(services().project->folder()) / "runs" / toStd(id));
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->find(id)->state, JobState::Running, kPatienceMs);
        services().jobs->pause(id);
        QVERIFY(window().jobsDock()->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->find(id)->state, JobState::Paused, kPatienceMs);
        QVERIFY(button(window().jobsDock(), u"Resume"_s));
        QVERIFY(!QFileInfo::exists(output + u"/config.json"_s));
        window().close();
        m_workbench.reset();

        folder.send(job::ControlWord::Resume);
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(output + u"/config.json"_s), kPatienceMs);
        openWindow(); // with the last project
        QTRY_VERIFY_WITH_TIMEOUT(runOf(id).status == project::RunStatus::Done, kPatienceMs);
        window().frame().openPage(u"runs"_s, {{u"run"_s, id}});
        auto* charts = window().findChild<RunCurves*>();
        QTRY_VERIFY(!charts->findChildren<widgets::MetricPlot*>().isEmpty());
        const auto inputs = services().project->with([&](project::Project& project) { return project.inputs(toStd(id)); });
        QCOMPARE(inputs->size(), std::size_t(2));
    }

    // A recipe whose paths hold only in its own folder, and a name with a blank: the command works from anywhere.
    void copiedCommandWorksAnywhere()
    {
        const QString folder = m_folder->filePath(u"it's here"_s);
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(copyFolder(model("sample-writer"), folder + u"/writer"_s));
        QVERIFY(copyFolder(model("sample-coder"), folder + u"/coder"_s));
        QFile recipe(folder + u"/my mix.yaml"_s);
        QVERIFY(recipe.open(QIODevice::WriteOnly));
        recipe.write("merge_method: linear\nmodels:\n  - model: writer\n    parameters: {weight: 1}\n"
                     "  - model: ./coder\n    parameters: {weight: 1}\ndtype: bfloat16\n");
        recipe.close();
        window().routeDrop(recipe.fileName());
        QTRY_VERIFY2(verdict().startsWith(u"This will work"_s), qPrintable(verdict()));
        const QString output = m_folder->filePath(u"the result"_s);
        page().findChild<QLineEdit*>(u"output"_s)->setText(output);
        QTest::mouseClick(button(&page(), u"Copy as command"_s), Qt::LeftButton);
        QTRY_VERIFY(QGuiApplication::clipboard()->text().contains("crucible-cli"_L1)); // the plan is made first
        const QString command = QGuiApplication::clipboard()->text();

        const QString sh = QStandardPaths::findExecutable(u"sh"_s);
        if (sh.isEmpty())
            QSKIP("there is no POSIX shell here");
        QTemporaryDir elsewhere;
        QProcess shell;
        shell.setWorkingDirectory(elsewhere.path());
        shell.start(sh, {u"-c"_s, command});
        QVERIFY(shell.waitForFinished(kPatienceMs));
        QVERIFY2(shell.exitCode() == 0, shell.readAllStandardError().constData());
        QVERIFY(QFileInfo::exists(output + u"/config.json"_s));
        const auto runs = services().project->with([](project::Project& project) { return project.runs(); });
        QCOMPARE(runs->size(), std::size_t(1));
        QCOMPARE(toQString(runs->front().name), u"my mix"_s);

        // Another recipe under the same name leaves the one of this command alone.
        page().document().edit({}, [](recipe::MergeRecipe& changed) { changed.dtype = DType::F32; });
        QTRY_VERIFY_WITH_TIMEOUT(!page().isBusy(), kPatienceMs);
        QTest::mouseClick(button(&page(), u"Copy as command"_s), Qt::LeftButton);
        QTRY_VERIFY(QGuiApplication::clipboard()->text() != command);
        QVERIFY(QGuiApplication::clipboard()->text().contains("my mix-2.yaml"_L1));
    }

    // Without a project the first run makes one and says so.
    void aRunWithoutAProjectMakesOne()
    {
        services().project->close();
        composeSlerp(model("sample-writer"), model("sample-coder"));
        if (QTest::currentTestFailed())
            return;
        QTest::mouseClick(page().findChild<QPushButton*>(u"runMerge"_s), Qt::LeftButton);
        QTRY_COMPARE(services().jobs->jobs().size(), 1);
        QVERIFY(services().project->isOpen());
        const QString id = services().jobs->jobs().first().id;
        QTRY_VERIFY_WITH_TIMEOUT(runOf(id).status == project::RunStatus::Done, kPatienceMs);
        QVERIFY(toQString(runOf(id).output).startsWith(services().project->folder()));
    }

    // What came of a merge stands on its page: that it is done, what trying it gave, and the way to the Playground.
    void outcomeStandsOnThePage()
    {
        composeSlerp(model("sample-writer"), model("sample-coder"));
        if (QTest::currentTestFailed())
            return;
        auto* outcome = page().findChild<OutcomeCard*>(u"outcome"_s);
        QVERIFY(outcome->isHidden());
        QTest::mouseClick(page().findChild<QPushButton*>(u"runMerge"_s), Qt::LeftButton);
        QCOMPARE(services().jobs->jobs().size(), 1);
        const Job job = services().jobs->jobs().first();
        QTRY_COMPARE_WITH_TIMEOUT(outcome->run(), job.id, kPatienceMs);
        QVERIFY(outcome->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!services().smoke->isTesting(job.id), 2 * kPatienceMs);
        QVERIFY2(outcome->sentences().join(u' ').contains("It loads"_L1), qPrintable(outcome->sentences().join(u' ')));
        auto* tryIt = outcome->findChild<QPushButton*>(u"tryOutcome"_s);
        QVERIFY(tryIt->isVisible());
        QTest::mouseClick(tryIt, Qt::LeftButton);
        QCOMPARE(window().currentPage(), u"playground"_s);
        QCOMPARE(static_cast<PlaygroundPage*>(window().page(u"playground"_s))->session().column(0).model.path, job.output);

        // The next merge makes room, a failed one says why, and the person may put it away.
        Job failed = job;
        failed.id = u"another"_s;
        failed.state = JobState::Failed;
        failed.problem = u"the disk is full\n/somewhere"_s;
        outcome->showJob(failed);
        QVERIFY(outcome->sentences().value(0).contains("the disk is full"_L1));
        QVERIFY(tryIt->isHidden());
        outcome->dismiss();
        QVERIFY(outcome->isHidden());
        Job cancelled = job;
        cancelled.state = JobState::Cancelled;
        outcome->showJob(cancelled);
        QVERIFY(outcome->isHidden());
    }

    void cancelFromTheDock()
    {
        composeSlerp(tall("sample-writer"), tall("sample-coder"));
        if (QTest::currentTestFailed())
            return;
        QTest::mouseClick(page().findChild<QPushButton*>(u"runMerge"_s), Qt::LeftButton);
        QCOMPARE(services().jobs->jobs().size(), 1);
        const QString id = services().jobs->jobs().first().id;
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->find(id)->state, JobState::Running, kPatienceMs);
        services().jobs->pause(id);
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->find(id)->state, JobState::Paused, kPatienceMs);
        QPushButton* cancel = button(window().jobsDock(), u"Cancel"_s);
        QVERIFY(cancel);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(services().jobs->find(id)->state, JobState::Cancelled, kPatienceMs);
        QVERIFY(runOf(id).status == project::RunStatus::Cancelled);
    }

    // Both show the same queue, and only one of them starts what waits in it.
    void twoWindowsShareAProject()
    {
        Workbench second{StartOptions{}};
        second.services().jobs->setWorker(kWorker);
        second.start();
        QTRY_VERIFY_WITH_TIMEOUT(!second.services().project->isOpening(), kPatienceMs);
        QCOMPARE(second.services().project->folder(), services().project->folder());
        composeSlerp(model("sample-writer"), model("sample-coder"));
        if (QTest::currentTestFailed())
            return;
        QTest::mouseClick(page().findChild<QPushButton*>(u"runMerge"_s), Qt::LeftButton);
        const QString id = services().jobs->jobs().first().id;
        QTRY_VERIFY_WITH_TIMEOUT(runOf(id).status == project::RunStatus::Done, kPatienceMs);
        QTRY_COMPARE(services().jobs->find(id)->state, JobState::Done);
        const auto seen = second.services().project->with([&](project::Project& project) { return project.run(toStd(id)); });
        QVERIFY((*seen)->status == project::RunStatus::Done);
        QTRY_COMPARE_WITH_TIMEOUT(second.services().jobs->activeCount() + second.services().jobs->queuedCount(), 0, kPatienceMs);
    }

    void droppedModelsAndRecipesComeToTheMerge()
    {
        window().showPage(u"merge"_s);
        window().routeDrop(model("sample-base"));
        QCOMPARE(page().document().recipe().referencedModels().size(), std::size_t(1));
        window().routeDrop(m_sample.filePath(u"ties.yaml"_s));
        QCOMPARE(window().currentPage(), u"merge"_s);
        QCOMPARE(page().document().recipe().mergeMethod, std::string("ties"));
        // Its models are named relative to the recipe's folder.
        QTRY_VERIFY2(verdict().startsWith(u"This will work"_s), qPrintable(verdict()));
        window().frame().openPage(u"merge"_s, {{u"model"_s, model("sample-chat")}});
        QCOMPARE(page().document().recipe().referencedModels().size(), std::size_t(4));
    }

    // The plan of a model that went away says so, and comes back with the model.
    void modelFolderGoesWhileItIsShown()
    {
        QVERIFY(QDir(m_folder->path()).mkpath(u"mine"_s));
        const QString mine = m_folder->filePath(u"mine/writer"_s);
        QVERIFY(copyFolder(model("sample-writer"), mine));
        window().showPage(u"merge"_s);
        window().routeDrop(model("sample-base"));
        window().routeDrop(mine);
        QTRY_VERIFY2(verdict().startsWith(u"This will work"_s), qPrintable(verdict()));
        QVERIFY(QDir().rename(mine, mine + u"-away"_s));
        window().showPage(u"home"_s);
        window().showPage(u"merge"_s);
        QTRY_VERIFY2(verdict().startsWith(u"This can not work"_s), qPrintable(verdict()));
        QVERIFY(QDir().rename(mine + u"-away"_s, mine));
        window().showPage(u"home"_s);
        window().showPage(u"merge"_s);
        QTRY_VERIFY2(verdict().startsWith(u"This will work"_s), qPrintable(verdict()));
    }

    void vanishedProjectIsToldNotOpened()
    {
        const QString gone = m_folder->filePath(u"gone"_s);
        QVERIFY(!services().project->create(gone));
        window().close();
        m_workbench.reset();
        QVERIFY(QDir(gone).removeRecursively());
        openWindow();
        QVERIFY(!services().project->isOpen());
        QVERIFY(!QFileInfo::exists(gone)); // looking for it did not make it
        for (const QString& id : window().pageIds())
            window().showPage(id);
    }

    // 2000 runs, some with 10000 points each, are listed, filtered, compared and opened anew, and the window answers all the
    // time; the longest pause is printed for who wants to see it.
    void twoThousandRunsNeverHoldTheWindowUp()
    {
        services().project->with([](project::Project& project) {
            for (int i = 0; i < 2000; ++i) {
                project::NewRun run;
                run.kind = "merge";
                run.name = "run " + std::to_string(i);
                run.status = project::RunStatus::Running;
                run.recipe = "merge_method: linear\n";
                run.recipeFormat = "mergekit-yaml";
                const std::string id = project.createRun(run);
                if (i >= 1996) {
                    std::vector<project::MetricSample> samples;
                    for (int point = 0; point < 10'000; ++point)
                        samples.push_back({"bytes_per_second", point * 0.1, 1e8 + point % 97 * 1e6});
                    project.addMetrics(id, samples);
                }
                project.markFinished(id, project::RunStatus::Done, {}, {});
            }
        });
        const QString folder = services().project->folder();
        services().project->close();
        qint64 longest = 0;
        QElapsedTimer sinceTick;
        QTimer ticks;
        ticks.setInterval(5);
        connect(&ticks, &QTimer::timeout, this, [&] { longest = std::max(longest, sinceTick.restart()); });
        sinceTick.start();
        ticks.start();
        window().frame().openProjectAt(folder);
        QTRY_COMPARE_WITH_TIMEOUT(services().project->folder(), folder, kPatienceMs);
        qInfo("opened: longest pause %lld ms", static_cast<long long>(longest));
        window().showPage(u"home"_s);
        QElapsedTimer timer;
        timer.start();
        window().showPage(u"runs"_s);
        const qint64 shown = timer.elapsed();
        auto* filter = window().page(u"runs"_s)->findChild<QLineEdit*>();
        timer.restart();
        filter->setText(u"name~99"_s);
        const qint64 filtered = timer.elapsed();
        auto* table = window().page(u"runs"_s)->findChild<QTableView*>();
        QTRY_COMPARE(table->model()->rowCount(), 38); // 99, 199, ..., 990 to 999, and so on
        filter->clear();
        QTRY_COMPARE(table->model()->rowCount(), 2000);
        for (int row = 0; row < 4; ++row)
            table->selectionModel()->select(table->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QTRY_VERIFY_WITH_TIMEOUT(!window().page(u"runs"_s)->isBusy() && !window().findChild<RunCurves*>()->findChildren<widgets::MetricPlot*>().isEmpty(), kPatienceMs);
        QTest::qWait(300); // drawing
        qInfo("all: longest pause %lld ms", static_cast<long long>(longest));
        QVERIFY2(longest < 1000, qPrintable(QString::number(longest)));
        qInfo("shown in %lld ms, filtered in %lld ms", static_cast<long long>(shown), static_cast<long long>(filtered));
    }

    void tenThousandTensorsScrollAndFilter()
    {
        std::vector<formats::TensorInfo> tensors;
        for (int layer = 0; layer < 1000; ++layer)
            for (int expert = 0; expert < 10; ++expert)
                tensors.push_back({"model.layers." + std::to_string(layer) + ".mlp.experts." + std::to_string(expert) +
                                       ".up_proj.weight",
                                   DType::BF16, {688, 256}, 352'256});
        TensorTable model;
        TableFilter sorted(&model);
        widgets::DataTable table;
        table.setModel(&sorted);
        table.sortByColumn(TensorTable::Name, Qt::AscendingOrder);
        table.resize(600, 400);
        table.show();
        QElapsedTimer timer;
        timer.start();
        model.setTensors(std::move(tensors));
        const qint64 shown = timer.restart();
        sorted.setWords(u"experts.7 layers.99"_s);
        const qint64 filtered = timer.restart();
        QCOMPARE(sorted.rowCount(), 11); // 99 and 990 to 999
        QCOMPARE(sorted.index(0, 0).data().toString(), u"model.layers.99.mlp.experts.7.up_proj.weight"_s);
        sorted.setWords({});
        const qint64 widened = timer.restart();
        table.scrollToBottom();
        table.grab();
        const qint64 scrolled = timer.restart();
        qInfo("shown %lld, filtered %lld, widened %lld, scrolled %lld ms", static_cast<long long>(shown),
              static_cast<long long>(filtered), static_cast<long long>(widened), static_cast<long long>(scrolled));
    }

private:
    MainWindow& window() { return m_workbench->window(); }
    Services& services() { return m_workbench->services(); }
    MergePage& page() { return *static_cast<MergePage*>(window().page(u"merge"_s)); }
    QString model(const char* name) const { return m_sample.filePath(u"models/"_s + QString::fromLatin1(name)); }
    QString tall(const char* name) const { return m_sample.filePath(u"models/tall-"_s + QString::fromLatin1(name)); }
    QString verdict() { return page().findChild<QLabel*>(u"planVerdict"_s)->text(); }

    void openWindow()
    {
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        services().jobs->setWorker(kWorker);
        m_workbench->start();
        QTRY_VERIFY_WITH_TIMEOUT(!services().project->isOpening(), kPatienceMs);
        window().resize(1440, 900);
        window().show();
        window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }

    // Two sample models and the preset whose curves cross.
    void composeSlerp(const QString& first, const QString& second)
    {
        window().showPage(u"merge"_s);
        window().routeDrop(first);
        window().routeDrop(second);
        QTRY_VERIFY2_WITH_TIMEOUT(verdict().startsWith(u"This will work"_s), qPrintable(verdict()), kPatienceMs);
        QPushButton* presets = button(&page(), u"Presets"_s);
        QVERIFY(presets);
        Q_EMIT presets->menu()->aboutToShow();
        QAction* slerp = nullptr;
        for (QAction* action : presets->menu()->actions())
            if (action->text() == "Marcoro14 SLERP"_L1)
                slerp = action;
        QVERIFY(slerp && slerp->isEnabled());
        slerp->trigger();
        QCOMPARE(page().document().recipe().mergeMethod, std::string("slerp"));
        QTRY_VERIFY_WITH_TIMEOUT(!page().isBusy(), kPatienceMs);
        QVERIFY2(verdict().startsWith(u"This will work"_s), qPrintable(verdict()));
    }

    void showYaml(QWidget* yaml)
    {
        auto* tabs = page().findChild<QTabWidget*>();
        tabs->setCurrentWidget(yaml);
    }

    static QPushButton* button(QWidget* parent, const QString& text)
    {
        for (QPushButton* candidate : parent->findChildren<QPushButton*>())
            if (candidate->text() == text)
                return candidate;
        return nullptr;
    }

    project::Run runOf(const QString& id)
    {
        const auto run = services().project->with([&](project::Project& project) { return project.run(toStd(id)); });
        return run && *run ? **run : project::Run();
    }

    static bool copyFolder(const QString& from, const QString& to)
    {
        bool good = QDir().mkpath(to);
        for (const QFileInfo& file : QDir(from).entryInfoList(QDir::Files))
            good = QFile::copy(file.filePath(), to + u'/' + file.fileName()) && good;
        return good;
    }

    QTemporaryDir m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workbench> m_workbench;
};

QTEST_MAIN(TestMergeFlow)
#include "tst_merge_flow.moc"
