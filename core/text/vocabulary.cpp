// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/vocabulary.h"

#include "base/error.h"

#include <bit>

namespace crucible::text {
namespace {

constexpr TokenId kMostIds = 1 << 24;

} // namespace

std::size_t Vocabulary::slotOf(std::string_view piece) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = static_cast<std::size_t>(quickHash(piece)) & mask;
    while (m_slots[slot] != 0 && textOf(m_entries[m_slots[slot] - 1]) != piece)
        slot = (slot + 1) & mask;
    return slot;
}

void Vocabulary::grow()
{
    m_slots.assign(std::bit_ceil(std::max<std::size_t>(64, 2 * std::max(m_entries.size() + 1, m_entries.capacity()))), 0);
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        m_slots[slotOf(textOf(m_entries[i]))] = static_cast<std::uint32_t>(i + 1);
}

void Vocabulary::add(std::string_view piece, TokenId id)
{
    if (id < 0 || id >= kMostIds)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 is no id of a token"), id},
                             std::string(piece.substr(0, 60)));
    if (2 * (m_entries.size() + 1) > m_slots.size())
        grow();
    const std::size_t slot = slotOf(piece);
    if (m_slots[slot] == 0) {
        m_entries.push_back({m_bytes.size(), static_cast<std::uint32_t>(piece.size()), id});
        m_bytes.append(piece);
        m_slots[slot] = static_cast<std::uint32_t>(m_entries.size());
        ++m_size;
        m_longest = std::max(m_longest, piece.size());
    }
    m_entries[m_slots[slot] - 1].id = id;
    if (static_cast<std::size_t>(id) >= m_ids.size())
        m_ids.resize(static_cast<std::size_t>(id) + 1, 0);
    m_ids[static_cast<std::size_t>(id)] = m_slots[slot];
}

std::optional<TokenId> Vocabulary::find(std::string_view piece) const
{
    if (m_slots.empty() || piece.size() > m_longest)
        return std::nullopt;
    const std::uint32_t entry = m_slots[slotOf(piece)];
    return entry == 0 ? std::nullopt : std::optional<TokenId>(m_entries[entry - 1].id);
}

std::string_view Vocabulary::piece(TokenId id) const
{
    if (id < 0 || static_cast<std::size_t>(id) >= m_ids.size() || m_ids[static_cast<std::size_t>(id)] == 0)
        return {};
    return textOf(m_entries[m_ids[static_cast<std::size_t>(id)] - 1]);
}

} // namespace crucible::text
