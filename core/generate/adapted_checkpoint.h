// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint with a LoRA applied: tensors that the adapter changes are computed when they are read, all others are those
// of the base. What comes out is what merging the adapter and loading the result gives, bit for bit.
#pragma once

#include "formats/adapter.h"
#include "formats/checkpoint.h"

#include <memory>

namespace crucible::generate {

// Bytes of the tensors that an adapter changes: they are computed, and held in memory.
std::uint64_t changedBytes(const formats::Checkpoint& base, const formats::LoraAdapter& adapter);

// Throws Error::invalid when the adapter changes tensors that the base does not have, naming the first.
std::shared_ptr<const formats::Checkpoint> applyAdapter(std::shared_ptr<const formats::Checkpoint> base,
                                                        std::shared_ptr<const formats::LoraAdapter> adapter);

} // namespace crucible::generate
