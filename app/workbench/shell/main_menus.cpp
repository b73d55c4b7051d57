// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the main window, and the palette that finds everything in them.
#include "shell/main_window.h"

#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "settings.h"
#include "shell/dialogs.h"
#include "shell/frame_here.h"
#include "shell/help_viewer.h"
#include "shell/settings_dialog.h"
#include "shell/top_bar.h"
#include "text.h"
#include "widgets/icons.h"

#include <QApplication>
#include <QDesktopServices>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenuBar>
#include <QStackedWidget>
#include <QUrl>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {

// Edit actions go to the text or table that has the focus, as far as it understands them; false when it does not.
bool sendToFocus(const char* slot)
{
    QWidget* widget = QApplication::focusWidget();
    const QByteArray signature = QByteArray(slot) + "()";
    if (!widget || widget->metaObject()->indexOfMethod(signature.constData()) < 0)
        return false;
    // A text without a history of its own, or with nothing to take back, leaves it to the page.
    const QVariant keepsHistory = widget->property("undoRedoEnabled");
    const QByteArray availability = QByteArray(slot).append("Available");
    const QVariant available = widget->property(availability.constData());
    const bool isHistory = signature == "undo()" || signature == "redo()";
    if (isHistory && ((keepsHistory.isValid() && !keepsHistory.toBool()) || (available.isValid() && !available.toBool())))
        return false;
    return QMetaObject::invokeMethod(widget, slot);
}

} // namespace

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QKeySequence& keys, const char* icon,
                               std::function<void()> run)
{
    auto* action = new QAction(text, this);
    if (icon)
        action->setIcon(widgets::Icons::icon(QString::fromLatin1(icon)));
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    menu->addAction(action);
    m_actions << action;
    return action;
}

void MainWindow::buildMenus()
{
    QMenuBar* bar = m_topBar->menuBar();
    Frame* frame = m_frame.get();

    QMenu* file = bar->addMenu(tr("&File"));
    addAction(file, tr("&New project…"), QKeySequence::New, "add", [frame] { frame->newProject(); });
    addAction(file, tr("&Open project…"), QKeySequence::Open, "folder", [frame] { frame->openProject(); });
    QMenu* recent = file->addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
    fillRecent(recent);
    addAction(file, tr("Open the &sample"), {}, nullptr, [frame] { frame->openSampleProject(); });
    m_closeProject = addAction(file, tr("&Close project"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_W), nullptr,
                               [this] { m_services.project->close(); });
    file->addSeparator();
    addAction(file, tr("&Add model folder…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A), "models",
              [frame] { frame->addModelFolder(); });
    addAction(file, tr("Show project &folder"), {}, "external", [this] {
        if (m_services.project->isOpen())
            QDesktopServices::openUrl(QUrl::fromLocalFile(m_services.project->folder()));
    });
    file->addSeparator();
    addAction(file, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), nullptr, [this] { close(); })
        ->setMenuRole(QAction::QuitRole);

    QMenu* edit = bar->addMenu(tr("&Edit"));
    addAction(edit, tr("&Undo"), QKeySequence(Qt::CTRL | Qt::Key_Z), "undo", [this] {
        if (!sendToFocus("undo"))
            m_pages.at(m_stack->currentIndex()).page->undo();
    });
    addAction(edit, tr("&Redo"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), "redo", [this] {
        if (!sendToFocus("redo"))
            m_pages.at(m_stack->currentIndex()).page->redo();
    });
    edit->addSeparator();
    addAction(edit, tr("Cu&t"), {}, nullptr, [] { sendToFocus("cut"); });
    addAction(edit, tr("&Copy"), {}, "copy", [] { sendToFocus("copy"); });
    addAction(edit, tr("&Paste"), {}, nullptr, [] { sendToFocus("paste"); });
    addAction(edit, tr("Select &all"), {}, nullptr, [] { sendToFocus("selectAll"); });
    edit->addSeparator();
    addAction(edit, tr("&Find an action, model or run…"), QKeySequence(Qt::CTRL | Qt::Key_K), "search",
              [this] { openPalette(); });
    connect(m_topBar, &TopBar::paletteRequested, this, &MainWindow::openPalette);

    QMenu* view = bar->addMenu(tr("&View"));
    for (const PageSlot& slot : m_pages) {
        view->addAction(slot.action);
        m_actions << slot.action;
    }
    view->addSeparator();
    const auto addDock = [&](QDockWidget* dock, const QString& text, const QKeySequence& keys) {
        QAction* action = dock->toggleViewAction();
        action->setText(text);
        action->setShortcut(keys);
        view->addAction(action);
        m_actions << action;
    };
    addDock(m_jobsDock, tr("&Jobs"), QKeySequence(Qt::CTRL | Qt::Key_J));
    addDock(m_logDock, tr("&Log"), QKeySequence(Qt::CTRL | Qt::Key_L));
    view->addSeparator();
    addAction(view, tr("&Light theme"), {}, "sun", [this] { m_services.settings->setTheme(ThemeChoice::Light); });
    addAction(view, tr("&Dark theme"), {}, "moon", [this] { m_services.settings->setTheme(ThemeChoice::Dark); });
    addAction(view, tr("Theme of the &system"), {}, nullptr, [this] { m_services.settings->setTheme(ThemeChoice::System); });

    m_runMenu = bar->addMenu(tr("&Run"));
    fillRunMenu();

    QMenu* tools = bar->addMenu(tr("&Tools"));
    addAction(tools, tr("&Rescan model folders"), QKeySequence(Qt::Key_F5), "refresh", [this] { m_services.models->rescan(); });
    addAction(tools, tr("Clear &ended jobs"), {}, nullptr, [this] { m_services.jobs->clearEnded(); });
    tools->addSeparator();
    addAction(tools, tr("&Settings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma), "settings", [this] {
        SettingsDialog dialog(m_services, this);
        dialog.exec();
    })->setMenuRole(QAction::PreferencesRole);

    QMenu* help = bar->addMenu(tr("&Help", "menu"));
    addAction(help, tr("&Help"), QKeySequence(Qt::Key_F1), "help", [this] { HelpViewer::showTopic(currentPage(), this); });
    addAction(help, tr("&Keyboard shortcuts"), QKeySequence(Qt::CTRL | Qt::Key_Slash), "command", [this] {
        ShortcutsDialog dialog(allActions(), this);
        dialog.exec();
    });
    help->addSeparator();
    addAction(help, tr("&About Crucible"), {}, "info", [this] {
        AboutDialog dialog(this);
        dialog.exec();
    })->setMenuRole(QAction::AboutRole);
}

void MainWindow::fillRecent(QMenu* menu)
{
    menu->clear();
    for (const QString& folder : m_services.settings->recentProjects()) {
        const bool there = QFileInfo(folder).isDir();
        QAction* action = menu->addAction(there ? displayPath(folder) : tr("%1 (missing)").arg(displayPath(folder)));
        action->setEnabled(there);
        connect(action, &QAction::triggered, this, [this, folder] { m_frame->openProjectAt(folder); });
    }
    if (menu->isEmpty())
        menu->addAction(tr("No recent projects"))->setEnabled(false);
}

// What the page in front can do, then what holds for jobs everywhere.
void MainWindow::fillRunMenu()
{
    m_runMenu->clear();
    const QList<QAction*> here = m_pages.at(m_stack->currentIndex()).page->pageActions();
    m_runMenu->addActions(here);
    if (!here.isEmpty())
        m_runMenu->addSeparator();
    JobService* jobs = m_services.jobs;
    const auto current = [jobs](auto action) {
        if (const auto job = jobs->current())
            action(job->id);
    };
    if (!m_pauseJob) {
        auto makeJobAction = [this](const QString& text, const char* icon, std::function<void()> run) {
            auto* action = new QAction(widgets::Icons::icon(QString::fromLatin1(icon)), text, this);
            connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
            m_actions << action;
            return action;
        };
        m_pauseJob = makeJobAction(tr("&Pause or resume the current job"), "pause", [jobs, current] {
            current([jobs](const QString& id) {
                if (jobs->find(id)->state == JobState::Paused)
                    jobs->resume(id);
                else
                    jobs->pause(id);
            });
        });
        m_cancelJob = makeJobAction(tr("&Cancel the current job"), "cancel",
                                    [jobs, current] { current([jobs](const QString& id) { jobs->cancel(id); }); });
        const auto update = [this, jobs] {
            m_pauseJob->setEnabled(jobs->activeCount() > 0);
            m_cancelJob->setEnabled(jobs->activeCount() > 0);
        };
        connect(jobs, &JobService::jobsChanged, m_pauseJob, update);
        connect(jobs, &JobService::jobChanged, m_pauseJob, update);
        update();
    }
    m_runMenu->addAction(m_pauseJob);
    m_runMenu->addAction(m_cancelJob);
}

QList<QAction*> MainWindow::allActions() const
{
    QList<QAction*> all = m_actions;
    for (const PageSlot& slot : m_pages)
        all << slot.page->pageActions();
    return all;
}

} // namespace crucible::workbench
