// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/torch_bin.h"

#include "base/error.h"
#include "base/memory_map.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPickleName = "data.pkl";

// What a file is when it is no ZIP file says more than what its directory lacks.
const fs::path& checkedKind(const fs::path& path)
{
    const MemoryMap map(path);
    const auto bytes = map.bytes();
    if (ZipArchive::looksLikeZip(bytes))
        return path;
    if (bytes.size() >= 2 && bytes[0] == std::byte{0x80} && bytes[1] >= std::byte{2} && bytes[1] <= std::byte{5})
        throw Error::unsupported(
            CRUCIBLE_TR_NOOP("Problem", "the file was saved by a PyTorch older than 1.6, or as a bare pickle"),
            path.string(),
            CRUCIBLE_TR_NOOP("Problem", "load and save it with a current PyTorch, or convert it to safetensors"));
    throw Error::corrupt(path, CRUCIBLE_TR_NOOP("Problem", "not a PyTorch file, it does not begin as a ZIP file does"),
                         CRUCIBLE_TR_NOOP("Problem", "the file is damaged or not a model, download or copy it again"));
}

// The folder in the archive that holds everything, with '/'.
std::string findFolder(const ZipArchive& archive, const fs::path& path)
{
    std::optional<std::string> folder;
    for (const ZipArchive::Entry& entry : archive.entries()) {
        const std::size_t slash = entry.name.find('/');
        if (slash == std::string::npos || std::string_view(entry.name).substr(slash + 1) != kPickleName)
            continue;
        if (folder)
            throw Error::corrupt(path, CRUCIBLE_TR_NOOP("Problem", "the file holds two data.pkl"));
        folder = entry.name.substr(0, slash + 1);
    }
    if (!folder)
        throw Error::corrupt(path, CRUCIBLE_TR_NOOP("Problem", "not a PyTorch file, the ZIP file has no data.pkl"),
                             CRUCIBLE_TR_NOOP("Problem", "choose a file written by torch.save"));
    if (archive.find(*folder + "constants.pkl"))
        throw Error::unsupported(CRUCIBLE_TR_NOOP("Problem", "the file is a TorchScript program, not a state dict"),
                                 path.string(), CRUCIBLE_TR_NOOP("Problem", "save the model's state_dict() instead"));
    if (const ZipArchive::Entry* order = archive.find(*folder + "byteorder")) {
        constexpr std::string_view kLittle = "little";
        const TensorData data = order->size == kLittle.size() ? archive.read(*order) : TensorData{};
        if (data.bytes.size() != kLittle.size() || std::memcmp(data.bytes.data(), kLittle.data(), kLittle.size()) != 0)
            throw Error::unsupported(CRUCIBLE_TR_NOOP("Problem", "the file was saved on a big-endian machine"),
                                     path.string(),
                                     CRUCIBLE_TR_NOOP("Problem", "convert it to safetensors where it was made"));
    }
    return *folder;
}

bool isRowMajor(const PickledTensor& tensor)
{
    std::int64_t expected = 1;
    for (std::size_t d = tensor.shape.size(); d-- > 0;) {
        if (tensor.shape[d] != 1 && tensor.strides[d] != expected)
            return false;
        expected *= tensor.shape[d];
    }
    return true;
}

// Copies the elements of a view to dense rows. `source` begins at the tensor's first element.
void gather(const PickledTensor& tensor, std::span<const std::byte> source, std::span<std::byte> target)
{
    const std::size_t size = sizeOf(tensor.dtype);
    // The stride of a dimension of size 1 means nothing and may be anything.
    std::vector<std::int64_t> strides = tensor.strides;
    for (std::size_t d = 0; d < strides.size(); ++d)
        strides[d] = tensor.shape[d] == 1 ? 0 : strides[d];
    std::vector<std::int64_t> index(tensor.shape.size());
    std::int64_t from = 0;
    for (std::size_t to = 0; to < target.size(); to += size) {
        std::memcpy(target.data() + to, source.data() + static_cast<std::size_t>(from) * size, size);
        for (std::size_t d = index.size(); d-- > 0;) {
            from += strides[d];
            if (++index[d] < tensor.shape[d])
                break;
            from -= strides[d] * tensor.shape[d];
            index[d] = 0;
        }
    }
}

} // namespace

TorchBinFile::TorchBinFile(const fs::path& path) : m_path(checkedKind(path)), m_archive(path), m_folder(findFolder(m_archive, path))
{
    const ZipArchive::Entry& pickle = *m_archive.find(m_folder + std::string(kPickleName));
    constexpr std::uint64_t kMaxPickleBytes = std::uint64_t(64) << 20;
    if (pickle.size > kMaxPickleBytes)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "data.pkl has %1 bytes, at most %2 are read"), pickle.size, kMaxPickleBytes},
            path.string());
    m_pickled = readPickledTensors(m_archive.read(pickle).bytes, m_path);
    for (const PickledTensor& tensor : m_pickled) {
        const ZipArchive::Entry& entry = entryOf(tensor);
        const std::int64_t count = *elementCount(tensor.shape);
        m_tensors.push_back({tensor.name, tensor.dtype, tensor.shape, static_cast<std::uint64_t>(count) * sizeOf(tensor.dtype)});
        m_allViews = m_allViews && entry.stored && (count == 0 || isRowMajor(tensor));
    }
}

const ZipArchive::Entry& TorchBinFile::entryOf(const PickledTensor& tensor) const
{
    const ZipArchive::Entry* entry = m_archive.find(m_folder + "data/" + tensor.storage);
    if (!entry)
        throw Error::corrupt(
            m_path,
            {CRUCIBLE_TR_NOOP("Problem", "tensor %1: its storage data/%2 is missing"), inQuotes(tensor.name),
             tensor.storage.substr(0, 200)},
            CRUCIBLE_TR_NOOP("Problem", "the file is damaged or incomplete, download or copy it again"));
    if (entry->size != tensor.storageBytes)
        throw Error::corrupt(
            m_path,
            {CRUCIBLE_TR_NOOP("Problem", "tensor %1: its storage should have %2 bytes and has %3"),
             inQuotes(tensor.name), tensor.storageBytes, entry->size},
            CRUCIBLE_TR_NOOP("Problem", "the file is damaged or incomplete, download or copy it again"));
    return *entry;
}

TensorData TorchBinFile::read(std::size_t index) const
{
    const TensorInfo& info = m_tensors.at(index);
    const PickledTensor& tensor = m_pickled[index];
    if (info.bytes == 0)
        return {};
    TensorData storage = m_archive.read(entryOf(tensor));
    const auto source = storage.bytes.subspan(static_cast<std::size_t>(tensor.offset) * sizeOf(info.dtype));
    if (isRowMajor(tensor))
        return {source.first(static_cast<std::size_t>(info.bytes)), storage.owner};
    auto dense = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(info.bytes));
    gather(tensor, source, *dense);
    return {*dense, dense};
}

} // namespace crucible::formats
