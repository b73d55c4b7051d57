// SPDX-License-Identifier: GPL-3.0-or-later
// The names of Python objects that a PyTorch file may mention, and what they stand for. There are no others.
#pragma once

#include "base/dtype.h"

#include <optional>
#include <string_view>

namespace crucible::formats {

enum class TorchMeaning {
    OrderedDict,
    RebuildTensor,    // (storage, offset, size, stride, requires_grad, hooks, ...)
    RebuildTensor3,   // (storage, offset, size, stride, requires_grad, hooks, dtype, ...)
    RebuildParameter, // (tensor, ...)
    RebuildFromType,  // (function, class, its arguments, attributes)
    Size,             // (tuple)
    Storage,
    UntypedStorage,
    ElementType,
    Inert, // accepted and without effect on tensors
};

struct TorchName {
    std::string_view module;
    std::string_view name;
    TorchMeaning meaning = TorchMeaning::Inert;
    DType dtype = DType::U8; // of a Storage or an ElementType
};

std::optional<TorchName> findTorchName(std::string_view module, std::string_view name);
// The class of storages of this dtype ("FloatStorage" of "torch"); nullopt for dtypes younger than these classes.
std::optional<TorchName> storageName(DType dtype);

} // namespace crucible::formats
