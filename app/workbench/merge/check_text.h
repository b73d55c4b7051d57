// SPDX-License-Identifier: GPL-3.0-or-later
// The checks of a plan in the window's language. What every plan has is translated, and sentences of core that are marked
// for it in the context "MergePlan"; what speaks of one recipe's details comes as core says it.
#pragma once

#include <QString>

namespace crucible::merge {
struct Check;
struct Plan;
}

namespace crucible::workbench {

QString checkText(const merge::Plan& plan, const merge::Check& check);
QString remedyText(const merge::Check& check);

} // namespace crucible::workbench
