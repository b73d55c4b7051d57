// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe of a run, so that it can be used again from anywhere.
#pragma once

#include "project/run.h"

#include <QString>

#include <span>

namespace crucible::workbench {

// The run's recipe with its models named by the folders that they were read from: names and paths that meant something only
// where the run was started, in a shell for example, are replaced. Text that is no merge recipe comes back as it is.
QString recipeOfRun(const project::Run& run, std::span<const project::RunInput> inputs);

} // namespace crucible::workbench
