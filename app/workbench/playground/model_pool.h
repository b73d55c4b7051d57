// SPDX-License-Identifier: GPL-3.0-or-later
// The models that are loaded for the window, each once however often it is asked for. As many stay loaded as fit into
// memory; the one that was used longest ago makes room first.
#pragma once

#include "playground/model_process.h"

#include <QList>

namespace crucible::workbench {

class ModelPool : public QObject {
    Q_OBJECT
public:
    explicit ModelPool(QObject* parent = nullptr);

    // Asked whenever a process is made: settings may have changed.
    void setProgram(std::function<ModelProgram()> program) { m_program = std::move(program); }
    // Loaded, loading, or ended; nullptr when it was never asked for.
    ModelProcess* find(const ModelChoice& choice) const;
    // The model's process, started when it was not there, made room for when memory is short. It may still be loading.
    ModelProcess* use(const ModelChoice& choice);
    // Whether its weights fit beside those that are loaded, or alone.
    bool fitsBeside(const ModelChoice& choice) const;
    bool fitsAlone(const ModelChoice& choice) const;
    void restart(const ModelChoice& choice);
    void putAway(const ModelChoice& choice);
    // Puts away all but these.
    void keepOnly(const QList<ModelChoice>& choices);
    QList<ModelProcess*> processes() const { return m_processes; }
    quint64 loadedBytes() const;

    // Stands in for the machine's available memory in tests; 0: the machine's.
    void setAvailableMemory(quint64 bytes) { m_available = bytes; }

Q_SIGNALS:
    // A process came, went, or is in another state.
    void changed();

private:
    quint64 available() const;
    static bool isAlive(const ModelProcess* process);

    std::function<ModelProgram()> m_program;
    QList<ModelProcess*> m_processes; // the last used is last
    quint64 m_available = 0;
};

} // namespace crucible::workbench
