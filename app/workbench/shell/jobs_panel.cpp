// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/jobs_panel.h"

#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "widgets/card.h"
#include "widgets/elided_label.h"
#include "widgets/plain_scroll_area.h"
#include "widgets/theme.h"

#include <QGridLayout>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {
enum Column { kName, kState, kProgress, kButtons };
constexpr int kShares = 1000; // of a progress bar
constexpr int kRow = 32;
constexpr int kAround = 40; // what is above and below the rows
constexpr int kMostRows = 4;
}

JobsPanel::JobsPanel(Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_card(new widgets::Card({}, this)), m_scroll(new widgets::PlainScrollArea)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(16), 0, Theme::px(16), Theme::px(12));
    layout->addWidget(m_card);
    m_card->addWidget(m_scroll, 1);
    m_scroll->setMinimumHeight(Theme::px(kRow)); // one job is enough to see
    connect(services.jobs, &JobService::jobsChanged, this, &JobsPanel::rebuild);
    connect(services.jobs, &JobService::jobChanged, this, &JobsPanel::update);
    rebuild();
}

// As high as its jobs, up to a handful; the rest is scrolled to.
QSize JobsPanel::sizeHint() const
{
    const int rows = std::clamp(static_cast<int>(m_rows.size()), 1, kMostRows);
    return {Theme::px(600), Theme::px(kAround + rows * kRow)};
}

void JobsPanel::rebuild()
{
    m_rows.clear();
    auto* content = new QWidget;
    m_grid = new QGridLayout(content);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(Theme::px(16));
    m_grid->setVerticalSpacing(Theme::px(2));
    m_grid->setColumnStretch(kName, 5);
    m_grid->setColumnStretch(kState, 2);
    m_grid->setColumnStretch(kProgress, 4);
    const QList<Job> jobs = m_services.jobs->jobs();
    bool firstQueued = true;
    for (const Job& job : jobs) {
        addRow(job, job.state == JobState::Queued && !firstQueued);
        firstQueued = firstQueued && job.state != JobState::Queued;
    }
    if (jobs.isEmpty()) {
        auto* empty = new QLabel(tr("Nothing is running. Jobs that you start or queue appear here; they go on when the window is closed."));
        Theme::setTextRole(empty, widgets::TextRole::Muted);
        empty->setWordWrap(true);
        m_grid->addWidget(empty, 0, 0, 1, 4);
    }
    m_grid->setRowStretch(m_grid->rowCount(), 1);
    m_scroll->setContent(content);

    QStringList parts;
    if (const int running = m_services.jobs->activeCount(); running > 0)
        parts << tr("%n running", nullptr, running);
    if (const int queued = m_services.jobs->queuedCount(); queued > 0)
        parts << tr("%n queued", nullptr, queued);
    Q_EMIT summaryChanged(parts.join(u" · "_s));
}

void JobsPanel::addRow(const Job& job, bool canMoveUp)
{
    const int row = static_cast<int>(m_rows.size());
    auto* name = new widgets::ElidedLabel(job.name);
    Theme::setTextRole(name, widgets::TextRole::Strong);
    auto* kind = new QLabel(kindText(job.kind));
    Theme::setTextRole(kind, widgets::TextRole::Muted);
    auto* names = new QHBoxLayout;
    names->setSpacing(Theme::px(6));
    names->addWidget(name);
    names->addWidget(kind);
    names->addStretch(1);
    m_grid->addLayout(names, row, kName);
    m_grid->setRowMinimumHeight(row, Theme::px(30));

    Row& parts = m_rows[job.id];
    parts.shown = job.state;
    if (isActive(job.state)) {
        parts.bar = new QProgressBar;
        parts.bar->setRange(0, kShares);
        parts.bar->setTextVisible(false);
        parts.bar->setAccessibleName(tr("Progress of %1").arg(job.name));
        m_grid->addWidget(parts.bar, row, kState, Qt::AlignVCenter);
    } else {
        parts.state = new widgets::StateLabel;
        parts.state->setState(labelState(job.state), stateText(job.state));
        m_grid->addWidget(parts.state, row, kState, Qt::AlignVCenter | Qt::AlignLeft);
    }
    parts.progress = new widgets::ElidedLabel;
    Theme::setTextRole(parts.progress, widgets::TextRole::Secondary);
    m_grid->addWidget(parts.progress, row, kProgress, Qt::AlignVCenter);
    addButtons(job, canMoveUp, row);
    update(job);
}

void JobsPanel::addButtons(const Job& job, bool canMoveUp, int row)
{
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::px(2));
    buttons->addStretch(1);
    const QString id = job.id;
    const auto add = [&](const QString& text, auto action) {
        auto* button = new QPushButton(text);
        Theme::setQuiet(button);
        //: accessible name of a button in the list of jobs: %1 is the verb, %2 the job's name
        button->setAccessibleName(tr("%1: %2").arg(text, job.name));
        // Queued: the list that holds the button is made anew by what it does.
        connect(button, &QPushButton::clicked, this, action, Qt::QueuedConnection);
        buttons->addWidget(button);
    };
    JobService* jobs = m_services.jobs;
    if (job.state == JobState::Running)
        add(tr("Pause"), [jobs, id] { jobs->pause(id); });
    if (job.state == JobState::Paused)
        add(tr("Resume"), [jobs, id] { jobs->resume(id); });
    if (isActive(job.state) && job.state != JobState::Stopping)
        add(tr("Cancel"), [jobs, id] { jobs->cancel(id); });
    if (canMoveUp)
        add(tr("Move up"), [jobs, id] { jobs->moveUp(id); });
    if (job.state == JobState::Done && looksLikeModel(job.output))
        add(tr("Try it"), [this, output = job.output] { m_services.frame->openPage(u"playground"_s, {{u"model"_s, output}}); });
    if (job.state == JobState::Queued)
        add(tr("Remove"), [jobs, id] { jobs->removeFromQueue(id); });
    else
        add(tr("Open"), [this, id] { m_services.frame->openPage(u"runs"_s, {{u"run"_s, id}}); });
    m_grid->addLayout(buttons, row, kButtons);
}

void JobsPanel::update(const Job& job)
{
    const auto row = m_rows.find(job.id);
    if (row == m_rows.end() || row->shown != job.state)
        return rebuild();
    if (row->bar)
        row->bar->setValue(static_cast<int>(job.share * kShares));
    row->progress->setText(hasEnded(job.state) ? job.problem.section(u'\n', 0, 0) : progressText(job));
}

} // namespace crucible::workbench
