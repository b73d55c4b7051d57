// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/checkpoint.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory_map.h"
#include "formats/gguf_model.h"
#include "formats/safetensors.h"
#include "formats/shard_index.h"
#include "formats/torch_bin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

// Containers by the ending of their files' names.
struct Container {
    std::string_view extension;
    std::unique_ptr<TensorSource> (*open)(const fs::path& file);
};

template<class Source>
std::unique_ptr<TensorSource> openAs(const fs::path& file)
{
    return std::make_unique<Source>(file);
}

constexpr Container kContainers[] = {
    {".safetensors", openAs<SafetensorsFile>},
    {".bin", openAs<TorchBinFile>},
    {".pt", openAs<TorchBinFile>},
    {".pth", openAs<TorchBinFile>},
    {".gguf", openAs<GgufFile>},
};

// What a model's folder may hold its weights in, best first.
constexpr std::string_view kWeightFiles[] = {
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
};

constexpr std::string_view kIndexSuffix = ".index.json";

std::unique_ptr<TensorSource> openSource(const fs::path& file)
{
    const std::string extension = file.extension().string();
    for (const Container& container : kContainers) {
        if (container.extension == extension)
            return container.open(file);
    }
    throw Error::unsupported(
        CRUCIBLE_TR_NOOP("Problem", "this is not a file of weights that can be read"), file.string(),
        CRUCIBLE_TR_NOOP("Problem", "give a folder, or a .safetensors, PyTorch .bin or .gguf file"));
}

// Whole, or an error that names what is missing.
std::vector<std::unique_ptr<TensorSource>> openShards(const fs::path& indexFile)
{
    const ShardIndex index = readShardIndex(indexFile);
    const fs::path folder = indexFile.parent_path();
    std::vector<std::string> missing;
    for (const std::string& name : index.files) {
        if (!fs::exists(folder / name))
            missing.push_back(name);
    }
    if (!missing.empty())
        throw Error::notFound(
            {CRUCIBLE_TR_NOOP("Problem", "%1 of %2 shards are missing, the first is %3"), missing.size(),
             index.files.size(), missing.front()},
            folder.string(),
            CRUCIBLE_TR_NOOP("Problem", "copy or download the missing files, or choose another model"));

    // Tensors that the index does not list are read all the same, as the usual loaders do.
    std::vector<std::unique_ptr<TensorSource>> sources;
    std::set<std::pair<std::string_view, std::string_view>> held; // tensor and file
    for (const std::string& name : index.files) {
        sources.push_back(openSource(folder / name));
        for (const TensorInfo& info : sources.back()->tensors())
            held.emplace(info.name, name);
    }
    for (const auto& [tensor, file] : index.weightMap) {
        if (!held.contains({tensor, file}))
            throw Error::corrupt(
                folder / file,
                {CRUCIBLE_TR_NOOP("Problem", "the shard lacks tensor %1, which the index promises"), tensor},
                CRUCIBLE_TR_NOOP("Problem", "copy or download the model again"));
    }
    return sources;
}

void hashNumber(Sha256& hash, std::uint64_t value)
{
    std::array<std::byte, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>((value >> (8 * i)) & 0xffu);
    hash.update(bytes);
}

void hashText(Sha256& hash, std::string_view text)
{
    hashNumber(hash, text.size());
    hash.update(text);
}

} // namespace

Checkpoint::Checkpoint(fs::path location, std::vector<std::unique_ptr<TensorSource>> sources)
    : m_location(std::move(location)), m_sources(std::move(sources))
{
    for (std::size_t s = 0; s < m_sources.size(); ++s) {
        const std::vector<TensorInfo>& tensors = m_sources[s]->tensors();
        for (std::size_t i = 0; i < tensors.size(); ++i)
            m_entries.push_back({tensors[i], s, i});
    }
    std::sort(m_entries.begin(), m_entries.end(), [](const Entry& a, const Entry& b) { return a.info.name < b.info.name; });
    const auto twin = std::adjacent_find(m_entries.begin(), m_entries.end(),
                                         [](const Entry& a, const Entry& b) { return a.info.name == b.info.name; });
    if (twin != m_entries.end())
        throw Error::corrupt(m_location, {CRUCIBLE_TR_NOOP("Problem", "tensor %1 is there twice, in %2 and %3"),
                                          twin->info.name, m_sources[twin->source]->path().filename().string(),
                                          m_sources[(twin + 1)->source]->path().filename().string()});
}

const Checkpoint::Entry* Checkpoint::find(std::string_view name) const
{
    const auto at = std::lower_bound(m_entries.begin(), m_entries.end(), name,
                                     [](const Entry& entry, std::string_view wanted) { return entry.info.name < wanted; });
    return at != m_entries.end() && at->info.name == name ? &*at : nullptr;
}

std::uint64_t Checkpoint::totalBytes() const
{
    std::uint64_t total = 0;
    for (const Entry& entry : m_entries)
        total += entry.info.bytes;
    return total;
}

std::uint64_t Checkpoint::totalElements() const
{
    std::uint64_t total = 0;
    for (const Entry& entry : m_entries)
        total += static_cast<std::uint64_t>(entry.info.elements());
    return total;
}

std::shared_ptr<const Checkpoint> openCheckpoint(const fs::path& location)
{
    std::error_code code;
    const fs::file_status status = fs::status(location, code);
    if (!fs::exists(status))
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no such model"), location.string(),
                              CRUCIBLE_TR_NOOP("Problem", "check the path"));
    fs::path file = location;
    if (fs::is_directory(status)) {
        const auto found = std::find_if(std::begin(kWeightFiles), std::end(kWeightFiles),
                                        [&](std::string_view name) { return fs::exists(location / name); });
        if (found == std::end(kWeightFiles))
            throw Error::notFound(
                CRUCIBLE_TR_NOOP("Problem", "the folder holds no model weights"), location.string(),
                CRUCIBLE_TR_NOOP("Problem",
                                 "it needs model.safetensors or pytorch_model.bin, or the index of their shards"));
        file = location / *found;
    }
    std::vector<std::unique_ptr<TensorSource>> sources;
    if (file.filename().string().ends_with(kIndexSuffix))
        sources = openShards(file);
    else
        std::ranges::transform(ggufParts(file), std::back_inserter(sources), openSource);
    return std::make_shared<const Checkpoint>(location, std::move(sources));
}

std::string fingerprint(const Checkpoint& checkpoint)
{
    constexpr std::uint64_t kBlocks = 64;
    constexpr std::uint64_t kBlockBytes = 4096;
    Sha256 hash;
    hashText(hash, "crucible checkpoint 1");
    for (const auto& source : checkpoint.sources()) {
        const MemoryMap map(source->path());
        const std::span<const std::byte> bytes = map.bytes();
        hashText(hash, source->path().filename().string());
        hashNumber(hash, bytes.size());
        hashNumber(hash, source->tensors().size());
        for (const TensorInfo& info : source->tensors()) {
            hashText(hash, info.name);
            hashText(hash, toString(info.dtype));
            hashNumber(hash, info.shape.size());
            for (const std::int64_t dim : info.shape)
                hashNumber(hash, static_cast<std::uint64_t>(dim));
        }
        if (bytes.size() <= kBlocks * kBlockBytes) {
            hash.update(bytes);
            continue;
        }
        // The first block starts with the file, the last one ends with it.
        const std::uint64_t last = bytes.size() - kBlockBytes;
        for (std::uint64_t block = 0; block < kBlocks; ++block) {
            const std::uint64_t begin = last / (kBlocks - 1) * block + last % (kBlocks - 1) * block / (kBlocks - 1);
            hash.update(bytes.subspan(begin, kBlockBytes));
        }
    }
    return hash.finish();
}

} // namespace crucible::formats
