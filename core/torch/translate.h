// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch's devices and errors in our own words.
#pragma once

#include "model/device.h"

#include <c10/core/Device.h>

#include <exception>

namespace crucible::torch_device {

at::Device toTorch(const model::Device& device);
// Throws errors of LibTorch's as a crucible::Error, all others as they are.
[[noreturn]] void rethrow(const model::Device& device, const std::exception_ptr& error);

// Returns what `work` returns; no error of LibTorch's own kinds leaves it.
template<class Work> auto translated(const model::Device& device, Work&& work) -> decltype(work())
{
    try {
        return work();
    } catch (...) {
        rethrow(device, std::current_exception());
    }
}

} // namespace crucible::torch_device
