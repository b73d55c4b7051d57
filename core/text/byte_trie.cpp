// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/byte_trie.h"

#include <algorithm>

namespace crucible::text {

void ByteTrie::build(std::vector<Entry> entries)
{
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
    // Node by node in order of depth; each stands for a range of the sorted keys that share their first `depth` bytes.
    struct Range {
        std::size_t begin, end;
    };
    m_nodes.assign(1, {});
    m_bytes.assign(1, 0);
    std::vector<Range> level{{0, entries.size()}}, below;
    std::uint32_t firstOfLevel = 0;
    for (std::size_t depth = 0; !level.empty(); ++depth) {
        below.clear();
        const auto firstBelow = static_cast<std::uint32_t>(m_nodes.size());
        for (std::size_t n = 0; n < level.size(); ++n) {
            auto [at, end] = level[n];
            const std::uint32_t node = firstOfLevel + static_cast<std::uint32_t>(n);
            for (; at < end && entries[at].first.size() == depth; ++at)
                m_nodes[node].value = depth == 0 ? kNoValue : entries[at].second;
            m_nodes[node].first = firstBelow + static_cast<std::uint32_t>(below.size());
            while (at < end) {
                const char byte = entries[at].first[depth];
                const std::size_t begin = at;
                while (at < end && entries[at].first[depth] == byte)
                    ++at;
                below.push_back({begin, at});
                m_bytes.push_back(static_cast<unsigned char>(byte));
                m_nodes.push_back({});
                ++m_nodes[node].children;
            }
        }
        level.swap(below);
        firstOfLevel = firstBelow;
    }
}

ByteTrie::Match ByteTrie::longest(std::string_view text, std::size_t at) const
{
    Match best;
    if (m_nodes.empty())
        return best;
    std::uint32_t node = root();
    for (std::size_t i = at; i < text.size(); ++i) {
        node = child(node, static_cast<unsigned char>(text[i]));
        if (node == 0)
            break;
        if (value(node) != kNoValue)
            best = {i + 1 - at, value(node)};
    }
    return best;
}

} // namespace crucible::text
