// SPDX-License-Identifier: GPL-3.0-or-later
// Those who wait for something that one at a time can have get it in the order in which they came.
#pragma once

#include "base/cancel.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace crucible::serve {

class Turns {
public:
    // `most`: how many may have a place, with the one whose turn it is.
    explicit Turns(std::size_t most) : m_most(most) {}

    // A place in the line; the turn ends with it.
    class Place {
    public:
        explicit Place(Turns& turns) : m_turns(turns) {}
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        // Returns true when the turn has come. Asks `wanted` now and then, and gives up when it says no, or when all was cancelled.
        bool wait(const std::function<bool()>& wanted);
        // What the holder does should end when this is requested.
        const CancelToken& cancel() const { return m_cancel; }

    private:
        friend class Turns;
        Turns& m_turns;
        CancelToken m_cancel;
    };

    // At the end of the line; null when it is full.
    std::shared_ptr<Place> queue();
    void cancelAll();

private:
    std::size_t m_most;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::list<Place*> m_line; // the first has its turn
};

} // namespace crucible::serve
