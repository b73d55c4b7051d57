// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/recorder.h"

#include "job/worker.h"

#include <chrono>
#include <new>
#include <utility>

namespace crucible::job {

Recorder::Recorder(project::Project project, std::string runId, std::function<void(const Error&)> onTrouble)
    : m_project(std::move(project)), m_runId(std::move(runId)), m_onTrouble(std::move(onTrouble)),
      m_thread([this] { work(); })
{
}

Recorder::~Recorder()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void Recorder::write(Write write)
{
    {
        const std::lock_guard lock(m_mutex);
        m_writes.push_back(std::move(write));
        m_urgent = true;
    }
    m_wake.notify_all();
}

void Recorder::addMetric(project::MetricSample sample)
{
    const std::lock_guard lock(m_mutex);
    m_samples.push_back(std::move(sample));
}

void Recorder::setState(State state)
{
    {
        const std::lock_guard lock(m_mutex);
        m_urgent = m_urgent || state.paused != m_state.paused;
        m_state = std::move(state);
        m_stateChanged = true;
    }
    m_wake.notify_all();
}

void Recorder::finish(project::RunStatus status, const project::RunError& error, const std::string& result)
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    const Write last = [&](project::Project& project) { project.markFinished(m_runId, status, error, result); };
    for (int i = 0; i < 3 && !attempt(last); ++i) {
    }
}

void Recorder::work()
{
    std::unique_lock lock(m_mutex);
    for (bool last = false; !last;) {
        m_wake.wait_for(lock, std::chrono::seconds(1), [this] { return m_stopping || m_urgent; });
        last = m_stopping;
        try {
            drain(lock);
        } catch (const std::bad_alloc&) {
            // Nothing was taken yet: it is written with what comes next.
        }
    }
}

void Recorder::drain(std::unique_lock<std::mutex>& lock)
{
    const State state = m_state; // first, since it may find no memory
    m_urgent = false;
    const std::vector<Write> writes = std::exchange(m_writes, {});
    const std::vector<project::MetricSample> samples = std::exchange(m_samples, {});
    const bool stateChanged = std::exchange(m_stateChanged, false);
    lock.unlock();
    for (const Write& write : writes)
        attempt(write);
    if (!samples.empty())
        attempt([&](project::Project& project) { project.addMetrics(m_runId, samples); });
    if (stateChanged)
        attempt([&](project::Project& project) {
            project.heartbeat(m_runId, state.progress, state.stage, state.paused, state.memoryLeft);
        });
    lock.lock();
}

bool Recorder::attempt(const Write& write)
{
    try {
        write(m_project);
        return true;
    } catch (...) {
        try {
            const Error error = asError(std::current_exception());
            if (m_lastTrouble != error.what()) {
                m_lastTrouble = error.what();
                m_onTrouble(error);
            }
        } catch (const std::bad_alloc&) {
            // Too little memory even to tell; the work itself is about to find out.
        }
        return false;
    }
}

} // namespace crucible::job
