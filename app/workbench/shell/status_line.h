// SPDX-License-Identifier: GPL-3.0-or-later
// The line at the bottom: the job that works at the left; processor, memory and disk at the right.
#pragma once

#include "jobs/job.h"
#include "services.h"
#include "shell/system_monitor.h"

#include <QStatusBar>

class QLabel;
class QProgressBar;

namespace crucible::widgets {
class ElidedLabel;
class Gauge;
}

namespace crucible::workbench {

class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusLine(Services& services, QWidget* parent = nullptr);

private:
    void showJob();
    void showLoad(const SystemLoad& load);

    Services& m_services;
    SystemMonitor m_monitor;
    widgets::ElidedLabel* m_name;
    QProgressBar* m_bar;
    widgets::ElidedLabel* m_progress;
    widgets::Gauge* m_cpu;
    widgets::Gauge* m_memory;
    QLabel* m_disk;
};

} // namespace crucible::workbench
