// SPDX-License-Identifier: GPL-3.0-or-later
// ZIP files (APPNOTE 6.3, with zip64) for reading in place: what is stored is seen through the mapping, what is deflated is
// unpacked by libzip. No sizes of the directory are believed before they are checked against the file.
#pragma once

#include "formats/tensor.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crucible {
class MemoryMap;
}

namespace crucible::formats {

class ZipArchive {
public:
    struct Entry {
        std::string name;
        bool stored = true; // else deflated
        std::uint64_t size = 0;
        std::uint64_t storedSize = 0; // in the file
        std::uint64_t dataOffset = 0;
        std::size_t position = 0; // in the directory
    };

    // Reads the directory. Throws Error::corrupt, Error::unsupported (encrypted, split, other compressions), Error::io.
    explicit ZipArchive(const std::filesystem::path& path);

    // True when the bytes begin as those of a ZIP file.
    static bool looksLikeZip(std::span<const std::byte> bytes);

    const std::vector<Entry>& entries() const { return m_entries; }
    const Entry* find(std::string_view name) const; // nullptr for none
    // The content. Stored: a view. Deflated: a buffer of exactly entry.size bytes. Thread-safe.
    TensorData read(const Entry& entry) const;
    // Throws Error::io when the file was changed or cut short since it was opened.
    void checkIntact() const;

private:
    struct Directory {
        std::uint64_t count = 0, size = 0, offset = 0;
    };
    [[noreturn]] void fail(std::string what) const;
    std::span<const std::byte> at(std::uint64_t offset, std::uint64_t size, std::string_view what) const;
    Directory findDirectory() const;
    void readEntry(std::span<const std::byte> record, std::uint64_t directoryOffset);
    TensorData inflate(const Entry& entry) const;

    std::filesystem::path m_path;
    std::shared_ptr<const MemoryMap> m_map;
    std::vector<Entry> m_entries;
    std::map<std::string, std::size_t, std::less<>> m_byName;
};

} // namespace crucible::formats
