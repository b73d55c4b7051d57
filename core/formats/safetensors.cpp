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
#include <optional>
#include <set>
#include <tuple>
#include <utility>

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

// Takes the header's JSON event by event: what is not a header ends the reading where it is met, so that a hostile text costs
// no more memory than the tensors that it lists.
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
        // The parser takes a zero byte for the end of its input and would not see what follows.
        if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
            fail(fmt::format("the header is not valid JSON at byte {}", zero + 1));
        return text;
    }

    // The tensors in the order of their data.
    std::vector<Entry> entries(std::string_view json, SafetensorsMetadata& metadata)
    {
        Json::sax_parse(json.begin(), json.end(), this);
        metadata = std::move(m_metadata);
        checkNames();
        std::sort(m_entries.begin(), m_entries.end(), [](const Entry& a, const Entry& b) {
            return std::tie(a.begin, a.end, a.info.name) < std::tie(b.begin, b.end, b.info.name);
        });
        return std::move(m_entries);
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

    // What the parser calls, by the names that it asks for.
    bool null() { return scalar(); }
    bool boolean(bool) { return scalar(); }
    bool number_integer(std::int64_t) { return scalar(); }
    bool number_float(double, const std::string&) { return scalar(); }
    bool binary(Json::binary_t&) { return scalar(); }
    bool number_unsigned(std::uint64_t value)
    {
        if (m_skipped == 0 && m_place == Place::Shape)
            addDimension(value);
        else if (m_skipped == 0 && m_place == Place::Offsets)
            addOffset(value);
        else
            scalar();
        return true;
    }
    bool string(std::string& value)
    {
        if (m_skipped == 0 && m_place == Place::Tensor && m_key == kDTypeKey)
            setDType(std::move(value));
        else if (m_skipped == 0 && m_place == Place::Metadata)
            addMetadata(std::move(value));
        else
            scalar();
        return true;
    }
    bool key(std::string& value)
    {
        if (m_skipped > 0)
            return true;
        if (m_place != Place::Header) {
            m_key = std::move(value);
            return true;
        }
        m_name = std::move(value);
        m_dtype.reset();
        m_shape.reset();
        m_offsets.reset();
        return true;
    }
    bool start_object(std::size_t)
    {
        if (m_skipped > 0 || (m_place == Place::Tensor && !isOurs()))
            return skip();
        if (m_place == Place::Start)
            m_place = Place::Header;
        else if (m_place == Place::Header)
            m_place = m_name == kMetadataKey ? enterMetadata() : Place::Tensor;
        else
            wrongKind();
        return true;
    }
    bool end_object()
    {
        if (m_skipped > 0) {
            --m_skipped;
        } else if (m_place == Place::Tensor) {
            m_entries.push_back(entry());
            m_place = Place::Header;
        } else if (m_place == Place::Metadata) {
            m_place = Place::Header;
        }
        return true;
    }
    bool start_array(std::size_t)
    {
        if (m_skipped > 0 || (m_place == Place::Tensor && !isOurs()))
            return skip();
        if (m_place != Place::Tensor || m_key == kDTypeKey)
            wrongKind();
        m_place = m_key == kShapeKey ? Place::Shape : Place::Offsets;
        std::optional<std::vector<std::uint64_t>>& list = m_place == Place::Shape ? m_shape : m_offsets;
        if (list)
            fail(fmt::format("tensor {}: {} is there twice", inQuotes(m_name), m_key));
        list.emplace();
        return true;
    }
    bool end_array()
    {
        if (m_skipped > 0)
            --m_skipped;
        else
            m_place = Place::Tensor;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const Json::exception&)
    {
        fail(fmt::format("the header is not valid JSON at byte {}", position));
    }

private:
    enum class Place { Start, Header, Tensor, Shape, Offsets, Metadata };

    static constexpr std::string_view kDTypeKey = "dtype", kShapeKey = "shape", kOffsetsKey = "data_offsets";
    static constexpr std::size_t kMaxDimensions = 64;
    static constexpr std::size_t kMaxTensors = 1'000'000;
    static constexpr std::size_t kMaxTexts = 1'000'000;
    static constexpr int kMaxSkippedDepth = 16;

    [[noreturn]] void fail(std::string what) const
    {
        throw Error::corrupt(m_path, std::move(what), std::string(kDownloadHint));
    }

    // Keys that this reader does not know mean nothing to it, as in the reference reader.
    bool isOurs() const { return m_key == kDTypeKey || m_key == kShapeKey || m_key == kOffsetsKey; }

    bool skip()
    {
        if (++m_skipped > kMaxSkippedDepth)
            fail("the header is nested too deep");
        return true;
    }

    bool scalar()
    {
        if (m_skipped == 0 && (m_place != Place::Tensor || isOurs()))
            wrongKind();
        return true;
    }

    [[noreturn]] void wrongKind() const
    {
        const std::string tensor = inQuotes(m_name);
        switch (m_place) {
        case Place::Start: fail("the header is not a JSON object");
        case Place::Header:
            fail(m_name == kMetadataKey ? std::string("__metadata__ is not an object of texts")
                                        : fmt::format("tensor {}: its entry is not an object", tensor));
        case Place::Metadata: fail(fmt::format("__metadata__: the value of {} is not a text", inQuotes(m_key)));
        case Place::Shape: fail(fmt::format("tensor {}: the shape holds something that is no size", tensor));
        case Place::Offsets: break;
        case Place::Tensor:
            if (m_key == kDTypeKey)
                fail(fmt::format("tensor {}: dtype is not a text", tensor));
            if (m_key == kShapeKey)
                fail(fmt::format("tensor {}: shape is not a list", tensor));
        }
        fail(fmt::format("tensor {}: data_offsets is not a pair of byte offsets", tensor));
    }

    Place enterMetadata()
    {
        if (std::exchange(m_hasMetadata, true))
            fail("__metadata__ is there twice");
        return Place::Metadata;
    }

    void addMetadata(std::string text)
    {
        if (m_metadata.size() >= kMaxTexts)
            fail(fmt::format("__metadata__ holds more than {} texts", kMaxTexts));
        if (!m_metadata.emplace(m_key, std::move(text)).second)
            fail(fmt::format("__metadata__: {} is there twice", inQuotes(m_key)));
    }

    void setDType(std::string name)
    {
        if (m_dtype)
            fail(fmt::format("tensor {}: dtype is there twice", inQuotes(m_name)));
        m_dtype = std::move(name);
    }

    void addDimension(std::uint64_t value)
    {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            wrongKind();
        if (m_shape->size() >= kMaxDimensions)
            fail(fmt::format("tensor {}: the shape has more than {} dimensions", inQuotes(m_name), kMaxDimensions));
        m_shape->push_back(value);
    }

    void addOffset(std::uint64_t value)
    {
        if (m_offsets->size() >= 2)
            wrongKind();
        m_offsets->push_back(value);
    }

    void checkNames() const
    {
        std::vector<std::string_view> names;
        names.reserve(m_entries.size());
        for (const Entry& entry : m_entries)
            names.push_back(entry.info.name);
        std::sort(names.begin(), names.end());
        if (const auto twin = std::adjacent_find(names.begin(), names.end()); twin != names.end())
            fail(fmt::format("tensor {} is there twice", inQuotes(*twin)));
    }

    DType readDType(const std::string& tensor) const
    {
        if (const auto dtype = dtypeFromSafetensors(*m_dtype))
            return *dtype;
        if (std::find(std::begin(kForeignDTypes), std::end(kForeignDTypes), *m_dtype) != std::end(kForeignDTypes))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "tensor %1 is of dtype %2, which can not be read yet"), tensor, *m_dtype},
                m_path.string());
        fail(fmt::format("tensor {}: there is no dtype {}", tensor, inQuotes(*m_dtype)));
    }

    // Of what was gathered since the tensor's name.
    Entry entry()
    {
        const std::string tensor = inQuotes(m_name);
        if (!m_dtype || !m_shape || !m_offsets)
            fail(fmt::format("tensor {}: its entry needs dtype, shape and data_offsets", tensor));
        if (m_entries.size() >= kMaxTensors)
            fail(fmt::format("the header lists more than {} tensors", kMaxTensors));
        if (m_offsets->size() != 2)
            fail(fmt::format("tensor {}: data_offsets is not a pair of byte offsets", tensor));
        Entry entry;
        entry.info.dtype = readDType(tensor);
        entry.info.shape.assign(m_shape->begin(), m_shape->end());
        entry.begin = m_offsets->front();
        entry.end = m_offsets->back();
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
        entry.info.name = std::move(m_name);
        return entry;
    }

    const fs::path& m_path;
    std::span<const std::byte> m_file;
    Place m_place = Place::Start;
    int m_skipped = 0; // depth inside a value that is passed over
    std::string m_name;
    std::string m_key; // inside a tensor's entry or the metadata
    std::optional<std::string> m_dtype;
    std::optional<std::vector<std::uint64_t>> m_shape;
    std::optional<std::vector<std::uint64_t>> m_offsets;
    bool m_hasMetadata = false;
    SafetensorsMetadata m_metadata;
    std::vector<Entry> m_entries;
};

} // namespace

SafetensorsFile::SafetensorsFile(const fs::path& path) : m_path(path), m_map(std::make_shared<const MemoryMap>(path))
{
    HeaderReader reader(m_path, m_map->bytes());
    const std::string_view text = reader.text();
    const std::uint64_t dataBegin = kPrefixBytes + text.size();
    std::vector<Entry> entries = reader.entries(text, m_metadata);
    reader.checkCoverage(entries, m_map->bytes().size() - dataBegin);
    m_tensors.reserve(entries.size());
    m_offsets.reserve(entries.size());
    for (Entry& entry : entries) {
        m_tensors.push_back(std::move(entry.info));
        m_offsets.push_back(dataBegin + entry.begin);
    }
    checkIntact();
}

void SafetensorsFile::checkIntact() const
{
    m_map->checkIntact();
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
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "%1 can not be the name of a tensor in a safetensors file"),
                 inQuotes(info.name)});
        if (!names.insert(info.name).second)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "two tensors have the name %1"), inQuotes(info.name)});
        const auto count = elementCount(info.shape);
        if (!count || static_cast<std::uint64_t>(*count) * sizeOf(info.dtype) != info.bytes)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 bytes do not fit the shape %2 and dtype %3"),
                                  info.bytes, shapeText(info.shape), toString(info.dtype)},
                                 info.name);
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
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "%1 tensors need a header of %2 bytes, a safetensors file allows %3"),
             tensors.size(), json.size(), kMaxHeaderBytes},
            {}, CRUCIBLE_TR_NOOP("Problem", "use more shards"));

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
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 bytes were given, dtype and shape need %2"),
                                  tensor.bytes.size(), tensor.info.bytes},
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
