// SPDX-License-Identifier: GPL-3.0-or-later
// A request to stop, passed down to everything that may take longer than a second. Copies share one flag.
#pragma once

#include "base/error.h"

#include <atomic>
#include <memory>

namespace crucible {

class CancelToken {
public:
    CancelToken() : m_flag(std::make_shared<std::atomic<bool>>(false)) {}

    void request() const { m_flag->store(true, std::memory_order_relaxed); }
    bool requested() const { return m_flag->load(std::memory_order_relaxed); }
    // Throws Error::cancelled() once request() was called on any copy. Cheap enough for every tile of work.
    void check() const
    {
        if (requested())
            throw Error::cancelled();
    }

private:
    std::shared_ptr<std::atomic<bool>> m_flag;
};

} // namespace crucible
