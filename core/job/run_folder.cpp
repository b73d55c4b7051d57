// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/run_folder.h"

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <utility>

namespace crucible::job {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::pair<ControlWord, std::string_view>, 4> kWords = {{
    {ControlWord::Cancel, "cancel"},
    {ControlWord::Pause, "pause"},
    {ControlWord::Resume, "resume"},
    {ControlWord::Checkpoint, "checkpoint"},
}};

} // namespace

std::string_view toString(ControlWord word)
{
    for (const auto& [value, text] : kWords) {
        if (value == word)
            return text;
    }
    return {};
}

void RunFolder::create() const
{
    std::error_code code;
    fs::create_directories(m_path, code);
    if (code)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot make the run's folder"), m_path, code.value());
    errno = 0;
    const std::ofstream control(controlFile(), std::ios::binary | std::ios::trunc);
    if (!control)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot write"), controlFile(), errno);
}

void RunFolder::send(ControlWord word) const
{
    errno = 0;
    std::ofstream control(controlFile(), std::ios::binary | std::ios::app);
    control << fmt::format("{}\n", toString(word));
    control.flush();
    if (!control)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot tell the worker"), controlFile(), errno);
}

// Not flushed to the disk: after a power cut the process is gone anyway.
void RunFolder::writeHeartbeat(const Heartbeat& heartbeat) const
{
    const Json json = {{"pid", heartbeat.pid},
                       {"token", heartbeat.token},
                       {"host", heartbeat.host},
                       {"time", heartbeat.time},
                       {"anonymous_bytes", heartbeat.anonymousBytes},
                       {"available_memory", heartbeat.availableMemory}};
    fs::path beside = heartbeatFile();
    beside += ".tmp";
    errno = 0;
    {
        std::ofstream stream(beside, std::ios::binary | std::ios::trunc);
        stream << toJsonText(json) << '\n';
        stream.flush();
        if (!stream)
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot write the heartbeat"), beside, errno);
    }
    renamePath(beside, heartbeatFile());
}

std::optional<Heartbeat> RunFolder::readHeartbeat() const
{
    std::error_code code;
    if (!fs::is_regular_file(heartbeatFile(), code))
        return std::nullopt;
    try {
        const Json json = readJson(heartbeatFile(), {.maxBytes = 65536, .maxDepth = 4});
        Heartbeat heartbeat;
        json.at("pid").get_to(heartbeat.pid);
        json.at("token").get_to(heartbeat.token);
        json.at("host").get_to(heartbeat.host);
        json.at("time").get_to(heartbeat.time);
        json.at("anonymous_bytes").get_to(heartbeat.anonymousBytes);
        json.at("available_memory").get_to(heartbeat.availableMemory);
        return heartbeat;
    } catch (const Error&) {
        return std::nullopt;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::vector<ControlWord> ControlReader::poll()
{
    std::vector<ControlWord> words;
    std::error_code code;
    const std::uintmax_t size = fs::file_size(m_file, code);
    if (code || size == m_offset)
        return words;
    if (size < m_offset)
        m_offset = 0; // somebody wrote it anew
    std::ifstream stream(m_file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(m_offset));
    std::string line;
    while (std::getline(stream, line) && !stream.eof()) {
        m_offset += line.size() + 1;
        if (line.ends_with('\r'))
            line.pop_back();
        for (const auto& [value, text] : kWords) {
            if (text == line)
                words.push_back(value);
        }
    }
    return words;
}

} // namespace crucible::job
