// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/status_line.h"

#include "jobs/job_service.h"
#include "jobs/project_service.h"
#include "widgets/elided_label.h"
#include "widgets/gauge.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QDir>
#include <QHBoxLayout>
#include <QProgressBar>

namespace crucible::workbench {

using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {
constexpr int kShares = 1000;
constexpr double kMemoryWarning = 0.9;
}

StatusLine::StatusLine(Services& services, QWidget* parent)
    : QStatusBar(parent), m_services(services), m_name(new widgets::ElidedLabel), m_bar(new QProgressBar),
      m_progress(new widgets::ElidedLabel), m_cpu(new widgets::Gauge(tr("CPU"))), m_memory(new widgets::Gauge(tr("Memory"))),
      m_disk(new QLabel)
{
    setSizeGripEnabled(false);
    auto* content = new QWidget;
    auto* layout = new QHBoxLayout(content);
    layout->setContentsMargins(Theme::px(10), 0, Theme::px(10), 0);
    layout->setSpacing(Theme::px(12));
    Theme::setTextRole(m_name, TextRole::Muted);
    Theme::setTextRole(m_progress, TextRole::Muted);
    Theme::setTextRole(m_disk, TextRole::Muted);
    m_name->setMaximumWidth(Theme::px(220));
    m_bar->setRange(0, kShares);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(Theme::px(110));
    m_bar->setAccessibleName(tr("Progress of the current job"));
    m_memory->setWarnAt(kMemoryWarning);
    layout->addWidget(m_name);
    layout->addWidget(m_bar, 0, Qt::AlignVCenter);
    layout->addWidget(m_progress, 1);
    layout->addStretch(1);
    layout->addWidget(m_cpu);
    layout->addWidget(m_memory);
    layout->addWidget(m_disk);
    addWidget(content, 1);
    connect(&m_monitor, &SystemMonitor::sampled, this, &StatusLine::showLoad);
    connect(services.jobs, &JobService::jobsChanged, this, &StatusLine::showJob);
    connect(services.jobs, &JobService::jobChanged, this, &StatusLine::showJob);
    const auto watchProject = [this] {
        m_monitor.setFolder(m_services.project->isOpen() ? m_services.project->folder() : QDir::homePath());
    };
    connect(services.project, &ProjectService::opened, this, watchProject);
    connect(services.project, &ProjectService::closed, this, watchProject);
    watchProject();
    showJob();
}

void StatusLine::showJob()
{
    const std::optional<Job> job = m_services.jobs->current();
    m_bar->setVisible(job.has_value());
    m_progress->setVisible(job.has_value());
    if (!job)
        return m_name->setText(m_services.project->isOpen() ? tr("No job is running") : tr("No project is open"));
    m_name->setText(job->name);
    m_bar->setValue(static_cast<int>(job->share * kShares));
    const int waiting = m_services.jobs->queuedCount();
    const QString percent = format::percent(job->share);
    m_progress->setText(waiting == 0 ? percent : tr("%1, %n waiting", nullptr, waiting).arg(percent));
}

void StatusLine::showLoad(const SystemLoad& load)
{
    m_cpu->setValue(load.cpu, format::percent(load.cpu));
    const double used = static_cast<double>(load.memoryUsed), total = static_cast<double>(load.memoryTotal);
    m_memory->setValue(total > 0 ? used / total : -1, tr("%1 of %2").arg(format::bytes(used), format::bytes(total)));
    m_disk->setText(load.diskFree == 0 ? tr("Disk: unknown")
                                       : tr("Disk %1 free").arg(format::bytes(static_cast<double>(load.diskFree))));
}

} // namespace crucible::workbench
