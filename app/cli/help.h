// SPDX-License-Identifier: GPL-3.0-or-later
// How help texts look: one blank line between groups, "--[no-]flag", the default at the end of what an option does.
#pragma once

#include <memory>

namespace CLI {
class Formatter;
}

namespace crucible::cli {

std::shared_ptr<CLI::Formatter> helpFormatter();

} // namespace crucible::cli
