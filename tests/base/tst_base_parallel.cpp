// SPDX-License-Identifier: GPL-3.0-or-later
// Every step runs exactly once, whatever the number of threads, and a failure reaches the caller.
#include "base/error.h"
#include "base/parallel.h"

#include <QtTest/QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace crucible;

class TestParallel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyStepOnce_data()
    {
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("count");
        for (const int threads : {1, 2, 3, 16}) {
            for (const int count : {0, 1, 2, 7, 1000})
                QTest::addRow("%d threads, %d steps", threads, count) << threads << count;
        }
    }

    void everyStepOnce()
    {
        QFETCH(int, threads);
        QFETCH(int, count);
        ThreadPool pool(threads);
        QCOMPARE(pool.threads(), threads);
        for (int again = 0; again < 20; ++again) {
            std::vector<std::atomic<int>> seen(static_cast<std::size_t>(count));
            std::atomic<bool> workersInRange{true};
            pool.forEach(seen.size(), [&](std::size_t i, int worker) {
                seen[i].fetch_add(1);
                if (worker < 0 || worker >= threads)
                    workersInRange = false;
            });
            for (const std::atomic<int>& times : seen)
                QCOMPARE(times.load(), 1);
            QVERIFY(workersInRange);
        }
    }

    void aWorkerIsInOneStepAtATime()
    {
        ThreadPool pool(4);
        std::vector<std::atomic<int>> busy(4);
        std::atomic<bool> alone{true};
        pool.forEach(2000, [&](std::size_t, int worker) {
            std::atomic<int>& mine = busy[static_cast<std::size_t>(worker)];
            if (mine.fetch_add(1) != 0)
                alone = false;
            std::this_thread::yield();
            mine.fetch_sub(1);
        });
        QVERIFY(alone);
    }

    void theFirstExceptionIsRethrownAndStopsTheLoop()
    {
        for (const int threads : {1, 4}) {
            ThreadPool pool(threads);
            std::atomic<std::size_t> started{0};
            constexpr std::size_t kMany = 10'000'000;
            try {
                pool.forEach(kMany, [&](std::size_t i, int) {
                    started.fetch_add(1);
                    if (i == 10)
                        throw Error::invalid("step ten");
                });
                QFAIL("nothing was thrown");
            } catch (const Error& error) {
                QCOMPARE(error.message(), std::string("step ten"));
            }
            QVERIFY(started < kMany);
            std::atomic<int> after{0};
            pool.forEach(100, [&](std::size_t, int) { after.fetch_add(1); });
            QCOMPARE(after.load(), 100);
        }
    }

    void nestedLoopsRunInPlace()
    {
        ThreadPool pool(3);
        ThreadPool other(2);
        std::atomic<int> steps{0};
        std::atomic<bool> good{true};
        pool.forEach(20, [&](std::size_t, int outer) {
            const auto thread = std::this_thread::get_id();
            pool.forEach(10, [&](std::size_t, int inner) {
                steps.fetch_add(1);
                if (inner != outer || std::this_thread::get_id() != thread)
                    good = false;
            });
            other.forEach(10, [&](std::size_t, int inner) {
                steps.fetch_add(1);
                if (inner < 0 || inner >= other.threads() || std::this_thread::get_id() != thread)
                    good = false;
            });
        });
        QCOMPARE(steps.load(), 400);
        QVERIFY(good);
    }

    void callersTakeTurns()
    {
        ThreadPool pool(3);
        std::atomic<int> steps{0};
        std::vector<std::thread> callers;
        for (int c = 0; c < 4; ++c)
            callers.emplace_back([&] {
                for (int i = 0; i < 50; ++i)
                    pool.forEach(40, [&](std::size_t, int) { steps.fetch_add(1); });
            });
        for (std::thread& caller : callers)
            caller.join();
        QCOMPARE(steps.load(), 4 * 50 * 40);
    }
};

QTEST_GUILESS_MAIN(TestParallel)
#include "tst_base_parallel.moc"
