// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "base/text.h"
#include "generate/grammar.h"
#include "generate/grammar_checks.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace crucible::generate {
namespace {

constexpr std::size_t kMostText = std::size_t(4) << 20;
constexpr std::size_t kMostElements = 2'000'000;
constexpr std::uint64_t kMostRepetitions = 100'000;
constexpr int kMostNesting = 200;

} // namespace

// Reads the text once; repetitions and groups become rules without a name.
class GrammarParser {
public:
    GrammarParser(std::string_view text, const std::string& where) : m_text(text), m_where(where) {}

    std::shared_ptr<const Grammar> parse()
    {
        if (m_text.size() > kMostText)
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the grammar is larger than 4 MiB"), m_where);
        if (const std::size_t valid = text::firstInvalidByte(m_text); valid < m_text.size()) {
            m_at = valid;
            refuse(CRUCIBLE_TR_NOOP("Problem", "the grammar is not valid UTF-8"));
        }
        for (skipSpace(true); !atEnd(); skipSpace(true))
            parseRule();
        const auto root = m_names.find("root");
        if (root == m_names.end())
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the grammar has no rule \"root\""), m_where,
                                 CRUCIBLE_TR_NOOP("Problem", "name the rule for the whole text root"));
        for (const auto& [name, rule] : m_names) {
            if (!rule.defined)
                throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the rule \"%1\" is used and not defined"), name}, placeOf(rule.place), nearName(name));
        }
        m_grammar->m_root = root->second.index;
        const std::optional<std::uint32_t> recursive = leftRecursiveRule(*m_grammar, static_cast<std::uint32_t>(m_grammar->m_rules.size()));
        if (recursive)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the rule \"%1\" begins with itself, which never ends"), nameOf(*recursive)}, m_where,
                                 CRUCIBLE_TR_NOOP("Problem", "write the repetition with * or +, or put what repeats last"));
        return m_grammar;
    }

private:
    using Element = Grammar::Element;
    using Sequence = std::vector<Element>;
    struct Named {
        std::uint32_t index = 0;
        std::size_t place = 0; // where it is first met
        bool defined = false;
    };

    [[noreturn]] void refuse(Sentence what, Sentence hint = {}) const { throw Error::invalid(std::move(what), placeOf(m_at), std::move(hint)); }

    std::string placeOf(std::size_t at) const
    {
        const std::string_view before = m_text.substr(0, at);
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const std::size_t begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
        return fmt::format("{}:{}:{}", m_where, line, 1 + text::countCharacters(before.substr(begin)));
    }

    Sentence nearName(const std::string& name) const
    {
        std::vector<std::string> defined;
        for (const auto& [other, rule] : m_names) {
            if (rule.defined)
                defined.push_back(other);
        }
        const std::optional<std::string> near = didYouMean(name, defined);
        return near ? Sentence{CRUCIBLE_TR_NOOP("Problem", "did you mean \"%1\"?"), *near} : Sentence();
    }

    // The named rule that a rule without a name was made for.
    std::string nameOf(std::uint32_t index) const
    {
        for (const auto& [name, rule] : m_names) {
            if (rule.index == m_owner[index])
                return name;
        }
        return "root";
    }

    bool atEnd() const { return m_at >= m_text.size(); }
    char peek() const { return atEnd() ? '\0' : m_text[m_at]; }

    void skipSpace(bool overLines)
    {
        while (!atEnd()) {
            if (peek() == '#') {
                while (!atEnd() && peek() != '\n')
                    ++m_at;
            } else if (peek() == ' ' || peek() == '\t' || (overLines && (peek() == '\n' || peek() == '\r'))) {
                ++m_at;
            } else {
                return;
            }
        }
    }

    // Before an alternative that begins a line of its own.
    void skipToAlternative(bool nested)
    {
        skipSpace(nested);
        const std::size_t here = m_at;
        skipSpace(true);
        if (peek() != '|')
            m_at = here;
    }

    static bool isWord(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    std::string parseName()
    {
        const std::size_t begin = m_at;
        while (!atEnd() && isWord(peek()))
            ++m_at;
        if (m_at == begin)
            refuse(CRUCIBLE_TR_NOOP("Problem", "the name of a rule is expected"));
        return std::string(m_text.substr(begin, m_at - begin));
    }

    std::uint32_t addRule()
    {
        m_grammar->m_rules.emplace_back();
        m_owner.push_back(m_current);
        return static_cast<std::uint32_t>(m_grammar->m_rules.size() - 1);
    }

    void addAlternative(std::uint32_t rule, const Sequence& sequence)
    {
        std::vector<Element>& all = m_grammar->m_elements;
        if (all.size() + sequence.size() + 1 > kMostElements)
            refuse(CRUCIBLE_TR_NOOP("Problem", "the grammar is too large"), CRUCIBLE_TR_NOOP("Problem", "repeat less often, or without an upper limit"));
        m_grammar->m_rules[rule].push_back(static_cast<std::uint32_t>(all.size()));
        all.insert(all.end(), sequence.begin(), sequence.end());
        all.push_back({});
    }

    Named& named(const std::string& name, std::size_t place)
    {
        const auto [entry, isNew] = m_names.try_emplace(name);
        if (isNew) {
            entry->second = {addRule(), place, false};
            m_owner.back() = entry->second.index;
        }
        return entry->second;
    }

    void parseRule()
    {
        const std::size_t begin = m_at;
        const std::string name = parseName();
        Named& rule = named(name, begin);
        if (rule.defined) {
            m_at = begin;
            refuse({CRUCIBLE_TR_NOOP("Problem", "the rule \"%1\" is defined twice"), name});
        }
        rule.defined = true;
        const std::uint32_t index = rule.index;
        m_current = index;
        skipSpace(false);
        if (m_text.substr(m_at, 3) != "::=")
            refuse(CRUCIBLE_TR_NOOP("Problem", "\"::=\" is expected"));
        m_at += 3;
        skipSpace(true);
        parseAlternatives(index, 0);
        skipSpace(false);
        if (!atEnd() && peek() != '\n' && peek() != '\r')
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" is not expected here"), std::string(m_text.substr(m_at, text::sequenceLength(static_cast<unsigned char>(peek()))))});
    }

    void parseAlternatives(std::uint32_t rule, int depth)
    {
        addAlternative(rule, parseSequence(depth));
        for (skipToAlternative(depth > 0); peek() == '|'; skipToAlternative(depth > 0)) {
            ++m_at;
            skipSpace(true);
            addAlternative(rule, parseSequence(depth));
        }
    }

    Sequence parseSequence(int depth)
    {
        Sequence sequence;
        while (true) {
            skipSpace(depth > 0);
            std::optional<Sequence> item = parseItem(depth);
            if (!item)
                return sequence;
            repeat(*item);
            sequence.insert(sequence.end(), item->begin(), item->end());
        }
    }

    // What operators after it repeat as a whole. Nothing at the end of a sequence.
    std::optional<Sequence> parseItem(int depth)
    {
        const char c = peek();
        if (c == '"')
            return parseLiteral();
        if (c == '[')
            return Sequence{parseClass()};
        if (c == '.') {
            ++m_at;
            return Sequence{classOf({{0, 0x10ffff}})};
        }
        if (c == '(') {
            if (depth >= kMostNesting)
                refuse({CRUCIBLE_TR_NOOP("Problem", "parentheses are nested more than %1 deep"), kMostNesting});
            const std::size_t begin = m_at++;
            const std::uint32_t rule = addRule();
            skipSpace(true);
            parseAlternatives(rule, depth + 1);
            skipSpace(true);
            if (peek() != ')') {
                m_at = atEnd() ? begin : m_at;
                refuse(CRUCIBLE_TR_NOOP("Problem", "\")\" is missing"));
            }
            ++m_at;
            return Sequence{{Element::Rule, rule}};
        }
        if (c == '<')
            refuse(CRUCIBLE_TR_NOOP("Problem", "single tokens can not be named in a grammar"), CRUCIBLE_TR_NOOP("Problem", "write their text as a literal"));
        if (!isWord(c) || atEnd())
            return {};
        const std::size_t begin = m_at;
        const std::string name = parseName();
        // A name with ::= after it begins the next rule.
        const std::size_t end = m_at;
        skipSpace(false);
        if (m_text.substr(m_at, 3) == "::=") {
            m_at = begin;
            if (depth > 0)
                refuse(CRUCIBLE_TR_NOOP("Problem", "\")\" is missing"));
            return {};
        }
        m_at = end;
        return Sequence{{Element::Rule, named(name, begin).index}};
    }

    char32_t parseCharacter()
    {
        if (peek() != '\\') {
            const text::Character character = text::characterAt(m_text, m_at);
            m_at += character.length;
            return character.code;
        }
        ++m_at;
        const char kind = peek();
        ++m_at;
        switch (kind) {
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        case '\\':
        case '"':
        case '[':
        case ']':
        case '-':
        case '^': return static_cast<char32_t>(kind);
        case 'x': return parseHex(2);
        case 'u': return parseHex(4);
        case 'U': return parseHex(8);
        default: m_at -= 2; refuse(CRUCIBLE_TR_NOOP("Problem", "there is no such escape"), CRUCIBLE_TR_NOOP("Problem", "a backslash is written as two"));
        }
    }

    char32_t parseHex(int digits)
    {
        char32_t value = 0;
        for (int i = 0; i < digits; ++i, ++m_at) {
            const char c = peek();
            const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
            if (digit < 0)
                refuse({CRUCIBLE_TR_NOOP("Problem", "%1 hexadecimal digits are expected"), digits});
            value = value * 16 + static_cast<char32_t>(digit);
        }
        if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
            refuse(CRUCIBLE_TR_NOOP("Problem", "there is no such character"));
        return value;
    }

    Sequence parseLiteral()
    {
        const std::size_t begin = m_at++;
        Sequence sequence;
        while (peek() != '"') {
            if (atEnd() || peek() == '\n') {
                m_at = begin;
                refuse(CRUCIBLE_TR_NOOP("Problem", "the literal has no end"));
            }
            const char32_t character = parseCharacter();
            sequence.push_back(classOf({{character, character}}));
        }
        ++m_at;
        return sequence;
    }

    Element parseClass()
    {
        const std::size_t begin = m_at++;
        const bool negated = peek() == '^';
        if (negated)
            ++m_at;
        std::vector<CharacterRange> ranges;
        while (peek() != ']') {
            if (atEnd() || peek() == '\n') {
                m_at = begin;
                refuse(CRUCIBLE_TR_NOOP("Problem", "the class of characters has no end"));
            }
            const std::size_t place = m_at;
            CharacterRange range;
            range.low = range.high = parseCharacter();
            if (peek() == '-' && m_at + 1 < m_text.size() && m_text[m_at + 1] != ']') {
                ++m_at;
                range.high = parseCharacter();
                if (range.high < range.low) {
                    m_at = place;
                    refuse(CRUCIBLE_TR_NOOP("Problem", "the range ends before it begins"));
                }
            }
            ranges.push_back(range);
        }
        ++m_at;
        if (ranges.empty() && !negated) {
            m_at = begin;
            refuse(CRUCIBLE_TR_NOOP("Problem", "the class has no characters"));
        }
        return classOf(negated ? complement(ranges) : normalized(std::move(ranges)));
    }

    Element classOf(const std::vector<CharacterRange>& ranges)
    {
        const auto [entry, isNew] = m_classes.try_emplace(ranges, static_cast<std::uint32_t>(m_grammar->m_classes.size()));
        if (isNew)
            m_grammar->m_classes.emplace_back(ranges);
        return {Element::Class, entry->second};
    }

    struct Count {
        std::uint64_t least = 0;
        std::optional<std::uint64_t> most;
    };

    std::optional<Count> parseCount()
    {
        switch (peek()) {
        case '*': ++m_at; return Count{0, {}};
        case '+': ++m_at; return Count{1, {}};
        case '?': ++m_at; return Count{0, 1};
        case '{': break;
        default: return {};
        }
        const std::size_t begin = m_at++;
        Count count;
        skipSpace(false);
        const std::optional<std::uint64_t> least = parseNumber();
        skipSpace(false);
        if (peek() == ',') {
            ++m_at;
            skipSpace(false);
            count.most = parseNumber();
            skipSpace(false);
        } else {
            count.most = least;
        }
        count.least = least.value_or(0);
        if (peek() != '}' || (!least && !count.most))
            refuse(CRUCIBLE_TR_NOOP("Problem", "a repetition is written {m}, {m,} or {m,n}"));
        ++m_at;
        const std::size_t after = m_at;
        m_at = begin;
        if (count.most && *count.most < count.least)
            refuse(CRUCIBLE_TR_NOOP("Problem", "the repetition has fewer at most than at least"));
        if (std::max(count.least, count.most.value_or(0)) > kMostRepetitions)
            refuse({CRUCIBLE_TR_NOOP("Problem", "something is repeated more than %1 times"), kMostRepetitions});
        m_at = after;
        return count;
    }

    std::optional<std::uint64_t> parseNumber()
    {
        std::optional<std::uint64_t> value;
        for (; peek() >= '0' && peek() <= '9'; ++m_at)
            value = std::min<std::uint64_t>(value.value_or(0) * 10 + static_cast<std::uint64_t>(peek() - '0'), kMostRepetitions + 1);
        return value;
    }

    void repeat(Sequence& item)
    {
        skipBeforeOperator();
        while (const std::optional<Count> count = parseCount()) {
            repeatBy(item, *count);
            skipBeforeOperator();
        }
    }

    // An operator may stand after spaces.
    void skipBeforeOperator()
    {
        const std::size_t here = m_at;
        while (peek() == ' ' || peek() == '\t')
            ++m_at;
        if (const char c = peek(); c != '*' && c != '+' && c != '?' && c != '{')
            m_at = here;
    }

    void repeatBy(Sequence& item, const Count& count)
    {
        if (item.empty())
            return;
        if (item.size() > 1) {
            const std::uint32_t whole = addRule();
            addAlternative(whole, item);
            item = {{Element::Rule, whole}};
        }
        const Element one = item.front();
        if (count.least > kMostElements - m_grammar->m_elements.size())
            refuse(CRUCIBLE_TR_NOOP("Problem", "the grammar is too large"));
        item.assign(static_cast<std::size_t>(count.least), one);
        if (!count.most) {
            const std::uint32_t more = addRule();
            addAlternative(more, {one, {Element::Rule, more}});
            addAlternative(more, {});
            item.push_back({Element::Rule, more});
            return;
        }
        std::optional<std::uint32_t> rest;
        for (std::uint64_t i = count.least; i < *count.most; ++i) {
            const std::uint32_t optional = addRule();
            addAlternative(optional, rest ? Sequence{one, {Element::Rule, *rest}} : Sequence{one});
            addAlternative(optional, {});
            rest = optional;
        }
        if (rest)
            item.push_back({Element::Rule, *rest});
    }

    std::string_view m_text;
    std::string m_where;
    std::size_t m_at = 0;
    std::shared_ptr<Grammar> m_grammar = std::make_shared<Grammar>();
    std::map<std::string, Named> m_names;
    std::map<std::vector<CharacterRange>, std::uint32_t> m_classes;
    std::vector<std::uint32_t> m_owner; // by rule: the named rule that it belongs to
    std::uint32_t m_current = 0;
};

std::shared_ptr<const Grammar> Grammar::parse(std::string_view text, const std::string& where)
{
    return GrammarParser(text, where).parse();
}

} // namespace crucible::generate
