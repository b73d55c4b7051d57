// SPDX-License-Identifier: GPL-3.0-or-later
// The index of a model that is split over several files: model.safetensors.index.json, pytorch_model.bin.index.json.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::formats {

struct ShardIndex {
    std::map<std::string, std::string> weightMap; // tensor -> file name in the index's folder
    std::vector<std::string> files;               // each once, in natural order
};

// Checks that every file of the map is a plain name: an index of a stranger must not reach outside its folder.
// Throws Error::corrupt. parseShardIndex reads the text of `file`, readShardIndex the file itself (Error::notFound, Error::io).
ShardIndex parseShardIndex(std::string_view text, const std::filesystem::path& file);
ShardIndex readShardIndex(const std::filesystem::path& file);

// The text of an index; `totalBytes` of all tensors' data.
std::string shardIndexText(const std::map<std::string, std::string>& weightMap, std::uint64_t totalBytes);

} // namespace crucible::formats
