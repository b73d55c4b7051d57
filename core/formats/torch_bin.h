// SPDX-License-Identifier: GPL-3.0-or-later
// PyTorch's own files (.bin, .pt, .pth) of version 1.6 and later: a ZIP file with a pickle that describes the tensors and one
// entry for each storage. Reading runs none of the pickle (formats/torch_pickle.h). Writing is split as for safetensors.
#pragma once

#include "formats/checkpoint.h"
#include "formats/torch_pickle.h"
#include "formats/zip_archive.h"

namespace crucible::formats {

class TorchBinFile final : public TensorSource {
public:
    // Reads the directory and the pickle; checks every tensor against its storage. Throws Error::notFound, Error::io, Error::corrupt,
    // Error::unsupported (a file of an older PyTorch, TorchScript, big-endian, names that loading tensors does not need).
    explicit TorchBinFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const override { return m_path; }
    const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
    // A view where the storage is not compressed and holds the tensor in row-major order, else a copy of this tensor.
    TensorData read(std::size_t index) const override;
    bool isMapped() const override { return m_allViews; }
    void checkIntact() const override { m_archive.checkIntact(); }

private:
    const ZipArchive::Entry& entryOf(const PickledTensor& tensor) const;

    std::filesystem::path m_path;
    ZipArchive m_archive;
    std::string m_folder; // inside the archive, with '/'
    std::vector<PickledTensor> m_pickled;
    std::vector<TensorInfo> m_tensors;
    bool m_allViews = true;
};

// Where everything of a PyTorch file goes. Entries are stored and their data begins at multiples of 64 bytes, as torch.save does.
struct TorchBinLayout {
    // Bytes of the file besides the tensors, at their places. Complete after finishTorchBin().
    struct Piece {
        std::uint64_t offset = 0;
        std::string bytes;
    };
    std::vector<std::uint64_t> offsets; // place in the file of each tensor's first byte, in the order given
    std::uint64_t fileBytes = 0;

    struct Entry {
        std::string name;
        std::string content; // empty for a tensor's
        std::uint64_t size = 0;
        std::uint64_t headerOffset = 0, dataOffset = 0;
        bool isTensor = false;
    };
    std::vector<Entry> entries;
};

// The layout of a file that holds `tensors` as a state dict in this order. Throws Error::invalid as safetensorsLayout() does.
TorchBinLayout torchBinLayout(std::span<const TensorInfo> tensors);
// All that stands around the data, once the CRC-32 of each tensor's bytes is known (formats/crc32.h).
std::vector<TorchBinLayout::Piece> finishTorchBin(const TorchBinLayout& layout, std::span<const std::uint32_t> crcs);

} // namespace crucible::formats
