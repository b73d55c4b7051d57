// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/charsmap.h"

#include "base/error.h"
#include "formats/bytes.h"

#include <algorithm>

namespace crucible::text {

CharsMap::CharsMap(std::string_view block)
{
    const auto bytes = std::as_bytes(std::span(block.data(), block.size()));
    constexpr std::size_t kPrefix = 4, kUnit = 4;
    const std::uint32_t size = block.size() < kPrefix ? 0 : formats::loadLittleEndian<std::uint32_t>(bytes);
    if (block.size() <= kPrefix || size >= block.size() - kPrefix || size % kUnit != 0)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "the compiled normalization rules claim %1 bytes of %2"), size, block.size()});
    m_units.resize(size / kUnit);
    for (std::size_t i = 0; i < m_units.size(); ++i)
        m_units[i] = formats::loadLittleEndian<std::uint32_t>(bytes.subspan(kPrefix + kUnit * i));
    m_replacements = block.substr(kPrefix + size);
}

CharsMap::Match CharsMap::find(std::string_view text, bool shortest) const
{
    // A unit of Darts: label in bits 0-7 and 31, "has a leaf" in bit 8, offset in bits 10-30, times 256 when bit 9 is set.
    const auto offsetOf = [](std::uint32_t unit) { return (unit >> 10) << ((unit & 0x200u) >> 6); };
    Match best;
    if (m_units.empty())
        return best;
    std::uint32_t node = offsetOf(m_units[0]);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        node ^= byte;
        if (node >= m_units.size())
            break;
        const std::uint32_t unit = m_units[node];
        if ((unit & 0x800000ffu) != byte)
            break;
        node ^= offsetOf(unit);
        if (node >= m_units.size())
            break;
        if ((unit >> 8) & 1) {
            const std::size_t at = m_units[node] & 0x7fffffffu;
            if (at >= m_replacements.size())
                break;
            const std::string_view rest = std::string_view(m_replacements).substr(at);
            best = {i + 1, rest.substr(0, rest.find('\0'))};
            if (shortest)
                break;
        }
    }
    return best;
}

} // namespace crucible::text
