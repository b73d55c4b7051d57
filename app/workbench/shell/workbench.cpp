// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/workbench.h"

#include "playground/smoke_tester.h"
#include "shell/main_window.h"
#include "text.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QTimer>

namespace crucible::workbench {

Workbench::Workbench(const StartOptions& options, QObject* parent)
    : QObject(parent), m_options(options), m_project(m_settings), m_jobs(m_project, m_settings), m_models(m_settings)
{
    m_language.install(options.language.value_or(m_settings.language()));
    applyTheme();
    m_services = {&m_settings, &m_project, &m_jobs, &m_models, nullptr, nullptr};
    m_smoke = std::make_unique<SmokeTester>(m_services);
    m_services.smoke = m_smoke.get();
    connect(&m_settings, &Settings::themeChanged, this, [this] {
        m_options.theme.reset();
        applyTheme();
    });
    connect(&m_settings, &Settings::languageChanged, this, [this] {
        m_options.language.reset();
        QTimer::singleShot(0, this, &Workbench::remakeWindow); // the dialog that asked for it belongs to the old window
    });
    const auto projectFolders = [this] {
        m_models.setProjectFolders(
            m_project.isOpen() ? QStringList{QDir(m_project.folder()).filePath(QStringLiteral("models"))} : QStringList());
    };
    connect(&m_project, &ProjectService::opened, this, projectFolders);
    connect(&m_project, &ProjectService::closed, this, projectFolders);
    makeWindow();
}

Workbench::~Workbench() = default;

void Workbench::applyTheme()
{
    using Mode = widgets::Theme::Mode;
    const ThemeChoice choice = m_options.theme.value_or(m_settings.theme());
    const Mode mode = choice == ThemeChoice::Light ? Mode::Light : choice == ThemeChoice::Dark ? Mode::Dark : Mode::System;
    widgets::Theme::apply(*qApp, mode);
}

void Workbench::makeWindow()
{
    m_window = std::make_unique<MainWindow>(m_services);
    if (m_options.size)
        m_window->resize(*m_options.size);
}

void Workbench::remakeWindow()
{
    const bool visible = m_window->isVisible();
    m_window->saveState();
    m_language.install(m_options.language.value_or(m_settings.language()));
    std::unique_ptr<MainWindow> old = std::move(m_window);
    makeWindow();
    m_window->restoreState();
    if (visible)
        m_window->show();
    old->setAttribute(Qt::WA_DontShowOnScreen);
    old.reset();
}

void Workbench::openFirstProject()
{
    const QString asked = m_options.project;
    const QString folder = asked.isEmpty() ? m_settings.lastProject() : QDir(asked).absolutePath();
    if (folder.isEmpty())
        return;
    // The last start ended while this project was being opened: do not walk into the same wall, and say so.
    if (asked.isEmpty() && m_settings.openingProject() == folder) {
        m_settings.setOpeningProject({});
        m_settings.setLastProject({});
        m_window->frame().showMessage(
            Frame::Tone::Warning, tr("The last project was not opened."),
            tr("Crucible ended while it was opening %1. Open it from the File menu to try again.").arg(displayPath(folder)));
        return;
    }
    m_project.openLater(folder, !asked.isEmpty(), this, [this, folder](const std::optional<Error>& error) {
        if (error)
            m_window->frame().showMessage(Frame::Tone::Warning, tr("The project %1 could not be opened.").arg(displayPath(folder)),
                                          describe(*error).detail);
    });
}

void Workbench::start()
{
    m_models.rescan();
    m_window->restoreState();
    openFirstProject();
    if (m_options.size)
        m_window->resize(*m_options.size);
    for (const QString& file : m_options.files)
        m_window->routeDrop(QDir(file).absolutePath());
}

} // namespace crucible::workbench
