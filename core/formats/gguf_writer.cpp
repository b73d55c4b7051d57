// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/gguf_writer.h"

#include "base/error.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crucible::formats {
namespace {

constexpr std::uint32_t kVersion = 3;
constexpr std::uint64_t kAlignment = 32;
constexpr std::size_t kLongestName = 63;
constexpr std::size_t kMostDims = 4;
// As the format numbers types of values.
constexpr std::uint32_t kByte = 0, kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kText = 8, kList = 9;

void appendText(std::string& to, std::string_view text)
{
    appendLittleEndian<std::uint64_t>(to, text.size());
    to.append(text);
}

std::uint64_t aligned(std::uint64_t bytes)
{
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::uint32_t ggmlTypeOf(const TensorInfo& info)
{
    constexpr std::uint32_t kMostTypes = 64;
    for (std::uint32_t id = 0; id < kMostTypes; ++id) {
        const GgmlType* type = findGgmlType(id);
        if (type && type->dtype == info.dtype)
            return id;
    }
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "GGUF files have no tensors of type %1"), toString(info.dtype)},
                         info.name);
}

} // namespace

GgufHeader::GgufHeader(std::string_view architecture, std::filesystem::path where) : m_architecture(architecture), m_facts(std::move(where))
{
    setText("general.architecture", architecture);
}

std::string GgufHeader::begin(std::string_view key, std::uint32_t type)
{
    const bool isWhole = key.starts_with("general.") || key.starts_with("tokenizer.");
    std::string name = isWhole ? std::string(key) : fmt::format("{}.{}", m_architecture, key);
    appendText(m_bytes, name);
    appendLittleEndian(m_bytes, type);
    ++m_entries;
    return name;
}

void GgufHeader::beginList(std::string_view key, std::uint32_t type, std::size_t count)
{
    begin(key, kList);
    appendLittleEndian(m_bytes, type);
    appendLittleEndian<std::uint64_t>(m_bytes, count);
}

void GgufHeader::setWhole(std::string_view key, std::uint32_t value)
{
    m_facts.set(begin(key, kU32), static_cast<double>(value));
    appendLittleEndian(m_bytes, value);
}

void GgufHeader::setReal(std::string_view key, double value)
{
    const auto stored = static_cast<float>(value);
    m_facts.set(begin(key, kF32), static_cast<double>(stored));
    appendLittleEndian(m_bytes, stored);
}

void GgufHeader::setFlag(std::string_view key, bool value)
{
    m_facts.set(begin(key, kBool), value);
    appendLittleEndian(m_bytes, static_cast<std::uint8_t>(value));
}

void GgufHeader::setText(std::string_view key, std::string_view value)
{
    m_facts.set(begin(key, kText), std::string(value));
    appendText(m_bytes, value);
}

void GgufHeader::setTexts(std::string_view key, std::span<const std::string> values)
{
    beginList(key, kText, values.size());
    for (const std::string& value : values)
        appendText(m_bytes, value);
}

void GgufHeader::setReals(std::string_view key, std::span<const float> values)
{
    beginList(key, kF32, values.size());
    for (const float value : values)
        appendLittleEndian(m_bytes, value);
}

void GgufHeader::setWholes(std::string_view key, std::span<const std::int32_t> values)
{
    beginList(key, kI32, values.size());
    for (const std::int32_t value : values)
        appendLittleEndian(m_bytes, value);
}

void GgufHeader::setBytes(std::string_view key, std::string_view values)
{
    beginList(key, kByte, values.size());
    m_bytes.append(values);
}

GgufLayout ggufLayout(const GgufHeader& header, std::span<const TensorInfo> tensors)
{
    GgufLayout layout;
    layout.header = "GGUF";
    appendLittleEndian(layout.header, kVersion);
    appendLittleEndian<std::uint64_t>(layout.header, tensors.size());
    appendLittleEndian(layout.header, header.entries());
    layout.header += header.bytes();
    std::set<std::string_view> names;
    std::uint64_t offset = 0;
    for (const TensorInfo& info : tensors) {
        if (!names.insert(info.name).second)
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "two tensors would have the same name"), info.name);
        if (info.name.size() > kLongestName)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "a tensor's name may have %1 bytes in GGUF files"), kLongestName},
                info.name);
        if (info.shape.empty() || info.shape.size() > kMostDims)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "a tensor of %1 dimensions can not be in GGUF files"), info.shape.size()},
                info.name);
        appendText(layout.header, info.name);
        appendLittleEndian<std::uint32_t>(layout.header, static_cast<std::uint32_t>(info.shape.size()));
        for (auto dim = info.shape.rbegin(); dim != info.shape.rend(); ++dim)
            appendLittleEndian<std::uint64_t>(layout.header, static_cast<std::uint64_t>(*dim));
        appendLittleEndian(layout.header, ggmlTypeOf(info));
        appendLittleEndian(layout.header, offset);
        layout.offsets.push_back(offset);
        offset += aligned(info.bytes);
    }
    layout.header.resize(static_cast<std::size_t>(aligned(layout.header.size())));
    for (std::uint64_t& place : layout.offsets)
        place += layout.header.size();
    layout.fileBytes = layout.header.size() + offset;
    return layout;
}

} // namespace crucible::formats
