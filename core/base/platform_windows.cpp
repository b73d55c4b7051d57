// SPDX-License-Identifier: GPL-3.0-or-later
// Windows 10 and later. See platform.h.
#include "base/platform.h"

#include "base/error.h"

#include <windows.h>

#include <io.h>
#include <psapi.h>
#include <shlobj.h>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

namespace crucible::platform {

namespace fs = std::filesystem;

namespace {

HANDLE asHandle(std::intptr_t handle)
{
    return reinterpret_cast<HANDLE>(handle);
}

[[noreturn]] void fail(const char* what, const fs::path& path)
{
    const DWORD code = ::GetLastError();
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND)
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no such file"), path.string(),
                              CRUCIBLE_TR_NOOP("Problem", "check the path"));
    throw Error::io(what, path, static_cast<int>(code));
}

} // namespace

std::intptr_t createFile(const fs::path& path)
{
    const HANDLE handle = ::CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                                        CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot create the file"), path,
                        static_cast<int>(::GetLastError()));
    return reinterpret_cast<std::intptr_t>(handle);
}

void reserve(std::intptr_t handle, std::uint64_t size, const fs::path& path)
{
    LARGE_INTEGER end;
    end.QuadPart = static_cast<LONGLONG>(size);
    if (!::SetFilePointerEx(asHandle(handle), end, nullptr, FILE_BEGIN) || !::SetEndOfFile(asHandle(handle)))
        throw Error::io({CRUCIBLE_TR_NOOP("Problem", "cannot reserve %1 bytes"), size}, path,
                        static_cast<int>(::GetLastError()));
}

void writeAt(std::intptr_t handle, std::uint64_t offset, std::span<const std::byte> bytes, const fs::path& path)
{
    while (!bytes.empty()) {
        OVERLAPPED at{};
        at.Offset = static_cast<DWORD>(offset);
        at.OffsetHigh = static_cast<DWORD>(offset >> 32);
        DWORD written = 0;
        const DWORD wanted = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), std::size_t(1) << 30));
        if (!::WriteFile(asHandle(handle), bytes.data(), wanted, &written, &at))
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot write"), path, static_cast<int>(::GetLastError()));
        bytes = bytes.subspan(written);
        offset += written;
    }
}

void startFlush(std::intptr_t, std::uint64_t, std::uint64_t) {}

void flush(std::intptr_t handle, const fs::path& path)
{
    if (!::FlushFileBuffers(asHandle(handle)))
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot flush to the disk"), path,
                        static_cast<int>(::GetLastError()));
}

void closeFile(std::intptr_t handle) noexcept
{
    ::CloseHandle(asHandle(handle));
}

void syncFolder(const fs::path&) {}

bool mayWrite(const fs::path& folder)
{
    const fs::path probe = folder / fmt::format(".crucible-{}.probe", ::GetCurrentProcessId());
    const HANDLE handle = ::CreateFileW(probe.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                        FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return false;
    ::CloseHandle(handle);
    return true;
}

bool isNetworkFolder(const fs::path& folder)
{
    const fs::path root = fs::absolute(folder).root_path();
    return ::GetDriveTypeW(root.c_str()) == DRIVE_REMOTE;
}

fs::path applicationDataFolder()
{
    if (const wchar_t* home = ::_wgetenv(L"CRUCIBLE_HOME"); home && *home)
        return home;
    PWSTR folder = nullptr;
    fs::path base;
    if (SUCCEEDED(::SHGetKnownFolderPath(FOLDERID_LocalAppData, 0, nullptr, &folder)))
        base = folder;
    ::CoTaskMemFree(folder);
    return base / L"Crucible";
}

Mapping mapFile(const fs::path& path)
{
    const HANDLE file = ::CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr,
                                      OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        fail("cannot open the file", path);
    LARGE_INTEGER size;
    if (!::GetFileSizeEx(file, &size)) {
        ::CloseHandle(file);
        fail("cannot read the size of the file", path);
    }
    Mapping mapping;
    mapping.size = static_cast<std::size_t>(size.QuadPart);
    if (mapping.size > 0) {
        const HANDLE section = ::CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
        if (section)
            mapping.data = static_cast<const std::byte*>(::MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0));
        if (!mapping.data) {
            const DWORD code = ::GetLastError();
            if (section)
                ::CloseHandle(section);
            ::CloseHandle(file);
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot map the file"), path, static_cast<int>(code));
        }
        ::CloseHandle(section);
    }
    ::CloseHandle(file);
    return mapping;
}

void unmapFile(const Mapping& mapping) noexcept
{
    if (mapping.data)
        ::UnmapViewOfFile(mapping.data);
}

// A file can not be cut while a view of it is mapped.
bool isIntact(const Mapping&, const fs::path&) noexcept
{
    return true;
}

bool isInMemory(const std::byte*) noexcept
{
    return true; // Windows tells of the working set alone, not of what the system caches.
}

void advise(const std::byte* data, std::size_t size, Advice advice) noexcept
{
    if (advice != Advice::WillNeed)
        return;
    WIN32_MEMORY_RANGE_ENTRY range{const_cast<std::byte*>(data), size};
    ::PrefetchVirtualMemory(::GetCurrentProcess(), 1, &range, 0);
}

std::int64_t processId()
{
    return ::GetCurrentProcessId();
}

std::string processToken(std::int64_t pid)
{
    const HANDLE process = ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, static_cast<DWORD>(pid));
    if (!process)
        return {};
    std::string token;
    FILETIME created, ended, kernel, user;
    if (::WaitForSingleObject(process, 0) == WAIT_TIMEOUT && ::GetProcessTimes(process, &created, &ended, &kernel, &user))
        token = fmt::format("{:08x}{:08x}", created.dwHighDateTime, created.dwLowDateTime);
    ::CloseHandle(process);
    return token;
}

namespace {

std::atomic<void (*)()> g_interruptHandler{nullptr};
std::atomic<int> g_interrupts{0};

BOOL WINAPI onControl(DWORD)
{
    if (g_interrupts.fetch_add(1) > 0)
        return FALSE;
    if (void (*call)() = g_interruptHandler.load())
        call();
    return TRUE;
}

} // namespace

void onInterrupt(void (*handler)())
{
    g_interruptHandler = handler;
    ::SetConsoleCtrlHandler(onControl, TRUE);
}

bool isTerminal(int stream)
{
    return ::_isatty(stream) != 0;
}

int terminalWidth()
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (::GetConsoleScreenBufferInfo(::GetStdHandle(STD_ERROR_HANDLE), &info))
        return info.srWindow.Right - info.srWindow.Left + 1;
    return 80;
}

MemoryUse memoryUse()
{
    MemoryUse use;
    PROCESS_MEMORY_COUNTERS_EX counters{};
    if (::GetProcessMemoryInfo(::GetCurrentProcess(), reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&counters),
                               sizeof counters)) {
        use.residentBytes = counters.WorkingSetSize;
        use.anonymousBytes = counters.PrivateUsage;
        use.peakResidentBytes = counters.PeakWorkingSetSize;
    }
    return use;
}

std::uint64_t totalMemory()
{
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    return ::GlobalMemoryStatusEx(&status) ? status.ullTotalPhys : 0;
}

std::uint64_t availableMemory()
{
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    return ::GlobalMemoryStatusEx(&status) ? status.ullAvailPhys : 0;
}

int cpuCount()
{
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

CpuTimes cpuTimes()
{
    FILETIME idle, kernel, user;
    if (!::GetSystemTimes(&idle, &kernel, &user))
        return {};
    const auto ticks = [](const FILETIME& time) {
        return (static_cast<std::uint64_t>(time.dwHighDateTime) << 32) | time.dwLowDateTime;
    };
    CpuTimes times;
    times.total = ticks(kernel) + ticks(user); // kernel time includes idle time
    times.busy = times.total - ticks(idle);
    return times;
}

std::string hostName()
{
    wchar_t name[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD length = MAX_COMPUTERNAME_LENGTH + 1;
    if (!::GetComputerNameW(name, &length))
        return {};
    return fs::path(name).string();
}

} // namespace crucible::platform
