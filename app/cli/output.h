// SPDX-License-Identifier: GPL-3.0-or-later
// For eyes: aligned tables, and progress as a bar on a terminal or as plain lines elsewhere.
#pragma once

#include "base/progress.h"

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::cli {

// Writes to stdout or stderr. What does not arrive is lost and never an exception: a reader that went away, or a full disk under
// a log, must not end the work.
void printTo(std::FILE* stream, std::string_view text);
// Flushes stdout. The error of the first write to it that failed, 0 when everything arrived.
int finishStdout();

// Columns that fit their widest cell, two spaces apart. Cells are UTF-8 and counted in code points.
class Table {
public:
    enum class Align { Left, Right };
    explicit Table(std::vector<std::string> header, std::vector<Align> align = {});

    void add(std::vector<std::string> row);
    bool empty() const { return m_rows.empty(); }
    // All lines, without a newline after the last. Without rows only the header.
    std::string toText() const;

private:
    std::vector<std::string> m_header;
    std::vector<Align> m_align; // Left where not given
    std::vector<std::vector<std::string>> m_rows;
};

// Says on stderr how far a job is. Thread-safe, and cheap enough to be called for every tensor.
class TerminalProgress : public Progress {
public:
    TerminalProgress(bool quiet, int verbosity);
    ~TerminalProgress() override;

    void stage(std::string_view name) override;
    void advance(std::uint64_t done, std::uint64_t total, std::string_view unit, std::string_view item) override;
    void transferred(std::uint64_t bytesRead, std::uint64_t bytesWritten) override;
    void log(LogLevel level, std::string_view message) override;

    // Takes the bar away, so that other text can follow.
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    struct Count {
        std::uint64_t done = 0;
        std::uint64_t total = 0;
    };
    void draw(std::string_view item);
    double shareLocked() const;
    void clearLocked();

    std::mutex m_mutex;
    const bool m_quiet;
    const int m_verbosity;
    const bool m_terminal;
    std::string m_stage;
    Clock::time_point m_stageStart = Clock::now();
    Clock::time_point m_lastDrawn{};
    Count m_bytes;      // of the stage, when it counts them
    Count m_things;     // what else it counts
    std::string m_unit; // of m_things
    std::uint64_t m_transferred = 0;
    int m_lastQuarter = 0;
    bool m_barShown = false;
};

} // namespace crucible::cli
