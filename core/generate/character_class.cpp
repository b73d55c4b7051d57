// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/character_class.h"

#include "text/utf8.h"

#include <algorithm>
#include <map>
#include <string>

namespace crucible::generate {
namespace {

constexpr char32_t kLast = 0x10ffff;
constexpr CharacterRange kSurrogates{0xd800, 0xdfff};

} // namespace

std::vector<CharacterRange> normalized(std::vector<CharacterRange> ranges)
{
    std::sort(ranges.begin(), ranges.end());
    std::vector<CharacterRange> joined;
    for (CharacterRange range : ranges) {
        range.high = std::min(range.high, kLast);
        if (range.low > range.high)
            continue;
        if (!joined.empty() && range.low <= joined.back().high + 1)
            joined.back().high = std::max(joined.back().high, range.high);
        else
            joined.push_back(range);
    }
    std::vector<CharacterRange> result;
    for (const CharacterRange& range : joined) {
        if (range.high < kSurrogates.low || range.low > kSurrogates.high) {
            result.push_back(range);
            continue;
        }
        if (range.low < kSurrogates.low)
            result.push_back({range.low, kSurrogates.low - 1});
        if (range.high > kSurrogates.high)
            result.push_back({kSurrogates.high + 1, range.high});
    }
    return result;
}

std::vector<CharacterRange> complement(const std::vector<CharacterRange>& ranges)
{
    std::vector<CharacterRange> result;
    char32_t next = 0;
    for (const CharacterRange& range : normalized(ranges)) {
        if (range.low > next)
            result.push_back({next, range.low - 1});
        next = range.high + 1;
    }
    if (next <= kLast)
        result.push_back({next, kLast});
    return normalized(std::move(result));
}

CharacterClass::CharacterClass(std::vector<CharacterRange> ranges)
{
    std::vector<Path> paths;
    for (const CharacterRange& range : normalized(std::move(ranges)))
        addPaths(range.low, range.high, paths);
    build(paths);
}

// Cuts a range so that in every part each byte has a range of its own, whatever the other bytes are.
void CharacterClass::addPaths(char32_t low, char32_t high, std::vector<Path>& paths)
{
    for (const char32_t last : {0x7fu, 0x7ffu, 0xffffu}) {
        if (low <= last && high > last) {
            addPaths(low, last, paths);
            addPaths(last + 1, high, paths);
            return;
        }
    }
    if (high > 0x7f) {
        const int continuing = high <= 0x7ff ? 1 : high <= 0xffff ? 2 : 3;
        for (int i = 1; i <= continuing; ++i) {
            const char32_t mask = (char32_t(1) << (6 * i)) - 1;
            if ((low & ~mask) == (high & ~mask))
                continue;
            const char32_t cut = (low & mask) != 0 ? (low | mask) : (high & mask) != mask ? (high & ~mask) - 1 : high;
            if (cut < high) {
                addPaths(low, cut, paths);
                addPaths(cut + 1, high, paths);
                return;
            }
        }
    }
    std::string first, last;
    text::appendCharacter(first, low);
    text::appendCharacter(last, high);
    Path path;
    for (std::size_t i = 0; i < first.size(); ++i)
        path.push_back({static_cast<unsigned char>(first[i]), static_cast<unsigned char>(last[i])});
    paths.push_back(std::move(path));
}

// First bytes of different paths are the same range or have none in common, since the characters were sorted and cut.
std::int32_t CharacterClass::build(const std::vector<Path>& paths)
{
    const auto state = static_cast<std::int32_t>(m_states.size());
    m_states.emplace_back();
    std::map<ByteRange, std::vector<Path>> tails;
    for (const Path& path : paths)
        tails[path.front()].emplace_back(path.begin() + 1, path.end());
    std::vector<Edge> edges;
    std::map<std::vector<Path>, std::int32_t> known;
    for (const auto& [range, rest] : tails) {
        std::int32_t next = kAccept;
        if (!rest.front().empty()) {
            const auto found = known.find(rest);
            next = found != known.end() ? found->second : build(rest);
            known.emplace(rest, next);
        }
        edges.push_back({range.low, range.high, next});
    }
    m_states[static_cast<std::size_t>(state)] = std::move(edges);
    return state;
}

std::int32_t CharacterClass::step(std::int32_t state, unsigned char byte) const
{
    for (const Edge& edge : m_states[static_cast<std::size_t>(state)]) {
        if (byte >= edge.low && byte <= edge.high)
            return edge.next;
    }
    return kReject;
}

} // namespace crucible::generate
