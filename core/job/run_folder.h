// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of one run, runs/<id>/ in a project: how a worker and those who watch it meet, also after either was restarted.
//
//     recipe.yaml   frozen copy of the recipe
//     events.jsonl  every event, one JSON object per line (see events.h); grows while the run works
//     control       words for the worker, one per line: cancel, pause, resume, checkpoint
//     heartbeat     JSON: pid, token, host, time, memory; rewritten every second by the worker
//     worker.log    stderr of a worker that the window started
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::job {

enum class ControlWord { Cancel, Pause, Resume, Checkpoint };
std::string_view toString(ControlWord word);

struct Heartbeat {
    std::int64_t pid = 0;
    std::string token; // platform::processToken(pid)
    std::string host;
    double time = 0;   // seconds since 1970
    std::uint64_t anonymousBytes = 0;  // of the worker
    std::uint64_t availableMemory = 0; // of the machine
};

class RunFolder {
public:
    explicit RunFolder(std::filesystem::path path) : m_path(std::move(path)) {}

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path recipeFile() const { return m_path / "recipe.yaml"; }
    std::filesystem::path eventsFile() const { return m_path / "events.jsonl"; }
    std::filesystem::path controlFile() const { return m_path / "control"; }
    std::filesystem::path heartbeatFile() const { return m_path / "heartbeat"; }
    std::filesystem::path workerLog() const { return m_path / "worker.log"; }

    // Makes the folder and an empty control file. Throws Error::io.
    void create() const;

    // Appends a word for the worker. Throws Error::io.
    void send(ControlWord word) const;

    void writeHeartbeat(const Heartbeat& heartbeat) const; // throws Error::io
    std::optional<Heartbeat> readHeartbeat() const;        // nullopt when there is none or it is damaged

private:
    std::filesystem::path m_path;
};

// Reads the control file as it grows. Unknown words are skipped.
class ControlReader {
public:
    explicit ControlReader(std::filesystem::path file) : m_file(std::move(file)) {}
    // Words that were added since the last call; only whole lines count.
    std::vector<ControlWord> poll();

private:
    std::filesystem::path m_file;
    std::uint64_t m_offset = 0;
};

} // namespace crucible::job
