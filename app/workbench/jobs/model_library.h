// SPDX-License-Identifier: GPL-3.0-or-later
// The models in the folders that the person named and in the project's own `models` folder: found and read (headers only) in
// the background, told one by one. Nothing is remembered between scans, so what is shown is what is there.
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <QFutureWatcher>
#include <QObject>
#include <QTimer>

#include <optional>

namespace crucible::workbench {

class Settings;

// What the list shows of a model. A value: the open files are let go after reading.
struct ModelEntry {
    QString path;
    QString name; // the folder's; "org/name" for a snapshot in a Hugging Face cache
    QString family; // "llama", or the class name from config.json
    QString dtype;
    quint64 parameters = 0;
    quint64 bytes = 0;
    int layers = 0;
    bool isAdapter = false;
    bool isGguf = false; // a file, not a folder: it can be run and looked into, not merged
    QString problem; // why it could not be read; empty when all is well

    bool operator==(const ModelEntry&) const = default;
};

class ModelLibrary : public QObject {
    Q_OBJECT
public:
    explicit ModelLibrary(Settings& settings, QObject* parent = nullptr);
    ~ModelLibrary() override;

    const QList<ModelEntry>& models() const { return m_models; }
    std::optional<ModelEntry> find(const QString& path) const;
    // Folders besides those of the settings: the project's.
    void setProjectFolders(const QStringList& folders);
    QStringList folders() const;
    // Adds to the settings, which starts a scan.
    void addFolder(const QString& folder);
    void rescan();
    bool isScanning() const { return m_scanning; }

Q_SIGNALS:
    void modelAdded(const crucible::workbench::ModelEntry& entry);
    void modelsChanged(); // after a scan, and when entries went
    void scanningChanged();

private:
    void takeResults(int begin, int end);
    void finishScan();

    Settings& m_settings;
    QStringList m_projectFolders;
    QList<ModelEntry> m_models;
    QStringList m_seen; // paths met by the scan that runs
    QFutureWatcher<ModelEntry>* m_watcher = nullptr;
    QTimer m_rescan;    // one scan for several changes at once
    bool m_scanning = false;
};

// Whether a folder holds a model or an adapter, by its file names alone.
bool looksLikeModel(const QString& folder);

} // namespace crucible::workbench
