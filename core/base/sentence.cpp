// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sentence.h"

#include <fmt/format.h>

namespace crucible {

std::string Sentence::digits(std::int64_t value)
{
    return fmt::format("{}", value);
}

std::string Sentence::digits(std::uint64_t value)
{
    return fmt::format("{}", value);
}

Sentence Sentence::of(std::string pattern, std::vector<Sentence> arguments)
{
    if (arguments.empty())
        return pattern;
    Sentence sentence;
    sentence.m_pattern = std::move(pattern);
    sentence.m_arguments = std::move(arguments);
    sentence.fill();
    return sentence;
}

void Sentence::fill()
{
    for (std::size_t i = 0; i < m_pattern.size(); ++i) {
        const char next = i + 1 < m_pattern.size() ? m_pattern[i + 1] : '\0';
        const auto number = static_cast<std::size_t>(next - '1');
        if (m_pattern[i] == '%' && next >= '1' && number < m_arguments.size()) {
            m_text += m_arguments[number].text();
            ++i;
        } else {
            m_text += m_pattern[i];
        }
    }
}

} // namespace crucible
