// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/stop_strings.h"

#include <algorithm>
#include <utility>

namespace crucible::generate {

StopStrings::StopStrings(std::vector<std::string> strings) : m_strings(std::move(strings))
{
    std::erase(m_strings, std::string());
}

std::string StopStrings::push(std::string_view text)
{
    if (m_found)
        return {};
    m_held.append(text);
    std::size_t first = std::string::npos;
    for (const std::string& stop : m_strings)
        first = std::min(first, m_held.find(stop));
    if (first != std::string::npos) {
        m_found = true;
        std::string certain = m_held.substr(0, first);
        m_held.clear();
        return certain;
    }
    std::size_t kept = 0; // bytes at the end that a stop string may begin with
    for (const std::string& stop : m_strings) {
        for (std::size_t length = std::min(stop.size() - 1, m_held.size()); length > kept; --length) {
            if (m_held.compare(m_held.size() - length, length, stop, 0, length) == 0)
                kept = length;
        }
    }
    std::string certain = m_held.substr(0, m_held.size() - kept);
    m_held.erase(0, certain.size());
    return certain;
}

std::string StopStrings::finish()
{
    return std::exchange(m_held, {});
}

} // namespace crucible::generate
