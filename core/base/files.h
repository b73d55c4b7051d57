// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are either whole or not there. Output is written beside its final name, flushed, then renamed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crucible {

// What may be read: files of models are regular ones, while a person's recipe may also come through a pipe.
enum class FileKind { Regular, Stream };

// The whole content. Throws Error::notFound, Error::io, Error::invalid for what is no file, or Error::corrupt when larger than maxBytes.
std::string readFile(const std::filesystem::path& file, std::size_t maxBytes = std::size_t(1) << 32,
                     FileKind kind = FileKind::Regular);

// Replaces `file` in one step: a reader sees the old content or the new, also after a power cut. Throws Error::io.
void writeFileAtomically(const std::filesystem::path& file, std::string_view content);

// A file that is written at any offset from several threads, then flushed. Throws Error::io on every failure.
class OutputFile {
public:
    OutputFile() = default;
    // Creates or truncates `path` and reserves `size` bytes on disk, so that a full disk is met now and not later.
    OutputFile(const std::filesystem::path& path, std::uint64_t size);
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&& other) noexcept;

    void write(std::uint64_t offset, std::span<const std::byte> bytes);
    // Asks the system to start writing this range to the disk, without waiting.
    void startFlush(std::uint64_t offset, std::uint64_t size);
    // Returns when everything is on the disk, and closes the file.
    void finish();
    bool isOpen() const { return m_handle != kClosed; }

private:
    static constexpr std::intptr_t kClosed = -1;
    void close() noexcept;

    std::filesystem::path m_path;
    std::intptr_t m_handle = kClosed;
};

// Flushes a folder's entries, so that names created or renamed in it survive a power cut. No-op where unsupported.
void syncFolder(const std::filesystem::path& folder);

// Renames, replacing an existing file (not a folder that holds something). Throws Error::io.
void renamePath(const std::filesystem::path& from, const std::filesystem::path& to);

// Bytes that this user may still write in the file system holding `path` or its nearest existing parent.
std::uint64_t freeSpace(const std::filesystem::path& path);

// Whether a file can be created in `folder` or, when it does not exist, in its nearest existing parent.
bool isWritable(const std::filesystem::path& folder);

// True when `inner` is `outer` or lies below it, links resolved as far as they exist.
bool isInside(const std::filesystem::path& inner, const std::filesystem::path& outer);

// The folder of settings and caches: $CRUCIBLE_HOME, else the platform's place for application data.
std::filesystem::path applicationDataFolder();

} // namespace crucible
