// SPDX-License-Identifier: GPL-3.0-or-later
// What the person chose, kept in settings.ini of the application's data folder (CRUCIBLE_HOME moves it, so a portable
// installation carries its settings along). Setters write at once and tell who listens.
#pragma once

#include <QObject>
#include <QSettings>
#include <QStringList>

#include <optional>

namespace crucible::workbench {

enum class ThemeChoice { System, Light, Dark };

class Settings : public QObject {
    Q_OBJECT
public:
    // `file` is for tests; empty means the place described above.
    explicit Settings(const QString& file = {}, QObject* parent = nullptr);

    ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);
    // "en", "zh_CN"; empty follows the system.
    QString language() const;
    void setLanguage(const QString& language);

    QStringList modelFolders() const;
    void setModelFolders(const QStringList& folders);

    // Threads of a worker process; 0 lets the worker take one per processor.
    int workerThreads() const;
    void setWorkerThreads(int threads);

    // Where the Playground computes, as `--device` names it, and the memory of that device in bytes (0: the machine's).
    QString device() const;
    quint64 deviceBytes() const;
    void setDevice(const QString& device, quint64 bytes);

    // Whether the model of a run that ended well is tried by itself.
    bool smokeTestAfterRuns() const;
    void setSmokeTestAfterRuns(bool on);

    // Most recent first; at most ten. They may have gone since.
    QStringList recentProjects() const;
    void addRecentProject(const QString& folder);
    void removeRecentProject(const QString& folder);
    QString lastProject() const;
    void setLastProject(const QString& folder);
    // Where new projects are offered to be created.
    QString projectsFolder() const;

    // Set while a project is being opened and cleared when the window stands: still set at the next start, it names the
    // project that took the window down.
    QString openingProject() const;
    void setOpeningProject(const QString& folder);

    // Free-form state of the frame and of pages: geometry, splitters, columns.
    QVariant state(const QString& key) const;
    void setState(const QString& key, const QVariant& value);

    QString fileName() const { return m_store.fileName(); }

Q_SIGNALS:
    void themeChanged();
    void languageChanged();
    void modelFoldersChanged();
    void workerThreadsChanged();
    void deviceChanged();
    void recentProjectsChanged();

private:
    QSettings m_store;
};

} // namespace crucible::workbench
