// SPDX-License-Identifier: GPL-3.0-or-later
#include "torch/translate.h"

#include "base/error.h"

#include <c10/util/Exception.h>

#include <string_view>

namespace crucible::torch_device {

at::Device toTorch(const model::Device& device)
{
    return device.kind == model::DeviceKind::Cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                                                  : at::Device(at::kCPU);
}

void rethrow(const model::Device& device, const std::exception_ptr& error)
{
    const auto full = [&] {
        return Error(
            ErrorKind::OutOfMemory, {CRUCIBLE_TR_NOOP("Problem", "the memory of %1 is full"), toString(device)}, {},
            CRUCIBLE_TR_NOOP("Problem",
                             "close what else uses it, shorten the context, or choose the processor (--device cpu)"));
    };
    try {
        std::rethrow_exception(error);
    } catch (const Error&) {
        throw;
    } catch (const c10::OutOfMemoryError&) {
        throw full();
    } catch (const c10::Error& problem) {
        const std::string_view text = problem.what_without_backtrace();
        // cuBLAS asks for memory of its own when it is first used.
        for (const std::string_view sign : {"out of memory", "ALLOC_FAILED", "cublasCreate", "can't allocate memory"}) {
            if (text.find(sign) != std::string_view::npos)
                throw full();
        }
        throw Error(ErrorKind::Internal,
                    {CRUCIBLE_TR_NOOP("Problem", "LibTorch failed: %1"), text.substr(0, text.find('\n'))},
                    toString(device));
    }
}

} // namespace crucible::torch_device
