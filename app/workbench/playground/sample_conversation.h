// SPDX-License-Identifier: GPL-3.0-or-later
// A short conversation for pictures of the Playground where no model is at hand: written by people, probabilities and all.
#pragma once

#include "project/conversation.h"

#include <vector>

namespace crucible::workbench {

std::vector<project::ConversationSummary> sampleConversations();
// Two columns of the same talk; `columns` of them are taken.
project::Conversation sampleConversation(int columns);

} // namespace crucible::workbench
