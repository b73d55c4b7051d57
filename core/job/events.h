// SPDX-License-Identifier: GPL-3.0-or-later
// What a worker tells while it works: one JSON object per line, on stdout with --events and in the run's events.jsonl.
// Every event has "event" (its type) and "time" (seconds since 1970). Readers skip types and keys they do not know.
//
//     started    run, kind, name, pid, token, version      the first event; `run` is empty without a project
//     plan       plan
//     stage      name
//     progress   done, total, unit, item, bytes_read, bytes_written, seconds, eta (-1: not known yet)
//     metric     name, x, value (null: not a number)
//     log        level, message
//     artifact   kind, path
//     checkpoint path
//     paused, resumed
//     finished   seconds, result       )
//     failed     kind, message, where, hint  ) the last event is one of these; message_said and hint_said are the
//                                            ) same as sentences with what was put in, see base/sentence_json.h
//     cancelled                        )
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "base/progress.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crucible::job {

struct Started {
    std::string run;
    std::string kind;
    std::string name;
    std::int64_t pid = 0;
    std::string token;
    std::string version;
};
struct PlanReady {
    Json plan;
};
struct StageBegan {
    std::string name;
};
struct Progressed {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string unit;
    std::string item;
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesWritten = 0;
    double seconds = 0; // of work so far, without pauses
    double eta = -1;    // seconds left; -1 while not known
    double share = 0;   // of the work that is done, by bytes where they are known: items differ in size
};
struct Measured {
    std::string name;
    double x = 0;
    double value = 0;
};
struct Logged {
    LogLevel level = LogLevel::Info;
    std::string message;
};
struct ArtifactMade {
    std::string kind;
    std::string path; // UTF-8
};
struct CheckpointSaved {
    std::string path;
};
struct PausedNow {};
struct ResumedNow {};
struct Finished {
    double seconds = 0;
    Json result;
};
struct Failed {
    std::string kind; // toString(ErrorKind)
    Sentence message;
    std::string where;
    Sentence hint;
};
struct CancelledNow {};

using EventBody = std::variant<Started, PlanReady, StageBegan, Progressed, Measured, Logged, ArtifactMade,
                               CheckpointSaved, PausedNow, ResumedNow, Finished, Failed, CancelledNow>;

struct Event {
    double time = 0;
    EventBody body;
    bool isLast() const;
};

std::string_view toString(LogLevel level);

// One line without its newline. Never throws: bytes that are not UTF-8 are replaced.
std::string toLine(const Event& event);
// nullopt for a type this version does not know. Throws Error::corrupt for a line that is no event at all.
std::optional<Event> parseEvent(std::string_view line);

// Follows an events.jsonl that may still grow. A last line without newline is left for the next call.
class EventReader {
public:
    explicit EventReader(std::filesystem::path file) : m_file(std::move(file)) {}
    // Events added since the last call, at most about `maxBytes` of text. Lines that are no events are counted, not thrown.
    std::vector<Event> poll(std::size_t maxBytes = std::size_t(4) << 20);
    std::size_t damagedLines() const { return m_damaged; }

private:
    std::filesystem::path m_file;
    std::uint64_t m_offset = 0;
    std::size_t m_damaged = 0;
};

} // namespace crucible::job
