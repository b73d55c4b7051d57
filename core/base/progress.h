// SPDX-License-Identifier: GPL-3.0-or-later
// What an engine tells about its work while it works. Calls may come from any thread; implementations lock.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace crucible {

enum class LogLevel { Debug, Info, Warning, Error };

class Progress {
public:
    virtual ~Progress() = default;

    // A new stage of the work begins ("read headers", "merge", "write tokenizer").
    virtual void stage(std::string_view /*name*/) {}
    // `done` of `total` in `unit` ("tensors", "bytes", "steps"), with the name of what is being worked on. A stage may
    // count bytes besides something else. Blocks while the job is paused.
    virtual void advance(std::uint64_t /*done*/, std::uint64_t /*total*/, std::string_view /*unit*/,
                         std::string_view /*item*/)
    {
    }
    // Bytes read from inputs and written to outputs since the start.
    virtual void transferred(std::uint64_t /*bytesRead*/, std::uint64_t /*bytesWritten*/) {}
    // One point of a curve. `x` counts in the run's own axis: seconds since the start for system metrics, steps for training.
    virtual void metric(std::string_view /*name*/, double /*x*/, double /*value*/) {}
    virtual void log(LogLevel /*level*/, std::string_view /*message*/) {}
    // Something that the run leaves behind, complete and under its final name.
    virtual void artifact(std::string_view /*kind*/, const std::filesystem::path& /*path*/) {}
};

} // namespace crucible
