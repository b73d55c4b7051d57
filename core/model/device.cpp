// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/device.h"

#include "base/error.h"

#include <fmt/format.h>

#include <charconv>

namespace crucible::model {

Device deviceFromName(std::string_view name)
{
    constexpr std::string_view kCuda = "cuda";
    if (name == "cpu")
        return {DeviceKind::Processor, 0};
    if (name == "torch")
        return {DeviceKind::Torch, 0};
    if (name == kCuda)
        return {DeviceKind::Cuda, 0};
    if (name.starts_with(kCuda) && name.size() > kCuda.size() + 1 && name[kCuda.size()] == ':') {
        int index = 0;
        const char* end = name.data() + name.size();
        const auto [stop, error] = std::from_chars(name.data() + kCuda.size() + 1, end, index);
        if (error == std::errc() && stop == end && index >= 0)
            return {DeviceKind::Cuda, index};
    }
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "there is no device \"%1\""), name}, "--device",
                         CRUCIBLE_TR_NOOP("Problem", "choose cpu, cuda, cuda:N or torch"));
}

std::string toString(const Device& device)
{
    switch (device.kind) {
    case DeviceKind::Processor: return "cpu";
    case DeviceKind::Torch: return "torch";
    case DeviceKind::Cuda: return fmt::format("cuda:{}", device.index);
    }
    return {};
}

} // namespace crucible::model
