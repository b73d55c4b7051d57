// SPDX-License-Identifier: GPL-3.0-or-later
// What the merges of a project teach about how long the next one will take.
#pragma once

#include "merge/plan.h"
#include "project/project.h"

namespace crucible::job {

// From the newest merges that were done on this machine, each compared with what its plan would have said without
// experience. Very short ones and those that went on from finished files teach nothing. Throws Error::io.
merge::Experience mergeExperience(const project::Project& project);

} // namespace crucible::job
