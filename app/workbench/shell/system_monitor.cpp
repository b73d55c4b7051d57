// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/system_monitor.h"

#include "base/error.h"
#include "base/files.h"
#include "text.h"

#include <QDir>

#include <algorithm>

namespace crucible::workbench {
namespace {
constexpr int kIntervalMs = 1000;
}

SystemMonitor::SystemMonitor(QObject* parent)
    : QObject(parent), m_folder(QDir::homePath()), m_last(platform::cpuTimes())
{
    m_timer.setInterval(kIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &SystemMonitor::sample);
    m_timer.start();
}

void SystemMonitor::setFolder(const QString& folder)
{
    m_folder = folder;
    sample();
}

void SystemMonitor::sample()
{
    SystemLoad load;
    const platform::CpuTimes now = platform::cpuTimes();
    if (now.total > m_last.total)
        load.cpu = static_cast<double>(now.busy - m_last.busy) / static_cast<double>(now.total - m_last.total);
    m_last = now;
    load.memoryTotal = platform::totalMemory();
    load.memoryUsed = load.memoryTotal - std::min<quint64>(load.memoryTotal, platform::availableMemory());
    try {
        load.diskFree = freeSpace(toPath(m_folder));
    } catch (const Error&) {
        load.diskFree = 0; // the folder went away: shown as unknown
    }
    Q_EMIT sampled(load);
}

} // namespace crucible::workbench
