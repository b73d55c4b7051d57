// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include "base/platform.h"
#include "base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>

namespace crucible::cli {
namespace {

constexpr std::chrono::seconds kQuietTime{3};

std::atomic<int> g_failure{0}; // the first of stdout

void noteFailure()
{
    int none = 0;
    g_failure.compare_exchange_strong(none, errno != 0 ? errno : EIO);
}

// Code points: continuation bytes are not counted.
std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// The first `columns` code points.
std::string_view cut(std::string_view text, std::size_t columns)
{
    std::size_t end = 0;
    while (end < text.size()) {
        const bool starts = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;
        if (starts && columns-- == 0)
            break;
        ++end;
    }
    return text.substr(0, end);
}

} // namespace

void printTo(std::FILE* stream, std::string_view text)
{
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), stream) < text.size() && stream == stdout)
        noteFailure();
}

int finishStdout()
{
    errno = 0;
    if (std::fflush(stdout) != 0)
        noteFailure();
    return g_failure;
}

Table::Table(std::vector<std::string> header, std::vector<Align> align)
    : m_header(std::move(header)), m_align(std::move(align))
{
    m_align.resize(m_header.size(), Align::Left);
}

void Table::add(std::vector<std::string> row)
{
    row.resize(m_header.size());
    // Names of strangers must not command the terminal.
    for (std::string& cell : row)
        std::replace_if(
            cell.begin(), cell.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    m_rows.push_back(std::move(row));
}

std::string Table::toText() const
{
    std::vector<std::size_t> widths(m_header.size());
    for (std::size_t c = 0; c < m_header.size(); ++c) {
        widths[c] = width(m_header[c]);
        for (const std::vector<std::string>& row : m_rows)
            widths[c] = std::max(widths[c], width(row[c]));
    }
    std::string text;
    const auto addLine = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c > 0)
                line += "  ";
            const std::string padding(widths[c] - width(row[c]), ' ');
            line += m_align[c] == Align::Right ? padding + row[c] : row[c] + padding;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    };
    addLine(m_header);
    for (const std::vector<std::string>& row : m_rows)
        addLine(row);
    text.pop_back();
    return text;
}

TerminalProgress::TerminalProgress(bool quiet, int verbosity)
    : m_quiet(quiet), m_verbosity(verbosity), m_terminal(platform::isTerminal(2))
{
}

TerminalProgress::~TerminalProgress()
{
    clear();
}

void TerminalProgress::stage(std::string_view name)
{
    const std::lock_guard lock(m_mutex);
    m_stage = name;
    m_stageStart = Clock::now();
    m_lastDrawn = {};
    m_lastQuarter = 0;
    m_bytes = m_things = {};
    m_unit.clear();
    if (m_quiet)
        return;
    clearLocked();
    if (!m_terminal && m_verbosity > 0)
        printTo(stderr, fmt::format("{}\n", name));
}

void TerminalProgress::advance(std::uint64_t done, std::uint64_t total, std::string_view unit, std::string_view item)
{
    const std::lock_guard lock(m_mutex);
    if (m_quiet || total == 0)
        return;
    if (unit == "bytes") {
        m_bytes = {done, total};
    } else {
        m_things = {done, total};
        m_unit = unit;
    }
    if (m_terminal) {
        const auto now = Clock::now();
        if (now - m_lastDrawn < std::chrono::milliseconds(100))
            return;
        m_lastDrawn = now;
        draw(item);
        return;
    }
    // A log gets a few lines, and none of a stage that is over before anybody would wonder.
    const int quarter = static_cast<int>(4 * shareLocked());
    const bool isLong = Clock::now() - m_stageStart >= kQuietTime || m_verbosity > 0;
    if (!isLong || quarter <= m_lastQuarter)
        return;
    m_lastQuarter = quarter;
    if (quarter > 0)
        printTo(stderr, fmt::format("{}: {} %\n", m_stage.empty() ? "work" : m_stage, 25 * quarter));
}

double TerminalProgress::shareLocked() const
{
    const Count& count = m_bytes.total > 0 ? m_bytes : m_things;
    return count.total > 0 ? static_cast<double>(std::min(count.done, count.total)) / static_cast<double>(count.total) : 0;
}

void TerminalProgress::transferred(std::uint64_t bytesRead, std::uint64_t bytesWritten)
{
    const std::lock_guard lock(m_mutex);
    m_transferred = bytesRead + bytesWritten;
}

void TerminalProgress::log(LogLevel level, std::string_view message)
{
    if (level == LogLevel::Debug && m_verbosity < 2)
        return;
    if (level == LogLevel::Info && (m_quiet || m_verbosity < 1))
        return;
    const std::lock_guard lock(m_mutex);
    clearLocked();
    const std::string_view prefix = level == LogLevel::Error     ? "error: "
                                    : level == LogLevel::Warning ? "warning: "
                                                                 : "";
    printTo(stderr, fmt::format("{}{}\n", prefix, message));
}

void TerminalProgress::clear()
{
    const std::lock_guard lock(m_mutex);
    clearLocked();
}

void TerminalProgress::clearLocked()
{
    if (!m_barShown)
        return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    m_barShown = false;
}

// "merge  [#########----------]  47 %  428/910 tensors  1.9 GiB/s  12 s left  model.layers.10.mlp"
void TerminalProgress::draw(std::string_view item)
{
    constexpr int kBar = 24;
    const double share = shareLocked();
    const double seconds = std::chrono::duration<double>(Clock::now() - m_stageStart).count();
    const int filled = static_cast<int>(share * kBar);
    std::string line = fmt::format("{}  [{}{}] {:3.0f} %", m_stage, std::string(std::size_t(filled), '#'),
                                   std::string(std::size_t(kBar - filled), '-'), 100 * share);
    if (m_things.total > 0)
        line += fmt::format("  {}/{} {}", m_things.done, m_things.total, m_unit);
    if (seconds > 0.5 && m_transferred > 0)
        line += fmt::format("  {}/s", formatBytes(static_cast<std::uint64_t>(static_cast<double>(m_transferred) / seconds)));
    if (seconds > 1 && share > 0.01 && share < 1)
        line += fmt::format("  {} left", formatDuration(seconds * (1 - share) / share));
    if (!item.empty())
        line += fmt::format("  {}", item);
    const auto columns = static_cast<std::size_t>(std::max(20, platform::terminalWidth() - 1));
    printTo(stderr, fmt::format("\r{}\x1b[K", cut(line, columns)));
    m_barShown = true;
}

} // namespace crucible::cli
