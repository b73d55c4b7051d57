// SPDX-License-Identifier: GPL-3.0-or-later
#include "gallery_page.h"

#include "widgets/metric_plot.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QEventLoop>
#include <QPixmap>
#include <QTimer>

#include <cstdio>
#include <memory>

using namespace crucible::widgets;

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    if (argc < 2) {
        std::fputs("usage: widgets_gallery FOLDER\n", stderr);
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    if (!folder.mkpath(QStringLiteral("."))) {
        std::fputs("error: the folder cannot be made\n", stderr);
        return 1;
    }
    for (const bool dark : {false, true}) {
        Theme::apply(app, dark ? Theme::Mode::Dark : Theme::Mode::Light);
        for (const QSize size : {QSize(1024, 700), QSize(1440, 900)})
            for (const GalleryPage& page : galleryPages()) {
                const std::unique_ptr<QWidget> widget(page.make());
                widget->resize(size);
                widget->show();
                for (MetricPlot* plot : widget->findChildren<MetricPlot*>())
                    plot->replotNow();
                QEventLoop loop; // overlays fade in over 120 ms
                QTimer::singleShot(200, &loop, &QEventLoop::quit);
                loop.exec();
                const QString name = QStringLiteral("%1-%2-%3.png").arg(page.name, dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(size.width());
                if (!widget->grab().save(folder.filePath(name)))
                    return 1;
            }
    }
    return 0;
}
