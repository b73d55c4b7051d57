// SPDX-License-Identifier: GPL-3.0-or-later
// Regular expressions of JSON schemas: literals, classes, groups, alternatives and repetitions, with anchors at the ends. A
// pattern that is not anchored may match anywhere in the text.
#include "generate/character_class.h"
#include "generate/json_schema.h"

#include "base/error.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <vector>

namespace crucible::generate {
namespace {

using Ranges = std::vector<CharacterRange>;

constexpr int kMostNesting = 100;

class PatternReader {
public:
    PatternReader(std::string_view pattern, const std::string& where) : m_pattern(pattern), m_where(where) {}

    std::string read()
    {
        std::vector<std::string> choices;
        do {
            const bool begins = take('^');
            std::string body = sequence(0);
            const bool ends = take('$');
            choices.push_back(fmt::format("{}{}{}", begins ? "" : "char* ", body.empty() ? "\"\"" : body, ends ? "" : " char*"));
        } while (take('|'));
        if (m_at < m_pattern.size())
            refuse();
        return fmt::format("{}", fmt::join(choices, " | "));
    }

private:
    [[noreturn]] void refuse() const
    {
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the pattern is not understood from character %1 on"),
                                  1 + text::countCharacters(m_pattern.substr(0, m_at))},
                                 m_where, CRUCIBLE_TR_NOOP("Problem", "use classes, groups, |, and the repetitions * + ? {m,n}, with ^ and $ at the ends"));
    }

    char peek() const { return m_at < m_pattern.size() ? m_pattern[m_at] : '\0'; }
    bool take(char c)
    {
        if (m_at >= m_pattern.size() || m_pattern[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    std::string alternatives(int depth)
    {
        std::string all = sequence(depth);
        if (all.empty())
            all = "\"\"";
        while (take('|')) {
            const std::string next = sequence(depth);
            all += " | " + (next.empty() ? std::string("\"\"") : next);
        }
        return all;
    }

    std::string sequence(int depth)
    {
        std::string all;
        while (m_at < m_pattern.size() && peek() != '|' && peek() != ')' && peek() != '$') {
            all += all.empty() ? "" : " ";
            all += atom(depth);
            all += repetition();
        }
        return all;
    }

    std::string atom(int depth)
    {
        if (take('(')) {
            if (take('?') && !take(':'))
                refuse();
            if (depth >= kMostNesting)
                refuse();
            std::string inner = alternatives(depth + 1);
            if (!take(')'))
                refuse();
            return "(" + inner + ")";
        }
        if (take('['))
            return written(characterClass());
        if (take('.'))
            return written(complement({{'\n', '\n'}, {'\r', '\r'}}));
        if (const char c = peek(); c == '*' || c == '+' || c == '?' || c == '{' || c == '^')
            refuse();
        return written(one());
    }

    std::string repetition()
    {
        std::string result;
        const char c = peek();
        if (c == '*' || c == '+' || c == '?') {
            result = c;
            ++m_at;
        } else if (c == '{') {
            const std::size_t end = m_pattern.find('}', m_at);
            if (end == std::string_view::npos || m_pattern.substr(m_at + 1, end - m_at - 1).find_first_not_of("0123456789,") != std::string_view::npos)
                refuse();
            result = m_pattern.substr(m_at, end + 1 - m_at);
            m_at = end + 1;
        }
        if (!result.empty())
            take('?'); // the lazy ones match the same texts
        return result;
    }

    // One character outside of classes, or a class like \d.
    Ranges one()
    {
        if (peek() == '\\')
            return escape();
        const text::Character character = text::characterAt(m_pattern, m_at);
        m_at += character.length;
        return {{character.code, character.code}};
    }

    Ranges escape()
    {
        static const Ranges kDigits{{'0', '9'}};
        static const Ranges kWord{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
        static const Ranges kSpace{{'\t', '\r'}, {' ', ' '}, {0xa0, 0xa0}, {0x2028, 0x2029}, {0xfeff, 0xfeff}};
        ++m_at;
        if (m_at >= m_pattern.size())
            refuse();
        const char c = m_pattern[m_at++];
        const auto single = [](char32_t code) { return Ranges{{code, code}}; };
        switch (c) {
        case 'd': return kDigits;
        case 'D': return complement(kDigits);
        case 'w': return kWord;
        case 'W': return complement(kWord);
        case 's': return kSpace;
        case 'S': return complement(kSpace);
        case 'n': return single('\n');
        case 'r': return single('\r');
        case 't': return single('\t');
        case 'f': return single('\f');
        case 'v': return single('\v');
        case 'x': return single(hex(2));
        case 'u': return single(hex(4));
        default: break;
        }
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (isLetter || static_cast<unsigned char>(c) >= 0x80) {
            m_at -= 2;
            refuse();
        }
        return single(static_cast<char32_t>(c));
    }

    char32_t hex(int digits)
    {
        char32_t value = 0;
        for (int i = 0; i < digits; ++i, ++m_at) {
            const char c = peek();
            const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
            if (digit < 0)
                refuse();
            value = value * 16 + static_cast<char32_t>(digit);
        }
        return value;
    }

    Ranges characterClass()
    {
        const bool negated = take('^');
        Ranges ranges;
        while (!take(']')) {
            if (m_at >= m_pattern.size())
                refuse();
            Ranges low = one();
            const bool isRange = peek() == '-' && m_at + 1 < m_pattern.size() && m_pattern[m_at + 1] != ']';
            if (isRange) {
                ++m_at;
                const Ranges high = one();
                if (low.size() != 1 || high.size() != 1 || low[0].low != low[0].high || high[0].low != high[0].high || high[0].low < low[0].low)
                    refuse();
                low[0].high = high[0].high;
            }
            ranges.insert(ranges.end(), low.begin(), low.end());
        }
        return negated ? complement(ranges) : normalized(std::move(ranges));
    }

    // As it stands in a JSON string: some characters are escapes there.
    std::string written(const Ranges& ranges) const
    {
        static constexpr std::pair<char32_t, std::string_view> kEscapes[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"},
                                                                             {'\t', "\\t"}, {'\f', "\\f"}, {'\b', "\\b"}};
        std::vector<std::string> choices;
        std::string plain;
        const auto contains = [&](char32_t code) {
            for (const CharacterRange& range : ranges) {
                if (code >= range.low && code <= range.high)
                    return true;
            }
            return false;
        };
        const auto add = [&](char32_t low, char32_t high) {
            if (low <= high)
                plain += fmt::format("\\U{:08x}-\\U{:08x}", static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high));
        };
        for (const CharacterRange& range : ranges) {
            char32_t low = std::max<char32_t>(range.low, 0x20);
            for (const char32_t escaped : {U'"', U'\\', U'\x7f'}) {
                if (escaped < low || escaped > range.high)
                    continue;
                if (escaped > low)
                    add(low, escaped - 1);
                low = escaped + 1;
            }
            add(low, range.high);
        }
        if (!plain.empty())
            choices.push_back("[" + plain + "]");
        for (const auto& [code, text] : kEscapes) {
            if (contains(code))
                choices.push_back(grammarLiteral(text));
        }
        if (choices.empty())
            refuse();
        return choices.size() == 1 ? choices.front() : fmt::format("({})", fmt::join(choices, " | "));
    }

    std::string_view m_pattern;
    std::string m_where;
    std::size_t m_at = 0;
};

} // namespace

std::string grammarOfPattern(std::string_view pattern, const std::string& where)
{
    return PatternReader(pattern, where).read();
}

} // namespace crucible::generate
