// SPDX-License-Identifier: GPL-3.0-or-later
// Files are whole or not there, whatever goes wrong; and "inside" means inside, links and dots resolved.
#include "base/error.h"
#include "base/files.h"
#include "base/memory_map.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

using namespace crucible;
namespace fs = std::filesystem;

namespace {

std::size_t entries(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

template<class F>
ErrorKind kindThrown(F&& f)
{
    try {
        f();
    } catch (const Error& error) {
        return error.kind();
    }
    throw std::logic_error("nothing was thrown");
}

// Permissions do not bind the administrator, under whom containers often run tests.
bool permissionsBind(const fs::path& folder)
{
    return !isWritable(folder);
}

} // namespace

class TestFiles : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_root = m_folder->path().toStdString();
    }

    void readsBackWhatWasWritten_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("empty") << 0;
        QTest::newRow("one byte") << 1;
        QTest::newRow("one step") << (1 << 20);
        QTest::newRow("beyond one step") << (1 << 20) + 7;
    }

    void readsBackWhatWasWritten()
    {
        QFETCH(int, size);
        std::string content(std::size_t(size), '\0');
        for (std::size_t i = 0; i < content.size(); ++i)
            content[i] = static_cast<char>(i * 131);
        writeFileAtomically(m_root / "a", content);
        QVERIFY(readFile(m_root / "a") == content);
        QCOMPARE(entries(m_root), std::size_t(1));
    }

    void readingSaysWhatIsWrong()
    {
        QVERIFY(kindThrown([&] { readFile(m_root / "missing"); }) == ErrorKind::NotFound);
        QVERIFY(kindThrown([&] { readFile(m_root); }) == ErrorKind::InvalidInput);
        writeFileAtomically(m_root / "a", "12345");
        QCOMPARE(readFile(m_root / "a", 5), std::string("12345"));
        QVERIFY(kindThrown([&] { readFile(m_root / "a", 4); }) == ErrorKind::CorruptFile);
    }

    void failedReplacementKeepsTheOldContent()
    {
        // A folder that holds something can not be replaced by a file, so the last step, the rename, fails.
        fs::create_directories(m_root / "target");
        std::ofstream(m_root / "target" / "precious") << "old";
        QVERIFY(kindThrown([&] { writeFileAtomically(m_root / "target", "new"); }) == ErrorKind::Io);
        QCOMPARE(readFile(m_root / "target" / "precious"), std::string("old"));
        QCOMPARE(entries(m_root), std::size_t(1));
    }

    void missingFolderIsAnErrorThatLeavesNothing()
    {
        QVERIFY(kindThrown([&] { writeFileAtomically(m_root / "no" / "a", "x"); }) == ErrorKind::Io);
        QCOMPARE(entries(m_root), std::size_t(0));
    }

    void unwritableFolder()
    {
        const fs::path folder = m_root / "locked";
        fs::create_directory(folder);
        std::ofstream(folder / "a") << "old";
        fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
        if (!permissionsBind(folder)) {
            fs::permissions(folder, fs::perms::owner_all);
            QSKIP("permissions do not bind this user");
        }
        QVERIFY(kindThrown([&] { writeFileAtomically(folder / "a", "new"); }) == ErrorKind::Io);
        QCOMPARE(readFile(folder / "a"), std::string("old"));
        QVERIFY(!isWritable(folder / "below" / "it"));
        fs::permissions(folder, fs::perms::owner_all);
        QVERIFY(isWritable(folder));
    }

    void isWritableLooksAtTheNearestFolder()
    {
        QVERIFY(isWritable(m_root));
        QVERIFY(isWritable(m_root / "not" / "yet" / "there"));
        std::ofstream(m_root / "file") << "x";
        QVERIFY(!isWritable(m_root / "file"));
        QVERIFY(!isWritable(m_root / "file" / "below"));
        QVERIFY(freeSpace(m_root / "not" / "yet") > 0);
    }

    void writersOfOneFileDoNotMixTheirBytes()
    {
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 20; ++i)
                    writeFileAtomically(m_root / "shared", std::string(100'000, static_cast<char>('a' + t)));
            });
        for (std::thread& thread : threads)
            thread.join();
        const std::string content = readFile(m_root / "shared");
        QCOMPARE(content.size(), std::size_t(100'000));
        QVERIFY(std::all_of(content.begin(), content.end(), [&](char c) { return c == content[0]; }));
        QCOMPARE(entries(m_root), std::size_t(1));
    }

    void outputFileTakesWritesInAnyOrderFromManyThreads()
    {
        constexpr std::size_t kPiece = 10'007, kPieces = 64;
        OutputFile output(m_root / "out", kPiece * kPieces);
        QVERIFY(output.isOpen());
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t piece = kPieces - 1 - t; piece < kPieces; piece -= 4) {
                    const std::vector<std::byte> bytes(kPiece, static_cast<std::byte>(piece + 1));
                    output.write(piece * kPiece, bytes);
                    output.startFlush(piece * kPiece, kPiece);
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        output.finish();
        QVERIFY(!output.isOpen());
        const std::string content = readFile(m_root / "out");
        QCOMPARE(content.size(), kPiece * kPieces);
        for (std::size_t i = 0; i < content.size(); ++i)
            QVERIFY2(static_cast<std::size_t>(static_cast<unsigned char>(content[i])) == i / kPiece + 1, "wrong byte");
    }

    void outputFileMoves()
    {
        OutputFile first(m_root / "out", 3);
        OutputFile second(std::move(first));
        QVERIFY(second.isOpen());
        OutputFile third;
        QVERIFY(!third.isOpen());
        third = std::move(second);
        third.write(0, std::as_bytes(std::span("abc", 3)));
        third.finish();
        QCOMPARE(readFile(m_root / "out"), std::string("abc"));
    }

    void fullDiskIsMetWhenReserving()
    {
        const std::uint64_t far = std::uint64_t(1) << 62;
        QVERIFY(kindThrown([&] { OutputFile(m_root / "huge", far); }) == ErrorKind::Io);
        QCOMPARE(entries(m_root), std::size_t(0));
    }

    void renameReplacesFilesOnly()
    {
        std::ofstream(m_root / "a") << "a";
        std::ofstream(m_root / "b") << "b";
        renamePath(m_root / "a", m_root / "b");
        QCOMPARE(readFile(m_root / "b"), std::string("a"));
        fs::create_directories(m_root / "full" / "x");
        QVERIFY(kindThrown([&] { renamePath(m_root / "b", m_root / "full"); }) == ErrorKind::Io);
        QVERIFY(kindThrown([&] { renamePath(m_root / "gone", m_root / "c"); }) == ErrorKind::Io);
    }

    void inside_data()
    {
        QTest::addColumn<QString>("inner");
        QTest::addColumn<QString>("outer");
        QTest::addColumn<bool>("expected");
        QTest::newRow("itself") << "m" << "m" << true;
        QTest::newRow("trailing slash") << "m" << "m/" << true;
        QTest::newRow("trailing slash inside") << "m/" << "m" << true;
        QTest::newRow("below") << "m/out" << "m" << true;
        QTest::newRow("below, not there yet") << "m/x/y/z" << "m" << true;
        QTest::newRow("above") << "." << "m" << false;
        QTest::newRow("sister with same beginning") << "m-merged" << "m" << false;
        QTest::newRow("out again by dots") << "m/../other" << "m" << false;
        QTest::newRow("in again by dots") << "other/../m/out" << "m" << true;
        QTest::newRow("through a link") << "link/out" << "m" << true;
        QTest::newRow("outer is a link") << "m/out" << "link" << true;
        QTest::newRow("link leads out") << "m/away/out" << "m" << false;
        QTest::newRow("both missing") << "p/q" << "p" << true;
    }

    void inside()
    {
        QFETCH(QString, inner);
        QFETCH(QString, outer);
        QFETCH(bool, expected);
        fs::create_directory(m_root / "m");
        fs::create_directory(m_root / "other");
        fs::create_directory_symlink(m_root / "m", m_root / "link");
        fs::create_directory_symlink(m_root / "other", m_root / "m" / "away");
        QCOMPARE(isInside(m_root / inner.toStdString(), m_root / outer.toStdString()), expected);
    }

    void mapsWholeFiles()
    {
        writeFileAtomically(m_root / "a", "hello");
        writeFileAtomically(m_root / "empty", "");
        const MemoryMap map(m_root / "a");
        QCOMPARE(map.bytes().size(), std::size_t(5));
        QVERIFY(std::memcmp(map.bytes().data(), "hello", 5) == 0);
        QVERIFY(MemoryMap(m_root / "empty").bytes().empty());
        QVERIFY(kindThrown([&] { MemoryMap(m_root / "missing"); }) == ErrorKind::NotFound);
        QVERIFY(kindThrown([&] { MemoryMap{m_root}; }) == ErrorKind::Io);
    }

    // Others may do to a file what they want while it is read: that must be told, and must not end the process.
    void cutFilesReadAsZerosAndAreTold()
    {
        const fs::path file = m_root / "a";
        constexpr std::size_t kSize = 40'000;
        writeFileAtomically(file, std::string(kSize, 'x'));
        const MemoryMap map(file);
        map.checkIntact();
        fs::resize_file(file, 5000);
        QVERIFY(map.bytes()[100] == std::byte{'x'});
        QVERIFY(map.bytes()[kSize - 1] == std::byte{0});
        QVERIFY(map.bytes()[20'000] == std::byte{0});
        QVERIFY(kindThrown([&] { map.checkIntact(); }) == ErrorKind::Io);
        // The same met by the system, which is told to write such bytes.
        writeFileAtomically(m_root / "b", std::string(kSize, 'y'));
        const MemoryMap other(m_root / "b");
        fs::resize_file(m_root / "b", 0);
        OutputFile copy(m_root / "copy", kSize);
        copy.write(0, other.bytes());
        copy.finish();
        QVERIFY(readFile(m_root / "copy") == std::string(kSize, '\0'));
        QVERIFY(kindThrown([&] { other.checkIntact(); }) == ErrorKind::Io);
    }

    void changedFilesAreTold()
    {
        const fs::path file = m_root / "a";
        writeFileAtomically(file, "hello");
        const MemoryMap map(file);
        writeFileAtomically(file, "other"); // another file under its name: what is mapped stays
        map.checkIntact();
        const MemoryMap again(file);
        std::ofstream(file, std::ios::binary | std::ios::in) << "J";
        fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(1));
        QVERIFY(kindThrown([&] { again.checkIntact(); }) == ErrorKind::Io);
        QVERIFY(std::memcmp(map.bytes().data(), "hello", 5) == 0);
    }

    // A pipe without a writer would be waited for without end.
    void pipesAreNoFiles()
    {
        const fs::path pipe = m_root / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QVERIFY(kindThrown([&] { MemoryMap{pipe}; }) == ErrorKind::Io);
        QVERIFY(kindThrown([&] { readFile(pipe); }) == ErrorKind::InvalidInput);
        std::thread writer([&] { std::ofstream(pipe) << "text"; });
        QVERIFY(readFile(pipe, 100, FileKind::Stream) == "text");
        writer.join();
    }

    void applicationDataFollowsItsVariable()
    {
        qputenv("CRUCIBLE_HOME", "/somewhere/else");
        QCOMPARE(applicationDataFolder(), fs::path("/somewhere/else"));
        qunsetenv("CRUCIBLE_HOME");
        QVERIFY(applicationDataFolder().is_absolute());
    }
};

QTEST_GUILESS_MAIN(TestFiles)
#include "tst_base_files.moc"
