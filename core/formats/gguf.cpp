// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/gguf.h"

#include "base/error.h"
#include "base/memory_map.h"
#include "base/text.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <set>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint64_t kMaxKeyBytes = 65535;
constexpr std::uint64_t kMaxTextBytes = std::uint64_t(1) << 30;
constexpr std::uint32_t kMaxDims = 4;
constexpr int kMaxArrayDepth = 8;
constexpr std::size_t kKeptTextBytes = std::size_t(1) << 20;

// Ids, names and block sizes as in ggml.h and ggml-common.h.
constexpr GgmlType kTypes[] = {
    {0, "F32", 1, 4, DType::F32}, {1, "F16", 1, 2, DType::F16}, {2, "Q4_0", 32, 18, {}}, {3, "Q4_1", 32, 20, {}},
    {6, "Q5_0", 32, 22, {}}, {7, "Q5_1", 32, 24, {}}, {8, "Q8_0", 32, 34, {}}, {9, "Q8_1", 32, 36, {}},
    {10, "Q2_K", 256, 84, {}}, {11, "Q3_K", 256, 110, {}}, {12, "Q4_K", 256, 144, {}}, {13, "Q5_K", 256, 176, {}},
    {14, "Q6_K", 256, 210, {}}, {15, "Q8_K", 256, 292, {}}, {16, "IQ2_XXS", 256, 66, {}}, {17, "IQ2_XS", 256, 74, {}},
    {18, "IQ3_XXS", 256, 98, {}}, {19, "IQ1_S", 256, 50, {}}, {20, "IQ4_NL", 32, 18, {}}, {21, "IQ3_S", 256, 110, {}},
    {22, "IQ2_S", 256, 82, {}}, {23, "IQ4_XS", 256, 136, {}}, {24, "I8", 1, 1, DType::I8}, {25, "I16", 1, 2, DType::I16},
    {26, "I32", 1, 4, DType::I32}, {27, "I64", 1, 8, DType::I64}, {28, "F64", 1, 8, DType::F64}, {29, "IQ1_M", 256, 56, {}},
    {30, "BF16", 1, 2, DType::BF16}, {34, "TQ1_0", 256, 54, {}}, {35, "TQ2_0", 256, 66, {}}, {39, "MXFP4", 32, 17, {}},
};

enum class ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, Text, Array, U64, I64, F64 };

class Reader {
public:
    Reader(const fs::path& path, std::span<const std::byte> file) : m_path(path), m_file(file) {}

    [[noreturn]] void fail(std::string what) const
    {
        throw Error::corrupt(
            m_path, std::move(what),
            CRUCIBLE_TR_NOOP("Problem", "the file is damaged or incomplete, download or copy it again"));
    }

    std::uint64_t position() const { return m_at; }
    void seek(std::uint64_t position) { m_at = static_cast<std::size_t>(position); }
    std::uint64_t left() const { return m_file.size() - m_at; }

    std::span<const std::byte> bytes(std::uint64_t count, std::string_view what)
    {
        if (count > left())
            fail(fmt::format("{} needs {} bytes at byte {}, the file ends after {}", what, count, m_at, left()));
        const auto taken = m_file.subspan(m_at, static_cast<std::size_t>(count));
        m_at += static_cast<std::size_t>(count);
        return taken;
    }

    template<class T>
    T number(std::string_view what)
    {
        return loadLittleEndian<T>(bytes(sizeof(T), what));
    }

    std::string_view text(std::uint64_t limit, std::string_view what)
    {
        const auto size = number<std::uint64_t>(what);
        if (size > limit)
            fail(fmt::format("{} would be a text of {} bytes", what, size));
        const auto taken = bytes(size, what);
        return {reinterpret_cast<const char*>(taken.data()), taken.size()};
    }

    GgufValue value(std::uint32_t type, const std::string& key, int depth)
    {
        switch (static_cast<ValueType>(type)) {
        case ValueType::U8: return {std::uint64_t(number<std::uint8_t>(key))};
        case ValueType::I8: return {std::int64_t(number<std::int8_t>(key))};
        case ValueType::U16: return {std::uint64_t(number<std::uint16_t>(key))};
        case ValueType::I16: return {std::int64_t(number<std::int16_t>(key))};
        case ValueType::U32: return {std::uint64_t(number<std::uint32_t>(key))};
        case ValueType::I32: return {std::int64_t(number<std::int32_t>(key))};
        case ValueType::U64: return {number<std::uint64_t>(key)};
        case ValueType::I64: return {number<std::int64_t>(key)};
        case ValueType::F32: return {double(number<float>(key))};
        case ValueType::F64: return {number<double>(key)};
        case ValueType::Bool: {
            const auto byte = number<std::uint8_t>(key);
            if (byte > 1)
                fail(fmt::format("{} is a truth value of {}", key, byte));
            return {byte == 1};
        }
        case ValueType::Text: {
            const std::string_view whole = text(kMaxTextBytes, key);
            return {std::string(whole.substr(0, kKeptTextBytes))};
        }
        case ValueType::Array: return {array(key, depth)};
        }
        fail(fmt::format("{} has the value type {}, which does not exist", key, type));
    }

private:
    GgufArray array(const std::string& key, int depth)
    {
        if (depth >= kMaxArrayDepth)
            fail(fmt::format("{} holds lists in lists too deep", key));
        const auto type = number<std::uint32_t>(key);
        GgufArray list;
        list.type = type;
        list.count = number<std::uint64_t>(key);
        list.offset = m_at;
        // Even the smallest element takes a byte, so a count that passes is bounded by the file.
        if (list.count > left())
            fail(fmt::format("{} would list {} elements, the file ends after {} bytes", key, list.count, left()));
        for (std::uint64_t i = 0; i < list.count; ++i) {
            GgufValue item = value(type, key, depth + 1);
            if (list.items.size() < GgufArray::kMaxItems)
                list.items.push_back(std::move(item));
        }
        return list;
    }

    const fs::path& m_path;
    std::span<const std::byte> m_file;
    std::size_t m_at = 0;
};

GgufTensor readTensor(Reader& reader, const fs::path& path)
{
    GgufTensor tensor;
    tensor.name = reader.text(kMaxKeyBytes, "the name of a tensor");
    const std::string name = inQuotes(tensor.name);
    if (!isUtf8(tensor.name))
        reader.fail(fmt::format("the name of tensor {} is not valid UTF-8", name));
    const auto dims = reader.number<std::uint32_t>(name);
    if (dims > kMaxDims)
        reader.fail(fmt::format("tensor {} would have {} dimensions, at most {} are possible", name, dims, kMaxDims));
    for (std::uint32_t d = 0; d < dims; ++d) {
        const auto dim = reader.number<std::uint64_t>(name);
        if (dim > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            reader.fail(fmt::format("tensor {} would have a dimension of {}", name, dim));
        tensor.shape.insert(tensor.shape.begin(), static_cast<std::int64_t>(dim));
    }
    const auto type = reader.number<std::uint32_t>(name);
    tensor.type = findGgmlType(type);
    if (!tensor.type)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "tensor %1 is of ggml type %2, which is not known"), name, type},
            path.string());
    const std::optional<std::int64_t> count = elementCount(tensor.shape);
    const std::int64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
    if (!count || *count > std::numeric_limits<std::int64_t>::max() / 8)
        reader.fail(fmt::format("tensor {}: the shape {} has too many elements", name, shapeText(tensor.shape)));
    if (row % tensor.type->blockElements != 0)
        reader.fail(fmt::format("tensor {}: rows of {} elements can not be {}, which has blocks of {}", name, row, tensor.type->name, tensor.type->blockElements));
    tensor.bytes = static_cast<std::uint64_t>(*count) / tensor.type->blockElements * tensor.type->blockBytes;
    tensor.offset = reader.number<std::uint64_t>(name); // counted from the start of the data until the header is read
    return tensor;
}

} // namespace

const GgmlType* findGgmlType(std::uint32_t id)
{
    const auto found = std::find_if(std::begin(kTypes), std::end(kTypes), [id](const GgmlType& type) { return type.id == id; });
    return found == std::end(kTypes) ? nullptr : &*found;
}

GgufFile::GgufFile(const fs::path& path) : m_path(path), m_map(std::make_shared<const MemoryMap>(path))
{
    const auto file = m_map->bytes();
    Reader reader(m_path, file);
    const auto magic = reader.bytes(kMagic.size(), "the magic number");
    if (std::memcmp(magic.data(), kMagic.data(), kMagic.size()) != 0)
        reader.fail("not a GGUF file, it does not begin with \"GGUF\"");
    m_version = reader.number<std::uint32_t>("the version");
    if ((m_version & 0xffffu) == 0)
        throw Error::unsupported(CRUCIBLE_TR_NOOP("Problem", "the file is for big-endian machines"), path.string());
    if (m_version < 2 || m_version > 3)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "the file is GGUF of version %1, 2 and 3 are read"), m_version},
            path.string());
    const auto tensorCount = reader.number<std::uint64_t>("the number of tensors");
    const auto valueCount = reader.number<std::uint64_t>("the number of metadata entries");
    constexpr std::uint64_t kLeastTensorBytes = 8 + 4 + 4 + 8, kLeastValueBytes = 8 + 4 + 1;
    if (tensorCount > reader.left() / kLeastTensorBytes || valueCount > reader.left() / kLeastValueBytes)
        reader.fail(fmt::format("{} tensors and {} metadata entries do not fit into the file", tensorCount, valueCount));

    std::set<std::string> names;
    for (std::uint64_t i = 0; i < valueCount; ++i) {
        const std::string key(reader.text(kMaxKeyBytes, "a metadata key"));
        if (!names.insert(key).second)
            reader.fail(fmt::format("the metadata key {} is there twice", inQuotes(key)));
        const auto type = reader.number<std::uint32_t>(key);
        m_metadata.emplace_back(key, reader.value(type, inQuotes(key), 0));
    }
    std::uint64_t alignment = 32;
    if (const GgufValue* value = find("general.alignment")) {
        const auto* number = std::get_if<std::uint64_t>(&value->value);
        constexpr std::uint64_t kMaxAlignment = 1u << 31; // of a number of 32 bits
        if (!number || !std::has_single_bit(*number) || *number > kMaxAlignment)
            reader.fail("general.alignment is no power of two");
        alignment = *number;
    }

    names.clear();
    for (std::uint64_t i = 0; i < tensorCount; ++i) {
        m_all.push_back(readTensor(reader, m_path));
        if (!names.insert(m_all.back().name).second)
            reader.fail(fmt::format("tensor {} is there twice", inQuotes(m_all.back().name)));
    }
    const std::uint64_t dataBegin = (reader.position() + alignment - 1) / alignment * alignment;
    for (GgufTensor& tensor : m_all) {
        const std::uint64_t available = file.size() > dataBegin ? file.size() - dataBegin : 0;
        if (tensor.offset % alignment != 0)
            reader.fail(fmt::format("tensor {} begins at {}, which is no multiple of {}", inQuotes(tensor.name), tensor.offset, alignment));
        if (tensor.offset > available || tensor.bytes > available - tensor.offset)
            reader.fail(fmt::format("tensor {}: {} bytes at {} of the data, the file holds {}", inQuotes(tensor.name), tensor.bytes, tensor.offset, available));
        // Without elements there may be no byte to point at.
        tensor.offset = tensor.bytes > 0 ? tensor.offset + dataBegin : 0;
        m_tensors.push_back({tensor.name, tensor.type->dtype.value_or(DType::U8), tensor.shape, tensor.bytes});
    }
    std::vector<const GgufTensor*> placed;
    for (const GgufTensor& tensor : m_all) {
        if (tensor.bytes > 0)
            placed.push_back(&tensor);
    }
    std::sort(placed.begin(), placed.end(), [](const GgufTensor* a, const GgufTensor* b) { return a->offset < b->offset; });
    for (std::size_t i = 1; i < placed.size(); ++i) {
        if (placed[i]->offset - placed[i - 1]->offset < placed[i - 1]->bytes)
            reader.fail(fmt::format("the tensors {} and {} lie over each other", inQuotes(placed[i - 1]->name), inQuotes(placed[i]->name)));
    }
    checkIntact();
}

void GgufFile::checkIntact() const
{
    m_map->checkIntact();
}

const GgufValue* GgufFile::find(std::string_view key) const
{
    const auto found = std::find_if(m_metadata.begin(), m_metadata.end(), [key](const auto& entry) { return entry.first == key; });
    return found == m_metadata.end() ? nullptr : &found->second;
}

std::string GgufFile::text(std::string_view key) const
{
    const GgufValue* value = find(key);
    const auto* text = value ? std::get_if<std::string>(&value->value) : nullptr;
    return text ? *text : std::string();
}

std::vector<std::string_view> GgufFile::texts(std::string_view key) const
{
    std::vector<std::string_view> all;
    const GgufValue* value = find(key);
    if (!value)
        return all;
    const std::string name = inQuotes(key);
    Reader reader(m_path, m_map->bytes());
    const auto* list = std::get_if<GgufArray>(&value->value);
    if (!list || list->type != static_cast<std::uint32_t>(ValueType::Text))
        reader.fail(fmt::format("{} is no list of texts", name));
    reader.seek(list->offset);
    all.reserve(static_cast<std::size_t>(list->count));
    for (std::uint64_t i = 0; i < list->count; ++i)
        all.push_back(reader.text(kMaxTextBytes, name));
    return all;
}

std::vector<double> GgufFile::numbers(std::string_view key) const
{
    std::vector<double> all;
    const GgufValue* value = find(key);
    if (!value)
        return all;
    const std::string name = inQuotes(key);
    Reader reader(m_path, m_map->bytes());
    const auto* list = std::get_if<GgufArray>(&value->value);
    if (!list)
        reader.fail(fmt::format("{} is no list of numbers", name));
    reader.seek(list->offset);
    all.reserve(static_cast<std::size_t>(list->count));
    for (std::uint64_t i = 0; i < list->count; ++i) {
        const GgufValue element = reader.value(list->type, name, 0);
        if (const auto* whole = std::get_if<std::uint64_t>(&element.value))
            all.push_back(static_cast<double>(*whole));
        else if (const auto* negative = std::get_if<std::int64_t>(&element.value))
            all.push_back(static_cast<double>(*negative));
        else if (const auto* real = std::get_if<double>(&element.value))
            all.push_back(*real);
        else if (const auto* flag = std::get_if<bool>(&element.value))
            all.push_back(*flag ? 1 : 0);
        else
            reader.fail(fmt::format("{} is no list of numbers", name));
    }
    return all;
}

bool GgufFile::isQuantized() const
{
    return std::any_of(m_all.begin(), m_all.end(), [](const GgufTensor& tensor) { return !tensor.type->dtype; });
}

TensorData GgufFile::read(std::size_t index) const
{
    const GgufTensor& tensor = m_all.at(index);
    if (!tensor.type->dtype)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "tensor %1 is quantized to %2"), tensor.name, tensor.type->name},
            m_path.string(),
            CRUCIBLE_TR_NOOP("Problem", "quantized weights can not be read yet, use the model's safetensors"));
    return {m_map->bytes().subspan(static_cast<std::size_t>(tensor.offset), static_cast<std::size_t>(tensor.bytes)), m_map};
}

} // namespace crucible::formats
