// SPDX-License-Identifier: GPL-3.0-or-later
// The frame around the pages: what must hold for every page and action, also for those that come later.
#include "project/project.h"
#include "shell/command_line.h"
#include "shell/drop_router.h"
#include "shell/main_window.h"
#include "shell/workbench.h"
#include "text.h"
#include "views/recipe_diff.h"

#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QMap>
#include <QTemporaryDir>
#include <QTest>

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

    // Who can not see the window hears what each control is.
    void everyFocusableControlHasAName()
    {
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
        QCOMPARE(m_workbench->services().project->folder(), QDir(folder).absolutePath());
        QVERIFY(window().windowTitle().startsWith(u"study"_s));
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
    MainWindow& window() { return m_workbench->window(); }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workbench> m_workbench;
};

QTEST_MAIN(TestShell)
#include "tst_shell.moc"
