// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/log_panel.h"

#include "jobs/job_service.h"
#include "widgets/card.h"
#include "widgets/log_view.h"
#include "widgets/theme.h"

#include <QDateTime>
#include <QVBoxLayout>

namespace crucible::workbench {

using widgets::Theme;

LogPanel::LogPanel(Services& services, QWidget* parent) : QWidget(parent), m_log(new widgets::LogView)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(16), 0, Theme::px(16), Theme::px(12));
    auto* card = new widgets::Card({}, this);
    m_log->setEmptyText(tr("What jobs say while the window is open appears here. The log of every run is on the Runs page."));
    card->addWidget(m_log, 1);
    layout->addWidget(card);
    const JobService* jobs = services.jobs;
    connect(jobs, &JobService::logged, this, [this, jobs](const QString& id, int level, const QString& message, double time) {
        const auto job = jobs->find(id);
        const QString text = job ? tr("%1: %2").arg(job->name, message) : message;
        m_log->append({static_cast<widgets::LogView::Level>(level), text,
                       QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(time * 1000))});
    });
    connect(jobs, &JobService::jobEnded, this, [this](const Job& job) {
        const bool good = job.state == JobState::Done || job.state == JobState::Cancelled;
        QString text = tr("%1: %2").arg(job.name, stateText(job.state));
        if (!job.problem.isEmpty())
            text += u'\n' + job.problem;
        m_log->append({good ? widgets::LogView::Level::Info : widgets::LogView::Level::Error, text,
                       QDateTime::currentDateTime()});
    });
}

QSize LogPanel::sizeHint() const { return {Theme::px(600), Theme::px(160)}; }

} // namespace crucible::workbench
