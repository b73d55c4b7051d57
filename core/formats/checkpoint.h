// SPDX-License-Identifier: GPL-3.0-or-later
// A model's weights as named tensors, whatever files hold them: one safetensors file, shards with an index, or PyTorch
// .bin files. Opening reads headers only. Reading maps files on first use; a shared object may be read from many threads.
//
// A new container format is a new implementation of TensorSource, listed in openCheckpoint().
#pragma once

#include "formats/tensor.h"

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace crucible::formats {

// One file that holds tensors.
class TensorSource {
public:
    virtual ~TensorSource() = default;
    virtual const std::filesystem::path& path() const = 0;
    virtual const std::vector<TensorInfo>& tensors() const = 0;
    // Bytes of tensors()[index]. Thread-safe. Throws Error::corrupt, Error::io.
    virtual TensorData read(std::size_t index) const = 0;
    // Whether read() is a view that costs nothing.
    virtual bool isMapped() const { return false; }
    // To be asked after reading: throws Error::io when the file was changed or cut short since it was opened.
    virtual void checkIntact() const {}
};

class Checkpoint {
public:
    struct Entry {
        TensorInfo info;
        std::size_t source; // index into sources()
        std::size_t index;  // index inside that source
    };

    Checkpoint(std::filesystem::path location, std::vector<std::unique_ptr<TensorSource>> sources);

    const std::filesystem::path& location() const { return m_location; }
    // All tensors, sorted by name.
    const std::vector<Entry>& tensors() const { return m_entries; }
    const std::vector<std::unique_ptr<TensorSource>>& sources() const { return m_sources; }
    // nullptr when there is no such tensor.
    const Entry* find(std::string_view name) const;
    TensorData read(const Entry& entry) const { return m_sources[entry.source]->read(entry.index); }
    // The same question to every source.
    void checkIntact() const
    {
        for (const std::unique_ptr<TensorSource>& source : m_sources)
            source->checkIntact();
    }

    std::uint64_t totalBytes() const;
    std::uint64_t totalElements() const;

private:
    std::filesystem::path m_location;
    std::vector<std::unique_ptr<TensorSource>> m_sources;
    std::vector<Entry> m_entries;
};

// Opens what a person calls a model: a folder (model.safetensors, model.safetensors.index.json with its shards,
// pytorch_model.bin, pytorch_model.bin.index.json; safetensors are preferred), or one such file.
// Throws Error::notFound (no weights, a missing shard by name), Error::corrupt, Error::unsupported.
std::shared_ptr<const Checkpoint> openCheckpoint(const std::filesystem::path& location);

// SHA-256 over what identifies the weights without reading them all: file names and sizes, every tensor's name, dtype and
// shape, and 64 blocks of 4 KiB spread evenly over each file (the whole file when it is smaller). Hexadecimal.
std::string fingerprint(const Checkpoint& checkpoint);

} // namespace crucible::formats
