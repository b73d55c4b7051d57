// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

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
    // One line, whatever names of strangers hold: a control character could also command a terminal.
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return line;
}

// What systems say of the errors that people meet.
[[maybe_unused]] constexpr const char* kSystemSays[] = {
    CRUCIBLE_TR_NOOP("Problem", "No space left on device"),
    CRUCIBLE_TR_NOOP("Problem", "Disk quota exceeded"),
    CRUCIBLE_TR_NOOP("Problem", "File too large"),
    CRUCIBLE_TR_NOOP("Problem", "Permission denied"),
    CRUCIBLE_TR_NOOP("Problem", "Operation not permitted"),
    CRUCIBLE_TR_NOOP("Problem", "Read-only file system"),
    CRUCIBLE_TR_NOOP("Problem", "No such file or directory"),
    CRUCIBLE_TR_NOOP("Problem", "Not a directory"),
    CRUCIBLE_TR_NOOP("Problem", "Is a directory"),
    CRUCIBLE_TR_NOOP("Problem", "File exists"),
    CRUCIBLE_TR_NOOP("Problem", "Directory not empty"),
    CRUCIBLE_TR_NOOP("Problem", "File name too long"),
    CRUCIBLE_TR_NOOP("Problem", "Too many open files"),
    CRUCIBLE_TR_NOOP("Problem", "Cannot allocate memory"),
    CRUCIBLE_TR_NOOP("Problem", "Input/output error"),
};

Sentence hintFor(std::errc code)
{
    switch (code) {
    case std::errc::no_space_on_device: return CRUCIBLE_TR_NOOP("Problem", "free some space or choose another folder");
    case std::errc::permission_denied:
    case std::errc::operation_not_permitted:
        return CRUCIBLE_TR_NOOP("Problem", "check who may read and write there, or choose another folder");
    case std::errc::read_only_file_system:
        return CRUCIBLE_TR_NOOP("Problem", "the file system is read-only, choose another folder");
    case std::errc::no_such_file_or_directory: return CRUCIBLE_TR_NOOP("Problem", "check the path");
    case std::errc::file_too_large:
        return CRUCIBLE_TR_NOOP("Problem", "write to another disk, or raise the limit of a file's size");
    case std::errc::too_many_files_open: return CRUCIBLE_TR_NOOP("Problem", "raise the limit of open files");
    case std::errc::not_enough_memory:
        return CRUCIBLE_TR_NOOP("Problem", "close other programs, or raise the limit of memory");
    default: return {};
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

Error::Error(ErrorKind kind, Sentence what, std::string where, Sentence hint)
    : m_kind(kind), m_said(std::move(what)), m_where(std::move(where)), m_advice(std::move(hint)),
      m_line(joinLine(message(), m_where, this->hint()))
{
}

Error Error::invalid(Sentence what, std::string where, Sentence hint)
{
    return Error(ErrorKind::InvalidInput, std::move(what), std::move(where), std::move(hint));
}

Error Error::notFound(Sentence what, std::string where, Sentence hint)
{
    return Error(ErrorKind::NotFound, std::move(what), std::move(where), std::move(hint));
}

Error Error::corrupt(const std::filesystem::path& file, Sentence what, Sentence hint)
{
    return Error(ErrorKind::CorruptFile, std::move(what), file.string(), std::move(hint));
}

Error Error::unsupported(Sentence what, std::string where, Sentence hint)
{
    return Error(ErrorKind::Unsupported, std::move(what), std::move(where), std::move(hint));
}

Error Error::io(Sentence what, const std::filesystem::path& file, int systemError)
{
    const std::error_code code(systemError, std::system_category());
    const bool isMemory = code == std::errc::not_enough_memory;
    return Error(isMemory ? ErrorKind::OutOfMemory : ErrorKind::Io,
                 Sentence(CRUCIBLE_TR_NOOP("Problem", "%1 (%2)"), what, code.message()), file.string(),
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

void Problem::say(Sentence what, Sentence whatToDo)
{
    message = what.text();
    hint = whatToDo.text();
    said = std::move(what);
    advice = std::move(whatToDo);
}

void Problems::add(Problem problem)
{
    if (problem.said.empty())
        problem.say(problem.message, problem.hint);
    m_all.push_back(std::move(problem));
}

void Problems::error(std::string where, Sentence message, Sentence hint)
{
    add(Severity::Error, std::move(where), std::move(message), std::move(hint));
}

void Problems::warning(std::string where, Sentence message, Sentence hint)
{
    add(Severity::Warning, std::move(where), std::move(message), std::move(hint));
}

void Problems::note(std::string where, Sentence message, Sentence hint)
{
    add(Severity::Note, std::move(where), std::move(message), std::move(hint));
}

void Problems::add(Severity severity, std::string where, Sentence message, Sentence hint)
{
    Problem problem;
    problem.severity = severity;
    problem.where = std::move(where);
    problem.say(std::move(message), std::move(hint));
    m_all.push_back(std::move(problem));
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
    if (count == 1)
        throw Error::invalid(first->said, first->where, first->advice);
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 (and %2 more)"), first->said, count - 1}, first->where,
                         first->advice);
}

} // namespace crucible
