// SPDX-License-Identifier: GPL-3.0-or-later
// What computes on other devices: a shared library over LibTorch, beside the program. It is loaded when a device is
// asked for, so that commands which do without start in milliseconds.
#pragma once

#include "model/decoder.h"
#include "model/device.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace crucible::model {

// Scores of attention that a pass on another device holds at once: 256 MB.
inline constexpr std::int64_t kMostDeviceScores = std::int64_t(1) << 26;

struct DeviceInfo {
    Device device;
    std::string title;            // of the processor or the card
    std::uint64_t totalBytes = 0; // of its memory
    std::uint64_t freeBytes = 0;
};

struct DeviceModule {
    const char* version; // of the program that it was built with
    std::vector<DeviceInfo> (*devices)();
    std::shared_ptr<const Decoder> (*load)(std::shared_ptr<const formats::ModelFolder> folder, Compute compute,
                                           const Device& device);
};

// Loads the library once. Throws Error::notFound where there is none, Error::unsupported for one that can not be
// loaded.
const DeviceModule& deviceModule();
// The processor and, where the library is there, what it offers. Never throws for the library.
std::vector<DeviceInfo> devices();
// Throws as deviceModule(), and Error::notFound for a card that is not there.
DeviceInfo deviceInfo(const Device& device);
// The one among these. Throws Error::notFound.
const DeviceInfo& findDevice(std::span<const DeviceInfo> all, const Device& device);

// What the library exports, by the name kDeviceModuleSymbol.
using DeviceModuleEntry = const DeviceModule* (*)();
inline constexpr const char* kDeviceModuleSymbol = "crucible_device_module";

} // namespace crucible::model
