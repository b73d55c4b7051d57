// SPDX-License-Identifier: GPL-3.0-or-later
// The options of `crucible`.
#pragma once

#include "shell/workbench.h"

namespace crucible::workbench {

struct CommandLine {
    StartOptions options;
    QString message; // help, version or an error; then the program ends with exitStatus
    int exitStatus = 0;
};

// `arguments` with the program's name first. A wrong option gives exit status 2.
CommandLine parseCommandLine(const QStringList& arguments);

} // namespace crucible::workbench
