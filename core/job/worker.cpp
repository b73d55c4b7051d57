// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/worker.h"

#include "base/files.h"
#include "base/platform.h"
#include "base/version.h"
#include "job/events.h"
#include "job/recorder.h"
#include "job/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <new>
#include <set>
#include <thread>

namespace crucible::job {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{100};             // control words and cancel are seen this soon
constexpr milliseconds kProgressInterval{100}; // at most so many progress events
constexpr milliseconds kHeartbeatInterval{1000};
// Samples per decade of a run's length stay about the same: curves of long runs do not drown the project.
constexpr double kFirstSampleSeconds = 0.25;
constexpr double kLeastSampleSeconds = 0.02; // rates over less say nothing
constexpr double kLastSampleSeconds = 10;

std::string utf8(const std::filesystem::path& path)
{
    const std::u8string text = path.u8string();
    return std::string(text.begin(), text.end());
}

std::uint64_t bytesOf(const std::filesystem::path& path)
{
    std::error_code code;
    if (!std::filesystem::is_directory(path, code)) {
        const std::uintmax_t size = std::filesystem::file_size(path, code);
        return code ? 0 : size;
    }
    std::uint64_t total = 0;
    std::filesystem::recursive_directory_iterator entry(path, code);
    for (; !code && entry != std::filesystem::recursive_directory_iterator(); entry.increment(code)) {
        std::error_code fileCode;
        if (entry->is_regular_file(fileCode))
            total += entry->file_size(fileCode);
    }
    return total;
}

class Runner final : public Job, public Progress {
public:
    explicit Runner(const JobRequest& request) : m_request(request)
    {
        if (m_request.name.empty())
            m_request.name = m_request.output.empty() ? m_request.kind : utf8(m_request.output.filename());
        if (!m_request.project.empty())
            openRecord();
        const std::int64_t pid = platform::processId();
        emit(Started{m_runId, m_request.kind, m_request.name, pid, platform::processToken(pid), kVersion});
        m_watcher = std::thread([this] { watch(); });
    }

    ~Runner() override { stopWatching(); }

    Json carryOut(const std::function<Json(Job&)>& work)
    {
        Json result;
        try {
            result = work(*this);
        } catch (...) {
            const Error error = asError(std::current_exception());
            stopWatching();
            const bool cancelled = error.kind() == ErrorKind::Cancelled;
            if (m_recorder) {
                const project::RunError record = cancelled
                                                     ? project::RunError{}
                                                     : project::RunError{std::string(toString(error.kind())),
                                                                         error.said(), error.where(), error.advice()};
                m_recorder->finish(cancelled ? project::RunStatus::Cancelled : project::RunStatus::Failed, record, {});
            }
            if (cancelled)
                emit(CancelledNow{});
            else
                emit(Failed{std::string(toString(error.kind())), error.said(), error.where(), error.advice()});
            throw error;
        }
        stopWatching();
        if (m_recorder)
            m_recorder->finish(project::RunStatus::Done, {}, toJsonText(result));
        emit(Finished{workSeconds(), result});
        return result;
    }

    // --- Job
    Progress& progress() override { return *this; }
    const CancelToken& cancel() const override { return m_request.cancel; }
    const std::string& runId() const override { return m_runId; }

    void setPlan(const Json& plan) override
    {
        emit(PlanReady{plan});
        if (m_recorder)
            m_recorder->write([text = toJsonText(plan), id = m_runId](project::Project& p) { p.setPlan(id, text); });
    }

    void addInput(const project::RunInput& input) override
    {
        if (m_recorder)
            m_recorder->write([input, id = m_runId](project::Project& p) { p.addInput(id, input); });
    }

    void addArtifact(std::string_view kind, const std::filesystem::path& path, std::string_view fingerprint) override
    {
        bool isNew = false;
        {
            const std::lock_guard lock(m_mutex);
            isNew = m_announced.insert(path).second;
        }
        if (isNew) {
            emit(ArtifactMade{std::string(kind), utf8(path)});
            if (m_request.display)
                m_request.display->artifact(kind, path);
        }
        if (!m_recorder)
            return;
        project::Artifact artifact{m_runId, std::string(kind), path, bytesOf(path), std::string(fingerprint), 0};
        m_recorder->write([artifact = std::move(artifact)](project::Project& p) { p.addArtifact(artifact); });
    }

    // --- Progress
    void stage(std::string_view name) override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_stage = name;
            m_now.done = m_now.total = m_bytesDone = m_bytesTotal = 0;
            m_now.unit.clear();
            m_now.item.clear();
        }
        emit(StageBegan{std::string(name)});
        if (m_request.display)
            m_request.display->stage(name);
    }

    void advance(std::uint64_t done, std::uint64_t total, std::string_view unit, std::string_view item) override
    {
        std::optional<Progressed> due;
        {
            std::unique_lock lock(m_mutex);
            while (m_paused && !m_request.cancel.requested())
                m_wake.wait_for(lock, kTick);
            // Bytes tell best how far a stage is; what is counted besides them says it to people.
            if (unit == "bytes") {
                m_bytesDone = done;
                m_bytesTotal = total;
            }
            if (unit != "bytes" || m_now.unit.empty() || m_now.unit == "bytes") {
                m_now.done = done;
                m_now.total = total;
                m_now.unit = unit;
            }
            m_now.item = item;
            const auto now = Clock::now();
            if (now - m_lastProgress >= kProgressInterval || (done == total && unit == m_now.unit)) {
                m_lastProgress = now;
                due = progressLocked();
            }
        }
        if (due)
            emit(*std::move(due));
        if (m_request.display)
            m_request.display->advance(done, total, unit, item);
    }

    void transferred(std::uint64_t bytesRead, std::uint64_t bytesWritten) override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_now.bytesRead = bytesRead;
            m_now.bytesWritten = bytesWritten;
        }
        if (m_request.display)
            m_request.display->transferred(bytesRead, bytesWritten);
    }

    void metric(std::string_view name, double x, double value) override
    {
        measure(name, x, value);
        if (m_request.display)
            m_request.display->metric(name, x, value);
    }

    void log(LogLevel level, std::string_view message) override
    {
        emit(Logged{level, std::string(message)});
        if (m_request.display)
            m_request.display->log(level, message);
    }

    void artifact(std::string_view kind, const std::filesystem::path& path) override { addArtifact(kind, path, {}); }

private:
    // Takes over the queued run, or makes one; then its folder. Only here may trouble with the project end the job.
    void openRecord()
    {
        project::Project project = project::Project::openOrCreate(m_request.project);
        for (const std::string& warning : project.warnings())
            m_pendingWarnings.push_back(warning);
        m_runId = m_request.runId;
        if (m_runId.empty()) {
            m_runId = project.createRun({.id = {},
                                         .kind = m_request.kind,
                                         .name = m_request.name,
                                         .status = project::RunStatus::Running,
                                         .recipe = m_request.recipe,
                                         .recipeFormat = m_request.recipeFormat,
                                         .commandLine = m_request.commandLine,
                                         .output = utf8(m_request.output),
                                         .parent = {},
                                         .seed = m_request.seed});
        }
        const std::int64_t pid = platform::processId();
        project.markStarted(m_runId, pid, platform::processToken(pid), platform::hostName(), kVersion);
        if (!m_request.runId.empty()) {
            project.setRecipe(m_runId, m_request.recipe, m_request.recipeFormat);
            project.setOutput(m_runId, m_request.output);
            m_request.name = project.findRun(m_runId).name;
            // A run that goes on draws its curves on where they ended.
            for (const project::MetricSeries& series : project.metricSeries(m_runId))
                m_firstX = std::max(m_firstX, series.lastX);
        }
        m_folder.emplace(project.runFolder(m_runId));
        try {
            m_folder->create();
            if (!m_request.recipe.empty())
                writeFileAtomically(m_folder->recipeFile(), m_request.recipe);
            m_events.open(m_folder->eventsFile(), std::ios::binary | std::ios::app);
            m_control.emplace(m_folder->controlFile());
        } catch (const Error& error) {
            m_pendingWarnings.push_back(error.what());
        }
        m_recorder.emplace(std::move(project), m_runId, [this](const Error& error) {
            log(LogLevel::Warning, fmt::format("the run's record is incomplete: {}", error.what()));
        });
    }

    void emit(EventBody body)
    {
        const std::lock_guard lock(m_emitMutex);
        m_emitted = std::max(m_emitted, project::now()); // times never go back, though the clock may
        const std::string line = toLine({m_emitted, std::move(body)});
        if (m_request.onEvent)
            m_request.onEvent(line);
        if (m_events.is_open())
            m_events << line << std::endl; // a reader, and a crash, must find whole lines
    }

    void measure(std::string_view name, double x, double value)
    {
        emit(Measured{std::string(name), x, value});
        if (m_recorder)
            m_recorder->addMetric({std::string(name), x, value});
    }

    double workSeconds()
    {
        const std::lock_guard lock(m_mutex);
        return workSecondsLocked();
    }

    double workSecondsLocked() const
    {
        const auto end = m_paused ? m_pausedAt : Clock::now();
        return std::chrono::duration<double>(end - m_start - m_pausedFor).count();
    }

    double shareLocked() const
    {
        if (m_bytesTotal > 0)
            return static_cast<double>(m_bytesDone) / static_cast<double>(m_bytesTotal);
        return m_now.total > 0 ? static_cast<double>(m_now.done) / static_cast<double>(m_now.total) : 0;
    }

    Progressed progressLocked() const
    {
        Progressed event = m_now;
        event.seconds = workSecondsLocked();
        event.share = shareLocked();
        if (event.share > 0 && event.seconds > 0.5)
            event.eta = event.seconds * (1 - event.share) / event.share;
        return event;
    }

    // The second thread: obeys the control file, samples the machine, keeps the heartbeat. What is sampled last is how the work
    // ended, so that a short one has curves too.
    void watch()
    {
        std::size_t warned = 0;
        auto nextHeartbeat = Clock::now();
        double nextSample = 0;
        std::uint64_t lastBytes = 0;
        double lastSampled = 0;
        for (bool stopping = false;;) {
            try {
                for (; warned < m_pendingWarnings.size(); ++warned)
                    log(LogLevel::Warning, m_pendingWarnings[warned]);
                if (m_control && !stopping)
                    obey(m_control->poll());
                const platform::MemoryUse memory = platform::memoryUse();
                const double seconds = workSeconds();
                if (seconds >= nextSample || (stopping && seconds > lastSampled + kLeastSampleSeconds)) {
                    nextSample = seconds + std::clamp(seconds / 400, kFirstSampleSeconds, kLastSampleSeconds);
                    sample(seconds, memory, lastBytes, lastSampled);
                }
                if (Clock::now() >= nextHeartbeat) {
                    nextHeartbeat = Clock::now() + kHeartbeatInterval;
                    beat(memory);
                }
            } catch (const std::bad_alloc&) {
                // What watches must not end the work, which is about to find out by itself.
            }
            if (stopping)
                return;
            std::unique_lock lock(m_mutex);
            stopping = m_wake.wait_for(lock, kTick, [this] { return m_stopping; });
        }
    }

    void obey(const std::vector<ControlWord>& words)
    {
        for (const ControlWord word : words) {
            switch (word) {
            case ControlWord::Cancel: m_request.cancel.request(); break;
            case ControlWord::Pause: setPaused(true); break;
            case ControlWord::Resume: setPaused(false); break;
            case ControlWord::Checkpoint:
                log(LogLevel::Info, "finished parts are kept as they are made; there is nothing to save by hand");
                break;
            }
        }
        m_wake.notify_all();
    }

    void setPaused(bool paused)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (m_paused == paused)
                return;
            m_paused = paused;
            if (paused)
                m_pausedAt = Clock::now();
            else
                m_pausedFor += Clock::now() - m_pausedAt;
        }
        if (paused)
            emit(PausedNow{});
        else
            emit(ResumedNow{});
        tellRecorder();
    }

    void sample(double seconds, const platform::MemoryUse& memory, std::uint64_t& lastBytes, double& lastSampled)
    {
        std::string unit;
        std::uint64_t done = 0, bytes = 0;
        {
            const std::lock_guard lock(m_mutex);
            if (m_paused)
                return;
            unit = m_now.unit;
            done = m_now.done;
            bytes = m_now.bytesRead + m_now.bytesWritten;
        }
        const double x = m_firstX + seconds;
        measure("memory_bytes", x, static_cast<double>(memory.anonymousBytes));
        if (seconds > lastSampled && bytes > 0)
            measure("bytes_per_second", x,
                    static_cast<double>(bytes - std::min(bytes, lastBytes)) / (seconds - lastSampled));
        if (!unit.empty() && unit != "bytes")
            measure(unit, x, static_cast<double>(done));
        lastBytes = bytes;
        lastSampled = seconds;
    }

    void beat(const platform::MemoryUse& memory)
    {
        const std::uint64_t available = platform::availableMemory();
        const std::uint64_t total = platform::totalMemory();
        m_memoryLeft = total > 0 ? static_cast<double>(available) / static_cast<double>(total) : 1;
        tellRecorder();
        if (!m_folder)
            return;
        const std::int64_t pid = platform::processId();
        try {
            m_folder->writeHeartbeat({pid, platform::processToken(pid), platform::hostName(), project::now(),
                                      memory.anonymousBytes, available});
        } catch (const Error& error) {
            if (!std::exchange(m_heartbeatFailed, true))
                log(LogLevel::Warning, error.what());
        }
    }

    void tellRecorder()
    {
        if (!m_recorder)
            return;
        const std::lock_guard lock(m_mutex);
        m_recorder->setState({shareLocked(), m_stage, m_paused, m_memoryLeft});
    }

    void stopWatching()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_stopping = true;
        }
        m_wake.notify_all();
        if (m_watcher.joinable())
            m_watcher.join();
    }

    JobRequest m_request;
    std::string m_runId;
    std::optional<RunFolder> m_folder;
    std::optional<ControlReader> m_control;
    std::vector<std::string> m_pendingWarnings;
    double m_firstX = 0;

    std::mutex m_emitMutex;      // one event at a time
    project::Time m_emitted = 0; // when the last one was
    std::ofstream m_events;

    std::mutex m_mutex; // all below
    std::condition_variable m_wake;
    Progressed m_now;
    std::uint64_t m_bytesDone = 0;
    std::uint64_t m_bytesTotal = 0;
    std::string m_stage;
    std::set<std::filesystem::path> m_announced;
    const Clock::time_point m_start = Clock::now();
    Clock::time_point m_lastProgress{};
    Clock::time_point m_pausedAt{};
    Clock::duration m_pausedFor{};
    bool m_paused = false;
    bool m_stopping = false;

    double m_memoryLeft = 1;        // watcher only
    bool m_heartbeatFailed = false; // watcher only

    std::optional<Recorder> m_recorder; // ends after the watcher, before what its warnings need
    std::thread m_watcher;
};

} // namespace

Json runJob(const JobRequest& request, const std::function<Json(Job&)>& work)
{
    Runner runner(request);
    return runner.carryOut(work);
}

namespace {

Error outOfMemory()
{
    return Error(ErrorKind::OutOfMemory, "memory ran out", {},
                 "close other programs, use fewer threads or a shorter context");
}

} // namespace

Error asError(const std::exception_ptr& exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return outOfMemory();
    } catch (const std::filesystem::filesystem_error& error) {
        return Error::io(CRUCIBLE_TR_NOOP("Problem", "the file system refused"), error.path1(), error.code().value());
    } catch (const std::system_error& error) { // a thread that could not begin, for lack of memory for its stack
        const bool isMemory =
            error.code() == std::errc::not_enough_memory || error.code() == std::errc::resource_unavailable_try_again;
        if (isMemory)
            return outOfMemory();
        return Error(ErrorKind::Internal, fmt::format("the system refused: {}", error.what()), {}, "please report it");
    } catch (const std::exception& error) {
        return Error(ErrorKind::Internal, fmt::format("a defect of Crucible: {}", error.what()), {},
                     "please report it");
    } catch (...) {
        return Error(ErrorKind::Internal, "a defect of Crucible: an unknown exception", {}, "please report it");
    }
}

} // namespace crucible::job
