// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of words that were met before. Bounded: when it is full it starts anew.
#pragma once

#include "text/vocabulary.h"

namespace crucible::text {

class WordCache {
public:
    static constexpr std::size_t kLongestWord = 64; // bytes; longer words do not come again

    WordCache() : m_slots(kSlots) {}

    // Appends the tokens of the word; false when it is not known.
    bool find(std::string_view word, std::uint64_t hash, std::vector<TokenId>& ids) const
    {
        for (std::size_t probe = 0; probe < kProbes; ++probe) {
            const Slot& slot = m_slots[(static_cast<std::size_t>(hash) + probe) & (kSlots - 1)];
            if (slot.length == 0)
                return false;
            if (slot.hash == static_cast<std::uint32_t>(hash >> 32) && slot.length == word.size() &&
                std::memcmp(m_words.data() + slot.word, word.data(), word.size()) == 0) {
                if (slot.count == 1)
                    ids.push_back(m_ids[slot.ids]);
                else
                    ids.insert(ids.end(), m_ids.begin() + slot.ids, m_ids.begin() + slot.ids + slot.count);
                return true;
            }
        }
        return false;
    }

    void insert(std::string_view word, std::uint64_t hash, std::span<const TokenId> ids)
    {
        if (m_used >= kSlots / 2 || m_words.size() > kMostBytes || m_ids.size() > kMostBytes)
            clear();
        for (std::size_t probe = 0; probe < kProbes; ++probe) {
            Slot& slot = m_slots[(static_cast<std::size_t>(hash) + probe) & (kSlots - 1)];
            if (slot.length != 0)
                continue;
            slot = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(m_words.size()), static_cast<std::uint32_t>(m_ids.size()),
                    static_cast<std::uint16_t>(word.size()), static_cast<std::uint16_t>(ids.size())};
            m_words.append(word);
            m_ids.insert(m_ids.end(), ids.begin(), ids.end());
            ++m_used;
            return;
        }
    }

private:
    static constexpr std::size_t kSlots = std::size_t(1) << 16;
    static constexpr std::size_t kProbes = 8;
    static constexpr std::size_t kMostBytes = std::size_t(1) << 21;

    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t word = 0; // in m_words
        std::uint32_t ids = 0;  // in m_ids
        std::uint16_t length = 0; // 0: free
        std::uint16_t count = 0;
    };

    void clear()
    {
        m_slots.assign(kSlots, {});
        m_words.clear();
        m_ids.clear();
        m_used = 0;
    }

    std::vector<Slot> m_slots;
    std::string m_words;
    std::vector<TokenId> m_ids;
    std::size_t m_used = 0;
};

} // namespace crucible::text
