// SPDX-License-Identifier: GPL-3.0-or-later
// A talk with one model as a tree: messages with the same parent are different goes at the same turn, and one path through
// them is shown. A plain value; nothing here knows of widgets, workers or the project.
#pragma once

#include "playground/generation.h"
#include "playground/token_record.h"

#include <QMap>

namespace crucible::workbench {

enum class Role { User, Assistant, Text };
QString toString(Role role);
Role roleFrom(const QString& text);

struct Message {
    int id = 0;     // from 1
    int parent = 0; // 0: the first of its path
    Role role = Role::User;
    QString text;
    Answer how; // of what a model made
    qint64 stored = 0;       // its key in the project; 0: not yet
    QList<TokenRecord> tokens;
    QList<int> children; // oldest first
    int shown = 0;       // the child that the path takes
};

class Conversation {
public:
    bool isEmpty() const { return m_messages.isEmpty(); }
    bool contains(int id) const { return m_messages.contains(id); }
    const Message& at(int id) const; // the id must exist
    Message& edit(int id);
    QList<int> ids() const { return m_messages.keys(); } // parents before children
    // The messages that are shown, first to last.
    QList<int> path() const;
    int tip() const; // the last of the path; 0 when empty
    QList<int> pathTo(int id) const;

    // Adds a message and shows it. `parent` 0: a first message. Returns its id.
    int add(int parent, Role role, const QString& text);
    // Makes the path go through `id`, and on from there as it went before.
    void show(int id);
    QList<int> siblings(int id) const; // with itself, oldest first
    // The neighbour `step` places on; 0 when there is none.
    int sibling(int id, int step) const;
    // With everything that follows it; an older sibling is shown instead. Returns what was removed, parents first.
    QList<int> remove(int id);

private:
    QList<int>& childrenOf(int parent);
    int& shownOf(int parent);

    QMap<int, Message> m_messages;
    QList<int> m_roots;
    int m_shownRoot = 0;
    int m_next = 1;
};

// The messages for a worker: system prompt, then the path up to `id`, inclusive.
QJsonArray chatMessages(const Conversation& conversation, int id, const QString& system);
// The texts of the path up to `id`, one after the other.
QString completionPrompt(const Conversation& conversation, int id);

// Where two texts part, in characters and in tokens.
struct Divergence {
    int character = -1; // -1: they are the same
    int token = -1;     // of the first; the number of its tokens where it ends sooner
    int otherToken = -1;
};
Divergence divergenceOf(const Message& a, const Message& b);

} // namespace crucible::workbench
