// SPDX-License-Identifier: GPL-3.0-or-later
// A named tensor of a checkpoint: what its header says, and a view of its bytes.
#pragma once

#include "base/dtype.h"

#include <memory>
#include <span>
#include <string>

namespace crucible::formats {

struct TensorInfo {
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    std::uint64_t bytes = 0; // of the dense row-major data

    std::int64_t elements() const { return *elementCount(shape); } // readers refuse shapes that overflow
};

// Row-major bytes of one tensor. They may be unaligned (a safetensors header need not be padded), and are valid as long
// as `owner` lives: the mapping of the file, or a buffer when the format could not be mapped.
struct TensorData {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

} // namespace crucible::formats
