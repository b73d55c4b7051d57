// SPDX-License-Identifier: GPL-3.0-or-later
// The two ways of looking at the tensors of GGUF files: as they lie there, and as Hugging Face's files would have them.
#pragma once

#include "formats/gguf_model.h"

namespace crucible::formats {

// A file's tensors under their own names; stacks of experts are taken apart. Throws Error::corrupt for absurd stacks.
std::unique_ptr<TensorSource> storedView(std::shared_ptr<const GgufFile> file);

// One source for each of the model's files; what was put together from several is with the first of them. `skipsHead`:
// output.weight is left out, for it is the embedding.
// Throws Error::unsupported for tensors that the architecture's table does not speak of, Error::corrupt for shapes that
// the metadata's sizes do not give.
std::vector<std::unique_ptr<TensorSource>> huggingFaceViews(const GgufModel& model, bool skipsHead);

// [rows, columns] of values of any size to [columns, rows].
void transpose(std::span<const std::byte> in, std::size_t rows, std::size_t columns, std::span<std::byte> out);

} // namespace crucible::formats
