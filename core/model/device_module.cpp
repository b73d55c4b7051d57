// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/device_module.h"

#include "base/error.h"
#include "base/platform.h"
#include "base/version.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <optional>

namespace crucible::model {
namespace {

namespace fs = std::filesystem;

// Beside the program, in the lib folder of an installation, or where $CRUCIBLE_MODULES says.
fs::path findModule()
{
    const std::string name = platform::libraryName("crucible_torch");
    const fs::path program = platform::programFolder();
    std::vector<fs::path> folders{program, program / ".." / "lib" / "crucible"};
    if (const char* given = std::getenv("CRUCIBLE_MODULES"); given && *given)
        folders.insert(folders.begin(), given);
    for (const fs::path& folder : folders) {
        std::error_code error;
        if (fs::is_regular_file(folder / name, error))
            return folder / name;
    }
    throw Error::notFound(
        CRUCIBLE_TR_NOOP("Problem", "this build computes on the processor alone"), name,
        CRUCIBLE_TR_NOOP("Problem", "choose the processor (--device cpu), or build Crucible with LibTorch"));
}

const DeviceModule& loadModule()
{
    const fs::path path = findModule();
    const auto entry = reinterpret_cast<DeviceModuleEntry>(platform::loadSymbol(path, kDeviceModuleSymbol));
    const DeviceModule* module = entry();
    if (std::string_view(module->version) != kVersion)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "the library belongs to version %1, not to %2"), module->version, kVersion},
            path.string(), CRUCIBLE_TR_NOOP("Problem", "install both from one package"));
    return *module;
}

DeviceInfo processor()
{
    return {{}, platform::cpuName(), platform::totalMemory(), platform::availableMemory()};
}

} // namespace

const DeviceModule& deviceModule()
{
    static std::mutex mutex;
    static const DeviceModule* module = nullptr;
    const std::lock_guard lock(mutex);
    if (!module)
        module = &loadModule();
    return *module;
}

std::vector<DeviceInfo> devices()
{
    std::vector<DeviceInfo> all{processor()};
    try {
        const std::vector<DeviceInfo> more = deviceModule().devices();
        all.insert(all.end(), more.begin(), more.end());
    } catch (const Error&) { // there are no others, then
    }
    return all;
}

DeviceInfo deviceInfo(const Device& device)
{
    return device.isProcessor() ? processor() : findDevice(deviceModule().devices(), device);
}

const DeviceInfo& findDevice(std::span<const DeviceInfo> all, const Device& device)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const DeviceInfo& info) { return info.device == device; });
    if (found == all.end())
        throw Error::notFound(
            {CRUCIBLE_TR_NOOP("Problem", "there is no device %1 on this machine"), toString(device)}, "--device",
            CRUCIBLE_TR_NOOP(
                "Problem",
                "choose one that \"crucible-cli devices\" lists; in the window they stand under Settings, Jobs"));
    return *found;
}

} // namespace crucible::model
