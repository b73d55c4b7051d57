// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings.h"

#include "base/files.h"
#include "text.h"

#include <QDir>
#include <QStandardPaths>

namespace crucible::workbench {
namespace {

constexpr int kRecentProjects = 10;

QString settingsFile(const QString& file)
{
    if (!file.isEmpty())
        return file;
    return toQString(applicationDataFolder() / "settings.ini");
}

} // namespace

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent), m_store(settingsFile(file), QSettings::IniFormat)
{
}

ThemeChoice Settings::theme() const
{
    const QString name = m_store.value(QStringLiteral("appearance/theme")).toString();
    if (name == QLatin1String("light"))
        return ThemeChoice::Light;
    return name == QLatin1String("dark") ? ThemeChoice::Dark : ThemeChoice::System;
}

void Settings::setTheme(ThemeChoice theme)
{
    static const QString kNames[] = {QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    m_store.setValue(QStringLiteral("appearance/theme"), kNames[static_cast<int>(theme)]);
    Q_EMIT themeChanged();
}

QString Settings::language() const { return m_store.value(QStringLiteral("appearance/language")).toString(); }

void Settings::setLanguage(const QString& language)
{
    m_store.setValue(QStringLiteral("appearance/language"), language);
    Q_EMIT languageChanged();
}

QStringList Settings::modelFolders() const { return m_store.value(QStringLiteral("models/folders")).toStringList(); }

void Settings::setModelFolders(const QStringList& folders)
{
    QStringList clean;
    for (const QString& folder : folders)
        if (const QString path = QDir::cleanPath(folder); !folder.isEmpty() && !clean.contains(path))
            clean.append(path);
    if (clean == modelFolders())
        return;
    m_store.setValue(QStringLiteral("models/folders"), clean);
    Q_EMIT modelFoldersChanged();
}

int Settings::workerThreads() const { return m_store.value(QStringLiteral("jobs/threads"), 0).toInt(); }

void Settings::setWorkerThreads(int threads)
{
    m_store.setValue(QStringLiteral("jobs/threads"), threads);
    Q_EMIT workerThreadsChanged();
}

QString Settings::device() const { return m_store.value(QStringLiteral("jobs/device"), QStringLiteral("cpu")).toString(); }

quint64 Settings::deviceBytes() const { return m_store.value(QStringLiteral("jobs/deviceBytes"), 0).toULongLong(); }

void Settings::setDevice(const QString& device, quint64 bytes)
{
    const bool isOther = device != this->device();
    m_store.setValue(QStringLiteral("jobs/device"), device);
    m_store.setValue(QStringLiteral("jobs/deviceBytes"), bytes);
    if (isOther)
        Q_EMIT deviceChanged();
}

bool Settings::smokeTestAfterRuns() const { return m_store.value(QStringLiteral("jobs/smokeTest"), true).toBool(); }

void Settings::setSmokeTestAfterRuns(bool on) { m_store.setValue(QStringLiteral("jobs/smokeTest"), on); }

QStringList Settings::recentProjects() const { return m_store.value(QStringLiteral("projects/recent")).toStringList(); }

void Settings::addRecentProject(const QString& folder)
{
    QStringList recent = recentProjects();
    recent.removeAll(folder);
    recent.prepend(folder);
    m_store.setValue(QStringLiteral("projects/recent"), QStringList(recent.mid(0, kRecentProjects)));
    Q_EMIT recentProjectsChanged();
}

void Settings::removeRecentProject(const QString& folder)
{
    QStringList recent = recentProjects();
    recent.removeAll(folder);
    m_store.setValue(QStringLiteral("projects/recent"), recent);
    Q_EMIT recentProjectsChanged();
}

QString Settings::lastProject() const { return m_store.value(QStringLiteral("projects/last")).toString(); }

void Settings::setLastProject(const QString& folder) { m_store.setValue(QStringLiteral("projects/last"), folder); }

QString Settings::projectsFolder() const
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QDir(documents.isEmpty() ? QDir::homePath() : documents).filePath(QStringLiteral("Crucible"));
}

QString Settings::openingProject() const { return m_store.value(QStringLiteral("projects/opening")).toString(); }

void Settings::setOpeningProject(const QString& folder)
{
    if (folder.isEmpty())
        m_store.remove(QStringLiteral("projects/opening"));
    else
        m_store.setValue(QStringLiteral("projects/opening"), folder);
    m_store.sync(); // it must be on the disk should the next step end the process
}

QVariant Settings::state(const QString& key) const { return m_store.value(QStringLiteral("state/") + key); }

void Settings::setState(const QString& key, const QVariant& value)
{
    m_store.setValue(QStringLiteral("state/") + key, value);
}

} // namespace crucible::workbench
