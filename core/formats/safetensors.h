// SPDX-License-Identifier: GPL-3.0-or-later
// The safetensors container: 8 bytes of header length (little-endian), a JSON header, then the tensors' bytes.
// Reading refuses everything the reference reader (huggingface/safetensors 0.5) refuses, and names given twice besides.
// Writing is split: the layout is known before any data is, so several threads can fill one file.
#pragma once

#include "formats/checkpoint.h"

#include <map>

namespace crucible {
class MemoryMap;
}

namespace crucible::formats {

using SafetensorsMetadata = std::map<std::string, std::string>;

class SafetensorsFile final : public TensorSource {
public:
    // Maps the file and checks its whole header: no tensor's data is touched.
    // Throws Error::notFound, Error::io, Error::corrupt, Error::unsupported (a dtype that we can not hold).
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const override { return m_path; }
    // In the order of their data in the file.
    const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
    // A view into the mapping.
    TensorData read(std::size_t index) const override;
    bool isMapped() const override { return true; }
    void checkIntact() const override;

    const SafetensorsMetadata& metadata() const { return m_metadata; }
    // Place of a tensor's first byte in the file.
    std::uint64_t fileOffset(std::size_t index) const { return m_offsets[index]; }

private:
    std::filesystem::path m_path;
    std::shared_ptr<const MemoryMap> m_map;
    std::vector<TensorInfo> m_tensors;
    std::vector<std::uint64_t> m_offsets;
    SafetensorsMetadata m_metadata;
};

// Data begins at a multiple of this in files that we write: a line of the cache, which copies and vector loads like best.
inline constexpr std::size_t kDataAlignment = 64;

// Where everything of a safetensors file goes.
struct SafetensorsLayout {
    std::string header;                 // the file's first bytes: length, JSON, spaces up to a multiple of kDataAlignment
    std::vector<std::uint64_t> offsets; // place in the file of each tensor's first byte, in the order given
    std::uint64_t fileBytes = 0;
};

// What PyTorch's users expect to find in `__metadata__`.
SafetensorsMetadata defaultSafetensorsMetadata();

// The layout of a file that holds `tensors` in this order without gaps. An order by falling element size keeps every tensor aligned.
// Throws Error::invalid: a name twice, not UTF-8 or reserved; `bytes` that dtype and shape do not give; a header over 100 MB.
SafetensorsLayout safetensorsLayout(std::span<const TensorInfo> tensors,
                                    const SafetensorsMetadata& metadata = defaultSafetensorsMetadata());

struct TensorBytes {
    TensorInfo info;
    std::span<const std::byte> bytes;
};

// Writes a small file in one step, through a copy in memory: it is whole or not there. Throws Error::invalid, Error::io.
void writeSafetensors(const std::filesystem::path& path, std::span<const TensorBytes> tensors,
                      const SafetensorsMetadata& metadata = defaultSafetensorsMetadata());

} // namespace crucible::formats
