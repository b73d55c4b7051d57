// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/name_pattern.h"

#include "base/error.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <tuple>
#include <utility>

namespace crucible::formats {

// Builds the automaton from its end: every piece is told the state that follows it and returns the state it begins with.
// So an expression is first parsed to a tree of small functions that build it, as often as a repetition needs.
class PatternParser {
public:
    PatternParser(NamePattern& target, std::string_view text) : m_target(target), m_text(text) {}

    void parse()
    {
        if (m_text.starts_with('^'))
            m_at = 1;
        const Piece whole = alternatives(0);
        if (m_at != m_text.size())
            invalid("unbalanced ')'");
        m_target.m_start = whole(addState({.kind = NamePattern::State::Accept}));
    }

private:
    using State = NamePattern::State;
    using Bytes = NamePattern::Bytes;
    using Piece = std::function<int(int next)>;

    static constexpr std::size_t kMaxStates = 65536;
    static constexpr int kMaxDepth = 50;
    static constexpr int kMaxRepeat = 1000;

    [[noreturn]] void invalid(std::string_view why) const
    {
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 is not a regular expression, %2 at character %3"),
                              inQuotes(m_text), why, m_at + 1});
    }
    [[noreturn]] void unsupported(std::string_view what) const
    {
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "the regular expression %1 uses %2, which is not supported"), inQuotes(m_text),
             what});
    }

    [[noreturn]] void tooLarge() const
    {
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "the regular expression %1 repeats too much"), inQuotes(m_text)});
    }

    bool done() const { return m_at >= m_text.size(); }
    char peek() const { return m_text[m_at]; }
    bool take(char c)
    {
        if (done() || peek() != c)
            return false;
        ++m_at;
        return true;
    }

    int addState(State state)
    {
        if (m_target.m_states.size() >= kMaxStates)
            tooLarge();
        m_target.m_states.push_back(state);
        return static_cast<int>(m_target.m_states.size()) - 1;
    }

    // Also repetitions of nothing, which add no state, cost time.
    int build(const Piece& piece, int next)
    {
        if (++m_builds > kMaxStates)
            tooLarge();
        return piece(next);
    }

    Piece consume(const Bytes& bytes)
    {
        m_target.m_sets.push_back(bytes);
        const std::size_t set = m_target.m_sets.size() - 1;
        return [this, set](int next) { return addState({.kind = State::Consume, .next = next, .bytes = set}); };
    }

    Piece alternatives(int depth)
    {
        if (depth > kMaxDepth)
            invalid("groups are nested too deep");
        std::vector<Piece> branches{sequence(depth)};
        while (take('|'))
            branches.push_back(sequence(depth));
        return [this, branches](int next) {
            int start = branches.back()(next);
            for (std::size_t i = branches.size() - 1; i-- > 0;)
                start = addState({.kind = State::Split, .next = branches[i](next), .other = start});
            return start;
        };
    }

    Piece sequence(int depth)
    {
        std::vector<Piece> pieces;
        while (!done() && peek() != '|' && peek() != ')') {
            if (peek() == '$' && m_at + 1 == m_text.size()) {
                ++m_at;
                break;
            }
            pieces.push_back(repeated(atom(depth)));
        }
        return [pieces](int next) {
            for (std::size_t i = pieces.size(); i-- > 0;)
                next = pieces[i](next);
            return next;
        };
    }

    Piece atom(int depth)
    {
        const char c = m_text[m_at++];
        switch (c) {
        case '(': {
            if (take('?') && !take(':'))
                unsupported("a group of the kind (?...)");
            const Piece inner = alternatives(depth + 1);
            if (!take(')'))
                invalid("a group is not closed");
            return inner;
        }
        case '.': return consume(~Bytes{}.set('\n'));
        case '[': return consume(characterClass());
        case '\\': return consume(escape());
        case '*':
        case '+':
        case '?':
            --m_at;
            invalid("nothing to repeat");
        case '^':
        case '$': unsupported("an anchor inside the expression");
        default: return consume(Bytes{}.set(static_cast<unsigned char>(c)));
        }
    }

    Piece repeated(const Piece& piece)
    {
        if (done())
            return piece;
        int low = 0;
        int high = -1; // without end
        if (take('*')) {
        } else if (take('+')) {
            low = 1;
        } else if (take('?')) {
            high = 1;
        } else if (const auto counts = peek() == '{' ? bounds() : std::nullopt) {
            std::tie(low, high) = *counts;
        } else {
            return piece;
        }
        take('?'); // lazy: the same set of names
        if (!done() && (peek() == '*' || peek() == '+' || peek() == '?'))
            unsupported("a repetition of a repetition");
        return [this, piece, low, high](int next) {
            int start = next;
            if (high < 0) {
                const int loop = addState({.kind = State::Split, .other = next});
                const int body = piece(loop);
                m_target.m_states[static_cast<std::size_t>(loop)].next = body;
                start = loop;
            }
            for (int i = low; i < high; ++i)
                start = addState({.kind = State::Split, .next = build(piece, start), .other = next});
            for (int i = 0; i < low; ++i)
                start = build(piece, start);
            return start;
        };
    }

    // {m}, {m,}, {m,n} or {,n}; anything else after '{' makes it a plain character, as in Python.
    std::optional<std::pair<int, int>> bounds()
    {
        const std::size_t begin = m_at++;
        const auto number = [this]() -> std::optional<int> {
            int value = 0;
            const std::size_t first = m_at;
            while (!done() && peek() >= '0' && peek() <= '9') {
                value = value * 10 + (m_text[m_at++] - '0');
                if (value > kMaxRepeat)
                    invalid("a repetition of more than 1000 times");
            }
            return m_at == first ? std::nullopt : std::optional(value);
        };
        const std::optional<int> low = number();
        std::optional<int> high = low;
        const bool comma = take(',');
        if (comma)
            high = number();
        if (!take('}') || (!low && !high)) {
            m_at = begin;
            return std::nullopt;
        }
        if (low && high && *low > *high)
            invalid("a repetition whose bounds are the wrong way round");
        return std::pair(low.value_or(0), high.value_or(-1));
    }

    static Bytes range(unsigned char first, unsigned char last)
    {
        Bytes bytes;
        for (unsigned c = first; c <= last; ++c)
            bytes.set(c);
        return bytes;
    }

    Bytes escape()
    {
        if (done())
            invalid("a backslash at the end");
        const char c = m_text[m_at++];
        const Bytes digits = range('0', '9');
        const Bytes word = digits | range('a', 'z') | range('A', 'Z') | Bytes{}.set('_') | range(0x80, 0xff);
        Bytes space = range('\t', '\r');
        space.set(' ');
        switch (c) {
        case 'd': return digits;
        case 'D': return ~digits;
        case 'w': return word;
        case 'W': return ~word;
        case 's': return space;
        case 'S': return ~space;
        case 't': return Bytes{}.set('\t');
        case 'n': return Bytes{}.set('\n');
        case 'r': return Bytes{}.set('\r');
        default: break;
        }
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            unsupported(fmt::format("\\{}", c));
        return Bytes{}.set(static_cast<unsigned char>(c));
    }

    Bytes characterClass()
    {
        const bool negated = take('^');
        Bytes bytes;
        bool first = true;
        while (true) {
            if (done())
                invalid("a character class is not closed");
            if (!first && take(']'))
                break;
            first = false;
            const auto low = static_cast<unsigned char>(m_text[m_at++]);
            if (low == '\\') {
                bytes |= escape();
                continue;
            }
            if (m_at + 1 < m_text.size() && peek() == '-' && m_text[m_at + 1] != ']') {
                ++m_at;
                const auto high = static_cast<unsigned char>(m_text[m_at++]);
                if (high == '\\')
                    unsupported("an escape as the end of a range");
                if (high < low)
                    invalid("a range is the wrong way round");
                bytes |= range(low, high);
            } else {
                bytes.set(low);
            }
        }
        return negated ? ~bytes : bytes;
    }

    NamePattern& m_target;
    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_builds = 0;
};

NamePattern::NamePattern(std::string_view pattern)
{
    constexpr std::size_t kMaxPattern = 4096;
    if (pattern.size() > kMaxPattern)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the regular expression %1 is longer than %2 characters"),
                              inQuotes(pattern), kMaxPattern});
    PatternParser(*this, pattern).parse();
}

// Adds a state and all that can be reached from it without consuming a byte.
void NamePattern::enter(int state, std::vector<int>& list, std::vector<bool>& member) const
{
    std::vector<int> open{state};
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        const auto index = static_cast<std::size_t>(at);
        if (member[index])
            continue;
        member[index] = true;
        list.push_back(at);
        if (m_states[index].kind == State::Split) {
            open.push_back(m_states[index].other);
            open.push_back(m_states[index].next);
        }
    }
}

bool NamePattern::run(std::string_view name, bool startAfterDots) const
{
    std::vector<int> now;
    std::vector<bool> nowMember(m_states.size());
    enter(m_start, now, nowMember);
    for (const char c : name) {
        std::vector<int> next;
        std::vector<bool> nextMember(m_states.size());
        for (const int at : now) {
            const State& state = m_states[static_cast<std::size_t>(at)];
            if (state.kind == State::Consume && m_sets[state.bytes].test(static_cast<unsigned char>(c)))
                enter(state.next, next, nextMember);
        }
        if (startAfterDots && c == '.')
            enter(m_start, next, nextMember);
        now = std::move(next);
    }
    for (const int at : now) {
        if (m_states[static_cast<std::size_t>(at)].kind == State::Accept)
            return true;
    }
    return false;
}

bool NamePattern::matches(std::string_view name) const
{
    return run(name, false);
}

bool NamePattern::matchesSuffix(std::string_view name) const
{
    return run(name, true);
}

} // namespace crucible::formats
