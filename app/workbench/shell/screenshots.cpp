// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/screenshots.h"

#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "shell/main_window.h"
#include "shell/settings_dialog.h"
#include "shell/workbench.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QPixmap>
#include <QTimer>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {

constexpr int kLongestWaitMs = 20'000; // for work in the background to settle
constexpr int kQuietMs = 250;          // without work and paint requests: what is seen will stay

void runEvents(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

// Until the page has nothing under way.
void settle(Workbench& workbench, const Page* page)
{
    QElapsedTimer clock;
    clock.start();
    do
        runEvents(kQuietMs);
    while ((page->isBusy() || workbench.services().project->isOpening() || workbench.services().models->isScanning()) && clock.elapsed() < kLongestWaitMs);
}

class Album {
public:
    explicit Album(const QString& folder) : m_folder(folder) {}
    bool add(QWidget& widget, const QString& name)
    {
        const QString file = m_folder.filePath(name + u".png"_s);
        if (widget.grab().save(file))
            return true;
        std::fprintf(stderr, "error: the picture could not be written: %s: check that the folder may be written to\n",
                     qPrintable(file));
        return false;
    }

private:
    QDir m_folder;
};

// Both docks below the fullest page, then each in a window of its own.
bool addDocks(MainWindow& window, Album& album)
{
    const std::array docks{window.jobsDock(), window.logDock()};
    window.showPage(u"merge"_s);
    for (QDockWidget* dock : docks)
        dock->show();
    runEvents(kQuietMs);
    bool good = album.add(window, u"docks"_s);
    for (QDockWidget* dock : docks) {
        dock->setFloating(true);
        dock->resize(Theme::px(640), Theme::px(200));
        runEvents(kQuietMs);
        good = album.add(*dock, dock->objectName() + u"-floating"_s) && good;
        dock->setFloating(false);
        dock->hide();
    }
    return good;
}

} // namespace

bool wantsPictures(int argc, char* argv[])
{
    return std::any_of(argv + 1, argv + argc,
                       [](const char* word) { return std::strncmp(word, "--screenshots", 13) == 0; });
}

void useOffscreenWithoutDisplay()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY") &&
        qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
#endif
}

int takeScreenshots(Workbench& workbench, const QString& folder)
{
    if (!QDir().mkpath(folder)) {
        std::fprintf(stderr, "error: the folder could not be made: %s: choose one that may be written to\n", qPrintable(folder));
        return 1;
    }
    Album album(folder);
    MainWindow& window = workbench.window();
    window.show();
    bool good = true;
    for (const QString& id : window.pageIds()) {
        window.showPage(id);
        Page* page = window.page(id);
        settle(workbench, page);
        good = album.add(window, id) && good;
        for (int state = 0;; ++state) {
            const QString name = page->showState(state);
            if (name.isEmpty())
                break;
            settle(workbench, page);
            good = album.add(window, name) && good;
        }
    }
    good = addDocks(window, album) && good;
    window.showPage(window.pageIds().first());
    window.openPalette();
    runEvents(kQuietMs);
    good = album.add(window, u"palette"_s) && good;
    window.closePalette();
    SettingsDialog settings(workbench.services(), &window);
    settings.show();
    runEvents(kQuietMs);
    good = album.add(settings, u"settings"_s) && good;
    settings.close();
    return good ? 0 : 1;
}

} // namespace crucible::workbench
