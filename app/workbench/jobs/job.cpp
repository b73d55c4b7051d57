// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/job.h"

#include "widgets/number_format.h"

#include <QCoreApplication>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
namespace format = widgets::format;

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("Job", text);
}

QString doneText(const Job& job)
{
    if (job.total == 0)
        return {};
    if (job.unit == "bytes"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "%1 of %2"))
            .arg(format::bytes(static_cast<double>(job.done)), format::bytes(static_cast<double>(job.total)));
    const QString done = format::count(static_cast<qint64>(job.done));
    const QString total = format::count(static_cast<qint64>(job.total));
    if (job.unit == "tensors"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "%1 of %2 tensors")).arg(done, total);
    if (job.unit == "steps"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "%1 of %2 steps")).arg(done, total);
    return translated(QT_TRANSLATE_NOOP("Job", "%1 of %2")).arg(done, total);
}

} // namespace

bool isActive(JobState state)
{
    return state == JobState::Starting || state == JobState::Running || state == JobState::Paused ||
           state == JobState::Stopping;
}

bool hasEnded(JobState state)
{
    return state != JobState::Queued && !isActive(state);
}

QString stateText(JobState state)
{
    switch (state) {
    case JobState::Queued: return translated(QT_TRANSLATE_NOOP("Job", "queued"));
    case JobState::Starting: return translated(QT_TRANSLATE_NOOP("Job", "starting"));
    case JobState::Running: return translated(QT_TRANSLATE_NOOP("Job", "running"));
    case JobState::Paused: return translated(QT_TRANSLATE_NOOP("Job", "paused"));
    case JobState::Stopping: return translated(QT_TRANSLATE_NOOP("Job", "stopping"));
    case JobState::Done: return translated(QT_TRANSLATE_NOOP("Job", "done"));
    case JobState::Failed: return translated(QT_TRANSLATE_NOOP("Job", "failed"));
    case JobState::Cancelled: return translated(QT_TRANSLATE_NOOP("Job", "cancelled"));
    case JobState::OutOfMemory: return translated(QT_TRANSLATE_NOOP("Job", "ended by the system: out of memory"));
    case JobState::Interrupted: return translated(QT_TRANSLATE_NOOP("Job", "interrupted"));
    }
    return {};
}

widgets::StateLabel::State labelState(JobState state)
{
    using State = widgets::StateLabel::State;
    switch (state) {
    case JobState::Queued: return State::Queued;
    case JobState::Starting:
    case JobState::Running:
    case JobState::Stopping: return State::Running;
    case JobState::Paused: return State::Paused;
    case JobState::Done: return State::Done;
    case JobState::Cancelled: return State::Cancelled;
    case JobState::Interrupted: return State::Interrupted;
    case JobState::Failed:
    case JobState::OutOfMemory: break;
    }
    return State::Failed;
}

JobState jobStateOf(const project::RunSummary& run)
{
    switch (run.status) {
    case project::RunStatus::Queued: return JobState::Queued;
    case project::RunStatus::Running: return JobState::Running;
    case project::RunStatus::Paused: return JobState::Paused;
    case project::RunStatus::Done: return JobState::Done;
    case project::RunStatus::Cancelled: return JobState::Cancelled;
    case project::RunStatus::Failed:
    case project::RunStatus::Interrupted: break;
    }
    if (run.error.kind == "killed-for-memory")
        return JobState::OutOfMemory;
    return run.status == project::RunStatus::Failed ? JobState::Failed : JobState::Interrupted;
}

QString kindText(const QString& kind)
{
    if (kind == "merge"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "merge"));
    if (kind == "extract-lora"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "LoRA extraction"));
    if (kind == "moe"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "mixture of experts"));
    if (kind == "convert"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "conversion"));
    if (kind == "export"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "adapter merge"));
    if (kind == "generate"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "text generation"));
    if (kind == "perplexity"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "perplexity"));
    return kind;
}

QString stageText(const QString& stage)
{
    if (stage == "prepare"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "preparing"));
    if (stage == "merge"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "merging"));
    if (stage == "extract"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "extracting"));
    if (stage == "convert"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "converting"));
    if (stage == "finish"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "finishing"));
    if (stage == "perplexity"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "measuring"));
    return stage;
}

QString roleText(const QString& role)
{
    if (role == "base"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "base"));
    if (role == "model"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "model"));
    if (role == "adapter"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "adapter"));
    if (role == "requests"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "requests"));
    if (role == "text"_L1)
        return translated(QT_TRANSLATE_NOOP("Job", "text"));
    return role;
}

QString progressText(const Job& job)
{
    QStringList parts;
    if (job.state == JobState::Stopping || job.state == JobState::Paused || job.state == JobState::Starting)
        parts << stateText(job.state);
    if (const QString done = doneText(job); !done.isEmpty())
        parts << done;
    else if (!job.stage.isEmpty())
        parts << stageText(job.stage);
    if (job.state == JobState::Running) {
        if (job.bytesPerSecond > 0)
            parts << format::byteRate(job.bytesPerSecond);
        if (job.eta >= 0)
            parts << translated(QT_TRANSLATE_NOOP("Job", "%1 left")).arg(format::duration(job.eta));
    }
    return parts.join(u" · "_s);
}

} // namespace crucible::workbench
