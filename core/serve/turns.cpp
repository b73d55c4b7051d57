// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/turns.h"

#include <chrono>

namespace crucible::serve {

Turns::Place::~Place()
{
    const std::lock_guard lock(m_turns.m_mutex);
    m_turns.m_line.remove(this);
    m_turns.m_changed.notify_all();
}

bool Turns::Place::wait(const std::function<bool()>& wanted)
{
    constexpr auto kGlance = std::chrono::milliseconds(200);
    for (;;) {
        {
            std::unique_lock lock(m_turns.m_mutex);
            m_turns.m_changed.wait_for(lock, kGlance, [this] { return m_turns.m_line.front() == this || m_cancel.requested(); });
            if (m_cancel.requested())
                return false;
            if (m_turns.m_line.front() == this)
                return true;
        }
        if (!wanted())
            return false;
    }
}

std::shared_ptr<Turns::Place> Turns::queue()
{
    const std::lock_guard lock(m_mutex);
    if (m_line.size() >= m_most)
        return nullptr;
    auto place = std::make_shared<Place>(*this);
    m_line.push_back(place.get());
    return place;
}

void Turns::cancelAll()
{
    const std::lock_guard lock(m_mutex);
    for (const Place* place : m_line)
        place->cancel().request();
    m_changed.notify_all();
}

} // namespace crucible::serve
