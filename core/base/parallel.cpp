// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parallel.h"

#include "base/platform.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace crucible {
namespace {

// The pool whose loop this thread works in, null outside loops, and which of its workers this thread is.
thread_local const void* t_pool = nullptr;
thread_local int t_worker = 0;

struct InsideLoop {
    InsideLoop(const void* pool, int worker)
    {
        t_pool = pool;
        t_worker = worker;
    }
    ~InsideLoop()
    {
        t_pool = nullptr;
        t_worker = 0;
    }
    InsideLoop(const InsideLoop&) = delete;
    InsideLoop& operator=(const InsideLoop&) = delete;
};

// Loops often follow one another closely, and waking a thread takes longer than some of them: looks again and again for
// some microseconds. Whether `ready` became true.
template<class Ready> bool waitBriefly(const Ready& ready)
{
    constexpr auto kPatience = std::chrono::microseconds(100);
    const auto start = std::chrono::steady_clock::now();
    do {
        if (ready())
            return true;
        std::this_thread::yield();
    } while (std::chrono::steady_clock::now() - start < kPatience);
    return ready();
}

} // namespace

struct ThreadPool::State {
    std::vector<std::thread> workers;
    std::mutex callers; // held while a loop runs
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable done;
    std::atomic<std::uint64_t> generation{0}; // these three change under the mutex, or wake nobody
    std::atomic<int> running{0};
    std::atomic<bool> stopping{false};

    const std::function<void(std::size_t, int)>* body = nullptr;
    std::size_t count = 0;
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;

    void work(int worker)
    {
        const InsideLoop inside(this, worker);
        for (;;) {
            const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
            if (i >= count)
                return;
            try {
                (*body)(i, worker);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure)
                    failure = std::current_exception();
                next.store(count, std::memory_order_relaxed);
                return;
            }
        }
    }

    void live(int worker)
    {
        std::uint64_t seen = 0;
        for (;;) {
            const auto called = [&] { return stopping.load() || generation.load() != seen; };
            if (!waitBriefly(called)) {
                std::unique_lock lock(mutex);
                wake.wait(lock, called);
            }
            if (stopping.load())
                return;
            seen = generation.load();
            work(worker);
            if (--running == 0) {
                const std::lock_guard lock(mutex); // else the caller could begin to sleep just after this
                done.notify_one();
            }
        }
    }
};

ThreadPool::ThreadPool(int threads) : m_state(std::make_unique<State>())
{
    const int wanted = std::clamp(threads > 0 ? threads : platform::cpuCount(), 1, 1024);
    m_state->workers.reserve(static_cast<std::size_t>(wanted - 1));
    try {
        for (int worker = 1; worker < wanted; ++worker)
            m_state->workers.emplace_back([state = m_state.get(), worker] { state->live(worker); });
    } catch (const std::system_error&) {
        // No memory for one more stack, or too many threads: those that live do the work, with the same result.
    }
}

ThreadPool::~ThreadPool()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->stopping = true;
    }
    m_state->wake.notify_all();
    for (std::thread& worker : m_state->workers)
        worker.join();
}

int ThreadPool::threads() const
{
    return static_cast<int>(m_state->workers.size()) + 1;
}

void ThreadPool::forEach(std::size_t count, const std::function<void(std::size_t, int)>& body)
{
    if (t_pool || m_state->workers.empty() || count <= 1) {
        const int worker = t_pool == m_state.get() ? t_worker : 0;
        for (std::size_t i = 0; i < count; ++i)
            body(i, worker);
        return;
    }
    State& state = *m_state;
    const std::lock_guard turn(state.callers);
    {
        const std::lock_guard lock(state.mutex);
        state.body = &body;
        state.count = count;
        state.next.store(0, std::memory_order_relaxed);
        state.failure = nullptr;
        state.running = static_cast<int>(state.workers.size());
        ++state.generation;
    }
    state.wake.notify_all();
    state.work(0);
    const auto finished = [&] { return state.running.load() == 0; };
    waitBriefly(finished);
    std::unique_lock lock(state.mutex);
    state.done.wait(lock, finished);
    if (state.failure)
        std::rethrow_exception(state.failure);
}

} // namespace crucible
