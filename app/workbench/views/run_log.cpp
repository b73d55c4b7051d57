// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run_log.h"

#include "jobs/job.h"
#include "text.h"
#include "widgets/number_format.h"

#include <QDateTime>

namespace crucible::workbench {

namespace {
constexpr int kPollMs = 300;
constexpr std::size_t kTextPerTick = std::size_t(1) << 20; // keeps a tick well under a frame on long logs
}

RunLog::RunLog(QWidget* parent) : LogView(parent)
{
    setEmptyText(tr("What the run says appears here."));
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &RunLog::poll);
}

void RunLog::setEvents(const std::filesystem::path& file)
{
    if (file == m_file && m_reader)
        return;
    m_file = file;
    clear();
    m_work.cancel();
    m_reader.reset();
    if (file.empty())
        return m_timer.stop();
    m_reader = std::make_shared<job::EventReader>(file);
    m_timer.start();
    poll();
}

void RunLog::poll()
{
    if (!m_reader || m_work.isBusy())
        return;
    m_work.start([reader = m_reader](const CancelToken&) { return reader->poll(kTextPerTick); },
                 [this](const Outcome<std::vector<job::Event>>& outcome) {
                     if (outcome.value)
                         return appendEvents(*outcome.value);
                     append({Level::Warning, describe(*outcome.error).detail, {}});
                     m_timer.stop();
                 });
}

void RunLog::appendEvents(const std::vector<job::Event>& events)
{
    for (const job::Event& event : events) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(event.time * 1000));
        if (const auto* line = std::get_if<job::Logged>(&event.body))
            append({static_cast<Level>(line->level), toQString(line->message), time});
        else if (const auto* stage = std::get_if<job::StageBegan>(&event.body))
            append({Level::Info, stageText(toQString(stage->name)), time});
        else if (const auto* artifact = std::get_if<job::ArtifactMade>(&event.body))
            append({Level::Info, tr("made %1").arg(toQString(artifact->path)), time});
        else if (const auto* failure = std::get_if<job::Failed>(&event.body))
            append({Level::Error, spoken(failure->message), time});
        else if (const auto* finished = std::get_if<job::Finished>(&event.body))
            append({Level::Info, tr("done after %1").arg(widgets::format::duration(finished->seconds)), time});
        else if (std::holds_alternative<job::CancelledNow>(event.body))
            append({Level::Warning, tr("cancelled"), time});
    }
}

} // namespace crucible::workbench
