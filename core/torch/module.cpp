// SPDX-License-Identifier: GPL-3.0-or-later
// What the library exports; see model/device_module.h.
#include "model/device_module.h"

#include "base/platform.h"
#include "base/version.h"
#include "torch/cuda_driver.h"
#include "torch/torch_decoder.h"

#include <ATen/Context.h>

namespace crucible::torch_device {
namespace {

std::vector<model::DeviceInfo> devices()
{
    std::vector<model::DeviceInfo> all;
    if (at::globalContext().hasCUDA()) {
        for (const CudaCard& card : cudaCards()) {
            const model::Device device{model::DeviceKind::Cuda, static_cast<int>(all.size())};
            all.push_back({device, card.name.empty() ? toString(device) : card.name, card.totalBytes, card.freeBytes});
        }
    }
    all.push_back(
        {{model::DeviceKind::Torch, 0}, platform::cpuName(), platform::totalMemory(), platform::availableMemory()});
    return all;
}

std::shared_ptr<const model::Decoder> load(std::shared_ptr<const formats::ModelFolder> folder, model::Compute compute,
                                           const model::Device& device)
{
    model::findDevice(devices(), device); // throws for one that is not there
    return std::make_shared<const TorchDecoder>(std::move(folder), compute, device);
}

constexpr model::DeviceModule kModule{kVersion, &devices, &load};

} // namespace
} // namespace crucible::torch_device

#ifdef _WIN32
#define CRUCIBLE_EXPORT __declspec(dllexport)
#else
#define CRUCIBLE_EXPORT __attribute__((visibility("default")))
#endif

extern "C" CRUCIBLE_EXPORT const crucible::model::DeviceModule* crucible_device_module()
{
    return &crucible::torch_device::kModule;
}
