// SPDX-License-Identifier: GPL-3.0-or-later
// The frame around the pages: what must hold for every page and action, also for those that come later.
#include "base/error.h"
#include "jobs/job_service.h"
#include "jobs/project_service.h"
#include "pages/merge_page.h"
#include "project/project.h"
#include "settings.h"
#include "shell/command_line.h"
#include "shell/drop_router.h"
#include "shell/main_window.h"
#include "shell/settings_dialog.h"
#include "shell/workbench.h"
#include "text.h"
#include "views/recipe_diff.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFile>
#include <QLineEdit>
#include <QMap>
#include <QMimeData>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace crucible;
using namespace crucible::workbench;
using namespace Qt::StringLiterals;

class TestShell : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("CRUCIBLE_HOME", m_folder->path().toUtf8());
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        m_workbench->start();
        m_workbench->window().show();
        m_workbench->window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&m_workbench->window()));
    }
    void cleanup() { m_workbench.reset(); }

    void everyActionHasTextAndItsOwnShortcut()
    {
        QMap<QString, QString> owners;
        const QList<QAction*> actions = window().allActions();
        QVERIFY(actions.size() > 20);
        for (const QAction* action : actions) {
            QVERIFY(!action->text().isEmpty());
            const QString keys = action->shortcut().toString();
            if (keys.isEmpty())
                continue;
            QVERIFY2(!owners.contains(keys), qPrintable(keys + u": "_s + action->text() + u" and "_s + owners.value(keys)));
            owners[keys] = action->text();
        }
    }

    // The device of the Playground is asked for where there is a card, and only there.
    void devicesAreChosenInTheSettings()
    {
        const auto worker = [this](const char* cards) {
            QFile script(m_folder->filePath(u"worker"_s));
            QVERIFY(script.open(QIODevice::WriteOnly | QIODevice::Truncate));
            script.write(QByteArray("#!/bin/sh\necho '{\"devices\": [{\"device\": \"cpu\", \"title\": \"A processor\"}") + cards + "]}'\n");
            script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            m_workbench->services().jobs->setWorker(script.fileName());
        };
        Settings& settings = *m_workbench->services().settings;
        worker("");
        {
            SettingsDialog dialog(m_workbench->services(), &window());
            dialog.show();
            QTest::qWait(300);
            QVERIFY(!dialog.findChild<QComboBox*>(u"device"_s)->isVisible());
        }
        worker(R"(, {"device": "cuda:0", "title": "A card", "total_bytes": 25769803776}, {"device": "torch", "title": "A processor"})");
        {
            SettingsDialog dialog(m_workbench->services(), &window());
            dialog.show();
            auto* device = dialog.findChild<QComboBox*>(u"device"_s);
            QTRY_VERIFY(device->isVisible());
            QCOMPARE(device->count(), 2);
            QCOMPARE(device->itemText(1), u"A card · "_s + widgets::format::bytes(25769803776.0));
            device->setCurrentIndex(1);
            dialog.accept();
        }
        QCOMPARE(settings.device(), u"cuda:0"_s);
        QCOMPARE(settings.deviceBytes(), quint64(25769803776));
        worker("");
        SettingsDialog dialog(m_workbench->services(), &window());
        dialog.show();
        auto* device = dialog.findChild<QComboBox*>(u"device"_s);
        QVERIFY(device->isVisible());
        QCOMPARE(device->currentText(), u"cuda:0"_s); // nobody has said yet that it is gone
        QTRY_COMPARE(device->currentText(), u"cuda:0 (not found)"_s);
        dialog.accept();
        QCOMPARE(settings.device(), u"cuda:0"_s);
        QCOMPARE(settings.deviceBytes(), quint64(25769803776));
    }

    // Who can not see the window hears what each control is.
    void everyFocusableControlHasAName()
    {
        fillPages();
        QStringList nameless;
        for (const QString& id : window().pageIds()) {
            window().showPage(id);
            for (QWidget* widget : window().findChildren<QWidget*>()) {
                if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->focusProxy())
                    continue;
                const QAccessibleInterface* reader = QAccessible::queryAccessibleInterface(widget);
                const QString name = reader ? reader->text(QAccessible::Name) : QString();
                if (name.isEmpty() && widget->accessibleName().isEmpty() && reader &&
                    reader->role() != QAccessible::MenuBar && reader->role() != QAccessible::PageTabList &&
                    reader->role() != QAccessible::Splitter)
                    nameless << id + u": "_s + QString::fromLatin1(widget->metaObject()->className()) + u' ' +
                                    widget->objectName();
            }
        }
        nameless.removeDuplicates();
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }

    // Nothing that can be used needs a mouse: Tab comes by everywhere, and goes on.
    void tabReachesEveryControl()
    {
        fillPages();
        QStringList missed;
        for (const QString& id : window().pageIds()) {
            window().showPage(id);
            QTRY_VERIFY(!window().page(id)->isBusy());
            QSet<QWidget*> reached;
            window().setFocus();
            for (int step = 0; step < 150; ++step) {
                QWidget* now = QApplication::focusWidget();
                QTest::keyClick(now ? now : &window(), Qt::Key_Tab);
                reached.insert(QApplication::focusWidget());
            }
            for (const QWidget* control : controls())
                if (!reached.contains(const_cast<QWidget*>(control)))
                    missed << id + u": "_s + nameOf(control);
        }
        missed.removeDuplicates();
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join(u'\n')));
    }

    void focusIsSeen_data()
    {
        QTest::addColumn<int>("theme");
        QTest::newRow("light") << int(ThemeChoice::Light);
        QTest::newRow("dark") << int(ThemeChoice::Dark);
    }
    // With the keyboard in use the control that has the focus looks otherwise, with a contrast that can be seen.
    void focusIsSeen()
    {
        QFETCH(int, theme);
        m_workbench->settings().setTheme(static_cast<ThemeChoice>(theme));
        fillPages();
        QStringList unseen;
        for (const QString& id : window().pageIds()) {
            window().showPage(id);
            QTRY_VERIFY(!window().page(id)->isBusy()); // what was planned or read anew is shown
            QList<QPointer<QWidget>> here;
            for (QWidget* control : controls())
                here << control;
            for (const QPointer<QWidget>& control : here) {
                if (!control)
                    continue; // a list was filled anew
                window().setFocus();
                const QImage before = pictureAround(*control);
                window().setAttribute(Qt::WA_KeyboardFocusChange);
                control->setFocus(Qt::TabFocusReason);
                QTest::qWait(0);
                if (control && changedPixels(before, pictureAround(*control)) < 20)
                    unseen << id + u": "_s + nameOf(control.data());
            }
        }
        unseen.removeDuplicates();
        QVERIFY2(unseen.isEmpty(), qPrintable(unseen.join(u'\n')));
    }

    void buttonsWithoutTextHaveAPicture()
    {
        window().jobsDock()->show();
        window().logDock()->show();
        int seen = 0;
        for (const QString& id : window().pageIds()) {
            window().showPage(id);
            for (const QToolButton* button : window().findChildren<QToolButton*>()) {
                if (!button->isVisible() || !button->text().isEmpty())
                    continue;
                ++seen;
                const QImage picture = button->icon().pixmap(button->iconSize()).toImage();
                bool drawn = false;
                for (int y = 0; y < picture.height() && !drawn; ++y)
                    for (int x = 0; x < picture.width() && !drawn; ++x)
                        drawn = picture.pixelColor(x, y).alpha() > 100;
                QVERIFY2(drawn, qPrintable(nameOf(button)));
            }
        }
        QVERIFY(seen > 2);
    }

    // A folder that is dropped on a text field comes to the window, not into the text.
    void filesAreDroppedAnywhere()
    {
        QVERIFY(QDir(m_folder->path()).mkpath(u"model"_s));
        QMimeData files;
        files.setUrls({QUrl::fromLocalFile(m_folder->filePath(u"model"_s))});
        files.setText(u"model"_s);
        for (const QString& id : window().pageIds()) {
            window().showPage(id);
            for (QWidget* control : window().page(id)->findChildren<QWidget*>()) {
                if (!control->isVisible())
                    continue;
                QDragEnterEvent enter(control->rect().center(), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
                enter.ignore();
                QVERIFY2(!QApplication::sendEvent(control, &enter) || enter.isAccepted() || !control->acceptDrops(),
                         qPrintable(nameOf(control)));
            }
        }
        // Text is still for text fields.
        window().showPage(u"merge"_s);
        auto* name = window().findChild<QLineEdit*>(u"mergeName"_s);
        QMimeData words;
        words.setText(u"ties"_s);
        QDragEnterEvent enter(name->rect().center(), Qt::CopyAction, &words, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(name, &enter);
        QVERIFY(enter.isAccepted());
    }

    void newMergeStartsAfreshAndCanBeTakenBack()
    {
        auto* page = static_cast<MergePage*>(window().page(u"merge"_s));
        window().frame().openPage(u"merge"_s, {{u"yaml"_s, u"merge_method: linear\nmodels:\n  - model: a\n"_s}, {u"name"_s, u"mine"_s}});
        QCOMPARE(page->document().recipe().referencedModels().size(), std::size_t(1));
        window().showPage(u"home"_s);
        for (QAbstractButton* row : window().page(u"home"_s)->findChildren<QAbstractButton*>())
            if (row->text() == "New merge"_L1)
                row->click();
        QCOMPARE(window().currentPage(), u"merge"_s);
        QVERIFY(page->document().recipe().referencedModels().empty());
        QVERIFY(window().findChild<QLineEdit*>(u"mergeName"_s)->text() != "mine"_L1);
        page->undo();
        QCOMPARE(page->document().recipe().referencedModels().size(), std::size_t(1));
    }

    void keysSwitchPages()
    {
        const QStringList ids = window().pageIds();
        QVERIFY(ids.size() >= 3);
        QCOMPARE(ids.first(), u"home"_s);
        QTest::keyClick(&window(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(window().currentPage(), ids.at(1));
        QTest::keyClick(&window(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(window().currentPage(), ids.at(0));
    }

    void stateComesBack()
    {
        window().showPage(u"runs"_s);
        window().jobsDock()->show();
        window().resize(1100, 740);
        window().saveState();
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        m_workbench->start();
        window().show();
        QCOMPARE(window().currentPage(), u"runs"_s);
        QVERIFY(window().jobsDock()->isVisible());
        QCOMPARE(window().size(), QSize(1100, 740));
    }

    // At the smallest size that is promised nothing is wider than the window.
    void smallestWindowHoldsEveryPage()
    {
        window().resize(1024, 700);
        for (const QString& id : window().pageIds()) {
            window().showPage(id);
            QTest::qWait(0);
            QVERIFY2(window().width() <= 1024 && window().height() <= 700, qPrintable(id));
            QVERIFY2(window().page(id)->minimumSizeHint().width() <= window().page(id)->width(), qPrintable(id));
        }
    }

    void dropsAreKnownByWhatLiesThere_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("kind");
        QTest::newRow("recipe") << u"merge.yaml"_s << int(DropKind::RecipeFile);
        QTest::newRow("weights") << u"model/model.safetensors"_s << int(DropKind::ModelFolder);
        QTest::newRow("folder") << u"model"_s << int(DropKind::ModelFolder);
        QTest::newRow("project") << u"study"_s << int(DropKind::ProjectFolder);
        QTest::newRow("text") << u"notes.txt"_s << int(DropKind::Other);
        QTest::newRow("nothing") << u"gone"_s << int(DropKind::Other);
    }
    void dropsAreKnownByWhatLiesThere()
    {
        QFETCH(QString, path);
        QFETCH(int, kind);
        const QDir dir(m_folder->path());
        QVERIFY(dir.mkpath(u"model"_s));
        for (const QString& name : {u"merge.yaml"_s, u"model/model.safetensors"_s, u"notes.txt"_s}) {
            QFile file(dir.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        project::Project::openOrCreate(toPath(dir.filePath(u"study"_s)));
        QCOMPARE(int(classifyDrop(dir.filePath(path)).kind), kind);
    }

    void droppedProjectIsOpened()
    {
        const QString folder = m_folder->filePath(u"study"_s);
        project::Project::openOrCreate(toPath(folder));
        window().routeDrop(folder);
        QTRY_COMPARE(m_workbench->services().project->folder(), QDir(folder).absolutePath());
        QVERIFY(window().windowTitle().startsWith(u"study"_s));
    }

    // The one that is open stays until the other is there: when opening fails, and when it is called off.
    void openingKeepsWhatIsOpen()
    {
        ProjectService& service = *m_workbench->services().project;
        const QString first = m_folder->filePath(u"first"_s), second = m_folder->filePath(u"second"_s);
        QVERIFY(!service.create(first));
        project::Project::openOrCreate(toPath(second));
        QSignalSpy closed(&service, &ProjectService::closed);

        std::optional<Error> told;
        service.openLater(m_folder->filePath(u"nothing"_s), false, this, [&](const std::optional<Error>& error) { told = error; });
        QVERIFY(service.isOpening());
        QTRY_VERIFY(!service.isOpening());
        QVERIFY(told && told->kind() == ErrorKind::NotFound);
        QCOMPARE(service.folder(), first);

        bool called = false;
        service.openLater(second, false, this, [&](const std::optional<Error>&) { called = true; });
        service.cancelOpening();
        QVERIFY(!service.isOpening());
        QTest::qWait(200);
        QVERIFY(!called);
        QCOMPARE(service.folder(), first);
        QCOMPARE(closed.count(), 0);
        QVERIFY(Settings().openingProject().isEmpty());

        service.openLater(second, false, this, [&](const std::optional<Error>& error) { called = !error; });
        QTRY_VERIFY(called);
        QCOMPARE(service.folder(), second);
        QCOMPARE(closed.count(), 1);
    }

    // SQLite goes on with a file that was moved away; the person is told, once, and again when it is back.
    void movedProjectIsToldOnce()
    {
        ProjectService& service = *m_workbench->services().project;
        const QString folder = m_folder->filePath(u"study"_s);
        QVERIFY(!service.create(folder));
        QSignalSpy gone(&service, &ProjectService::gone), back(&service, &ProjectService::cameBack);
        QSignalSpy failed(&service, &ProjectService::failed);
        QVERIFY(QDir().rename(folder, folder + u"-away"_s));
        QTRY_COMPARE(gone.count(), 1);
        QTest::qWait(1000);
        QCOMPARE(gone.count(), 1);
        QCOMPARE(failed.count(), 0);
        QVERIFY(service.isGone());
        QVERIFY(QDir().rename(folder + u"-away"_s, folder));
        QTRY_COMPARE(back.count(), 1);
        QVERIFY(!service.isGone());
        QVERIFY(service.with([](project::Project& project) { project.setDraft("merge", "kept"); }));
    }

    // A project that took the last window down is not opened by itself again.
    void crashingProjectIsLeftAlone()
    {
        const QString folder = m_folder->filePath(u"study"_s);
        project::Project::openOrCreate(toPath(folder));
        Settings settings;
        settings.setLastProject(folder);
        settings.setOpeningProject(folder);
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        m_workbench->start();
        QVERIFY(!m_workbench->services().project->isOpen());
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        m_workbench->start();
        QVERIFY(!m_workbench->services().project->isOpen());
    }

    void wrongOptionsAreRefused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("theme") << QStringList{u"crucible"_s, u"--theme"_s, u"pink"_s};
        QTest::newRow("size") << QStringList{u"crucible"_s, u"--size"_s, u"big"_s};
        QTest::newRow("unknown") << QStringList{u"crucible"_s, u"--no-such-option"_s};
    }
    void wrongOptionsAreRefused()
    {
        QFETCH(QStringList, arguments);
        const CommandLine line = parseCommandLine(arguments);
        QCOMPARE(line.exitStatus, 2);
        QVERIFY(line.message.startsWith(u"error: "_s));
    }

    void recipesDifferByTheirKeys()
    {
        const QString a = u"models:\n- model: base\n  parameters:\n    weight: 0.3\n- model: other\nmerge_method: ties\ndtype: bfloat16\n"_s;
        const QString b = u"models:\n  - model: base\n    parameters:\n      weight: 0.7\n  - model: other\nmerge_method: ties\n"_s;
        const RecipeDiff diff = diffRecipes({a, b});
        QCOMPARE(diff.equal, 3);
        QCOMPARE(diff.rows.size(), std::size_t(2));
        QCOMPARE(diff.rows[0].key, u"models[0].parameters.weight"_s);
        QCOMPARE(diff.rows[0].values, (QStringList{u"0.3"_s, u"0.7"_s}));
        QCOMPARE(diff.rows[1].key, u"dtype"_s);
        QCOMPARE(diff.rows[1].values, (QStringList{u"bfloat16"_s, QString()}));
    }

private:
    // A project with a run, a merge of two models, and both docks: every page has something on it.
    void fillPages()
    {
        ProjectService& project = *m_workbench->services().project;
        QVERIFY(!project.create(m_folder->filePath(u"study"_s)));
        project.with([](project::Project& open) {
            project::NewRun run;
            run.kind = "merge";
            run.name = "first";
            run.status = project::RunStatus::Running;
            run.recipe = "merge_method: linear\n";
            run.recipeFormat = "mergekit-yaml";
            const std::string id = open.createRun(run);
            open.addTag(id, "kept");
            open.addInput(id, {"base", "a", "/models/a", {}});
            open.addArtifact({id, "model", "/models/made", 1000, {}, 0});
            const project::MetricSample points[] = {{"memory_bytes", 0, 1e6}, {"memory_bytes", 1, 2e6}};
            open.addMetrics(id, points);
            open.markFinished(id, project::RunStatus::Done, {}, {});
        });
        project.poll();
        window().frame().openPage(u"merge"_s, {{u"yaml"_s, u"merge_method: slerp\nbase_model: /models/a\nmodels:\n  - model: /models/a\n"
                                                           "  - model: /models/b\nparameters:\n  t: [0, 0.5, 1]\n"_s},
                                               {u"name"_s, u"mix"_s}});
        window().showPage(u"runs"_s);
        QTRY_VERIFY(!window().page(u"runs"_s)->isBusy() && !window().page(u"merge"_s)->isBusy());
        window().jobsDock()->show();
        window().logDock()->show();
        window().resize(1500, 1000);
        QTest::qWait(0);
    }

    // What can have the focus now.
    QList<QWidget*> controls()
    {
        QList<QWidget*> found;
        for (QWidget* widget : window().findChildren<QWidget*>())
            if (widget->isVisible() && widget->isEnabled() && widget->focusPolicy() & Qt::TabFocus && !widget->focusProxy())
                found << widget;
        return found;
    }
    static QString nameOf(const QWidget* widget)
    {
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        return QString::fromLatin1(widget->metaObject()->className()) + u" '"_s + (button ? button->text() : widget->accessibleName()) +
               u"' "_s + widget->objectName();
    }
    QImage pictureAround(const QWidget& widget)
    {
        const QRect area(widget.mapTo(&window(), QPoint()), widget.size());
        return window().grab(area.adjusted(-4, -4, 4, 4)).toImage();
    }
    static int changedPixels(const QImage& a, const QImage& b)
    {
        int changed = 0;
        for (int y = 0; y < std::min(a.height(), b.height()); ++y)
            for (int x = 0; x < std::min(a.width(), b.width()); ++x)
                changed += widgets::Theme::contrast(a.pixelColor(x, y), b.pixelColor(x, y)) > 1.5;
        return changed;
    }

    MainWindow& window() { return m_workbench->window(); }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workbench> m_workbench;
};

QTEST_MAIN(TestShell)
#include "tst_shell.moc"
