// SPDX-License-Identifier: GPL-3.0-or-later
// What a dropped or named path is, by what lies there.
#pragma once

#include "pages/page.h"

class QMimeData;

namespace crucible::workbench {

// A folder with a project, a folder with a model or adapter (or with models below it), a .gguf file, a YAML file; else Other.
Drop classifyDrop(const QString& path);
// Local paths of a drag; empty when it carries none.
QStringList droppedPaths(const QMimeData* data);

} // namespace crucible::workbench
