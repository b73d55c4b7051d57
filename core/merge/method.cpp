// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/method.h"

#include <algorithm>

namespace crucible::merge {

const MergeMethod* findMergeMethod(std::string_view id)
{
    const std::span<const MergeMethod* const> all = mergeMethods();
    const auto found = std::find_if(all.begin(), all.end(), [&](const MergeMethod* method) { return method->id == id; });
    return found == all.end() ? nullptr : *found;
}

} // namespace crucible::merge
