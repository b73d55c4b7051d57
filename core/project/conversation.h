// SPDX-License-Identifier: GPL-3.0-or-later
// Talks with models, as a project keeps them: one to four columns, each a model with settings and a tree of messages. What
// the window alone reads (models, settings, timings, tokens) is JSON text here.
#pragma once

#include "project/run.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crucible::project {

struct ConversationSummary {
    std::string id; // like a run's
    std::string title;
    std::string mode;   // "chat", "completion", "surprise"
    std::string models; // their names, for the list and its search
    Time created = 0;
    Time changed = 0;
    bool deleted = false; // in the bin
};

struct ConversationColumn {
    std::string model;    // JSON
    std::string settings; // JSON
    std::int64_t tip = 0; // the message that the shown path ends with; 0: none
};

struct ConversationMessage {
    std::int64_t key = 0;    // given by the project
    std::int64_t parent = 0; // 0: the first of a path
    int column = 0;
    std::string role; // "user", "assistant", "text"
    std::string text;
    std::string how;    // JSON: model, settings and timings that it was made with; empty for what a person wrote
    std::string tokens; // JSON: what the model thought at each token; empty when it is not known
    Time created = 0;
};

struct Conversation : ConversationSummary {
    std::vector<ConversationColumn> columns;
    std::vector<ConversationMessage> messages; // parents before their children
};

} // namespace crucible::project
