// SPDX-License-Identifier: GPL-3.0-or-later
// Everything of an output folder but the tensors' values: how a shard is laid out, and the files beside the shards.
#pragma once

#include "base/files.h"
#include "formats/tensor.h"
#include "merge/planner.h"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace crucible::merge {

struct ShardLayout {
    struct Piece {
        std::uint64_t offset;
        std::string bytes;
    };
    std::vector<Piece> pieces;          // what is known before the data: headers
    std::vector<std::uint64_t> offsets; // of each tensor's data in the file
    std::uint64_t fileBytes = 0;
    std::function<void(OutputFile&)> finish; // what depends on the data (checksums); may be empty
};

// A safetensors file, or a PyTorch zip file with a pickled state dict. `path` is where the data will be, for `finish`.
ShardLayout layoutShard(std::span<const formats::TensorInfo> tensors, bool safetensors, const std::filesystem::path& path);

// config.json of the output, from the donor's.
OrderedJson makeOutputConfig(const Plan& plan, const formats::Layout& layout, const std::vector<ResolvedModule>& modules);

// config.json, the shards' index, the tokenizer's files, generation settings, the chat template, README.md and
// mergekit_config.yml. Throws Error::io, and what reading the donor's files throws.
void writeCompanionFiles(const Plan& plan, const std::filesystem::path& folder);

} // namespace crucible::merge
