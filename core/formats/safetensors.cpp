// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/safetensors.h"

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/memory_map.h"
#include "base/text.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPrefixBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::string_view kMetadataKey = "__metadata__";
constexpr std::string_view kDownloadHint = "the file is damaged or incomplete, download or copy it again";

// Element types of the format that no part of this program can compute with.
constexpr std::string_view kForeignDTypes[] = {"F4", "F6_E2M3", "F6_E3M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "C64"};

struct Entry {
    TensorInfo info;
    std::uint64_t begin = 0; // relative to the end of the header
    std::uint64_t end = 0;
};

class HeaderReader {
public:
    HeaderReader(const fs::path& path, std::span<const std::byte> file) : m_path(path), m_file(file) {}

    // Bytes of the JSON text, checked against the file and the cap.
    std::string_view text() const
    {
        if (m_file.size() < kPrefixBytes)
            fail(fmt::format("not a safetensors file, it has {} bytes and the header's length alone needs 8", m_file.size()));
        const std::uint64_t length = loadLittleEndian<std::uint64_t>(m_file);
        const std::uint64_t available = m_file.size() - kPrefixBytes;
        if (length > kMaxHeaderBytes)
            fail(fmt::format("not a safetensors file, its header would have {} bytes and at most {} are allowed", length,
                             kMaxHeaderBytes));
        if (length > available)
            fail(fmt::format("the header should have {} bytes, the file holds {} after the length", length, available));
        const auto bytes = m_file.subspan(kPrefixBytes, static_cast<std::size_t>(length));
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (!isUtf8(text))
            fail("the header is not valid UTF-8");
        if (!text.starts_with('{'))
            fail("the header is not a JSON object");
        return text;
    }

    std::vector<Entry> entries(const Json& header, SafetensorsMetadata& metadata) const
    {
        std::vector<Entry> entries;
        entries.reserve(header.size());
        for (const auto& [name, value] : header.items()) {
            if (name == kMetadataKey)
                metadata = readMetadata(value);
            else
                entries.push_back(readEntry(name, value));
        }
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return std::tie(a.begin, a.end, a.info.name) < std::tie(b.begin, b.end, b.info.name);
        });
        return entries;
    }

    // The tensors must follow each other without hole or overlap from the end of the header to the end of the file.
    void checkCoverage(const std::vector<Entry>& entries, std::uint64_t dataBytes) const
    {
        std::uint64_t expected = 0;
        const Entry* previous = nullptr;
        for (const Entry& entry : entries) {
            if (entry.begin != expected) {
                const std::string after = previous ? fmt::format("tensor {} ends", inQuotes(previous->info.name)) : "the data begins";
                fail(fmt::format("tensor {} begins at byte {} of the data, but {} at {}: {}", inQuotes(entry.info.name), entry.begin,
                                 after, expected, entry.begin < expected ? "they overlap" : "there is a hole"));
            }
            expected = entry.end;
            previous = &entry;
        }
        if (expected > dataBytes)
            fail(fmt::format("tensor {} ends at byte {} of the data, the file holds {}", inQuotes(previous->info.name), expected, dataBytes));
        if (expected < dataBytes)
            fail(fmt::format("{} bytes follow the last tensor, the tensors need {} and the file holds {}", dataBytes - expected,
                             expected, dataBytes));
    }

private:
    [[noreturn]] void fail(std::string what) const
    {
        throw Error::corrupt(m_path, std::move(what), std::string(kDownloadHint));
    }

    SafetensorsMetadata readMetadata(const Json& value) const
    {
        if (!value.is_object())
            fail("__metadata__ is not an object of texts");
        SafetensorsMetadata metadata;
        for (const auto& [key, text] : value.items()) {
            if (!text.is_string())
                fail(fmt::format("__metadata__: the value of {} is not a text", inQuotes(key)));
            metadata.emplace(key, text.get<std::string>());
        }
        return metadata;
    }

    DType readDType(const std::string& tensor, const Json& value) const
    {
        if (!value.is_string())
            fail(fmt::format("tensor {}: dtype is not a text", tensor));
        const auto& name = value.get_ref<const std::string&>();
        if (const auto dtype = dtypeFromSafetensors(name))
            return *dtype;
        if (std::find(std::begin(kForeignDTypes), std::end(kForeignDTypes), name) != std::end(kForeignDTypes))
            throw Error::unsupported(fmt::format("tensor {} is of dtype {}, which can not be read yet", tensor, name), m_path.string());
        fail(fmt::format("tensor {}: there is no dtype {}", tensor, inQuotes(name)));
    }

    Entry readEntry(const std::string& name, const Json& value) const
    {
        const std::string tensor = inQuotes(name);
        if (!value.is_object())
            fail(fmt::format("tensor {}: its entry is not an object", tensor));
        const auto dtype = value.find("dtype");
        const auto shape = value.find("shape");
        const auto offsets = value.find("data_offsets");
        if (dtype == value.end() || shape == value.end() || offsets == value.end())
            fail(fmt::format("tensor {}: its entry needs dtype, shape and data_offsets", tensor));

        Entry entry;
        entry.info.name = name;
        entry.info.dtype = readDType(tensor, *dtype);
        if (!shape->is_array())
            fail(fmt::format("tensor {}: shape is not a list", tensor));
        for (const Json& dim : *shape) {
            constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
            if (!dim.is_number_unsigned() || dim.get<std::uint64_t>() > kMax)
                fail(fmt::format("tensor {}: the shape holds something that is no size", tensor));
            entry.info.shape.push_back(dim.get<std::int64_t>());
        }
        if (!offsets->is_array() || offsets->size() != 2 || !(*offsets)[0].is_number_unsigned() || !(*offsets)[1].is_number_unsigned())
            fail(fmt::format("tensor {}: data_offsets is not a pair of byte offsets", tensor));
        entry.begin = (*offsets)[0].get<std::uint64_t>();
        entry.end = (*offsets)[1].get<std::uint64_t>();
        if (entry.begin > entry.end)
            fail(fmt::format("tensor {}: its data would begin at {} and end before that, at {}", tensor, entry.begin, entry.end));

        const auto count = elementCount(entry.info.shape);
        const std::uint64_t size = sizeOf(entry.info.dtype);
        if (!count || static_cast<std::uint64_t>(*count) > std::numeric_limits<std::uint64_t>::max() / size)
            fail(fmt::format("tensor {}: the shape {} has too many elements", tensor, shapeText(entry.info.shape)));
        entry.info.bytes = static_cast<std::uint64_t>(*count) * size;
        if (entry.end - entry.begin != entry.info.bytes)
            fail(fmt::format("tensor {}: {} of shape {} needs {} bytes, the offsets span {}", tensor, toString(entry.info.dtype),
                             shapeText(entry.info.shape), entry.info.bytes, entry.end - entry.begin));
        return entry;
    }

    const fs::path& m_path;
    std::span<const std::byte> m_file;
};

} // namespace

SafetensorsFile::SafetensorsFile(const fs::path& path) : m_path(path), m_map(std::make_shared<const MemoryMap>(path))
{
    const HeaderReader reader(m_path, m_map->bytes());
    const std::string_view text = reader.text();
    constexpr int kDepth = 8; // header, tensor, shape need 3
    const Json header = parseJson(text, m_path, {.maxBytes = kMaxHeaderBytes, .maxDepth = kDepth});
    const std::uint64_t dataBegin = kPrefixBytes + text.size();
    std::vector<Entry> entries = reader.entries(header, m_metadata);
    reader.checkCoverage(entries, m_map->bytes().size() - dataBegin);
    m_tensors.reserve(entries.size());
    m_offsets.reserve(entries.size());
    for (Entry& entry : entries) {
        m_tensors.push_back(std::move(entry.info));
        m_offsets.push_back(dataBegin + entry.begin);
    }
}

TensorData SafetensorsFile::read(std::size_t index) const
{
    const TensorInfo& info = m_tensors.at(index);
    return {m_map->bytes().subspan(static_cast<std::size_t>(m_offsets[index]), static_cast<std::size_t>(info.bytes)), m_map};
}

SafetensorsMetadata defaultSafetensorsMetadata()
{
    return {{"format", "pt"}};
}

SafetensorsLayout safetensorsLayout(std::span<const TensorInfo> tensors, const SafetensorsMetadata& metadata)
{
    std::string json = "{";
    const auto addKey = [&json](std::string_view key) {
        if (json.size() > 1)
            json += ',';
        json.append(toJsonText(Json(std::string(key)))).append(":");
    };
    if (!metadata.empty()) {
        addKey(kMetadataKey);
        json += toJsonText(Json(metadata));
    }

    SafetensorsLayout layout;
    std::set<std::string_view> names;
    std::uint64_t end = 0;
    for (const TensorInfo& info : tensors) {
        if (!isUtf8(info.name) || info.name == kMetadataKey)
            throw Error::invalid(fmt::format("{} can not be the name of a tensor in a safetensors file", inQuotes(info.name)));
        if (!names.insert(info.name).second)
            throw Error::invalid(fmt::format("two tensors have the name {}", inQuotes(info.name)));
        const auto count = elementCount(info.shape);
        if (!count || static_cast<std::uint64_t>(*count) * sizeOf(info.dtype) != info.bytes)
            throw Error::invalid(fmt::format("{} bytes do not fit the shape {} and dtype {}", info.bytes, shapeText(info.shape),
                                             toString(info.dtype)), info.name);
        layout.offsets.push_back(end);
        addKey(info.name);
        json += fmt::format(R"({{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", toString(info.dtype),
                            fmt::join(info.shape, ","), end, end + info.bytes);
        end += info.bytes;
    }
    json += '}';
    constexpr std::size_t kLengthBytes = 8;
    json.resize((kLengthBytes + json.size() + kDataAlignment - 1) / kDataAlignment * kDataAlignment - kLengthBytes, ' ');
    if (json.size() > kMaxHeaderBytes)
        throw Error::invalid(fmt::format("{} tensors need a header of {} bytes, a safetensors file allows {}", tensors.size(),
                                         json.size(), kMaxHeaderBytes), {}, "use more shards");

    appendLittleEndian<std::uint64_t>(layout.header, json.size());
    layout.header += json;
    for (std::uint64_t& offset : layout.offsets)
        offset += layout.header.size();
    layout.fileBytes = layout.header.size() + end;
    return layout;
}

void writeSafetensors(const fs::path& path, std::span<const TensorBytes> tensors, const SafetensorsMetadata& metadata)
{
    std::vector<TensorInfo> infos;
    infos.reserve(tensors.size());
    for (const TensorBytes& tensor : tensors) {
        if (tensor.bytes.size() != tensor.info.bytes)
            throw Error::invalid(fmt::format("{} bytes were given, dtype and shape need {}", tensor.bytes.size(), tensor.info.bytes),
                                 tensor.info.name);
        infos.push_back(tensor.info);
    }
    SafetensorsLayout layout = safetensorsLayout(infos, metadata);
    std::string content = std::move(layout.header);
    content.reserve(static_cast<std::size_t>(layout.fileBytes));
    for (const TensorBytes& tensor : tensors)
        content.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    writeFileAtomically(path, content);
}

} // namespace crucible::formats
