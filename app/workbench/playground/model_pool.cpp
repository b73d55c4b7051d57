// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/model_pool.h"

#include "base/platform.h"

namespace crucible::workbench {

namespace {
// What a process needs besides its weights: the cache of keys and values, buffers, the program itself.
constexpr quint64 kBesides = quint64(300) << 20;
// What the driver, its libraries and the screen take of a card.
constexpr quint64 kTakenOfCard = quint64(1) << 30;
}

ModelPool::ModelPool(QObject* parent) : QObject(parent) {}

bool ModelPool::isAlive(const ModelProcess* process)
{
    return process->state() == ModelProcess::State::Loading || process->state() == ModelProcess::State::Ready;
}

ModelProcess* ModelPool::find(const ModelChoice& choice) const
{
    for (ModelProcess* process : m_processes)
        if (process->choice() == choice)
            return process;
    return nullptr;
}

quint64 ModelPool::available() const
{
    if (m_available > 0)
        return m_available;
    const quint64 device = m_program ? m_program().deviceBytes : 0;
    return device > kTakenOfCard ? device - kTakenOfCard : platform::availableMemory();
}

quint64 ModelPool::loadedBytes() const
{
    quint64 bytes = 0;
    for (const ModelProcess* process : m_processes)
        if (isAlive(process))
            bytes += weightBytesOf(process->choice()) + kBesides;
    return bytes;
}

// Weights are mapped from their files, and such pages still count as available: so all that is loaded counts against it.
bool ModelPool::fitsBeside(const ModelChoice& choice) const
{
    const ModelProcess* there = find(choice);
    if (there && isAlive(there))
        return true;
    return loadedBytes() + weightBytesOf(choice) + kBesides <= available();
}

bool ModelPool::fitsAlone(const ModelChoice& choice) const { return weightBytesOf(choice) + kBesides <= available(); }

ModelProcess* ModelPool::use(const ModelChoice& choice)
{
    ModelProcess* process = find(choice);
    if (process && isAlive(process)) {
        m_processes.move(m_processes.indexOf(process), m_processes.size() - 1);
        return process;
    }
    while (!fitsBeside(choice)) {
        ModelProcess* victim = nullptr;
        for (ModelProcess* other : m_processes)
            if (isAlive(other) && !other->isThinking() && !(other->choice() == choice)) {
                victim = other;
                break;
            }
        if (!victim)
            break;
        putAway(victim->choice());
    }
    if (!process) {
        process = new ModelProcess(choice, m_program ? m_program() : ModelProgram{}, this);
        connect(process, &ModelProcess::stateChanged, this, &ModelPool::changed);
        connect(process, &ModelProcess::thinkingChanged, this, &ModelPool::changed);
        m_processes.append(process);
    }
    process->start();
    return process;
}

void ModelPool::restart(const ModelChoice& choice)
{
    ModelProcess* process = find(choice);
    if (process && isAlive(process))
        putAway(choice);
    use(choice);
}

void ModelPool::putAway(const ModelChoice& choice)
{
    if (ModelProcess* process = find(choice)) {
        m_processes.removeOne(process);
        process->endLater();
        Q_EMIT changed();
    }
}

void ModelPool::keepOnly(const QList<ModelChoice>& choices)
{
    const QList<ModelProcess*> all = m_processes;
    for (const ModelProcess* process : all)
        if (!choices.contains(process->choice()))
            putAway(process->choice());
}

} // namespace crucible::workbench
