// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace crucible {
namespace {

std::string joinLine(std::string_view what, std::string_view where, std::string_view hint)
{
    std::string line(what);
    for (const std::string_view part : {where, hint}) {
        if (!part.empty())
            line.append(": ").append(part);
    }
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

std::string hintFor(std::errc code)
{
    switch (code) {
    case std::errc::no_space_on_device:
        return "free some space or choose another folder";
    case std::errc::permission_denied:
    case std::errc::operation_not_permitted:
        return "check who may read and write there, or choose another folder";
    case std::errc::read_only_file_system:
        return "the file system is read-only, choose another folder";
    case std::errc::no_such_file_or_directory:
        return "check the path";
    case std::errc::too_many_files_open:
        return "raise the limit of open files";
    default:
        return {};
    }
}

} // namespace

std::string_view toString(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidInput: return "invalid-input";
    case ErrorKind::NotFound: return "not-found";
    case ErrorKind::CorruptFile: return "corrupt-file";
    case ErrorKind::Unsupported: return "unsupported";
    case ErrorKind::Io: return "io";
    case ErrorKind::OutOfMemory: return "out-of-memory";
    case ErrorKind::Cancelled: return "cancelled";
    case ErrorKind::Internal: return "internal";
    }
    return "internal";
}

std::string_view toString(Severity severity)
{
    switch (severity) {
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Error: return "error";
    }
    return "error";
}

Error::Error(ErrorKind kind, std::string what, std::string where, std::string hint)
    : m_kind(kind), m_what(std::move(what)), m_where(std::move(where)), m_hint(std::move(hint)),
      m_line(joinLine(m_what, m_where, m_hint))
{
}

Error Error::invalid(std::string what, std::string where, std::string hint)
{
    return Error(ErrorKind::InvalidInput, std::move(what), std::move(where), std::move(hint));
}

Error Error::notFound(std::string what, std::string where, std::string hint)
{
    return Error(ErrorKind::NotFound, std::move(what), std::move(where), std::move(hint));
}

Error Error::corrupt(const std::filesystem::path& file, std::string what, std::string hint)
{
    return Error(ErrorKind::CorruptFile, std::move(what), file.string(), std::move(hint));
}

Error Error::unsupported(std::string what, std::string where, std::string hint)
{
    return Error(ErrorKind::Unsupported, std::move(what), std::move(where), std::move(hint));
}

Error Error::io(std::string what, const std::filesystem::path& file, int systemError)
{
    const std::error_code code(systemError, std::system_category());
    return Error(ErrorKind::Io, fmt::format("{} ({})", what, code.message()), file.string(),
                 hintFor(std::errc(code.default_error_condition().value())));
}

Error Error::cancelled()
{
    return Error(ErrorKind::Cancelled, "cancelled");
}

std::string Problem::toLine() const
{
    return joinLine(message, where, hint);
}

void Problems::error(std::string where, std::string message, std::string hint)
{
    m_all.push_back({Severity::Error, std::move(where), std::move(message), std::move(hint)});
}

void Problems::warning(std::string where, std::string message, std::string hint)
{
    m_all.push_back({Severity::Warning, std::move(where), std::move(message), std::move(hint)});
}

void Problems::note(std::string where, std::string message, std::string hint)
{
    m_all.push_back({Severity::Note, std::move(where), std::move(message), std::move(hint)});
}

void Problems::append(const Problems& other)
{
    m_all.insert(m_all.end(), other.m_all.begin(), other.m_all.end());
}

bool Problems::hasErrors() const
{
    return std::any_of(m_all.begin(), m_all.end(), [](const Problem& p) { return p.severity == Severity::Error; });
}

void Problems::throwIfErrors() const
{
    const Problem* first = nullptr;
    std::size_t count = 0;
    for (const Problem& problem : m_all) {
        if (problem.severity != Severity::Error)
            continue;
        ++count;
        if (!first)
            first = &problem;
    }
    if (!first)
        return;
    std::string message = first->message;
    if (count > 1)
        message += fmt::format(" (and {} more)", count - 1);
    throw Error::invalid(std::move(message), first->where, first->hint);
}

} // namespace crucible
