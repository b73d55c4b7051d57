// SPDX-License-Identifier: GPL-3.0-or-later
// The open project. The window's connection is for writes and for reads of one row; what a page shows is read on the pool
// (ProjectReader). Changes by workers and shells are noticed by polling the change counter.
#pragma once

#include "base/error.h"
#include "jobs/background.h"
#include "project/project.h"

#include <QObject>
#include <QPointer>
#include <QStringList>
#include <QTimer>

#include <functional>
#include <optional>

namespace crucible::workbench {

class Settings;

struct Done {}; // the value of an action that has none

class ProjectService : public QObject {
    Q_OBJECT
public:
    explicit ProjectService(Settings& settings, QObject* parent = nullptr);
    ~ProjectService() override;

    bool isOpen() const { return m_project.has_value(); }
    QString folder() const; // absolute; empty while none is open
    QString name() const;   // the folder's name
    // Closes the open project first. An error leaves none open.
    std::optional<Error> open(const QString& folder);
    std::optional<Error> create(const QString& folder);
    // The same on the pool, for disks that take their time. The project that is open stays until the other one is there, and
    // for good when that fails or is called off. `done` hears how it ended, unless it was called off or `context` is gone.
    using OnOpened = std::function<void(const std::optional<Error>&)>;
    void openLater(const QString& folder, bool create, QObject* context, OnOpened done);
    void cancelOpening();
    bool isOpening() const { return m_opening.isBusy(); }
    QString openingFolder() const { return m_openingFolder; } // empty while none is being opened
    void close();
    // The open project's folder was taken away: what is done now can not be kept. Told by gone(), taken back by cameBack().
    bool isGone() const { return m_gone; }

    // Runs `action(Project&)`; an error is told by failed() and gives nothing. Nothing too while no project is open.
    template<class Action>
    auto with(Action action)
    {
        const auto call = [&] {
            if constexpr (std::is_void_v<decltype(action(*m_project))>) {
                action(*m_project);
                return Done{};
            } else {
                return action(*m_project);
            }
        };
        if (!m_project)
            return std::optional<decltype(call())>();
        auto outcome = settle(call);
        if (outcome.error)
            Q_EMIT failed(*outcome.error);
        return std::move(outcome.value);
    }

    // Passes on an error of a read that was done elsewhere; where the whole project is gone, that alone is told.
    void tell(const Error& error);
    // Looks for changes now instead of at the next tick.
    void poll();

Q_SIGNALS:
    void opened();
    void closed();
    void openingChanged();
    void gone();
    void cameBack();
    void runsChanged(const QStringList& ids);
    void failed(const crucible::Error& error);

private:
    struct Opened {
        project::Project project;
        std::int64_t changeCount = 0;
    };
    static Opened read(const QString& folder, bool create);
    std::optional<Error> enter(const QString& folder, bool create);
    void adopt(Opened opened);
    void endOpening();
    void lookWhetherItIsThere();

    Settings& m_settings;
    std::optional<project::Project> m_project;
    std::int64_t m_seen = 0;
    bool m_gone = false;
    Background m_opening;
    QString m_openingFolder;
    QTimer m_timer;
};

} // namespace crucible::workbench
