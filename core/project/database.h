// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite's C interface as values that clean up after themselves. Errors of SQLite become crucible::Error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace crucible::project {

class Database;

// One prepared statement. Parameters are bound in order, columns are read by number.
class Statement {
public:
    Statement(Database& database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(std::string_view text);
    Statement& bind(const char* text) { return bind(std::string_view(text)); }
    Statement& bind(std::int64_t value);
    Statement& bind(int value) { return bind(std::int64_t(value)); }
    Statement& bind(double value); // NaN is stored as NULL

    // The next row; false when there is none.
    bool step();
    // For statements without rows.
    void run();
    // Ready for other parameters.
    void reset();

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const; // NULL reads as NaN
    std::string text(int column) const;

private:
    Database& m_database;
    sqlite3_stmt* m_statement = nullptr;
    int m_bound = 0;
};

class Database {
public:
    // Opens for reading and writing; creates an empty file when `create`. Sets the busy timeout and foreign keys.
    Database(const std::filesystem::path& file, bool create);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    const std::filesystem::path& file() const { return m_file; }
    sqlite3* handle() const { return m_handle; }

    void execute(const char* sql);
    std::int64_t integer(const char* sql); // the first column of the first row
    std::string text(const char* sql);
    std::int64_t changedRows() const; // by the last statement

    // "wal" or "delete", whichever the file system can; waits while others hold the file.
    std::string setJournalMode(const char* mode);

    // Copies everything to a new file. Throws Error::io.
    void backUpTo(const std::filesystem::path& copy);

    // The Error for SQLite's last refusal.
    [[noreturn]] void fail(int code) const;

private:
    std::filesystem::path m_file;
    sqlite3* m_handle = nullptr;
};

// BEGIN IMMEDIATE ... COMMIT; rolled back when left early. (A plain BEGIN that reads and then writes fails under WAL when
// another process wrote in between, and no timeout helps.)
class Transaction {
public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Database& m_database;
    bool m_open = true;
};

inline constexpr std::int32_t kApplicationId = 0x43525543; // "CRUC"

// The project's schema: step i brings version i to version i + 1.
std::span<const char* const> schemaSteps();

// Brings a database to version `steps.size()`, in one transaction. A database that already holds something is copied
// aside first; the copy's path is returned, empty when none was needed. Throws Error::unsupported for a newer version,
// Error::corrupt for a database of another program.
std::filesystem::path migrate(Database& database, std::span<const char* const> steps);

} // namespace crucible::project
