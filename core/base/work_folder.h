// SPDX-License-Identifier: GPL-3.0-or-later
// A folder of output that is either whole or not there. Everything is written in `<output>.partial`, which gets the
// output's name when all of it is done. One writer at a time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace crucible {

class WorkFolder {
public:
    // Makes the work folder and, if need be, the folders above it. What an earlier attempt left in it is removed, unless
    // that had the same `key` and `reuse` is set; an empty key keeps nothing. Throws Error::io.
    explicit WorkFolder(const std::filesystem::path& output, std::string key = {}, bool reuse = true);
    // Removes what was not published or kept.
    ~WorkFolder();
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    // The output's name, without a separator at its end.
    const std::filesystem::path& finalPath() const { return m_final; }
    bool has(const std::string& fileName) const;

    // After a cancel: leaves those of `files` that are there for the next attempt, if any is; they are under their names
    // only when they are whole. Half-written ones (`.tmp`) are removed.
    void keep(const std::vector<std::string>& files);
    // Removes the folder, and the empty ones above it that were made for it.
    void discard() noexcept;
    // Gives the folder its final name. An output that is there is set aside first and removed last. Throws Error::io.
    void publish();

private:
    bool sameKey() const;

    std::string m_key;
    std::filesystem::path m_path;
    std::filesystem::path m_final;
    std::filesystem::path m_createdParents; // the topmost folder made for the output; empty when none was
    bool m_settled = false;
};

} // namespace crucible
