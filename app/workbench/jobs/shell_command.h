// SPDX-License-Identifier: GPL-3.0-or-later
// Commands as a person pastes them into a shell.
#pragma once

#include <QStringList>

namespace crucible::workbench {

enum class Shell { Posix, Windows }; // sh and its relatives; cmd.exe and PowerShell
#if defined(Q_OS_WIN)
inline constexpr Shell kShell = Shell::Windows;
#else
inline constexpr Shell kShell = Shell::Posix;
#endif

// The words on one line, quoted so that the shell hands them on as they are: in single quotes for a POSIX shell, in double
// quotes as programs of Windows take their command line apart. Words that need no quotes have none.
QString shellCommand(const QStringList& words, Shell shell = kShell);

} // namespace crucible::workbench
