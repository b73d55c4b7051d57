// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/memory_map.h"

#include "base/error.h"

namespace crucible {

void MemoryMap::checkIntact() const
{
    if (!platform::isIntact(m_mapping, m_path))
        throw Error(ErrorKind::Io, CRUCIBLE_TR_NOOP("Problem", "the file was changed or cut short while it was read"),
                    m_path.string(),
                    CRUCIBLE_TR_NOOP("Problem", "leave the models alone while they are in use, and run it again"));
}

} // namespace crucible
