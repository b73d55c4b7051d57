// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/job_service.h"

#include "base/files.h"
#include "base/platform.h"
#include "jobs/project_service.h"
#include "jobs/shell_command.h"
#include "settings.h"
#include "text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonArray>
#include <QProcess>
#include <QStandardPaths>

#include <algorithm>

namespace crucible::workbench {
namespace {

using namespace Qt::StringLiterals;

constexpr int kTickMs = 150;
constexpr int kGraceTicks = 20; // three seconds for a worker started elsewhere to write its first heartbeat
constexpr double kForeignSilenceSeconds = 60;

// Which flags a queued run is to be started with; beside the recipe, because a queue outlives the window.
QString argumentsFile(const project::Project& project, const QString& id)
{
    return toQString(project.runFolder(toStd(id)) / "arguments.json");
}

QStringList lastLines(const QString& file, int count)
{
    QFile log(file);
    if (!log.open(QIODevice::ReadOnly))
        return {};
    log.seek(std::max<qint64>(0, log.size() - 4096));
    QStringList lines = QString::fromUtf8(log.readAll()).split(u'\n', Qt::SkipEmptyParts);
    return lines.mid(std::max<qsizetype>(0, lines.size() - count));
}

QString joined(const project::RunError& error)
{
    QStringList parts{spoken(error.message), toQString(error.where), spoken(error.hint)};
    parts.removeAll(QString());
    return parts.join(u'\n');
}

} // namespace

struct JobService::Entry {
    Job job;
    project::RunStatus recorded = project::RunStatus::Queued;
    job::EventReader events;
    job::RunFolder folder;
    std::int64_t pid = 0; // of a worker started here, with the token of its life
    std::string token;
    int ticksSinceStart = 0;
    bool startedHere = false;
    double position = 0;

    Entry(const project::RunSummary& run, const std::filesystem::path& path)
        : events(job::RunFolder(path).eventsFile()), folder(path), position(run.queuePosition)
    {
        job.id = toQString(run.id);
        job.kind = toQString(run.kind);
        job.name = toQString(run.name);
        job.output = toQString(run.output);
        job.state = jobStateOf(run);
    }
};

JobService::JobService(ProjectService& project, Settings& settings, QObject* parent)
    : QObject(parent), m_project(project), m_settings(settings), m_worker(findWorker())
{
    m_timer.setInterval(kTickMs);
    connect(&m_timer, &QTimer::timeout, this, &JobService::tick);
    connect(&project, &ProjectService::opened, this, &JobService::loadFromProject);
    connect(&project, &ProjectService::closed, this, &JobService::forgetProject);
    connect(&project, &ProjectService::runsChanged, this, &JobService::adoptChanged);
}

JobService::~JobService() = default;

QString JobService::findWorker()
{
    const QString name = u"crucible-cli"_s;
    const QString here = QStandardPaths::findExecutable(name, {QCoreApplication::applicationDirPath()});
    return here.isEmpty() ? QStandardPaths::findExecutable(name) : here;
}

void JobService::setWorker(const QString& program, const QStringList& leadingArguments)
{
    m_worker = program;
    m_leadingArguments = leadingArguments;
}

QStringList JobService::shellProgram() const
{
    const QString found = QStandardPaths::findExecutable(u"crucible-cli"_s);
    const bool onPath = m_worker.isEmpty() || (!found.isEmpty() && QFileInfo(found) == QFileInfo(m_worker));
    return QStringList{onPath ? u"crucible-cli"_s : m_worker} << m_leadingArguments;
}

QString JobService::commandLine(const JobRequest& request, const QString& recipeFile) const
{
    QStringList words = shellProgram();
    words << request.kind << QDir::toNativeSeparators(recipeFile) << QDir::toNativeSeparators(request.output)
          << withThreads(request.options);
    if (!request.name.isEmpty())
        words << u"--name"_s << request.name;
    if (m_project.isOpen())
        words << u"--project"_s << QDir::toNativeSeparators(m_project.folder());
    return shellCommand(words);
}

// What the settings add to a run's own flags.
QStringList JobService::withThreads(QStringList options) const
{
    if (m_settings.workerThreads() > 0 && !options.contains("--threads"_L1))
        options << u"--threads"_s << QString::number(m_settings.workerThreads());
    return options;
}

QStringList JobService::optionsOf(const QString& id) const
{
    QStringList options;
    m_project.with([&](project::Project& project) {
        QFile file(argumentsFile(project, id));
        if (file.open(QIODevice::ReadOnly))
            for (const auto& option : QJsonDocument::fromJson(file.readAll()).object().value("options"_L1).toArray())
                options << option.toString();
    });
    return options;
}

std::optional<QString> JobService::submit(const JobRequest& request, bool first)
{
    const auto id = m_project.with([&](project::Project& project) {
        project::NewRun run;
        run.kind = toStd(request.kind);
        run.name = toStd(request.name);
        run.recipe = toStd(request.recipe);
        run.recipeFormat = toStd(request.recipeFormat);
        run.output = toStd(request.output);
        run.parent = toStd(request.parent);
        run.id = project::newRunId();
        // Files first: a run that is in the project can be started by any window that sees it.
        const job::RunFolder folder(project.runFolder(run.id));
        folder.create();
        run.commandLine = toStd(commandLine(request, toQString(folder.recipeFile())));
        writeFileAtomically(folder.recipeFile(), run.recipe);
        const QJsonObject arguments{{u"options"_s, QJsonArray::fromStringList(request.options)}};
        writeFileAtomically(toPath(argumentsFile(project, toQString(run.id))),
                            QJsonDocument(arguments).toJson(QJsonDocument::Compact).toStdString());
        const std::string made = project.createRun(run);
        if (first) {
            const auto queue = project.queue();
            if (queue.size() > 1)
                project.setQueuePosition(made, queue.front().queuePosition - 1);
        }
        return toQString(made);
    });
    if (id)
        m_project.poll();
    return id;
}

void JobService::loadFromProject()
{
    m_entries.clear();
    const auto runs = m_project.with([](project::Project& project) {
        project.reconcile();
        return project.runs();
    });
    if (runs)
        for (const project::RunSummary& run : *runs)
            if (!project::isFinal(run.status))
                m_entries.push_back(std::make_unique<Entry>(
                    run, toPath(m_project.folder()) / "runs" / run.id));
    adoptChanged({});
    m_timer.start();
}

void JobService::forgetProject()
{
    m_timer.stop();
    m_entries.clear();
    Q_EMIT jobsChanged();
}

// Runs that somebody added, took from the queue, started in a shell or marked as ended.
void JobService::adoptChanged(const QStringList& ids)
{
    for (const QString& id : ids) {
        const auto run = m_project.with([&](project::Project& project) { return project.run(toStd(id)); });
        if (!run)
            continue;
        Entry* entry = entryOf(id);
        if (!*run || (*run)->deleted) {
            std::erase_if(m_entries, [&](const auto& e) { return e->job.id == id; });
            continue;
        }
        if (!entry) {
            if (!project::isFinal((*run)->status))
                m_entries.push_back(std::make_unique<Entry>(**run, toPath(m_project.folder()) / "runs" / toStd(id)));
            continue;
        }
        entry->job.name = toQString((*run)->name);
        entry->position = (*run)->queuePosition;
        if (entry->job.state == JobState::Queued && (*run)->status != project::RunStatus::Queued) {
            if (project::isFinal((*run)->status))
                end(*entry, jobStateOf(**run), joined((*run)->error));
            else
                entry->job.state = jobStateOf(**run);
        }
    }
    const auto rank = [](const Entry& entry) {
        if (isActive(entry.job.state))
            return 0;
        return entry.job.state == JobState::Queued ? 1 : 2;
    };
    std::ranges::stable_sort(m_entries, [&](const auto& a, const auto& b) {
        if (rank(*a) != rank(*b))
            return rank(*a) < rank(*b);
        return rank(*a) == 1 && a->position < b->position;
    });
    Q_EMIT jobsChanged();
}

void JobService::tick()
{
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        if (isActive(m_entries[i]->job.state))
            follow(*m_entries[i]);
    startNext();
}

void JobService::startNext()
{
    if (activeCount() >= m_parallel)
        return;
    const auto next =
        std::ranges::find_if(m_entries, [](const auto& entry) { return entry->job.state == JobState::Queued; });
    if (next == m_entries.end())
        return;
    startWorker(**next);
    adoptChanged({});
}

void JobService::startWorker(Entry& entry)
{
    if (m_worker.isEmpty())
        return failToStart(entry, tr("The program crucible-cli, which does the work, was not found."),
                           tr("Install it beside this program or put it on the PATH."));
    QStringList arguments = m_leadingArguments;
    arguments << entry.job.kind << toQString(entry.folder.recipeFile()) << entry.job.output << withThreads(optionsOf(entry.job.id));
    arguments << u"--project"_s << m_project.folder() << u"--run"_s << entry.job.id << u"--events"_s;

    QProcess process;
    process.setProgram(m_worker);
    process.setArguments(arguments);
    process.setWorkingDirectory(m_project.folder());
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice()); // the same lines are in events.jsonl
    process.setStandardErrorFile(toQString(entry.folder.workerLog()), QIODevice::Append);
    qint64 pid = 0;
    if (!process.startDetached(&pid))
        return failToStart(entry, tr("The program %1 could not be started: %2").arg(m_worker, process.errorString()),
                           tr("Check that it is complete and may be run."));
    entry.pid = pid;
    entry.token = platform::processToken(pid);
    entry.startedHere = true;
    entry.ticksSinceStart = 0;
    entry.job.state = JobState::Starting;
    Q_EMIT jobChanged(entry.job);
}

// A process of this machine by its token; one of another machine, sharing the project's folder, by its heartbeat.
bool JobService::isAlive(Entry& entry)
{
    if (entry.startedHere)
        return !entry.token.empty() && platform::processToken(entry.pid) == entry.token;
    const auto heartbeat = entry.folder.readHeartbeat();
    if (!heartbeat)
        return false;
    if (heartbeat->host != platform::hostName())
        return project::now() - heartbeat->time < kForeignSilenceSeconds;
    return !heartbeat->token.empty() && platform::processToken(heartbeat->pid) == heartbeat->token;
}

void JobService::follow(Entry& entry)
{
    // Asked before reading: what a worker wrote before it went is then always read.
    const bool alive = isAlive(entry);
    bool changed = false;
    try {
        for (const job::Event& event : entry.events.poll()) {
            changed = apply(entry, event) || changed;
            if (hasEnded(entry.job.state))
                return;
        }
    } catch (const Error& error) {
        Q_EMIT logged(entry.job.id, static_cast<int>(LogLevel::Warning), toQString(error.what()), project::now());
    }
    ++entry.ticksSinceStart;
    if (changed)
        Q_EMIT jobChanged(entry.job);
    if (!alive && (entry.startedHere || entry.ticksSinceStart > kGraceTicks))
        finishVanished(entry);
}

bool JobService::apply(Entry& entry, const job::Event& event)
{
    Job& job = entry.job;
    const auto enter = [&job](JobState state) {
        if (job.state != JobState::Stopping)
            job.state = state;
    };
    if (std::holds_alternative<job::Started>(event.body)) {
        enter(JobState::Running);
    } else if (const auto* stage = std::get_if<job::StageBegan>(&event.body)) {
        job.stage = toQString(stage->name);
    } else if (const auto* progress = std::get_if<job::Progressed>(&event.body)) {
        job.done = progress->done;
        job.total = progress->total;
        job.share = progress->share >= 0 && progress->share <= 1 ? progress->share : 0;
        job.unit = toQString(progress->unit);
        job.item = toQString(progress->item);
        job.seconds = progress->seconds;
        job.eta = progress->eta;
        const double bytes = static_cast<double>(progress->bytesRead + progress->bytesWritten);
        job.bytesPerSecond = progress->seconds > 0 ? bytes / progress->seconds : 0;
    } else if (std::holds_alternative<job::PausedNow>(event.body)) {
        enter(JobState::Paused);
    } else if (std::holds_alternative<job::ResumedNow>(event.body)) {
        enter(JobState::Running);
    } else if (const auto* line = std::get_if<job::Logged>(&event.body)) {
        Q_EMIT logged(job.id, static_cast<int>(line->level), toQString(line->message), event.time);
        return false;
    } else if (const auto* finished = std::get_if<job::Finished>(&event.body)) {
        job.seconds = finished->seconds;
        job.done = std::max(job.done, job.total);
        job.share = 1;
        end(entry, JobState::Done, {});
    } else if (const auto* failure = std::get_if<job::Failed>(&event.body)) {
        project::RunError error{failure->kind, failure->message, failure->where, failure->hint};
        end(entry, JobState::Failed, joined(error));
    } else if (std::holds_alternative<job::CancelledNow>(event.body)) {
        end(entry, JobState::Cancelled, {});
    } else {
        return false;
    }
    return true;
}

// The process is gone and its events have no end. The project may know more: the worker records its end there too.
void JobService::finishVanished(Entry& entry)
{
    const auto run = m_project.with([&](project::Project& project) {
        project.reconcile();
        return project.run(toStd(entry.job.id));
    });
    const QStringList log = lastLines(toQString(entry.folder.workerLog()), 3);
    if (!run || !*run)
        return end(entry, JobState::Interrupted, log.join(u'\n'));
    if ((*run)->status == project::RunStatus::Queued)
        return failToStart(entry, log.isEmpty() ? tr("The worker ended before it began to work.") : log.join(u'\n'),
                           tr("Run it again, or run its command in a terminal to see more."));
    QString problem = joined((*run)->error);
    if (!log.isEmpty() && (*run)->status == project::RunStatus::Interrupted)
        problem += (problem.isEmpty() ? QString() : u"\n"_s) + log.join(u'\n');
    end(entry, project::isFinal((*run)->status) ? jobStateOf(**run) : JobState::Interrupted, problem);
}

void JobService::failToStart(Entry& entry, const QString& what, const QString& hint)
{
    m_project.with([&](project::Project& project) {
        project.markFinished(toStd(entry.job.id), project::RunStatus::Failed, {"internal", toStd(what), {}, toStd(hint)},
                             {});
    });
    end(entry, JobState::Failed, what + u'\n' + hint);
}

void JobService::end(Entry& entry, JobState state, const QString& problem)
{
    entry.job.state = state;
    entry.job.problem = problem;
    entry.job.eta = -1;
    Q_EMIT jobChanged(entry.job);
    Q_EMIT jobEnded(entry.job);
    QTimer::singleShot(0, &m_project, &ProjectService::poll); // later: polling may change the list that is walked now
}

void JobService::send(Entry& entry, job::ControlWord word)
{
    m_project.with([&](project::Project&) { entry.folder.send(word); });
    Q_EMIT jobChanged(entry.job);
}

void JobService::cancel(const QString& id)
{
    Entry* entry = entryOf(id);
    if (!entry)
        return;
    if (entry->job.state == JobState::Queued)
        return removeFromQueue(id);
    if (!isActive(entry->job.state))
        return;
    entry->job.state = JobState::Stopping;
    send(*entry, job::ControlWord::Cancel);
}

void JobService::pause(const QString& id)
{
    if (Entry* entry = entryOf(id); entry && entry->job.state == JobState::Running)
        send(*entry, job::ControlWord::Pause);
}

void JobService::resume(const QString& id)
{
    if (Entry* entry = entryOf(id); entry && entry->job.state == JobState::Paused)
        send(*entry, job::ControlWord::Resume);
}

void JobService::moveUp(const QString& id)
{
    m_project.with([&](project::Project& project) {
        const auto queue = project.queue();
        const auto at = std::ranges::find(queue, toStd(id), &project::RunSummary::id);
        if (at == queue.end() || at == queue.begin())
            return;
        const auto before = std::prev(at);
        const double low = before == queue.begin() ? before->queuePosition - 2 : std::prev(before)->queuePosition;
        project.setQueuePosition(toStd(id), (low + before->queuePosition) / 2);
    });
    m_project.poll();
}

void JobService::removeFromQueue(const QString& id)
{
    m_project.with([&](project::Project& project) { project.cancelQueued(toStd(id)); });
    m_project.poll();
}

void JobService::clearEnded()
{
    std::erase_if(m_entries, [](const auto& entry) { return hasEnded(entry->job.state); });
    Q_EMIT jobsChanged();
}

QList<Job> JobService::jobs() const
{
    QList<Job> all;
    for (const auto& entry : m_entries)
        all.append(entry->job);
    return all;
}

JobService::Entry* JobService::entryOf(const QString& id) const
{
    const auto found = std::ranges::find_if(m_entries, [&](const auto& entry) { return entry->job.id == id; });
    return found == m_entries.end() ? nullptr : found->get();
}

std::optional<Job> JobService::find(const QString& id) const
{
    const Entry* entry = entryOf(id);
    return entry ? std::optional(entry->job) : std::nullopt;
}

std::optional<Job> JobService::current() const
{
    const auto found = std::ranges::find_if(m_entries, [](const auto& entry) { return isActive(entry->job.state); });
    return found == m_entries.end() ? std::nullopt : std::optional((*found)->job);
}

int JobService::activeCount() const
{
    return static_cast<int>(std::ranges::count_if(m_entries, [](const auto& e) { return isActive(e->job.state); }));
}

int JobService::queuedCount() const
{
    return static_cast<int>(
        std::ranges::count_if(m_entries, [](const auto& e) { return e->job.state == JobState::Queued; }));
}

} // namespace crucible::workbench
