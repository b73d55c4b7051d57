// SPDX-License-Identifier: GPL-3.0-or-later
// What platform.h says of the running program and of libraries, for all systems.
#include "base/platform.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <fstream>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#include <sys/sysctl.h>
#endif
#endif

namespace crucible::platform {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannotLoad(const fs::path& library, const std::string& reason)
{
    throw Error::unsupported(
        {CRUCIBLE_TR_NOOP("Problem", "the library can not be loaded: %1"), reason}, library.string(),
        CRUCIBLE_TR_NOOP("Problem", "install what it needs, or choose the processor (--device cpu)"));
}

} // namespace

#ifdef _WIN32

fs::path programFolder()
{
    std::array<wchar_t, 32768> path{};
    const DWORD length = ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    return fs::path(std::wstring(path.data(), length)).parent_path();
}

std::string libraryName(const std::string& name)
{
    return name + ".dll";
}

void* loadSymbol(const fs::path& library, const char* symbol)
{
    const HMODULE handle =
        ::LoadLibraryExW(library.c_str(), nullptr, library.is_absolute() ? LOAD_WITH_ALTERED_SEARCH_PATH : 0);
    if (!handle)
        cannotLoad(library, fmt::format("Windows error {}", ::GetLastError()));
    const FARPROC found = ::GetProcAddress(handle, symbol);
    if (!found)
        cannotLoad(library, std::string("it has no ") + symbol);
    return reinterpret_cast<void*>(found);
}

std::string cpuName()
{
    std::array<wchar_t, 128> name{};
    DWORD bytes = static_cast<DWORD>(name.size() * sizeof(wchar_t));
    if (::RegGetValueW(HKEY_LOCAL_MACHINE, L"HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0",
                       L"ProcessorNameString", RRF_RT_REG_SZ, nullptr, name.data(), &bytes) != ERROR_SUCCESS)
        return {};
    return fs::path(name.data()).string();
}

#else

fs::path programFolder()
{
#ifdef __APPLE__
    std::array<char, 4096> path{};
    auto size = static_cast<std::uint32_t>(path.size());
    if (::_NSGetExecutablePath(path.data(), &size) != 0)
        return {};
    const fs::path program = path.data();
#else
    const fs::path program = "/proc/self/exe";
#endif
    std::error_code error;
    return fs::canonical(program, error).parent_path();
}

std::string libraryName(const std::string& name)
{
#ifdef __APPLE__
    return "lib" + name + ".dylib";
#else
    return "lib" + name + ".so";
#endif
}

void* loadSymbol(const fs::path& library, const char* symbol)
{
    void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* found = handle ? ::dlsym(handle, symbol) : nullptr;
    if (!found) {
        const char* reason = ::dlerror();
        cannotLoad(library, reason ? reason : std::string("it has no ") + symbol);
    }
    return found;
}

std::string cpuName()
{
#ifdef __APPLE__
    std::array<char, 256> name{};
    std::size_t size = name.size();
    return ::sysctlbyname("machdep.cpu.brand_string", name.data(), &size, nullptr, 0) == 0 ? name.data()
                                                                                           : std::string();
#else
    std::ifstream stream("/proc/cpuinfo");
    for (std::string line; std::getline(stream, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    return {};
#endif
}

#endif

} // namespace crucible::platform
