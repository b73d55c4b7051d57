// SPDX-License-Identifier: GPL-3.0-or-later
// Load of the machine, sampled once a second while anybody looks.
#pragma once

#include "base/platform.h"

#include <QObject>
#include <QTimer>

namespace crucible::workbench {

struct SystemLoad {
    double cpu = 0; // 0 to 1 over all processors
    quint64 memoryUsed = 0;
    quint64 memoryTotal = 0;
    quint64 diskFree = 0; // bytes, in the file system of the watched folder
};

class SystemMonitor : public QObject {
    Q_OBJECT
public:
    explicit SystemMonitor(QObject* parent = nullptr);
    void setFolder(const QString& folder);
    void sample();

Q_SIGNALS:
    void sampled(const crucible::workbench::SystemLoad& load);

private:
    QTimer m_timer;
    QString m_folder;
    platform::CpuTimes m_last;
};

} // namespace crucible::workbench
