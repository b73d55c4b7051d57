// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/shard_index.h"

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxIndexBytes = 100'000'000;
constexpr std::string_view kMapKey = "weight_map";

// The same answer on every system: what is a separator on one of them is refused on all.
bool isPlainFileName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && name.find_first_of("/\\:") == std::string_view::npos
        && std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

} // namespace

ShardIndex parseShardIndex(std::string_view text, const fs::path& file)
{
    const Json json = parseJson(text, file, {.maxBytes = kMaxIndexBytes, .maxDepth = 16});
    const auto map = json.is_object() ? json.find(kMapKey) : json.end();
    if (!json.is_object() || map == json.end() || !map->is_object())
        throw Error::corrupt(
            file,
            CRUCIBLE_TR_NOOP("Problem", "the index has no object \"weight_map\" that gives each tensor its file"));
    if (map->empty())
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "the weight_map names no tensor"));
    ShardIndex index;
    std::set<std::string> files;
    for (const auto& [tensor, value] : map->items()) {
        if (!value.is_string())
            throw Error::corrupt(
                file, {CRUCIBLE_TR_NOOP("Problem", "weight_map: the file of %1 is not a text"), inQuotes(tensor)});
        const auto& name = value.get_ref<const std::string&>();
        if (!isPlainFileName(name))
            throw Error::corrupt(
                file, {CRUCIBLE_TR_NOOP("Problem", "weight_map: %1 is not the name of a file in the model's folder"),
                       inQuotes(name)});
        index.weightMap.emplace(tensor, name);
        files.insert(name);
    }
    index.files.assign(files.begin(), files.end());
    std::sort(index.files.begin(), index.files.end(), naturalLess);
    return index;
}

ShardIndex readShardIndex(const fs::path& file)
{
    return parseShardIndex(readFile(file, kMaxIndexBytes), file);
}

std::string shardIndexText(const std::map<std::string, std::string>& weightMap, std::uint64_t totalBytes)
{
    OrderedJson json;
    json["metadata"]["total_size"] = totalBytes;
    json[kMapKey] = weightMap;
    return toJsonText(json, 2) + '\n';
}

} // namespace crucible::formats
