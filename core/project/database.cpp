// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/database.h"

#include "base/error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

namespace crucible::project {
namespace {

constexpr int kBusyMilliseconds = 5000;

std::string utf8(const std::filesystem::path& path)
{
    const std::u8string text = path.u8string();
    return std::string(text.begin(), text.end());
}

} // namespace

Statement::Statement(Database& database, std::string_view sql) : m_database(database)
{
    const int code = sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &m_statement, nullptr);
    if (code != SQLITE_OK)
        database.fail(code);
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Statement& Statement::bind(std::string_view text)
{
    // An empty view may hold a null pointer, which SQLite would store as NULL.
    sqlite3_bind_text64(m_statement, ++m_bound, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(std::int64_t value)
{
    sqlite3_bind_int64(m_statement, ++m_bound, value);
    return *this;
}

Statement& Statement::bind(double value)
{
    sqlite3_bind_double(m_statement, ++m_bound, value);
    return *this;
}

bool Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        m_database.fail(code);
    return false;
}

void Statement::run()
{
    while (step()) {
    }
}

void Statement::reset()
{
    sqlite3_reset(m_statement);
    m_bound = 0;
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double Statement::real(int column) const
{
    return isNull(column) ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(m_statement, column);
}

std::string Statement::text(int column) const
{
    const unsigned char* data = sqlite3_column_text(m_statement, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column));
    return data ? std::string(reinterpret_cast<const char*>(data), size) : std::string();
}

Database::Database(const std::filesystem::path& file, bool create) : m_file(file)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(utf8(file).c_str(), &m_handle, flags, nullptr);
    try {
        if (code != SQLITE_OK)
            fail(code);
        sqlite3_extended_result_codes(m_handle, 1);
        sqlite3_busy_timeout(m_handle, kBusyMilliseconds);
        execute("PRAGMA foreign_keys = ON");
    } catch (...) {
        sqlite3_close_v2(m_handle);
        throw;
    }
}

Database::~Database()
{
    sqlite3_close_v2(m_handle);
}

void Database::execute(const char* sql)
{
    const int code = sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(code);
}

std::int64_t Database::integer(const char* sql)
{
    Statement statement(*this, sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(const char* sql)
{
    Statement statement(*this, sql);
    return statement.step() ? statement.text(0) : std::string();
}

std::int64_t Database::changedRows() const
{
    return sqlite3_changes(m_handle);
}

std::string Database::setJournalMode(const char* mode)
{
    const std::string current = text("PRAGMA journal_mode");
    if (current == mode)
        return current;
    // Changing the mode needs the file for itself for a moment, and SQLite does not wait for that by itself.
    const std::string sql = fmt::format("PRAGMA journal_mode = {}", mode);
    for (int attempt = 0;; ++attempt) {
        sqlite3_stmt* statement = nullptr;
        int code = sqlite3_prepare_v2(m_handle, sql.c_str(), -1, &statement, nullptr);
        std::string result;
        if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
            result = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
        sqlite3_finalize(statement);
        if (code == SQLITE_ROW)
            return result;
        if ((code & 0xff) != SQLITE_BUSY)
            fail(code);
        if (attempt == 100)
            return text("PRAGMA journal_mode");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void Database::backUpTo(const std::filesystem::path& copy)
{
    Database target(copy, true);
    sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", m_handle, "main");
    if (!backup)
        target.fail(sqlite3_errcode(target.handle()));
    int code = SQLITE_OK;
    for (int attempt = 0; attempt < 250; ++attempt) {
        code = sqlite3_backup_step(backup, -1);
        if (code != SQLITE_BUSY && code != SQLITE_LOCKED)
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE)
        target.fail(code);
}

void Database::fail(int code) const
{
    const std::string detail = m_handle ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code);
    const std::string where = m_file.string();
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        throw Error::corrupt(
            m_file, {CRUCIBLE_TR_NOOP("Problem", "this is not an intact project file (%1)"), detail},
            CRUCIBLE_TR_NOOP("Problem", "restore it from a copy, or choose another folder; it was not changed"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw Error(ErrorKind::Io,
                    CRUCIBLE_TR_NOOP("Problem", "another program kept the project locked for more than 5 seconds"),
                    where, CRUCIBLE_TR_NOOP("Problem", "close that program or try again"));
    case SQLITE_FULL:
        throw Error(ErrorKind::Io, CRUCIBLE_TR_NOOP("Problem", "the disk is full, the project could not be written"),
                    where, CRUCIBLE_TR_NOOP("Problem", "free some space"));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        throw Error(ErrorKind::Io,
                    {CRUCIBLE_TR_NOOP("Problem", "the project can not be opened for writing (%1)"), detail}, where,
                    CRUCIBLE_TR_NOOP("Problem", "check who may write to the folder, or choose another one"));
    case SQLITE_IOERR:
        throw Error(ErrorKind::Io,
                    {CRUCIBLE_TR_NOOP("Problem", "the project could not be read or written (%1)"), detail}, where,
                    CRUCIBLE_TR_NOOP("Problem", "check the disk"));
    case SQLITE_NOMEM:
        throw Error(ErrorKind::OutOfMemory, CRUCIBLE_TR_NOOP("Problem", "not enough memory for the project's database"),
                    where);
    default: throw Error(ErrorKind::Internal, fmt::format("the project's database refused: {}", detail), where);
    }
}

Transaction::Transaction(Database& database) : m_database(database)
{
    database.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    if (m_open && !sqlite3_get_autocommit(m_database.handle()))
        sqlite3_exec(m_database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit()
{
    m_database.execute("COMMIT");
    m_open = false;
}

} // namespace crucible::project
