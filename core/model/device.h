// SPDX-License-Identifier: GPL-3.0-or-later
// Where a model computes.
#pragma once

#include <string>
#include <string_view>

namespace crucible::model {

enum class DeviceKind {
    Processor, // our own kernels, weights as they lie in the mapped files
    Torch,     // the processor by LibTorch: slower, for comparisons
    Cuda,      // a graphics card by LibTorch, weights copied into its memory
};

struct Device {
    DeviceKind kind = DeviceKind::Processor;
    int index = 0; // of the card

    bool isProcessor() const { return kind == DeviceKind::Processor; }
    bool operator==(const Device&) const = default;
};

// "cpu", "torch", "cuda", "cuda:1". Throws Error::invalid for another word.
Device deviceFromName(std::string_view name);
std::string toString(const Device& device);

} // namespace crucible::model
