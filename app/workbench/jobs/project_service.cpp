// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/project_service.h"

#include "settings.h"
#include "text.h"

#include <QFileInfo>

namespace crucible::workbench {
namespace {
constexpr int kPollMs = 400;
}

ProjectService::ProjectService(Settings& settings, QObject* parent) : QObject(parent), m_settings(settings)
{
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &ProjectService::poll);
}

ProjectService::~ProjectService() = default;

QString ProjectService::folder() const { return m_project ? toQString(m_project->folder()) : QString(); }

QString ProjectService::name() const { return QFileInfo(folder()).fileName(); }

std::optional<Error> ProjectService::open(const QString& folder) { return enter(folder, false); }

std::optional<Error> ProjectService::create(const QString& folder) { return enter(folder, true); }

std::optional<Error> ProjectService::enter(const QString& folder, bool create)
{
    close();
    m_settings.setOpeningProject(folder);
    auto outcome = settle([&] {
        const std::filesystem::path path = toPath(folder);
        project::Project project = create ? project::Project::openOrCreate(path) : project::Project::open(path);
        m_seen = project.changeCount();
        return project;
    });
    if (outcome.error) {
        m_settings.setOpeningProject({});
        return outcome.error;
    }
    m_project = std::move(outcome.value);
    m_settings.addRecentProject(this->folder());
    m_settings.setLastProject(this->folder());
    m_timer.start();
    Q_EMIT opened();
    m_settings.setOpeningProject({});
    return std::nullopt;
}

void ProjectService::close()
{
    if (!m_project)
        return;
    m_timer.stop();
    m_project.reset();
    Q_EMIT closed();
}

void ProjectService::poll()
{
    const auto changed = with([this](project::Project& project) {
        const std::int64_t count = project.changeCount();
        std::vector<std::string> ids;
        if (count != m_seen)
            ids = project.runsChangedSince(m_seen);
        m_seen = count;
        return ids;
    });
    if (!changed || changed->empty())
        return;
    QStringList ids;
    for (const std::string& id : *changed)
        ids.append(toQString(id));
    Q_EMIT runsChanged(ids);
}

} // namespace crucible::workbench
