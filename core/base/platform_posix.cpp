// SPDX-License-Identifier: GPL-3.0-or-later
// Linux and macOS. See platform.h.
#include "base/platform.h"

#include "base/error.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__
#include <libproc.h>
#include <mach/mach.h>
#include <sys/mount.h>
#include <sys/sysctl.h>
#else
#include <sys/vfs.h>
#endif

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>

namespace crucible::platform {

namespace fs = std::filesystem;

namespace {

int descriptor(std::intptr_t handle)
{
    return static_cast<int>(handle);
}

// Reads a byte of every page, so that a page that is lost is met here and not in the kernel, which only says EFAULT.
void touchPages(std::span<const std::byte> bytes)
{
    constexpr std::size_t kSmallestPage = 4096;
    [[maybe_unused]] volatile std::byte seen{};
    for (std::size_t at = 0; at < bytes.size(); at += kSmallestPage)
        seen = bytes[at];
    if (!bytes.empty())
        seen = bytes.back();
}

[[noreturn]] void fail(const char* what, const fs::path& path)
{
    const int code = errno;
    if (code == ENOENT)
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no such file"), path.string(),
                              CRUCIBLE_TR_NOOP("Problem", "check the path"));
    throw Error::io(what, path, code);
}

} // namespace

std::intptr_t createFile(const fs::path& path)
{
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot create the file"), path, errno);
    return fd;
}

void reserve(std::intptr_t handle, std::uint64_t size, const fs::path& path)
{
    if (size == 0)
        return;
#ifdef __linux__
    int code = 0;
    do {
        code = ::fallocate(descriptor(handle), 0, 0, static_cast<off_t>(size)) == 0 ? 0 : errno;
    } while (code == EINTR);
    if (code == 0)
        return;
    if (code != EOPNOTSUPP && code != ENOSYS)
        throw Error::io({CRUCIBLE_TR_NOOP("Problem", "cannot reserve %1 bytes"), size}, path, code);
#endif
    // File systems without reservation: the size alone; a full disk is then met while writing.
    if (::ftruncate(descriptor(handle), static_cast<off_t>(size)) != 0)
        throw Error::io({CRUCIBLE_TR_NOOP("Problem", "cannot reserve %1 bytes"), size}, path, errno);
}

void writeAt(std::intptr_t handle, std::uint64_t offset, std::span<const std::byte> bytes, const fs::path& path)
{
    bool retry = true;
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(descriptor(handle), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0) {
            if (errno == EINTR)
                continue;
            // What is written comes from a mapped file that has become shorter: see onLostPage().
            if (errno == EFAULT && std::exchange(retry, false)) {
                touchPages(bytes);
                continue;
            }
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot write"), path, errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
}

void startFlush(std::intptr_t handle, std::uint64_t offset, std::uint64_t size)
{
#ifdef __linux__
    ::sync_file_range(descriptor(handle), static_cast<off_t>(offset), static_cast<off_t>(size),
                      SYNC_FILE_RANGE_WRITE);
#else
    (void)handle, (void)offset, (void)size;
#endif
}

void flush(std::intptr_t handle, const fs::path& path)
{
#ifdef __APPLE__
    if (::fcntl(descriptor(handle), F_FULLFSYNC) == 0)
        return;
#endif
    if (::fsync(descriptor(handle)) != 0 && errno != EINVAL && errno != ENOTSUP)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot flush to the disk"), path, errno);
}

void closeFile(std::intptr_t handle) noexcept
{
    ::close(descriptor(handle));
}

void syncFolder(const fs::path& folder)
{
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    ::fsync(fd);
    ::close(fd);
}

bool mayWrite(const fs::path& folder)
{
    return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

bool isNetworkFolder(const fs::path& folder)
{
    struct statfs info {};
    if (::statfs(folder.c_str(), &info) != 0)
        return false;
#ifdef __APPLE__
    return (info.f_flags & MNT_LOCAL) == 0;
#else
    // linux/magic.h: nfs, smb, cifs, smb2, afs, coda, ceph, 9p, fuse, msdos, exfat
    constexpr std::array<std::uint32_t, 11> kKinds = {0x6969,     0x517b,     0xff534d42, 0xfe534d42, 0x5346414f, 0x73757245,
                                                      0x00c36400, 0x01021997, 0x65735546, 0x4d44,     0x2011bab0};
    return std::find(kKinds.begin(), kKinds.end(), static_cast<std::uint32_t>(info.f_type)) != kKinds.end();
#endif
}

fs::path applicationDataFolder()
{
    if (const char* home = std::getenv("CRUCIBLE_HOME"); home && *home)
        return home;
    fs::path base;
    if (const char* home = std::getenv("HOME"); home && *home)
        base = home;
    else if (const passwd* entry = ::getpwuid(::getuid()))
        base = entry->pw_dir;
#ifdef __APPLE__
    return base / "Library" / "Application Support" / "Crucible";
#else
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data == '/')
        return fs::path(data) / "crucible";
    return base / ".local" / "share" / "crucible";
#endif
}

namespace {

// Mapped files, so that the handler of SIGBUS can tell them from other memory. `begin` is 0 in a free slot.
struct MappedFile {
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
    std::atomic<bool> lost{false};
    struct stat info {};
};
std::array<MappedFile, 8192> g_mapped;
std::mutex g_mappedMutex; // for taking a slot
struct sigaction g_otherBusAction {};

// A page of a mapped file that the file does not have any more. From there on zeros take its place, and the mapping is
// remembered as damaged. Other faults go to whoever handled them before.
void onLostPage(int, siginfo_t* fault, void*)
{
    const int error = errno;
    const auto address = reinterpret_cast<std::uintptr_t>(fault->si_addr);
    for (MappedFile& file : g_mapped) {
        const std::uintptr_t begin = file.begin.load(), end = file.end.load();
        if (begin == 0 || address < begin || address >= end)
            continue;
        file.lost = true;
        const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        const std::uintptr_t from = address - address % page;
        void* zeros = ::mmap(reinterpret_cast<void*>(from), end - from, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        errno = error;
        if (zeros != MAP_FAILED)
            return;
        break;
    }
    ::sigaction(SIGBUS, &g_otherBusAction, nullptr);
}

std::uintptr_t registerMapping(const Mapping& mapping, const struct stat& info)
{
    const std::lock_guard lock(g_mappedMutex);
    static const bool handled = [] {
        struct sigaction action {};
        action.sa_sigaction = onLostPage;
        sigemptyset(&action.sa_mask);
        action.sa_flags = SA_SIGINFO;
        return ::sigaction(SIGBUS, &action, &g_otherBusAction) == 0;
    }();
    for (std::size_t i = 0; handled && i < g_mapped.size(); ++i) {
        MappedFile& file = g_mapped[i];
        if (file.begin.load() != 0)
            continue;
        file.info = info;
        file.lost = false;
        const auto begin = reinterpret_cast<std::uintptr_t>(mapping.data);
        file.end = begin + mapping.size;
        file.begin = begin;
        return i + 1;
    }
    return 0;
}

} // namespace

Mapping mapFile(const fs::path& path)
{
    // Opening a pipe would wait for its other end.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        fail("cannot open the file", path);
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        const int code = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        ::close(fd);
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "this is not a regular file"), path, code);
    }
    Mapping mapping;
    mapping.size = static_cast<std::size_t>(info.st_size);
    if (mapping.size > 0) {
        void* address = ::mmap(nullptr, mapping.size, PROT_READ, MAP_SHARED, fd, 0);
        if (address == MAP_FAILED) {
            const int code = errno;
            ::close(fd);
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot map the file"), path, code);
        }
        mapping.data = static_cast<const std::byte*>(address);
        mapping.cookie = registerMapping(mapping, info);
    }
    ::close(fd);
    return mapping;
}

void unmapFile(const Mapping& mapping) noexcept
{
    if (mapping.cookie > 0)
        g_mapped[mapping.cookie - 1].begin = 0;
    if (mapping.data)
        ::munmap(const_cast<std::byte*>(mapping.data), mapping.size);
}

bool isIntact(const Mapping& mapping, const fs::path& path) noexcept
{
    if (mapping.cookie == 0)
        return true;
    const MappedFile& file = g_mapped[mapping.cookie - 1];
    if (file.lost)
        return false;
    // Another file under the same name does not concern what is mapped.
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0 || now.st_dev != file.info.st_dev || now.st_ino != file.info.st_ino)
        return true;
#ifdef __APPLE__
    const timespec before = file.info.st_mtimespec, after = now.st_mtimespec;
#else
    const timespec before = file.info.st_mtim, after = now.st_mtim;
#endif
    return now.st_size == file.info.st_size && before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec;
}

bool isInMemory(const std::byte* place) noexcept
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(place) / page * page;
#ifdef __APPLE__
    char state = 0;
#else
    unsigned char state = 0;
#endif
    return ::mincore(reinterpret_cast<void*>(begin), page, &state) != 0 || (state & 1) != 0;
}

void advise(const std::byte* data, std::size_t size, Advice advice) noexcept
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    auto begin = reinterpret_cast<std::uintptr_t>(data);
    const std::uintptr_t end = begin + size;
    begin -= begin % page;
    int value = MADV_NORMAL;
    switch (advice) {
    case Advice::Sequential: value = MADV_SEQUENTIAL; break;
    case Advice::Random: value = MADV_RANDOM; break;
    case Advice::WillNeed: value = MADV_WILLNEED; break;
    case Advice::DontNeed: value = MADV_DONTNEED; break;
    }
    ::madvise(reinterpret_cast<void*>(begin), end - begin, value);
}

std::int64_t processId()
{
    return ::getpid();
}

std::string processToken(std::int64_t pid)
{
#ifdef __linux__
    std::ifstream stat(fmt::format("/proc/{}/stat", pid));
    std::string line;
    if (!std::getline(stat, line))
        return {};
    // The second field is the program's name in parentheses and may hold anything; fields are counted after it.
    const std::size_t close = line.rfind(')');
    if (close == std::string::npos)
        return {};
    std::istringstream fields(line.substr(close + 1));
    std::string field, state;
    for (int index = 3; index <= 22 && fields >> field; ++index) {
        if (index == 3)
            state = field;
    }
    if (state == "Z" || state == "X") // ended, not yet collected by its parent
        return {};
    std::ifstream bootId("/proc/sys/kernel/random/boot_id");
    std::string boot;
    std::getline(bootId, boot);
    return boot + ":" + field;
#else
    proc_bsdinfo info{};
    if (proc_pidinfo(static_cast<int>(pid), PROC_PIDTBSDINFO, 0, &info, sizeof info) != sizeof info)
        return {};
    return fmt::format("{}.{}", info.pbi_start_tvsec, info.pbi_start_tvusec);
#endif
}

namespace {

std::atomic<void (*)()> g_interruptHandler{nullptr};
int g_interruptPipe[2] = {-1, -1};

void onSignal(int number)
{
    const int error = errno;
    static std::atomic<int> count{0};
    if (count.fetch_add(1) > 0) {
        ::signal(number, SIG_DFL);
        ::raise(number);
        return;
    }
    const char byte = 1;
    [[maybe_unused]] const ssize_t written = ::write(g_interruptPipe[1], &byte, 1);
    errno = error;
}

} // namespace

void onInterrupt(void (*handler)())
{
    g_interruptHandler = handler;
    if (g_interruptPipe[0] >= 0)
        return;
    if (::pipe(g_interruptPipe) != 0)
        throw Error(ErrorKind::Internal, "cannot create the pipe that signals are read from");
    std::thread([] {
        char byte = 0;
        while (::read(g_interruptPipe[0], &byte, 1) == 1) {
            if (void (*call)() = g_interruptHandler.load())
                call();
        }
    }).detach();
    struct sigaction action {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN); // a limit on the size of files then fails the write, like a full disk
}

bool isTerminal(int stream)
{
    return ::isatty(stream) != 0;
}

int terminalWidth()
{
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

MemoryUse memoryUse()
{
    MemoryUse use;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    use.peakResidentBytes = static_cast<std::uint64_t>(usage.ru_maxrss);
    mach_task_basic_info info{};
    mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
    if (task_info(mach_task_self(), MACH_TASK_BASIC_INFO, reinterpret_cast<task_info_t>(&info), &count) == KERN_SUCCESS)
        use.residentBytes = info.resident_size;
    use.anonymousBytes = use.residentBytes;
#else
    use.peakResidentBytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    std::ifstream statm("/proc/self/statm");
    std::uint64_t size = 0, resident = 0, shared = 0;
    if (statm >> size >> resident >> shared) {
        const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        use.residentBytes = resident * page;
        use.anonymousBytes = (resident - std::min(shared, resident)) * page;
    }
#endif
    return use;
}

namespace {

#ifndef __APPLE__
std::uint64_t memoryInfo(std::string_view key)
{
    std::ifstream stream("/proc/meminfo");
    std::string name;
    std::uint64_t value = 0;
    std::string unit;
    while (stream >> name >> value) {
        std::getline(stream, unit);
        if (name == key)
            return value * 1024;
    }
    return 0;
}

// The limit of the control group this process runs in (containers), or 0.
std::uint64_t controlGroupLimit()
{
    std::ifstream stream("/sys/fs/cgroup/memory.max");
    std::uint64_t limit = 0;
    return stream >> limit ? limit : 0;
}
#endif

} // namespace

std::uint64_t totalMemory()
{
#ifdef __APPLE__
    std::uint64_t size = 0;
    std::size_t length = sizeof size;
    ::sysctlbyname("hw.memsize", &size, &length, nullptr, 0);
    return size;
#else
    const std::uint64_t physical = memoryInfo("MemTotal:");
    const std::uint64_t limit = controlGroupLimit();
    return limit > 0 && limit < physical ? limit : physical;
#endif
}

std::uint64_t availableMemory()
{
#ifdef __APPLE__
    vm_statistics64_data_t statistics{};
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    if (host_statistics64(mach_host_self(), HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&statistics), &count) !=
        KERN_SUCCESS)
        return totalMemory();
    const auto pages = static_cast<std::uint64_t>(statistics.free_count) + statistics.inactive_count +
                       statistics.purgeable_count;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
#else
    return memoryInfo("MemAvailable:");
#endif
}

int cpuCount()
{
    const unsigned count = std::thread::hardware_concurrency();
    return count > 0 ? static_cast<int>(count) : 1;
}

CpuTimes cpuTimes()
{
    CpuTimes times;
#ifdef __APPLE__
    host_cpu_load_info_data_t load{};
    mach_msg_type_number_t count = HOST_CPU_LOAD_INFO_COUNT;
    if (host_statistics(mach_host_self(), HOST_CPU_LOAD_INFO, reinterpret_cast<host_info_t>(&load), &count) ==
        KERN_SUCCESS) {
        for (const natural_t ticks : load.cpu_ticks)
            times.total += ticks;
        times.busy = times.total - load.cpu_ticks[CPU_STATE_IDLE];
    }
#else
    std::ifstream stream("/proc/stat");
    std::string name;
    std::array<std::uint64_t, 8> ticks{};
    stream >> name;
    for (std::uint64_t& tick : ticks)
        stream >> tick;
    for (const std::uint64_t tick : ticks)
        times.total += tick;
    times.busy = times.total - ticks[3] - ticks[4]; // idle and waiting for the disk
#endif
    return times;
}

std::string hostName()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

} // namespace crucible::platform
