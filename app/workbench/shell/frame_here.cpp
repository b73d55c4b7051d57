// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/frame_here.h"

#include "base/files.h"
#include "job/sample.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "settings.h"
#include "shell/main_window.h"
#include "text.h"

#include <QDir>
#include <QFileDialog>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {
constexpr std::uint64_t kSampleSeed = 1;
const QString kFirstProject = QStringLiteral("merges"); // a folder's name, the same in every language
}

FrameHere::FrameHere(MainWindow& window, Services& services) : m_window(window), m_services(services) {}

void FrameHere::openPage(const QString& id, const QVariantMap& message)
{
    m_window.showPage(id);
    if (Page* page = m_window.page(id); page && !message.isEmpty())
        page->receive(message);
}

void FrameHere::showMessage(Tone tone, const QString& text, const QString& detail)
{
    Q_EMIT messageRequested(tone, text, detail);
}

void FrameHere::newProject()
{
    const QString start = m_services.settings->projectsFolder();
    QDir().mkpath(start);
    const QString folder = QFileDialog::getSaveFileName(&m_window, tr("New project: choose its folder"),
                                                        QDir(start).filePath(tr("my project")), QString(), nullptr,
                                                        QFileDialog::DontConfirmOverwrite);
    if (folder.isEmpty())
        return;
    m_services.project->openLater(folder, true, this, [this](const std::optional<Error>& error) {
        if (error)
            showMessage(Tone::Error, tr("The project could not be created."), describe(*error).detail);
    });
}

bool FrameHere::ensureProject()
{
    ProjectService* project = m_services.project;
    if (project->isOpen())
        return true;
    const QString folder = QDir(m_services.settings->projectsFolder()).filePath(kFirstProject);
    if (const auto error = project->create(folder)) {
        showMessage(Tone::Error, tr("There is no project to keep the run in, and none could be created."), describe(*error).detail);
        return false;
    }
    showMessage(Tone::Info, tr("What you make is kept in the project %1.").arg(displayPath(folder)),
                tr("Choose File, New project for another."));
    return true;
}

void FrameHere::openProject()
{
    const QString last = m_services.settings->lastProject();
    const QString start = last.isEmpty() ? m_services.settings->projectsFolder() : QFileInfo(last).absolutePath();
    const QString folder = QFileDialog::getExistingDirectory(&m_window, tr("Open project: choose its folder"), start);
    if (!folder.isEmpty())
        openProjectAt(folder);
}

void FrameHere::openProjectAt(const QString& folder)
{
    m_services.project->openLater(folder, false, this, [this, folder](const std::optional<Error>& error) {
        if (error)
            showMessage(Tone::Error, tr("The project %1 could not be opened.").arg(displayPath(folder)), describe(*error).detail);
    });
}

void FrameHere::openSampleProject()
{
    if (m_sample.isBusy())
        return;
    const std::filesystem::path folder = applicationDataFolder() / "sample";
    showMessage(Tone::Info, tr("Preparing the sample: four small models and recipes that merge them."));
    m_sample.start(
        [folder](const CancelToken& cancel) { return job::writeSample(folder, job::sampleShapes().front(), kSampleSeed, cancel); },
        [this, folder](const Outcome<job::Sample>& outcome) {
            if (outcome.error)
                return showMessage(Tone::Error, tr("The sample could not be prepared."), describe(*outcome.error).detail);
            if (const auto error = m_services.project->create(toQString(folder)))
                return showMessage(Tone::Error, tr("The sample could not be opened."), describe(*error).detail);
            showMessage(Tone::Success, tr("The sample is open. Its models are on the Models page; a recipe waits on the Merge page."));
            if (!outcome.value->recipes.empty())
                m_window.routeDrop(toQString(outcome.value->recipes.front()));
        });
}

void FrameHere::addModelFolder()
{
    const QStringList known = m_services.settings->modelFolders();
    const QString folder = QFileDialog::getExistingDirectory(&m_window, tr("Add a folder with models"),
                                                             known.isEmpty() ? QDir::homePath() : known.last());
    if (folder.isEmpty())
        return;
    m_services.models->addFolder(folder);
    m_window.showPage(u"models"_s);
}

} // namespace crucible::workbench
