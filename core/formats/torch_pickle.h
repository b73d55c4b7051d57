// SPDX-License-Identifier: GPL-3.0-or-later
// The pickle inside a PyTorch file, read as data. Nothing of it is executed: a handful of known names have a meaning here,
// every other name is an error that says it. Opcodes of protocols 2 to 4 (Python's Lib/pickletools.py describes them).
#pragma once

#include "base/dtype.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace crucible::formats {

// A tensor as the pickle describes it; storages lie beside the pickle under their keys.
struct PickledTensor {
    std::string name;
    std::string storage;            // key
    DType dtype = DType::F32;
    std::uint64_t storageBytes = 0; // that the pickle expects the storage to have
    std::uint64_t offset = 0;       // of the first element, in elements
    Shape shape;
    std::vector<std::int64_t> strides; // in elements, none negative
};

// The tensors of a pickled state dict, in its order: the dictionary itself, or the one under its key "state_dict", "model"
// or "module". Values that are no tensors are left out. Every element lies inside its storage.
// `file` is named in errors. Throws Error::corrupt, Error::unsupported (a name that is not known, sparse tensors, ...).
std::vector<PickledTensor> readPickledTensors(std::span<const std::byte> pickle, const std::filesystem::path& file);

// The pickle of a state dict with dense tensors; `storage` keys as given.
std::string writePickledTensors(std::span<const PickledTensor> tensors);

} // namespace crucible::formats
