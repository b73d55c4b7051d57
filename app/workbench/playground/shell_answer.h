// SPDX-License-Identifier: GPL-3.0-or-later
// What a person would type for the same answer: `crucible-cli generate` with the model, the settings and the seed that it was
// made with. What does not fit on a line (a conversation, a schema, a grammar) is a file beside it.
#pragma once

#include "playground/conversation.h"

#include <optional>

namespace crucible::workbench {

// The words of the command after the program's name. `folder` takes the files; it is made when it is not there. Nothing for a
// message that no model made, or when a file could not be written.
std::optional<QStringList> shellWordsFor(const Conversation& talk, int answer, PlaygroundMode mode, const QString& folder);

} // namespace crucible::workbench
