// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of jobs and the workers that do them. A worker is crucible-cli in a session of its own: it outlives the window,
// records its run in the project, and is followed through its run folder, so a window that was just opened follows it in
// the same way as the one that started it.
#pragma once

#include "jobs/job.h"
#include "job/events.h"
#include "job/run_folder.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace crucible::workbench {

class ProjectService;
class Settings;

class JobService : public QObject {
    Q_OBJECT
public:
    JobService(ProjectService& project, Settings& settings, QObject* parent = nullptr);
    ~JobService() override;

    // Records the run and puts it at the end of the queue, or at its head. Gives the run's id; nothing when it could not be
    // recorded, which ProjectService::failed() then tells.
    std::optional<QString> submit(const JobRequest& request, bool first = false);
    void cancel(const QString& id);
    void pause(const QString& id);
    void resume(const QString& id);
    void moveUp(const QString& id);
    void removeFromQueue(const QString& id);
    void clearEnded();

    // Working jobs, then waiting ones in their order, then those that ended while the window was open.
    QList<Job> jobs() const;
    std::optional<Job> find(const QString& id) const;
    std::optional<Job> current() const; // the first that works
    int activeCount() const;
    int queuedCount() const;

    // How many workers may work at once; the rest wait.
    void setParallelJobs(int count) { m_parallel = count; }
    // The worker's program with leading arguments; for tests and unusual installations.
    void setWorker(const QString& program, const QStringList& leadingArguments = {});
    const QString& worker() const { return m_worker; }
    const QStringList& workerArguments() const { return m_leadingArguments; }
    // crucible-cli beside the running program, else on the PATH; empty when there is none.
    static QString findWorker();
    // Further flags that a run was submitted with; for running it again.
    QStringList optionsOf(const QString& id) const;
    // The worker as a shell finds it: by its name where that leads to it, by its path elsewhere.
    QStringList shellProgram() const;
    // What a person would type for the same work, anywhere: paths are whole, the run is recorded in the open project.
    QString commandLine(const JobRequest& request, const QString& recipeFile) const;

Q_SIGNALS:
    void jobsChanged();                          // jobs came, went, or changed their place
    void jobChanged(const crucible::workbench::Job& job); // progress or state of one
    void jobEnded(const crucible::workbench::Job& job);
    void logged(const QString& id, int level, const QString& message, double time);

private:
    struct Entry;

    void loadFromProject();
    void forgetProject();
    void adoptChanged(const QStringList& ids);
    void tick();
    QStringList withThreads(QStringList options) const;
    void startNext();
    void startWorker(Entry& entry);
    static bool isAlive(Entry& entry);
    void follow(Entry& entry);
    bool apply(Entry& entry, const job::Event& event);
    void finishVanished(Entry& entry);
    void failToStart(Entry& entry, const QString& what, const QString& hint);
    void end(Entry& entry, JobState state, const QString& problem);
    void send(Entry& entry, job::ControlWord word);
    Entry* entryOf(const QString& id) const;

    ProjectService& m_project;
    Settings& m_settings;
    std::vector<std::unique_ptr<Entry>> m_entries;
    QTimer m_timer;
    int m_parallel = 1;
    QString m_worker;
    QStringList m_leadingArguments;
};

} // namespace crucible::workbench
