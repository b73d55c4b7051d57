// SPDX-License-Identifier: GPL-3.0-or-later
// Reads of the open project off the window's thread, on a connection of their own, so that a slow disk or a project with
// thousands of runs never holds the window up. One object per view; one read at a time. While one is under way the next
// waits, and a still newer one takes its place: a view that asks twice a second is answered however long an answer takes.
#pragma once

#include "jobs/background.h"
#include "jobs/project_service.h"

#include <functional>
#include <memory>
#include <mutex>

namespace crucible::workbench {

class ProjectReader : public QObject {
    Q_OBJECT
public:
    explicit ProjectReader(ProjectService& project, QObject* parent = nullptr);

    // action(project::Project&) runs on the pool; done(its value) runs here, later. Neither when no project is open, nor
    // when it was closed meanwhile. An error is told by ProjectService::failed() instead. `done` must check whether what it
    // gets is still wanted: the question may be older than the newest.
    template<class Action, class Done>
    void read(Action action, Done done)
    {
        if (!m_project.isOpen())
            return;
        const auto begin = [this, action = std::move(action), done = std::move(done)] {
            m_work.start([connection = m_connection, action](const CancelToken&) { return connection->run(action); },
                         [this, done](auto outcome) {
                             const auto next = std::exchange(m_next, {});
                             if (outcome.value)
                                 done(std::move(*outcome.value));
                             else if (outcome.error)
                                 m_project.tell(*outcome.error);
                             if (next)
                                 next();
                         });
        };
        if (m_work.isBusy())
            m_next = begin;
        else
            begin();
    }
    bool isBusy() const { return m_work.isBusy(); }

Q_SIGNALS:
    void busyChanged();

private:
    // Shared with the work, which may outlive this object. Opened by the first read.
    struct Connection {
        explicit Connection(std::filesystem::path place) : folder(std::move(place)) {}
        template<class Action>
        auto run(const Action& action)
        {
            const std::lock_guard lock(mutex);
            if (!project)
                project = project::Project::open(folder);
            return action(*project);
        }
        std::filesystem::path folder;
        std::mutex mutex;
        std::optional<project::Project> project;
    };
    void follow();

    ProjectService& m_project;
    std::shared_ptr<Connection> m_connection;
    Background m_work;
    std::function<void()> m_next;
};

} // namespace crucible::workbench
