// SPDX-License-Identifier: GPL-3.0-or-later
// A file mapped read-only. Views into it share ownership through std::shared_ptr<const MemoryMap>.
#pragma once

#include "base/platform.h"

#include <memory>
#include <span>

namespace crucible {

class MemoryMap {
public:
    // Throws Error::notFound, Error::io.
    explicit MemoryMap(const std::filesystem::path& path) : m_path(path), m_mapping(platform::mapFile(path)) {}
    ~MemoryMap() { platform::unmapFile(m_mapping); }
    MemoryMap(const MemoryMap&) = delete;
    MemoryMap& operator=(const MemoryMap&) = delete;

    std::span<const std::byte> bytes() const { return {m_mapping.data, m_mapping.size}; }
    // To be asked after reading and before anything is made of what was read: a file that others cut short reads as zeros.
    // Throws Error::io.
    void checkIntact() const;

private:
    std::filesystem::path m_path;
    platform::Mapping m_mapping;
};

} // namespace crucible
