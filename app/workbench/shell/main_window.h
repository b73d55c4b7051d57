// SPDX-License-Identifier: GPL-3.0-or-later
// The frame around the pages: top bar and menus, mode bar, message line, docks, status line. It knows pages only by
// their entries.
#pragma once

#include "pages/page.h"
#include "services.h"

#include <QAction>
#include <QMainWindow>
#include <QTimer>

#include <functional>
#include <memory>

class QDockWidget;
class QFocusFrame;
class QMenu;
class QStackedWidget;

namespace crucible {
class Error;
}
namespace crucible::widgets {
class CommandPalette;
class InlineMessage;
class ModeBar;
class ToastOverlay;
}

namespace crucible::workbench {

class FrameHere;
class ProjectReader;
class TopBar;
struct Job;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    // Fills in services.frame.
    explicit MainWindow(Services& services);
    ~MainWindow() override;

    Frame& frame();
    void restoreState();
    void saveState();

    // Brings the thing at `path` to the page that takes it; opens projects and adds model folders itself.
    void routeDrop(const QString& path);

    QString currentPage() const;
    void showPage(const QString& id);
    Page* page(const QString& id) const;
    QStringList pageIds() const;

    // For pictures and tests.
    void openPalette();
    void closePalette();
    QDockWidget* jobsDock() const { return m_jobsDock; }
    QDockWidget* logDock() const { return m_logDock; }
    // Every action of the menus.
    QList<QAction*> allActions() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct PageSlot {
        const PageEntry* entry = nullptr;
        Page* page = nullptr;
        QAction* action = nullptr;
    };

    void buildPages();
    void buildDocks();
    void buildMenus();
    void fillRecent(QMenu* menu);
    void fillRunMenu();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& keys, const char* icon,
                       std::function<void()> run);
    void updateProject();
    void showOpening();
    void updateCurrentPage(int index);
    void frameFocus(QWidget* widget);
    void showMessage(Frame::Tone tone, const QString& text, const QString& detail);
    void showError(const Error& error);
    void jobEnded(const Job& job);

    Services& m_services;
    std::unique_ptr<FrameHere> m_frame;
    TopBar* m_topBar;
    widgets::ModeBar* m_modes;
    widgets::InlineMessage* m_message;
    widgets::InlineMessage* m_opening; // a project takes its time to open
    QTimer m_openingPause;             // before that is worth saying
    QStackedWidget* m_stack;
    QDockWidget* m_jobsDock = nullptr;
    QDockWidget* m_logDock = nullptr;
    int m_jobsHeight = 0; // that the jobs wanted last
    widgets::CommandPalette* m_palette = nullptr;
    ProjectReader* m_paletteReader;
    widgets::ToastOverlay* m_toast;
    QFocusFrame* m_focusFrame;
    QMenu* m_runMenu = nullptr;
    QAction* m_closeProject = nullptr;
    QAction* m_pauseJob = nullptr;
    QAction* m_cancelJob = nullptr;
    QList<PageSlot> m_pages;
    QList<QAction*> m_actions;
};

} // namespace crucible::workbench
