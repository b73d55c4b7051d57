// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one job and tells about it: events to whoever listens, and, with a project, the run's record, folder, curves and
// heartbeat. Trouble with recording is told as a warning and never ends the job.
//
// Every job has the curves `memory_bytes` (of the process, without mapped files), `bytes_per_second` (read and written)
// and one of what it counts (`tensors`), over seconds of work. Samples become rarer the longer a job runs.
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/progress.h"
#include "project/run.h"

#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace crucible::job {

struct JobRequest {
    std::string kind; // "merge"
    std::string name; // for people; empty: the output's name
    std::filesystem::path project; // empty: nothing is recorded
    std::string runId;             // a queued run to be carried out; empty: a new one is made
    std::string recipe;            // frozen text
    std::string recipeFormat;      // "mergekit-yaml"
    std::filesystem::path output;
    std::string commandLine;
    std::uint64_t seed = 0;

    // Receives every event as one line without newline, one at a time. Empty: nobody listens.
    std::function<void(std::string_view line)> onEvent;
    // Is told everything too, at full rate; may be null. Borrowed.
    Progress* display = nullptr;
    CancelToken cancel;
};

// What the work itself sees of its job.
class Job {
public:
    virtual ~Job() = default;

    // Hand these to the engine. advance() blocks while the job is paused.
    virtual Progress& progress() = 0;
    virtual const CancelToken& cancel() const = 0;
    // Empty without a project.
    virtual const std::string& runId() const = 0;

    virtual void setPlan(const Json& plan) = 0;
    virtual void addInput(const project::RunInput& input) = 0;
    // Records what the job made, complete and under its final name. `fingerprint` may be empty.
    virtual void addArtifact(std::string_view kind, const std::filesystem::path& path, std::string_view fingerprint) = 0;
};

// Does `work` as a job and returns its result. What it throws is recorded and thrown on, translated to Error.
// Before work begins: Error::notFound or Error::invalid when the project or the run asked for can not be used.
Json runJob(const JobRequest& request, const std::function<Json(Job&)>& work);

// What a caught exception means: an Error as it is, std::bad_alloc as OutOfMemory, everything else as Internal.
Error asError(const std::exception_ptr& exception);

} // namespace crucible::job
