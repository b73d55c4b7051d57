// SPDX-License-Identifier: GPL-3.0-or-later
// A small pool of threads for loops whose steps are independent. Results must not depend on how many threads run:
// a reduction keeps one partial result per step and adds them in order.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace crucible {

class ThreadPool {
public:
    // `threads` counts the caller: 1 runs everything in place. 0 means one per processor.
    explicit ThreadPool(int threads = 0);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const;

    // Calls body(i, worker) for every i in [0, count), in any order, worker in [0, threads()). Returns when all are done;
    // after an exception no new steps start and the first one thrown is rethrown here. A call from inside a body, of this or
    // another pool, runs in place. Calls from several threads take turns.
    void forEach(std::size_t count, const std::function<void(std::size_t i, int worker)>& body);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace crucible
