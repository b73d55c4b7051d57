// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that differs between operating systems, behind one set of names. Implemented in platform_posix.cpp and
// platform_windows.cpp; no other file of the project may include a system header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace crucible::platform {

// --- files; a handle is a descriptor or a HANDLE. All throw Error::io with `path`.
std::intptr_t createFile(const std::filesystem::path& path);
void reserve(std::intptr_t handle, std::uint64_t size, const std::filesystem::path& path);
void writeAt(std::intptr_t handle, std::uint64_t offset, std::span<const std::byte> bytes,
             const std::filesystem::path& path);
void startFlush(std::intptr_t handle, std::uint64_t offset, std::uint64_t size);
void flush(std::intptr_t handle, const std::filesystem::path& path);
void closeFile(std::intptr_t handle) noexcept;
void syncFolder(const std::filesystem::path& folder);
bool mayWrite(const std::filesystem::path& folder);
// True where shared memory and locks between processes can not be relied on: network, FAT and user-space file systems.
bool isNetworkFolder(const std::filesystem::path& folder);
std::filesystem::path applicationDataFolder();

// --- mapping
struct Mapping {
    const std::byte* data = nullptr;
    std::size_t size = 0;
    std::uintptr_t cookie = 0;
};
// Maps a whole file read-only; an empty file gives an empty mapping. Only regular files can be mapped, and nothing waits for
// others. Bytes that the file loses later read as zeros. Throws Error::notFound or Error::io.
Mapping mapFile(const std::filesystem::path& path);
// False when the file was changed in place, became shorter or could not be read since it was mapped.
bool isIntact(const Mapping& mapping, const std::filesystem::path& path) noexcept;
void unmapFile(const Mapping& mapping) noexcept;
enum class Advice { Sequential, Random, WillNeed, DontNeed };
// Whether the page of a mapped file that holds `place` is in memory; true where the system does not tell.
bool isInMemory(const std::byte* place) noexcept;
void advise(const std::byte* data, std::size_t size, Advice advice) noexcept;

// --- processes
std::int64_t processId();
// Identifies one life of a process: start time in the system's own ticks, with the boot it belongs to. The same pid used
// again by another process has another token. Empty when there is no such process.
std::string processToken(std::int64_t pid);
// Calls `handler` once on SIGINT or SIGTERM (Ctrl+C, close on Windows), from a thread of ours. A second signal ends the process.
// From then on a closed pipe and a limit on file sizes make writes fail instead of ending the process.
void onInterrupt(void (*handler)());
// True when the stream (1: stdout, 2: stderr) is a terminal.
bool isTerminal(int stream);
int terminalWidth();

// --- the machine
struct MemoryUse {
    std::uint64_t residentBytes = 0;  // of this process, with file pages
    std::uint64_t anonymousBytes = 0; // of this process, without pages that belong to mapped files
    std::uint64_t peakResidentBytes = 0;
};
MemoryUse memoryUse();
std::uint64_t totalMemory();
std::uint64_t availableMemory();
int cpuCount();
struct CpuTimes {
    std::uint64_t busy = 0;
    std::uint64_t total = 0;
};
// Ticks since boot over all processors; the share between two calls is the load.
CpuTimes cpuTimes();
std::string hostName();
std::string cpuName(); // as its maker calls it; empty where the system does not say

// --- libraries that are loaded while the program runs (platform_library.cpp)
std::filesystem::path programFolder(); // of the running program
// "libNAME.so", "libNAME.dylib" or "NAME.dll".
std::string libraryName(const std::string& name);
// Loads the library for good and finds a function in it. Throws Error::unsupported with what the system says.
void* loadSymbol(const std::filesystem::path& library, const char* symbol);

} // namespace crucible::platform
