// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a run's record from a thread of its own, so that a slow or locked project never holds up the work. What can not
// be written is reported and dropped.
#pragma once

#include "base/error.h"
#include "project/project.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crucible::job {

class Recorder {
public:
    struct State {
        double progress = 0;
        std::string stage;
        bool paused = false;
        double memoryLeft = 1;
    };
    using Write = std::function<void(project::Project&)>;

    // `onTrouble` is called from the recorder's thread, at most once for the same message.
    Recorder(project::Project project, std::string runId, std::function<void(const Error&)> onTrouble);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    // All return at once.
    void write(Write write);
    void addMetric(project::MetricSample sample);
    void setState(State state); // written once a second, and soon when `paused` changed

    // Writes what is left, then how the run ended; returns when it is written or can not be.
    void finish(project::RunStatus status, const project::RunError& error, const std::string& result);

private:
    void work();
    void drain(std::unique_lock<std::mutex>& lock);
    bool attempt(const Write& write);

    project::Project m_project; // used by the thread, after it ended by finish()
    const std::string m_runId;
    const std::function<void(const Error&)> m_onTrouble;
    std::string m_lastTrouble;

    std::mutex m_mutex; // all below
    std::condition_variable m_wake;
    std::vector<Write> m_writes;
    std::vector<project::MetricSample> m_samples;
    State m_state;
    bool m_stateChanged = false;
    bool m_urgent = false;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace crucible::job
