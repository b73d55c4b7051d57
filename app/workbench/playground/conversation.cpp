// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/conversation.h"

#include <QJsonArray>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

QString toString(Role role)
{
    return role == Role::User ? u"user"_s : role == Role::Assistant ? u"assistant"_s : u"text"_s;
}

Role roleFrom(const QString& text)
{
    return text == "assistant"_L1 ? Role::Assistant : text == "text"_L1 ? Role::Text : Role::User;
}

const Message& Conversation::at(int id) const
{
    const auto found = m_messages.constFind(id);
    Q_ASSERT(found != m_messages.constEnd());
    return *found;
}

Message& Conversation::edit(int id)
{
    Q_ASSERT(m_messages.contains(id));
    return m_messages[id];
}

QList<int>& Conversation::childrenOf(int parent) { return parent == 0 ? m_roots : m_messages[parent].children; }

int& Conversation::shownOf(int parent) { return parent == 0 ? m_shownRoot : m_messages[parent].shown; }

QList<int> Conversation::path() const
{
    QList<int> path;
    for (int id = m_shownRoot; id != 0; id = at(id).shown)
        path.append(id);
    return path;
}

int Conversation::tip() const
{
    const QList<int> all = path();
    return all.isEmpty() ? 0 : all.last();
}

QList<int> Conversation::pathTo(int id) const
{
    QList<int> path;
    for (; id != 0; id = at(id).parent)
        path.prepend(id);
    return path;
}

int Conversation::add(int parent, Role role, const QString& text)
{
    Message message;
    message.id = m_next++;
    message.parent = parent;
    message.role = role;
    message.text = text;
    m_messages.insert(message.id, message);
    childrenOf(parent).append(message.id);
    show(message.id);
    return message.id;
}

void Conversation::show(int id)
{
    for (; id != 0; id = at(id).parent)
        shownOf(at(id).parent) = id;
}

QList<int> Conversation::siblings(int id) const
{
    const int parent = at(id).parent;
    return parent == 0 ? m_roots : at(parent).children;
}

int Conversation::sibling(int id, int step) const
{
    const QList<int> all = siblings(id);
    const qsizetype index = all.indexOf(id) + step;
    return index >= 0 && index < all.size() ? all[index] : 0;
}

QList<int> Conversation::remove(int id)
{
    QList<int> removed{id};
    for (qsizetype i = 0; i < removed.size(); ++i)
        removed += at(removed[i]).children;
    const int parent = at(id).parent;
    const int older = sibling(id, -1);
    const int newer = sibling(id, 1);
    childrenOf(parent).removeOne(id);
    if (shownOf(parent) == id)
        shownOf(parent) = older != 0 ? older : newer;
    for (const int gone : removed)
        m_messages.remove(gone);
    return removed;
}

QJsonArray chatMessages(const Conversation& conversation, int id, const QString& system)
{
    QJsonArray messages;
    if (!system.isEmpty())
        messages.append(QJsonObject{{u"role"_s, u"system"_s}, {u"content"_s, system}});
    for (const int each : conversation.pathTo(id)) {
        const Message& message = conversation.at(each);
        messages.append(QJsonObject{{u"role"_s, message.role == Role::Assistant ? u"assistant"_s : u"user"_s}, {u"content"_s, message.text}});
    }
    return messages;
}

QString completionPrompt(const Conversation& conversation, int id)
{
    QString text;
    for (const int each : conversation.pathTo(id))
        text += conversation.at(each).text;
    return text;
}

Divergence divergenceOf(const Message& a, const Message& b)
{
    const auto [inA, inB] = std::ranges::mismatch(a.text, b.text);
    if (inA == a.text.cend() && inB == b.text.cend())
        return {};
    Divergence parted;
    parted.character = static_cast<int>(inA - a.text.cbegin());
    // The token that holds the first character that differs.
    const auto tokenAt = [](const Message& message, int character) {
        qsizetype end = 0;
        for (qsizetype i = 0; i < message.tokens.size(); ++i) {
            end += message.tokens[i].text.size();
            if (end > character)
                return static_cast<int>(i);
        }
        return static_cast<int>(message.tokens.size());
    };
    parted.token = tokenAt(a, parted.character);
    parted.otherToken = tokenAt(b, parted.character);
    return parted;
}

} // namespace crucible::workbench
