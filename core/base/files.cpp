// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"

#include "base/error.h"
#include "base/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace crucible {

namespace fs = std::filesystem;

std::string readFile(const fs::path& file, std::size_t maxBytes, FileKind kind)
{
    std::error_code code;
    const fs::file_status status = fs::status(file, code);
    if (status.type() == fs::file_type::none)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot look at the file"), file, code.value());
    if (!fs::exists(status))
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no such file"), file.string(),
                              CRUCIBLE_TR_NOOP("Problem", "check the path"));
    if (fs::is_directory(status))
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "this is a folder, a file is needed"), file.string());
    if (kind == FileKind::Regular && !fs::is_regular_file(status))
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "this is not a regular file"), file.string());
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot open the file"), file, errno);
    std::string content;
    constexpr std::size_t kStep = std::size_t(1) << 20;
    while (stream) {
        const std::size_t before = content.size();
        content.resize(before + kStep);
        stream.read(content.data() + before, static_cast<std::streamsize>(kStep));
        content.resize(before + static_cast<std::size_t>(stream.gcount()));
        if (content.size() > maxBytes)
            throw Error::corrupt(
                file, {CRUCIBLE_TR_NOOP("Problem", "the file is larger than the %1 bytes that are read of such a file"),
                       maxBytes});
    }
    if (stream.bad())
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot read the file"), file, errno);
    return content;
}

void writeFileAtomically(const fs::path& file, std::string_view content)
{
    fs::path beside = file;
    static std::atomic<unsigned> count{0};
    beside += fmt::format(".{}-{}.tmp", platform::processId(), count.fetch_add(1));
    try {
        OutputFile output(beside, content.size());
        output.write(0, std::as_bytes(std::span(content.data(), content.size())));
        output.finish();
        renamePath(beside, file);
    } catch (...) {
        std::error_code ignored;
        fs::remove(beside, ignored);
        throw;
    }
    syncFolder(file.parent_path());
}

OutputFile::OutputFile(const fs::path& path, std::uint64_t size)
    : m_path(path), m_handle(platform::createFile(path))
{
    try {
        platform::reserve(m_handle, size, m_path);
    } catch (...) {
        close();
        std::error_code ignored;
        fs::remove(path, ignored);
        throw;
    }
}

OutputFile::~OutputFile()
{
    close();
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_handle(std::exchange(other.m_handle, kClosed))
{
}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept
{
    if (this != &other) {
        close();
        m_path = std::move(other.m_path);
        m_handle = std::exchange(other.m_handle, kClosed);
    }
    return *this;
}

namespace {

// The system copies at half its speed between places that do not lie alike within so many bytes.
constexpr std::size_t kCopyAlignment = 32;
constexpr std::size_t kMinRealigned = std::size_t(1) << 14;

bool liesLike(const std::byte* data, std::uint64_t offset)
{
    return reinterpret_cast<std::uintptr_t>(data) % kCopyAlignment == offset % kCopyAlignment;
}

} // namespace

void OutputFile::write(std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (bytes.size() < kMinRealigned || liesLike(bytes.data(), offset)) {
        platform::writeAt(m_handle, offset, bytes, m_path);
        return;
    }
    // Through the cache to a place that lies like the file's: vector instructions mind less.
    alignas(kCopyAlignment) thread_local std::array<std::byte, (std::size_t(1) << 17) + kCopyAlignment> memory;
    const std::size_t shift = offset % kCopyAlignment;
    constexpr std::size_t kStep = memory.size() - kCopyAlignment;
    while (!bytes.empty()) {
        const std::size_t count = std::min(kStep, bytes.size());
        std::memcpy(memory.data() + shift, bytes.data(), count);
        platform::writeAt(m_handle, offset, {memory.data() + shift, count}, m_path);
        bytes = bytes.subspan(count);
        offset += count;
    }
}

void OutputFile::startFlush(std::uint64_t offset, std::uint64_t size)
{
    platform::startFlush(m_handle, offset, size);
}

void OutputFile::finish()
{
    platform::flush(m_handle, m_path);
    close();
}

void OutputFile::close() noexcept
{
    if (m_handle != kClosed)
        platform::closeFile(std::exchange(m_handle, kClosed));
}

void syncFolder(const fs::path& folder)
{
    platform::syncFolder(folder.empty() ? fs::path(".") : folder);
}

void renamePath(const fs::path& from, const fs::path& to)
{
    std::error_code code;
    fs::rename(from, to, code);
    if (code)
        throw Error::io({CRUCIBLE_TR_NOOP("Problem", "cannot rename %1"), from.filename().string()}, to, code.value());
}

namespace {

fs::path nearestExisting(const fs::path& path)
{
    std::error_code code;
    fs::path candidate = fs::absolute(path, code);
    while (!candidate.empty() && !fs::exists(candidate, code)) {
        const fs::path parent = candidate.parent_path();
        if (parent == candidate)
            break;
        candidate = parent;
    }
    return candidate;
}

} // namespace

std::uint64_t freeSpace(const fs::path& path)
{
    std::error_code code;
    const fs::space_info info = fs::space(nearestExisting(path), code);
    return code ? 0 : info.available;
}

bool isWritable(const fs::path& folder)
{
    const fs::path existing = nearestExisting(folder);
    std::error_code code;
    return fs::is_directory(existing, code) && platform::mayWrite(existing);
}

bool isInside(const fs::path& inner, const fs::path& outer)
{
    std::error_code code;
    const fs::path a = fs::weakly_canonical(fs::absolute(inner, code), code);
    const fs::path b = fs::weakly_canonical(fs::absolute(outer, code), code);
    auto ia = a.begin();
    for (auto ib = b.begin(); ib != b.end(); ++ib) {
        if (ib->empty())
            continue; // a trailing slash
        if (ia == a.end() || *ia != *ib)
            return false;
        ++ia;
    }
    return true;
}

fs::path applicationDataFolder()
{
    return platform::applicationDataFolder();
}

} // namespace crucible
