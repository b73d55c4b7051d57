// SPDX-License-Identifier: GPL-3.0-or-later
// What a project knows of its runs, as plain values.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::project {

enum class RunStatus {
    Queued,      // waits for its turn
    Running,
    Paused,
    Done,
    Failed,      // ended by an error; see RunError
    Cancelled,   // ended because a person asked for it
    Interrupted, // its process ended without a word: killed, crashed, power cut
};

std::string_view toString(RunStatus status); // "queued", "running", ...
std::optional<RunStatus> runStatusFrom(std::string_view text);
// Neither waiting nor at work any more.
bool isFinal(RunStatus status);

// Times are seconds since 1970-01-01 UTC; 0 where there is none yet.
using Time = double;
Time now();
// "2026-11-21 14:30:05", UTC.
std::string toString(Time time);
// "20261121-143005-k3f9": UTC time and four random characters. Unique enough for one project; sorts by time.
std::string newRunId();

struct RunError {
    std::string kind; // toString(ErrorKind), or "interrupted", "killed-for-memory"
    Sentence message;
    std::string where;
    Sentence hint;
    bool empty() const { return kind.empty(); }
};

// What a list of runs shows.
struct RunSummary {
    std::string id;
    std::string kind; // "merge"
    std::string name;
    RunStatus status = RunStatus::Queued;
    Time created = 0;
    Time started = 0;
    Time finished = 0;
    double progress = 0;  // share done, 0 to 1
    std::string stage;    // what it does at present
    std::string output;   // absolute path of what it makes; may be empty
    std::string parent;   // the run this one was duplicated from; may be empty
    std::vector<std::string> tags;
    RunError error;
    std::int64_t changed = 0; // Project::changeCount() when anything of this run last changed
    double queuePosition = 0; // order among queued runs
    bool deleted = false;     // in the bin

    // Seconds of work so far, or in all.
    double seconds() const;
};

struct Run : RunSummary {
    std::string recipe;       // the frozen text
    std::string recipeFormat; // "mergekit-yaml"
    std::string commandLine;
    std::string engineVersion;
    std::uint64_t seed = 0;
    std::string host;
    std::int64_t pid = 0;
    std::string processToken; // platform::processToken(pid) of its life
    Time heartbeat = 0;
    std::string plan;   // JSON text; empty until known
    std::string result; // JSON text; empty until done
    std::string note;   // what a person wrote, Markdown
};

// What a new run starts with; the rest is filled in by the worker.
struct NewRun {
    std::string id; // empty: newRunId()
    std::string kind;
    std::string name;
    RunStatus status = RunStatus::Queued;
    std::string recipe;
    std::string recipeFormat;
    std::string commandLine;
    std::string output;
    std::string parent;
    std::uint64_t seed = 0;
};

struct MetricPoint {
    double x = 0;
    double value = 0; // may be NaN
};

// One point to be added to a curve of a run.
struct MetricSample {
    std::string name;
    double x = 0;
    double value = 0;
};

struct MetricSeries {
    std::string name;
    std::int64_t points = 0;
    double firstX = 0;
    double lastX = 0;
    double lastValue = 0;
};

// Points of a curve that fall into one pixel column.
struct MetricBucket {
    double x = 0; // mean
    double low = 0;
    double high = 0;
    double mean = 0;
    std::int64_t points = 0;
};

// Something a run left behind.
struct Artifact {
    std::string run;
    std::string kind;           // "model", "adapter", "report"
    std::filesystem::path path; // absolute
    std::uint64_t bytes = 0;
    std::string fingerprint; // formats::fingerprint(), empty when unknown
    Time created = 0;
};

// Something a run was made from.
struct RunInput {
    std::string role; // "base", "model", "adapter"
    std::string name; // as the recipe refers to it
    std::filesystem::path path;
    std::string fingerprint;
};

// The family of a model or run. Edges go from what was used to what came of it: model -> run -> model.
struct LineageNode {
    enum class Type { Model, Run };
    Type type = Type::Model;
    std::string id;    // a run's id, or a key that is stable within this graph
    std::string title; // a run's name or a model's folder name
    std::filesystem::path path; // models
    std::string fingerprint;    // models
    std::string kind;           // a run's kind or an artifact's kind
    int generation = 0;         // of the node asked for: 0; ancestors below, descendants above
};

struct LineageEdge {
    std::size_t from = 0; // indices into nodes
    std::size_t to = 0;
    std::string role; // "base", "model", "adapter"; for an output the artifact's kind
};

struct LineageGraph {
    std::vector<LineageNode> nodes;
    std::vector<LineageEdge> edges;
};

// How a worker that is gone had ended, where somebody saw it.
struct ProcessEnd {
    int exitCode = 0;
    int signal = 0; // 0: it exited by itself
};

} // namespace crucible::project
