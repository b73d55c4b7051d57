// SPDX-License-Identifier: GPL-3.0-or-later
// A dictionary that finds every key that a text begins with. The children of a node lie side by side, ordered by byte.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace crucible::text {

class ByteTrie {
public:
    static constexpr std::int32_t kNoValue = -1;
    using Entry = std::pair<std::string_view, std::int32_t>;

    // Values are not negative. Of equal keys the last wins; an empty key is never found.
    void build(std::vector<Entry> entries);
    bool empty() const { return m_nodes.size() <= 1; }

    // Walks from node to node: root() is 0; child() gives 0 when there is none.
    static constexpr std::uint32_t root() { return 0; }
    std::uint32_t child(std::uint32_t node, unsigned char byte) const
    {
        const Node& parent = m_nodes[node];
        if (parent.children == 0)
            return 0;
        const unsigned char* first = m_bytes.data() + parent.first;
        if (parent.children == 1)
            return *first == byte ? parent.first : 0;
        const void* found = std::memchr(first, byte, parent.children);
        return found ? static_cast<std::uint32_t>(static_cast<const unsigned char*>(found) - m_bytes.data()) : 0;
    }
    std::int32_t value(std::uint32_t node) const { return m_nodes[node].value; }

    struct Match {
        std::size_t length = 0; // 0: nothing matches
        std::int32_t value = kNoValue;
    };
    // The longest key that text.substr(at) begins with.
    Match longest(std::string_view text, std::size_t at = 0) const;

private:
    struct Node {
        std::uint32_t first = 0;
        std::uint16_t children = 0;
        std::int32_t value = kNoValue;
    };
    std::vector<Node> m_nodes;
    std::vector<unsigned char> m_bytes; // of each node, the byte that leads to it
};

} // namespace crucible::text
