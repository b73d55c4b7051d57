// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/memory_reserve.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace crucible {
namespace {

constexpr std::size_t kReserveBytes = std::size_t(1) << 20; // a mapping of its own: the system gets all of it back

std::atomic<void*> s_reserve = nullptr;

void letGo()
{
    std::free(s_reserve.exchange(nullptr));
    throw std::bad_alloc();
}

} // namespace

void holdMemoryReserve() noexcept
{
    if (!s_reserve.load()) {
        void* const made = std::malloc(kReserveBytes);
        void* none = nullptr;
        if (!s_reserve.compare_exchange_strong(none, made))
            std::free(made);
    }
    std::set_new_handler(&letGo);
}

} // namespace crucible
