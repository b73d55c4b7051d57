// SPDX-License-Identifier: GPL-3.0-or-later
// What the system tells about processes and memory: enough to know a dead worker from a living one.
#include "base/platform.h"

#include <QtCore/QProcess>
#include <QtTest/QTest>

#include <cstring>
#include <vector>

using namespace crucible;

class TestPlatform : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tokenNamesOneLifeOfAProcess()
    {
        const std::string mine = platform::processToken(platform::processId());
        QVERIFY(!mine.empty());
        QCOMPARE(platform::processToken(platform::processId()), mine);
        QCOMPARE(platform::processId(), std::int64_t(QCoreApplication::applicationPid()));

        QTest::qWait(50); // start times are counted in hundredths of a second
        QProcess child;
        child.start("sleep", {"60"});
        QVERIFY(child.waitForStarted());
        const std::int64_t pid = child.processId();
        const std::string token = platform::processToken(pid);
        QVERIFY(!token.empty());
        QVERIFY(token != mine);
        child.kill();
        QVERIFY(child.waitForFinished());
        QVERIFY(platform::processToken(pid) != token);
    }

    void thereIsNoSuchProcess()
    {
        QCOMPARE(platform::processToken(-1), std::string());
        QCOMPARE(platform::processToken(std::int64_t(1) << 40), std::string());
    }

    void memoryIsPlausible()
    {
        QVERIFY(platform::totalMemory() > (std::uint64_t(64) << 20));
        QVERIFY(platform::availableMemory() > 0);
        QVERIFY(platform::availableMemory() <= (std::uint64_t(1) << 50));
        const platform::MemoryUse before = platform::memoryUse();
        QVERIFY(before.anonymousBytes > 0);
        QVERIFY(before.anonymousBytes <= before.residentBytes);
        constexpr std::size_t kSize = std::size_t(64) << 20;
        std::vector<char> block(kSize);
        std::memset(block.data(), 1, block.size());
        QVERIFY(block[kSize / 2] == 1);
        const platform::MemoryUse after = platform::memoryUse();
        QVERIFY(after.anonymousBytes >= before.anonymousBytes + kSize / 2);
        QVERIFY(after.peakResidentBytes >= after.residentBytes / 2);
        QVERIFY(after.peakResidentBytes >= kSize);
    }

    void processorTimeOnlyGrows()
    {
        QVERIFY(platform::cpuCount() >= 1);
        const platform::CpuTimes before = platform::cpuTimes();
        QTest::qWait(120);
        const platform::CpuTimes after = platform::cpuTimes();
        QVERIFY(after.total > before.total);
        QVERIFY(after.busy <= after.total);
        QVERIFY(!platform::hostName().empty());
        QVERIFY(platform::terminalWidth() > 0);
    }
};

QTEST_GUILESS_MAIN(TestPlatform)
#include "tst_base_platform.moc"
