// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/command_line.h"
#include "shell/main_window.h"
#include "shell/screenshots.h"
#include "shell/workbench.h"

#include "base/version.h"

#include <QApplication>

#include <clocale>
#include <cstdio>

using namespace crucible::workbench;

int main(int argc, char* argv[])
{
    if (wantsPictures(argc, argv))
        useOffscreenWithoutDisplay();
    QApplication app(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // QApplication took the person's locale; numbers in files keep their point
    QApplication::setApplicationName(QStringLiteral("Crucible"));
    QApplication::setApplicationVersion(QLatin1String(crucible::kVersion));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.crucible.Crucible"));

    const CommandLine line = parseCommandLine(QApplication::arguments());
    if (!line.message.isEmpty()) {
        std::fputs(qPrintable(line.message + QLatin1Char('\n')), line.exitStatus == 0 ? stdout : stderr);
        return line.exitStatus;
    }
    Workbench workbench(line.options);
    workbench.start();
    if (!line.options.screenshots.isEmpty())
        return takeScreenshots(workbench, line.options.screenshots);
    workbench.window().show();
    return QApplication::exec();
}
