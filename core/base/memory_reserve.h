// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for the way back: what is let go when an allocation fails, so that destructors (those of JSON allocate) and the
// error's own sentence find some.
#pragma once

namespace crucible {

// From now on the first allocation that fails lets a megabyte go before it throws std::bad_alloc. To be called again when
// the trouble is over. Without memory for the reserve itself nothing changes.
void holdMemoryReserve() noexcept;

} // namespace crucible
