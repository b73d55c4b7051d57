// SPDX-License-Identifier: GPL-3.0-or-later
// The application without its window: services that live as long as the program, and the window that is made anew when the
// language changes, so that no widget needs code to translate itself again.
#pragma once

#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "services.h"
#include "settings.h"
#include "shell/language.h"

#include <QObject>
#include <QStringList>

#include <memory>

namespace crucible::workbench {

class MainWindow;
class SmokeTester;

struct StartOptions {
    QString project;              // --project; empty: the last one
    QString screenshots;          // --screenshots
    std::optional<ThemeChoice> theme;
    std::optional<QString> language;
    std::optional<QSize> size;
    QStringList files;            // folders and files to open
};

class Workbench : public QObject {
    Q_OBJECT
public:
    // Theme and language of `options` hold for this start only and are not stored.
    explicit Workbench(const StartOptions& options, QObject* parent = nullptr);
    ~Workbench() override;

    // Opens the project of the options or the last one, shows the window and routes the files.
    void start();
    MainWindow& window() { return *m_window; }
    Services& services() { return m_services; }
    Settings& settings() { return m_settings; }

private:
    void makeWindow();
    void applyTheme();
    void remakeWindow();
    void openFirstProject();

    StartOptions m_options;
    Settings m_settings;
    Language m_language;
    ProjectService m_project;
    JobService m_jobs;
    ModelLibrary m_models;
    Services m_services;
    std::unique_ptr<SmokeTester> m_smoke;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace crucible::workbench
