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

ProjectService::~ProjectService()
{
    if (isOpening())
        m_settings.setOpeningProject({}); // it was not the opening that ended this
}

QString ProjectService::folder() const { return m_project ? toQString(m_project->folder()) : QString(); }

QString ProjectService::name() const { return QFileInfo(folder()).fileName(); }

std::optional<Error> ProjectService::open(const QString& folder) { return enter(folder, false); }

std::optional<Error> ProjectService::create(const QString& folder) { return enter(folder, true); }

ProjectService::Opened ProjectService::read(const QString& folder, bool create)
{
    const std::filesystem::path path = toPath(folder);
    Opened opened{create ? project::Project::openOrCreate(path) : project::Project::open(path), 0};
    opened.changeCount = opened.project.changeCount();
    return opened;
}

std::optional<Error> ProjectService::enter(const QString& folder, bool create)
{
    cancelOpening();
    close();
    m_settings.setOpeningProject(folder);
    auto outcome = settle([&] { return read(folder, create); });
    if (outcome.value)
        adopt(std::move(*outcome.value));
    m_settings.setOpeningProject({});
    return outcome.error;
}

void ProjectService::openLater(const QString& folder, bool create, QObject* context, OnOpened done)
{
    cancelOpening();
    m_settings.setOpeningProject(folder);
    m_openingFolder = folder;
    m_opening.start([folder, create](const CancelToken&) { return std::make_shared<Opened>(read(folder, create)); },
                    [this, context = QPointer(context), done = std::move(done)](const Outcome<std::shared_ptr<Opened>>& outcome) {
                        if (outcome.value) {
                            close();
                            adopt(std::move(**outcome.value));
                        }
                        endOpening();
                        if (context)
                            done(outcome.error);
                    });
    Q_EMIT openingChanged();
}

void ProjectService::cancelOpening()
{
    if (!isOpening())
        return;
    m_opening.cancel();
    endOpening();
}

void ProjectService::endOpening()
{
    m_openingFolder.clear();
    m_settings.setOpeningProject({});
    Q_EMIT openingChanged();
}

void ProjectService::adopt(Opened made)
{
    m_project = std::move(made.project);
    m_seen = made.changeCount;
    m_gone = false;
    m_settings.addRecentProject(folder());
    m_settings.setLastProject(folder());
    m_timer.start();
    Q_EMIT opened();
}

void ProjectService::close()
{
    if (!m_project)
        return;
    m_timer.stop();
    m_project.reset();
    m_gone = false;
    Q_EMIT closed();
}

// A deleted file can still be read and written through what was opened before; only its place tells.
void ProjectService::lookWhetherItIsThere()
{
    const bool gone = m_project && !project::Project::existsIn(m_project->folder());
    if (gone == m_gone)
        return;
    m_gone = gone;
    if (gone)
        Q_EMIT this->gone();
    else
        Q_EMIT cameBack();
}

void ProjectService::tell(const Error& error)
{
    lookWhetherItIsThere();
    if (!m_gone)
        Q_EMIT failed(error);
}

void ProjectService::poll()
{
    lookWhetherItIsThere();
    if (m_gone)
        return;
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
