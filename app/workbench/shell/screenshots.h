// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every page and of its states worth seeing, without a display: for the documentation, and for looking at
// what was made. File names are stable: home.png, models.png, models-compare.png, ..., palette.png, settings.png.
#pragma once

#include <QString>

namespace crucible::workbench {

class Workbench;

// For main(), before the application object exists.
bool wantsPictures(int argc, char* argv[]);
// Chooses Qt's offscreen platform where there is no display, unless a platform is already chosen.
void useOffscreenWithoutDisplay();

// Returns the exit status: 0, or 1 with a line on stderr when a picture could not be written.
int takeScreenshots(Workbench& workbench, const QString& folder);

} // namespace crucible::workbench
