// SPDX-License-Identifier: GPL-3.0-or-later
// What the command palette of the main window finds: actions, models, runs, recent projects.
#include "shell/main_window.h"

#include "jobs/job.h"
#include "jobs/model_library.h"
#include "jobs/project_reader.h"
#include "settings.h"
#include "shell/frame_here.h"
#include "text.h"
#include "widgets/command_palette.h"

#include <QFileInfo>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

void MainWindow::openPalette()
{
    if (!m_palette)
        m_palette = new widgets::CommandPalette(this);
    QList<widgets::CommandPalette::Entry> entries;
    for (const PageSlot& slot : m_pages)
        entries.append({tr("Go to %1").arg(pageTitle(*slot.entry)), slot.action->shortcut().toString(QKeySequence::NativeText),
                        toQString(slot.entry->icon), [action = slot.action] { action->trigger(); }});
    for (QAction* action : allActions()) {
        const bool isPage = std::ranges::any_of(m_pages, [action](const PageSlot& slot) { return slot.action == action; });
        if (action->isEnabled() && !isPage)
            entries.append({action->iconText(), action->shortcut().toString(QKeySequence::NativeText), u"command"_s,
                            [action] { action->trigger(); }});
    }
    Frame* frame = m_frame.get();
    for (const ModelEntry& model : m_services.models->models())
        entries.append({model.name, tr("model"), u"models"_s,
                        [frame, path = model.path] { frame->openPage(u"models"_s, {{u"path"_s, path}}); }});
    for (const QString& folder : m_services.settings->recentProjects())
        if (QFileInfo(folder).isDir())
            entries.append({QFileInfo(folder).fileName(), tr("project"), u"folder"_s,
                            [frame, folder] { frame->openProjectAt(folder); }});
    m_palette->setEntries(entries);
    m_palette->popup();
    // Runs may be many; they come when they are read.
    m_paletteReader->read([](project::Project& project) { return project.runs(); },
                          [this, frame, entries](const std::vector<project::RunSummary>& runs) {
                              QList<widgets::CommandPalette::Entry> all = entries;
                              for (const project::RunSummary& run : runs)
                                  all.append({toQString(run.name), tr("run, %1").arg(stateText(jobStateOf(run))), u"runs"_s,
                                              [frame, id = toQString(run.id)] { frame->openPage(u"runs"_s, {{u"run"_s, id}}); }});
                              if (m_palette->isVisible())
                                  m_palette->setEntries(all);
                          });
}

void MainWindow::closePalette()
{
    if (m_palette)
        m_palette->hide();
}

} // namespace crucible::workbench
