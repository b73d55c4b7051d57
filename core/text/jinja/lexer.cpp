// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/lexer.h"

#include "text/jinja/characters.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace crucible::text::jinja {
namespace {

bool isDigitAscii(char c)
{
    return c >= '0' && c <= '9';
}

int digitValue(char c)
{
    if (isDigitAscii(c))
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

class Lexer {
public:
    explicit Lexer(const Source& source) : m_source(source), m_text(source.text()) {}

    std::vector<Token> run()
    {
        while (m_at < m_text.size())
            readData();
        push(Tok::End, m_at);
        return std::move(m_tokens);
    }

private:
    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }
    bool startsWith(std::string_view word, std::size_t at) const { return m_text.substr(at).starts_with(word); }
    Token& push(Tok kind, std::size_t at)
    {
        Token& token = m_tokens.emplace_back();
        token.kind = kind;
        token.at = static_cast<std::uint32_t>(at);
        return token;
    }
    [[noreturn]] void fail(std::size_t at, Sentence what, Sentence hint = {}) const
    {
        m_source.fail(static_cast<std::uint32_t>(at), std::move(what), std::move(hint));
    }
    std::size_t skipSpace(std::size_t at) const { return m_text.size() - stripLeft(m_text.substr(at)).size(); }

    // Text before a tag, without what the tag's sign or lstrip_blocks takes away.
    void pushData(std::size_t begin, std::size_t end, char sign, bool isVariable)
    {
        std::string_view data = m_text.substr(begin, end - begin);
        if (sign == '-') {
            data = stripRight(data);
        } else if (sign != '+' && !isVariable) {
            const std::size_t newline = data.rfind('\n');
            const std::size_t line = newline == std::string_view::npos ? 0 : newline + 1;
            const bool lineStart = line > 0 || begin == 0 || m_text[begin - 1] == '\n';
            if (lineStart && stripLeft(data.substr(line)).empty())
                data = data.substr(0, line);
        }
        if (!data.empty())
            push(Tok::Data, begin).text = data;
    }

    static char signAt(char c) { return c == '-' || c == '+' ? c : '\0'; }

    // Text up to the next tag, and the tag.
    void readData()
    {
        const std::size_t begin = m_at;
        std::size_t open = begin;
        for (;; ++open) {
            open = m_text.find('{', open);
            if (open == std::string_view::npos || open + 1 == m_text.size()) {
                push(Tok::Data, begin).text = m_text.substr(begin);
                m_at = m_text.size();
                return;
            }
            if (m_text[open + 1] == '{' || m_text[open + 1] == '%' || m_text[open + 1] == '#')
                break;
        }
        const char type = m_text[open + 1];
        m_at = open + 2;
        const char sign = signAt(peek());
        if (sign)
            ++m_at;
        pushData(begin, open, sign, type == '{');
        if (type == '#')
            skipComment(open);
        else if (type == '{')
            readCode(open, Tok::VariableBegin);
        else if (!readRaw(open))
            readCode(open, Tok::BlockBegin);
    }

    // Behind a block or a comment: '-' takes all white space, otherwise one line end goes unless '+' keeps it.
    void skipAfter(char sign)
    {
        if (sign == '-')
            m_at = skipSpace(m_at);
        else if (sign != '+' && peek() == '\n')
            ++m_at;
    }

    void skipComment(std::size_t open)
    {
        const std::size_t close = m_text.find("#}", m_at);
        if (close == std::string_view::npos)
            fail(open, CRUCIBLE_TR_NOOP("Problem", "this comment is never closed"),
                 CRUCIBLE_TR_NOOP("Problem", "end it with #}"));
        const char sign = close > m_at ? signAt(m_text[close - 1]) : '\0';
        m_at = close + 2;
        skipAfter(sign);
    }

    // The text between raw and endraw, when this block is raw. m_at stands behind "{%" and its sign.
    bool readRaw(std::size_t open)
    {
        std::size_t at = skipSpace(m_at);
        if (!startsWith("raw", at))
            return false;
        at = skipSpace(at + 3);
        if (startsWith("-%}", at))
            at = skipSpace(at + 3);
        else if (startsWith("%}", at))
            at += 2;
        else
            return false;
        const std::size_t begin = at;
        for (std::size_t end = m_text.find("{%", begin); end != std::string_view::npos;
             end = m_text.find("{%", end + 2)) {
            m_at = end + 2;
            const char sign = signAt(peek());
            std::size_t word = skipSpace(sign ? m_at + 1 : m_at);
            if (!startsWith("endraw", word))
                continue;
            word = skipSpace(word + 6);
            const char endSign = word < m_text.size() ? signAt(m_text[word]) : '\0';
            if (endSign)
                ++word;
            if (!startsWith("%}", word))
                continue;
            pushData(begin, end, sign, false);
            m_at = word + 2;
            skipAfter(endSign);
            return true;
        }
        fail(open, CRUCIBLE_TR_NOOP("Problem", "this raw block is never closed"),
             CRUCIBLE_TR_NOOP("Problem", "end it with {% endraw %}"));
    }

    void readCode(std::size_t open, Tok kind)
    {
        push(kind, open);
        const bool block = kind == Tok::BlockBegin;
        const std::string_view close = block ? "%}" : "}}";
        std::vector<std::pair<char, std::size_t>> brackets;
        for (;;) {
            m_at = skipSpace(m_at);
            if (m_at >= m_text.size())
                fail(open,
                     block ? CRUCIBLE_TR_NOOP("Problem", "this block is never closed")
                           : CRUCIBLE_TR_NOOP("Problem", "this expression is never closed"),
                     block ? CRUCIBLE_TR_NOOP("Problem", "end it with %}")
                           : CRUCIBLE_TR_NOOP("Problem", "end it with }}"));
            if (brackets.empty()) {
                const char sign = peek() == '-' || (block && peek() == '+') ? peek() : '\0';
                if (startsWith(close, m_at + (sign ? 1 : 0))) {
                    push(block ? Tok::BlockEnd : Tok::VariableEnd, m_at);
                    m_at += sign ? 3 : 2;
                    if (block)
                        skipAfter(sign);
                    else if (sign == '-')
                        m_at = skipSpace(m_at);
                    return;
                }
            }
            readToken(brackets);
        }
    }

    void readToken(std::vector<std::pair<char, std::size_t>>& brackets)
    {
        const char c = peek();
        if (isDigitAscii(c))
            return readNumber();
        if (c == '\'' || c == '"')
            return readString();
        if (isNameStart(characterAt(m_text, m_at).code))
            return readName();
        const std::size_t at = m_at;
        readOperator();
        if (c == '(' || c == '[' || c == '{') {
            brackets.emplace_back(c == '(' ? ')' : c == '[' ? ']' : '}', at);
        } else if (c == ')' || c == ']' || c == '}') {
            if (brackets.empty())
                fail(at, {CRUCIBLE_TR_NOOP("Problem", "there is no open bracket for %1"), std::string(1, c)});
            if (brackets.back().first != c)
                fail(at, {CRUCIBLE_TR_NOOP("Problem", "%1 closes a bracket that %2 should close"), std::string(1, c),
                          std::string(1, brackets.back().first)});
            brackets.pop_back();
        }
    }

    void readName()
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size()) {
            const Character character = characterAt(m_text, m_at);
            if (!isNamePart(character.code))
                break;
            m_at += character.length;
        }
        push(Tok::Name, begin).text = m_text.substr(begin, m_at - begin);
    }

    // Digits with single underscores between them; the byte behind them, or `at` itself when there are none.
    std::size_t digitsEnd(std::size_t at) const
    {
        const std::size_t begin = at;
        while (at < m_text.size() &&
               (isDigitAscii(m_text[at]) ||
                (m_text[at] == '_' && at > begin && at + 1 < m_text.size() && isDigitAscii(m_text[at + 1]))))
            ++at;
        return at;
    }

    void readNumber()
    {
        const std::size_t begin = m_at;
        std::size_t end = digitsEnd(begin);
        bool real = false;
        if (begin == 0 || m_text[begin - 1] != '.') {
            if (end < m_text.size() && m_text[end] == '.' && digitsEnd(end + 1) > end + 1) {
                end = digitsEnd(end + 1);
                real = true;
            }
            if (end < m_text.size() && (m_text[end] | 0x20) == 'e') {
                std::size_t exponent = end + 1;
                if (exponent < m_text.size() && signAt(m_text[exponent]))
                    ++exponent;
                if (digitsEnd(exponent) > exponent) {
                    end = digitsEnd(exponent);
                    real = true;
                }
            }
        }
        if (real) {
            std::string digits(m_text.substr(begin, end - begin));
            std::erase(digits, '_');
            double value = 0;
            const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
            if (read.ec != std::errc())
                fail(begin, {CRUCIBLE_TR_NOOP("Problem", "%1 does not fit into a number"), digits});
            push(Tok::Real, begin).real = value;
            m_at = end;
            return;
        }
        readInteger(begin, end);
    }

    void readInteger(std::size_t begin, std::size_t end)
    {
        int base = 10;
        std::size_t at = begin;
        if (m_text[begin] == '0') {
            const char mark = begin + 1 < m_text.size() ? static_cast<char>(m_text[begin + 1] | 0x20) : '\0';
            const int wanted = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
            std::size_t first = begin + 2;
            if (wanted != 10 && first < m_text.size() && m_text[first] == '_')
                ++first;
            if (wanted != 10 && first < m_text.size() && digitValue(m_text[first]) < wanted) {
                base = wanted;
                at = first;
                end = first;
                while (end < m_text.size() &&
                       (digitValue(m_text[end]) < base ||
                        (m_text[end] == '_' && end + 1 < m_text.size() && digitValue(m_text[end + 1]) < base)))
                    ++end;
            } else {
                end = begin; // zeros only: "01" is two numbers
                while (end < m_text.size() && (m_text[end] == '0' || (m_text[end] == '_' && end + 1 < m_text.size() &&
                                                                      m_text[end + 1] == '0')))
                    ++end;
            }
        }
        std::string digits(m_text.substr(at, end - at));
        std::erase(digits, '_');
        std::int64_t value = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), value, base).ec != std::errc())
            fail(begin, {CRUCIBLE_TR_NOOP("Problem", "the whole number %1 does not fit into 64 bits"), digits});
        push(Tok::Integer, begin).integer = value;
        m_at = end;
    }

    void readString()
    {
        const std::size_t begin = m_at;
        const char quote = m_text[m_at++];
        std::string value;
        while (peek() != quote) {
            if (m_at >= m_text.size())
                fail(begin, CRUCIBLE_TR_NOOP("Problem", "this text is never closed"),
                     CRUCIBLE_TR_NOOP("Problem", "end it with the quotation mark that began it"));
            if (peek() == '\\')
                readEscape(value);
            else
                value += m_text[m_at++];
        }
        ++m_at;
        push(Tok::String, begin).text = std::move(value);
    }

    void readEscape(std::string& value)
    {
        static constexpr std::string_view kLetters = "\\'\"abfnrtv";
        static constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
        const std::size_t begin = m_at++;
        if (m_at >= m_text.size())
            return;
        const char c = m_text[m_at++];
        if (c == '\n')
            return;
        if (const std::size_t known = kLetters.find(c); known != std::string_view::npos) {
            value += kMeanings[known];
        } else if (c >= '0' && c <= '7') {
            char32_t code = static_cast<char32_t>(c - '0');
            for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; ++i)
                code = code * 8 + static_cast<char32_t>(m_text[m_at++] - '0');
            appendCharacter(value, code);
        } else if (c == 'x' || c == 'u' || c == 'U') {
            const int digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            char32_t code = 0;
            for (int i = 0; i < digits; ++i) {
                if (digitValue(peek()) > 15)
                    fail(begin,
                         {CRUCIBLE_TR_NOOP("Problem", "\\%1 needs %2 hexadecimal digits"), std::string(1, c), digits});
                code = code * 16 + static_cast<char32_t>(digitValue(m_text[m_at++]));
            }
            if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
                fail(begin, CRUCIBLE_TR_NOOP("Problem", "this escape stands for no character"));
            appendCharacter(value, code);
        } else if (c == 'N') {
            fail(begin, CRUCIBLE_TR_NOOP("Problem", "characters can not be given by name here"),
                 CRUCIBLE_TR_NOOP("Problem", "write the character itself, or \\u with its code"));
        } else {
            value += '\\'; // as Python: an escape that means nothing stays as it is
            value += c;
        }
    }

    void readOperator()
    {
        struct Entry {
            std::string_view text;
            Tok kind;
        };
        // Longer ones first.
        static constexpr std::array<Entry, 27> kOperators = {{
            {"//", Tok::FloorDiv}, {"**", Tok::Pow},   {"==", Tok::Eq},      {"!=", Tok::Ne},      {">=", Tok::Ge},
            {"<=", Tok::Le},       {"+", Tok::Add},    {"-", Tok::Sub},      {"*", Tok::Mul},      {"/", Tok::Div},
            {"%", Tok::Mod},       {"~", Tok::Tilde},  {"[", Tok::LBracket}, {"]", Tok::RBracket}, {"(", Tok::LParen},
            {")", Tok::RParen},    {"{", Tok::LBrace}, {"}", Tok::RBrace},   {">", Tok::Gt},       {"<", Tok::Lt},
            {"=", Tok::Assign},    {".", Tok::Dot},    {":", Tok::Colon},    {"|", Tok::Pipe},     {",", Tok::Comma},
            {";", Tok::Semicolon}, {"", Tok::End},
        }};
        for (const Entry& entry : kOperators) {
            if (!entry.text.empty() && startsWith(entry.text, m_at)) {
                push(entry.kind, m_at);
                m_at += entry.text.size();
                return;
            }
        }
        const Character character = characterAt(m_text, m_at);
        fail(m_at, {CRUCIBLE_TR_NOOP("Problem", "%1 means nothing here"), m_text.substr(m_at, character.length)});
    }

    const Source& m_source;
    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<Token> m_tokens;
};

} // namespace

std::string_view describe(Tok kind)
{
    static constexpr std::string_view kWords[] = {"text",     "{%",     "%}",     "{{",
                                                  "}}",       "a name", "a text", "a whole number",
                                                  "a number", "+",      "-",      "*",
                                                  "/",        "//",     "%",      "**",
                                                  "~",        "[",      "]",      "(",
                                                  ")",        "{",      "}",      "==",
                                                  "!=",       ">",      ">=",     "<",
                                                  "<=",       "=",      ".",      ":",
                                                  "|",        ",",      ";",      "the end of the template"};
    return kWords[static_cast<std::size_t>(kind)];
}

Source::Source(std::string_view text, std::string name) : m_name(std::move(name))
{
    m_text.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            m_text += text[i];
            continue;
        }
        m_text += '\n';
        if (i + 1 < text.size() && text[i + 1] == '\n')
            ++i;
    }
    if (m_text.ends_with('\n'))
        m_text.pop_back();
}

std::size_t Source::line(std::uint32_t at) const
{
    const auto end = m_text.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(at, m_text.size()));
    return 1 + static_cast<std::size_t>(std::count(m_text.begin(), end, '\n'));
}

std::string Source::place(std::uint32_t at) const
{
    const std::string_view before = std::string_view(m_text).substr(0, at);
    const std::size_t newline = before.rfind('\n');
    const std::string_view line = newline == std::string_view::npos ? before : before.substr(newline + 1);
    return fmt::format("{}:{}:{}", m_name, this->line(at), countCharacters(line) + 1);
}

void Source::fail(std::uint32_t at, Sentence what, Sentence hint) const
{
    throw Error::invalid(std::move(what), place(at), std::move(hint));
}

std::vector<Token> tokenize(const Source& source)
{
    return Lexer(source).run();
}

} // namespace crucible::text::jinja
