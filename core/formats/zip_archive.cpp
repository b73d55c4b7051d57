// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/zip_archive.h"

#include "base/error.h"
#include "base/memory_map.h"
#include "formats/bytes.h"

#include <fmt/format.h>
#include <zip.h>

#include <limits>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::uint64_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kEnd64Bytes = 56, kLocator64Bytes = 20;
constexpr std::uint64_t kMaxComment = 65535;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint16_t kZip64Extra = 0x0001;
constexpr std::uint32_t kMark32 = 0xffffffff; // the value is in the zip64 part
constexpr std::uint64_t kMaxDeflateRatio = 1032; // of the format itself (RFC 1951)

std::uint16_t u16(Bytes bytes, std::size_t at) { return loadLittleEndian<std::uint16_t>(bytes.subspan(at)); }
std::uint32_t u32(Bytes bytes, std::size_t at) { return loadLittleEndian<std::uint32_t>(bytes.subspan(at)); }
std::uint64_t u64(Bytes bytes, std::size_t at) { return loadLittleEndian<std::uint64_t>(bytes.subspan(at)); }

struct CloseArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

} // namespace

ZipArchive::ZipArchive(const fs::path& path) : m_path(path), m_map(std::make_shared<const MemoryMap>(path))
{
    const Directory directory = findDirectory();
    Bytes records = at(directory.offset, directory.size, "the directory");
    if (directory.count > directory.size / kCentralBytes)
        fail(fmt::format("the directory would list {} entries in {} bytes", directory.count, directory.size));
    m_entries.reserve(static_cast<std::size_t>(directory.count));
    for (std::uint64_t i = 0; i < directory.count; ++i) {
        if (records.size() < kCentralBytes || u32(records, 0) != kCentralSignature)
            fail(fmt::format("entry {} of {} in the directory is damaged", i + 1, directory.count));
        const std::size_t size = kCentralBytes + u16(records, 28) + u16(records, 30) + u16(records, 32);
        if (records.size() < size)
            fail(fmt::format("entry {} of {} in the directory is cut off", i + 1, directory.count));
        readEntry(records.first(size), directory.offset);
        records = records.subspan(size);
    }
    checkIntact();
}

void ZipArchive::checkIntact() const
{
    m_map->checkIntact();
}

bool ZipArchive::looksLikeZip(Bytes bytes)
{
    return bytes.size() >= 4 && u32(bytes, 0) == kLocalSignature;
}

void ZipArchive::fail(std::string what) const
{
    throw Error::corrupt(m_path, std::move(what),
                         CRUCIBLE_TR_NOOP("Problem", "the file is damaged or incomplete, download or copy it again"));
}

Bytes ZipArchive::at(std::uint64_t offset, std::uint64_t size, std::string_view what) const
{
    const Bytes file = m_map->bytes();
    if (offset > file.size() || size > file.size() - offset)
        fail(fmt::format("{} would be {} bytes at {}, the file has {}", what, size, offset, file.size()));
    return file.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

ZipArchive::Directory ZipArchive::findDirectory() const
{
    const Bytes file = m_map->bytes();
    if (file.size() < kEndBytes)
        fail(fmt::format("not a ZIP file, it has {} bytes", file.size()));
    std::uint64_t end = file.size() - kEndBytes;
    const std::uint64_t first = end > kMaxComment ? end - kMaxComment : 0;
    while (u32(file, static_cast<std::size_t>(end)) != kEndSignature
           || end + kEndBytes + u16(file, static_cast<std::size_t>(end) + 20) != file.size()) {
        if (end == first)
            fail("the ZIP directory at the end of the file is missing");
        --end;
    }
    const Bytes record = file.subspan(static_cast<std::size_t>(end));
    if (u16(record, 4) != 0 || u16(record, 6) != 0)
        throw Error::unsupported(CRUCIBLE_TR_NOOP("Problem", "the ZIP file is split over several files"),
                                 m_path.string());
    Directory directory{u16(record, 10), u32(record, 12), u32(record, 16)};

    if (end < kLocator64Bytes)
        return directory;
    const Bytes locator = file.subspan(static_cast<std::size_t>(end - kLocator64Bytes), kLocator64Bytes);
    if (u32(locator, 0) != kLocator64Signature)
        return directory;
    const Bytes end64 = at(u64(locator, 8), kEnd64Bytes, "the end of the zip64 directory");
    if (u32(end64, 0) != kEnd64Signature)
        fail("the end of the zip64 directory is not where it should be");
    return {u64(end64, 32), u64(end64, 40), u64(end64, 48)};
}

void ZipArchive::readEntry(Bytes record, std::uint64_t directoryOffset)
{
    const std::size_t nameBytes = u16(record, 28);
    Entry entry;
    entry.name.assign(reinterpret_cast<const char*>(record.data()) + kCentralBytes, nameBytes);
    entry.storedSize = u32(record, 20);
    entry.size = u32(record, 24);
    entry.position = m_entries.size();
    std::uint64_t local = u32(record, 42);
    const std::string name = inQuotes(entry.name);

    // The zip64 field holds those of the numbers that are marked, in this order.
    Bytes extra = record.subspan(kCentralBytes + nameBytes, u16(record, 30));
    while (extra.size() >= 4) {
        const std::size_t size = u16(extra, 2);
        if (size > extra.size() - 4)
            fail(fmt::format("entry {}: its extra fields are cut off", name));
        Bytes field = extra.subspan(4, size);
        if (u16(extra, 0) == kZip64Extra) {
            for (std::uint64_t* number : {&entry.size, &entry.storedSize, &local}) {
                if (*number != kMark32)
                    continue;
                if (field.size() < 8)
                    fail(fmt::format("entry {}: its zip64 field is cut off", name));
                *number = u64(field, 0);
                field = field.subspan(8);
            }
        }
        extra = extra.subspan(4 + size);
    }

    const std::uint16_t flags = u16(record, 8);
    const std::uint16_t method = u16(record, 10);
    if (flags & 1u)
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "entry %1 is encrypted"), name}, m_path.string());
    if (method != kStored && method != kDeflated)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "entry %1 is packed with method %2, only stored and deflated ones are read"),
             name, method},
            m_path.string());
    entry.stored = method == kStored;

    const Bytes header = at(local, kLocalBytes, fmt::format("the header of entry {}", name));
    if (u32(header, 0) != kLocalSignature)
        fail(fmt::format("entry {}: its header is not where the directory says", name));
    entry.dataOffset = local + kLocalBytes + u16(header, 26) + u16(header, 28);
    at(entry.dataOffset, entry.storedSize, fmt::format("entry {}", name));
    if (entry.dataOffset + entry.storedSize > directoryOffset)
        fail(fmt::format("entry {} reaches into the directory", name));
    if (entry.stored && entry.size != entry.storedSize)
        fail(fmt::format("entry {} is stored in {} bytes and would have {}", name, entry.storedSize, entry.size));
    if (!entry.stored && entry.size / kMaxDeflateRatio > entry.storedSize)
        fail(fmt::format("entry {} would unpack {} bytes to {}, more than is possible", name, entry.storedSize, entry.size));
    if (!m_byName.emplace(entry.name, m_entries.size()).second)
        fail(fmt::format("entry {} is there twice", name));
    m_entries.push_back(std::move(entry));
}

const ZipArchive::Entry* ZipArchive::find(std::string_view name) const
{
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_entries[found->second];
}

TensorData ZipArchive::read(const Entry& entry) const
{
    if (!entry.stored)
        return inflate(entry);
    return {m_map->bytes().subspan(static_cast<std::size_t>(entry.dataOffset), static_cast<std::size_t>(entry.size)), m_map};
}

TensorData ZipArchive::inflate(const Entry& entry) const
{
    const auto broken = [&]() { fail(fmt::format("entry {} can not be unpacked", inQuotes(entry.name))); };
    const Bytes file = m_map->bytes();
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
    std::unique_ptr<zip_t, CloseArchive> archive(source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr);
    zip_error_fini(&error);
    if (!archive) {
        zip_source_free(source);
        broken();
    }
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), entry.position, ZIP_FL_ENC_RAW, &stat) != 0 || entry.name != stat.name || stat.size != entry.size)
        broken();
    const std::unique_ptr<zip_file_t, CloseFile> stream(zip_fopen_index(archive.get(), entry.position, 0));
    if (!stream)
        broken();

    // Grown as it fills: the claimed size alone must not cost memory.
    constexpr std::uint64_t kStep = std::uint64_t(16) << 20;
    auto buffer = std::make_shared<std::vector<std::byte>>();
    while (buffer->size() < entry.size) {
        const std::size_t before = buffer->size();
        const std::uint64_t step = std::min(entry.size - before, kStep);
        buffer->resize(before + static_cast<std::size_t>(step));
        if (zip_fread(stream.get(), buffer->data() + before, step) != static_cast<zip_int64_t>(step))
            broken();
    }
    return {*buffer, buffer};
}

} // namespace crucible::formats
