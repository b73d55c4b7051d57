// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "base/text.h"
#include "formats/bytes.h"
#include "formats/crc32.h"
#include "formats/torch_bin.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crucible::formats {
namespace {

constexpr std::string_view kFolder = "archive/";
constexpr std::uint64_t kAlignment = 64;
constexpr std::uint64_t kLocalBytes = 30;
constexpr std::uint64_t kExtraHeaderBytes = 4;
constexpr std::uint64_t kZip64SizesBytes = 16; // size and packed size
constexpr std::uint64_t kMax32 = 0xffffffff;
constexpr std::uint16_t kZip64Extra = 0x0001;
constexpr std::uint16_t kPaddingExtra = 0x4246; // "FB", as torch.save pads
constexpr std::uint16_t kVersion = 20, kVersion64 = 45; // needed to extract
constexpr std::uint16_t kUtf8Names = 1u << 11;
constexpr std::uint16_t kDay = 33; // 1980-01-01: equal contents give equal files
constexpr std::size_t kMaxNameBytes = 1000;

bool isLarge(const TorchBinLayout::Entry& entry)
{
    return entry.size >= kMax32;
}

std::uint64_t localBytesBeforePadding(const TorchBinLayout::Entry& entry)
{
    return kLocalBytes + entry.name.size() + (isLarge(entry) ? kExtraHeaderBytes + kZip64SizesBytes : 0) + kExtraHeaderBytes;
}

// Version, flags, method, time, day, checksum and both sizes: the same in both headers.
void addCommonFields(std::string& to, const TorchBinLayout::Entry& entry, std::uint32_t crc, bool large)
{
    appendLittleEndian<std::uint16_t>(to, large ? kVersion64 : kVersion);
    appendLittleEndian<std::uint16_t>(to, kUtf8Names);
    appendLittleEndian<std::uint16_t>(to, 0); // stored
    appendLittleEndian<std::uint16_t>(to, 0); // time
    appendLittleEndian<std::uint16_t>(to, kDay);
    appendLittleEndian<std::uint32_t>(to, crc);
    for (int i = 0; i < 2; ++i)
        appendLittleEndian<std::uint32_t>(to, static_cast<std::uint32_t>(std::min(entry.size, kMax32)));
    appendLittleEndian<std::uint16_t>(to, static_cast<std::uint16_t>(entry.name.size()));
}

std::string localHeader(const TorchBinLayout::Entry& entry, std::uint32_t crc)
{
    const auto padding = static_cast<std::uint16_t>(entry.dataOffset - entry.headerOffset - localBytesBeforePadding(entry));
    const auto extra = static_cast<std::uint16_t>(entry.dataOffset - entry.headerOffset - kLocalBytes - entry.name.size());
    std::string header = "PK\x03\x04";
    addCommonFields(header, entry, crc, isLarge(entry));
    appendLittleEndian<std::uint16_t>(header, extra);
    header += entry.name;
    if (isLarge(entry)) {
        appendLittleEndian<std::uint16_t>(header, kZip64Extra);
        appendLittleEndian<std::uint16_t>(header, kZip64SizesBytes);
        appendLittleEndian<std::uint64_t>(header, entry.size);
        appendLittleEndian<std::uint64_t>(header, entry.size);
    }
    appendLittleEndian<std::uint16_t>(header, kPaddingExtra);
    appendLittleEndian<std::uint16_t>(header, padding);
    header.append(padding, 'Z');
    return header;
}

std::string centralHeader(const TorchBinLayout::Entry& entry, std::uint32_t crc)
{
    const bool farAway = entry.headerOffset >= kMax32;
    std::string numbers;
    if (isLarge(entry)) {
        appendLittleEndian<std::uint64_t>(numbers, entry.size);
        appendLittleEndian<std::uint64_t>(numbers, entry.size);
    }
    if (farAway)
        appendLittleEndian<std::uint64_t>(numbers, entry.headerOffset);
    std::string header = "PK\x01\x02";
    appendLittleEndian<std::uint16_t>(header, kVersion64); // made by
    addCommonFields(header, entry, crc, !numbers.empty());
    appendLittleEndian<std::uint16_t>(header, static_cast<std::uint16_t>(numbers.empty() ? 0 : kExtraHeaderBytes + numbers.size()));
    header.append(2 + 2 + 2 + 4, '\0'); // comment, disk, attributes
    appendLittleEndian<std::uint32_t>(header, static_cast<std::uint32_t>(std::min(entry.headerOffset, kMax32)));
    header += entry.name;
    if (!numbers.empty()) {
        appendLittleEndian<std::uint16_t>(header, kZip64Extra);
        appendLittleEndian<std::uint16_t>(header, static_cast<std::uint16_t>(numbers.size()));
        header += numbers;
    }
    return header;
}

// Headers and end records; the same length whatever the checksums are.
std::string directory(const TorchBinLayout& layout, std::uint64_t offset, std::span<const std::uint32_t> crcs)
{
    std::string text;
    for (std::size_t i = 0; i < layout.entries.size(); ++i)
        text += centralHeader(layout.entries[i], crcs[i]);
    const std::uint64_t size = text.size();
    const std::uint64_t count = layout.entries.size();

    text += "PK\x06\x06";
    appendLittleEndian<std::uint64_t>(text, 44); // of the rest of this record
    appendLittleEndian<std::uint16_t>(text, kVersion64);
    appendLittleEndian<std::uint16_t>(text, kVersion64);
    text.append(8, '\0'); // disks
    for (const std::uint64_t number : {count, count, size, offset})
        appendLittleEndian<std::uint64_t>(text, number);

    text += "PK\x06\x07";
    text.append(4, '\0');
    appendLittleEndian<std::uint64_t>(text, offset + size);
    appendLittleEndian<std::uint32_t>(text, 1); // disk in all

    text += "PK\x05\x06";
    text.append(4, '\0');
    for (int i = 0; i < 2; ++i)
        appendLittleEndian<std::uint16_t>(text, static_cast<std::uint16_t>(std::min<std::uint64_t>(count, 0xffff)));
    appendLittleEndian<std::uint32_t>(text, static_cast<std::uint32_t>(std::min(size, kMax32)));
    appendLittleEndian<std::uint32_t>(text, static_cast<std::uint32_t>(std::min(offset, kMax32)));
    appendLittleEndian<std::uint16_t>(text, 0); // comment
    return text;
}

void checkTensors(std::span<const TensorInfo> tensors)
{
    std::set<std::string_view> names;
    for (const TensorInfo& info : tensors) {
        if (!isUtf8(info.name) || info.name.size() > kMaxNameBytes)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 can not be the name of a tensor in a PyTorch file"),
                                  inQuotes(info.name)});
        if (!names.insert(info.name).second)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "two tensors have the name %1"), inQuotes(info.name)});
        const auto count = elementCount(info.shape);
        if (!count || static_cast<std::uint64_t>(*count) * sizeOf(info.dtype) != info.bytes)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 bytes do not fit the shape %2 and dtype %3"),
                                  info.bytes, shapeText(info.shape), toString(info.dtype)},
                                 info.name);
    }
}

} // namespace

TorchBinLayout torchBinLayout(std::span<const TensorInfo> tensors)
{
    checkTensors(tensors);
    std::vector<PickledTensor> pickled;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const TensorInfo& info = tensors[i];
        std::vector<std::int64_t> strides(info.shape.size());
        std::int64_t step = 1;
        for (std::size_t d = info.shape.size(); d-- > 0;) {
            strides[d] = step;
            step *= std::max<std::int64_t>(info.shape[d], 1);
        }
        pickled.push_back({info.name, fmt::format("{}", i), info.dtype, info.bytes, 0, info.shape, std::move(strides)});
    }

    TorchBinLayout layout;
    std::uint64_t end = 0;
    const auto add = [&](std::string_view name, std::string content, std::uint64_t size, bool isTensor) {
        TorchBinLayout::Entry entry{std::string(kFolder).append(name), std::move(content), size, end, 0, isTensor};
        const std::uint64_t data = end + localBytesBeforePadding(entry);
        entry.dataOffset = (data + kAlignment - 1) / kAlignment * kAlignment;
        end = entry.dataOffset + size;
        layout.entries.push_back(std::move(entry));
    };
    const auto addText = [&](std::string_view name, std::string content) {
        const std::uint64_t size = content.size();
        add(name, std::move(content), size, false);
    };
    addText("data.pkl", writePickledTensors(pickled));
    addText("byteorder", "little");
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        add(fmt::format("data/{}", i), {}, tensors[i].bytes, true);
        layout.offsets.push_back(layout.entries.back().dataOffset);
    }
    addText("version", "3\n");
    const std::vector<std::uint32_t> unknown(layout.entries.size());
    layout.fileBytes = end + directory(layout, end, unknown).size();
    return layout;
}

std::vector<TorchBinLayout::Piece> finishTorchBin(const TorchBinLayout& layout, std::span<const std::uint32_t> crcs)
{
    std::vector<TorchBinLayout::Piece> pieces;
    std::vector<std::uint32_t> all;
    std::size_t tensor = 0;
    for (const TorchBinLayout::Entry& entry : layout.entries) {
        all.push_back(entry.isTensor ? crcs[tensor++] : crc32(std::as_bytes(std::span(entry.content))));
        pieces.push_back({entry.headerOffset, localHeader(entry, all.back()) + entry.content});
    }
    const TorchBinLayout::Entry& last = layout.entries.back();
    const std::uint64_t end = last.dataOffset + last.size;
    pieces.push_back({end, directory(layout, end, all)});
    return pieces;
}

} // namespace crucible::formats
