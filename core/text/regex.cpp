// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/regex.h"

#include "base/error.h"
#include "text/split_patterns.h"
#include "text/utf8.h"

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <memory>

namespace crucible::text {
namespace {

// Of Oniguruma, as the inside of a class.
constexpr std::string_view kSpace = R"(\t-\r\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kWord = R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189})";
constexpr std::string_view kHex = "0-9A-Fa-f";
constexpr int kMostNesting = 100;

// Whether PCRE2 knows a script of this name that it would match by its extensions, which are characters that several
// scripts share: 。 is punctuation of Han, and not Han.
bool isScript(std::string_view name)
{
    const std::string pattern = fmt::format("\\p{{sc:{}}}", name);
    int error = 0;
    PCRE2_SIZE place = 0;
    const std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code(
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_UCP, &error, &place,
                      nullptr),
        &pcre2_code_free);
    return code != nullptr;
}

class Translator {
public:
    explicit Translator(std::string_view regex) : m_regex(regex) {}

    std::string run()
    {
        while (m_at < m_regex.size())
            element();
        return std::move(m_out);
    }

private:
    [[noreturn]] void fail(const char* what) const
    {
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the regular expression %1 at byte %2"), what, m_at},
                             std::string(m_regex.substr(0, 200)));
    }
    bool at(std::string_view text) const { return m_regex.substr(m_at).starts_with(text); }

    void element()
    {
        const char c = m_regex[m_at];
        if (c == '(') {
            openGroup();
        } else if (c == ')') {
            if (m_groups.empty())
                fail(CRUCIBLE_TR_NOOP("Problem", "closes a group that was never opened"));
            m_atom = m_groups.back();
            m_groups.pop_back();
            copy(1);
        } else if (c == '[') {
            m_atom = m_out.size();
            ++m_at;
            m_out.append(characterClass(0).whole());
        } else if (c == '\\') {
            m_atom = m_out.size();
            escape();
        } else if (c == '{' && copyCounts()) {
            // `x{1,3}+` repeats the repetition here, where PCRE2 would forbid to give back.
            if (m_at < m_regex.size() && m_regex[m_at] == '+') {
                m_out.insert(m_atom, "(?:");
                m_out.append(")");
            }
        } else {
            if (c != '*' && c != '+' && c != '?' && c != '|')
                m_atom = m_out.size();
            copy(sequenceLength(static_cast<unsigned char>(c)));
        }
    }

    void copy(std::size_t bytes)
    {
        m_out.append(m_regex.substr(m_at, bytes));
        m_at = std::min(m_at + bytes, m_regex.size());
    }

    bool copyCounts()
    {
        std::size_t end = m_at + 1;
        while (end < m_regex.size() && ((m_regex[end] >= '0' && m_regex[end] <= '9') || m_regex[end] == ','))
            ++end;
        if (end == m_at + 1 || end >= m_regex.size() || m_regex[end] != '}')
            return false;
        // "{,3}" counts from zero.
        m_out.append(m_regex[m_at + 1] == ',' ? "{0" : "{").append(m_regex.substr(m_at + 1, end - m_at));
        m_at = end + 1;
        return true;
    }

    void openGroup()
    {
        if (m_groups.size() >= static_cast<std::size_t>(kMostNesting))
            fail(CRUCIBLE_TR_NOOP("Problem", "nests groups too deep"));
        m_groups.push_back(m_out.size());
        copy(1);
        if (!at("?"))
            return;
        // Flags: m lets the dot match newlines, which PCRE2 calls s.
        std::size_t end = m_at + 1;
        while (end < m_regex.size() && (m_regex[end] == 'i' || m_regex[end] == 'm' || m_regex[end] == 'x' || m_regex[end] == '-'))
            ++end;
        if (end < m_regex.size() && end > m_at + 1 && (m_regex[end] == ':' || m_regex[end] == ')')) {
            for (; m_at < end; ++m_at)
                m_out.push_back(m_regex[m_at] == 'm' ? 's' : m_regex[m_at]);
        }
    }

    // What `\X` is inside a class; empty where it means the same in both. Negated ones are told by their capital.
    static std::string_view classOf(char letter)
    {
        switch (letter) {
        case 's': case 'S': return kSpace;
        case 'w': case 'W': return kWord;
        case 'h': case 'H': return kHex;
        default: return {};
        }
    }

    // \u4e00 as PCRE2 writes it; empty when it is none.
    std::string codePoint() const
    {
        const std::string_view digits = m_regex.substr(std::min(m_at + 2, m_regex.size()), 4);
        const bool isHex = digits.size() == 4 && digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
        return at("\\u") && isHex ? fmt::format("\\x{{{}}}", digits) : std::string();
    }

    void escape()
    {
        if (m_at + 1 >= m_regex.size())
            fail(CRUCIBLE_TR_NOOP("Problem", "ends in the middle of an escape"));
        const char letter = m_regex[m_at + 1];
        if (const std::string code = codePoint(); !code.empty()) {
            m_out.append(code);
            m_at += 6;
        } else if (letter == 'b' || letter == 'B') { // between a word and something else, or within either
            const std::string word = std::string("[").append(kWord).append("]");
            const std::string_view yes = letter == 'b' ? "!" : "=", no = letter == 'b' ? "=" : "!";
            m_out.append("(?:(?<=").append(word).append(")(?").append(yes).append(word).append(")|(?<!").append(word).append(")(?").append(no).append(word).append("))");
            m_at += 2;
        } else if (const std::string_view inside = classOf(letter); !inside.empty()) {
            m_out.append(letter < 'a' ? "[^" : "[").append(inside).append("]");
            m_at += 2;
        } else {
            copyEscape(m_out);
        }
    }

    // \p{...}, \x{...} and the like as a whole, others with their one character.
    void copyEscape(std::string& out)
    {
        std::size_t length = 1 + sequenceLength(static_cast<unsigned char>(m_regex[m_at + 1]));
        if ((m_regex[m_at + 1] == 'p' || m_regex[m_at + 1] == 'P' || m_regex[m_at + 1] == 'x') && m_at + 2 < m_regex.size() && m_regex[m_at + 2] == '{') {
            const std::size_t close = m_regex.find('}', m_at);
            if (close == std::string_view::npos)
                fail(CRUCIBLE_TR_NOOP("Problem", "does not close a brace"));
            length = close + 1 - m_at;
            const std::size_t negated = m_regex[m_at + 3] == '^';
            const std::string_view name = m_regex.substr(m_at + 3 + negated, close - m_at - 3 - negated);
            if (m_regex[m_at + 1] != 'x' && isScript(name)) {
                out.append(m_regex.substr(m_at, 3 + negated)).append("sc:").append(name).append("}");
                m_at += length;
                return;
            }
        }
        out.append(m_regex.substr(m_at, length));
        m_at = std::min(m_at + length, m_regex.size());
    }

    // A class: all of `operands` must hold. Each is the inside of a class, or of a negated one.
    struct Operand {
        std::string inside;
        bool negated = false;
        std::string whole() const { return (negated ? "[^" : "[") + inside + "]"; }
    };
    struct Class {
        std::vector<Operand> operands;
        std::string whole() const
        {
            if (operands.size() == 1)
                return operands.front().whole();
            std::string text = "(?:";
            for (std::size_t i = 1; i < operands.size(); ++i)
                text.append("(?=").append(operands[i].whole()).append(")");
            return text.append(operands.front().whole()).append(")");
        }
    };

    // Behind the opening bracket; leaves the place behind the closing one.
    Class characterClass(int depth)
    {
        if (depth > kMostNesting)
            fail(CRUCIBLE_TR_NOOP("Problem", "nests classes too deep"));
        Class result;
        const bool negated = at("^");
        m_at += negated;
        Operand current;
        bool isFresh = true; // nothing of the operand was read
        const auto finish = [&] {
            result.operands.push_back(std::move(current));
            current = {};
            isFresh = true;
        };
        for (bool first = true;; first = false) {
            if (m_at >= m_regex.size())
                fail(CRUCIBLE_TR_NOOP("Problem", "does not close a class"));
            if (m_regex[m_at] == ']' && !first) {
                ++m_at;
                break;
            }
            if (at("&&")) {
                m_at += 2;
                finish();
            } else if (at("[:")) {
                const std::size_t close = m_regex.find(":]", m_at);
                if (close == std::string_view::npos)
                    fail(CRUCIBLE_TR_NOOP("Problem", "does not close a named class"));
                const std::string_view name = m_regex.substr(m_at, close + 2 - m_at);
                current.inside.append(name == "[:punct:]" ? R"(\p{P}\p{S})" : name);
                m_at = close + 2;
                isFresh = false;
            } else if (m_regex[m_at] == '[') {
                ++m_at;
                join(current, characterClass(depth + 1), isFresh);
                isFresh = false;
            } else {
                classElement(current.inside);
                isFresh = false;
            }
        }
        finish();
        if (negated) {
            if (result.operands.size() > 1)
                fail(CRUCIBLE_TR_NOOP("Problem", "negates an intersection of classes, which is not supported,"));
            result.operands.front().negated = !result.operands.front().negated;
        }
        return result;
    }

    void join(Operand& current, Class nested, bool isFresh)
    {
        if (nested.operands.size() == 1 && !nested.operands.front().negated && !current.negated)
            current.inside.append(nested.operands.front().inside);
        else if (nested.operands.size() == 1 && isFresh)
            current = nested.operands.front();
        else
            fail(CRUCIBLE_TR_NOOP("Problem", "joins classes in a way that is not supported,"));
    }

    void classElement(std::string& inside)
    {
        if (m_regex[m_at] != '\\') {
            const std::size_t length = sequenceLength(static_cast<unsigned char>(m_regex[m_at]));
            inside.append(m_regex.substr(m_at, length));
            m_at = std::min(m_at + length, m_regex.size());
            return;
        }
        if (m_at + 1 >= m_regex.size())
            fail(CRUCIBLE_TR_NOOP("Problem", "ends in the middle of an escape"));
        const char letter = m_regex[m_at + 1];
        if (const std::string code = codePoint(); !code.empty()) {
            inside.append(code);
            m_at += 6;
        } else if (const std::string_view known = classOf(letter); !known.empty() && letter >= 'a') {
            inside.append(known);
            m_at += 2;
        } else {
            copyEscape(inside);
        }
    }

    std::string_view m_regex;
    std::size_t m_at = 0;
    std::string m_out;
    std::size_t m_atom = 0;            // where in m_out the last thing that can be repeated begins
    std::vector<std::size_t> m_groups; // where in m_out the open groups begin
};

struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
    void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

std::string messageOf(int error)
{
    std::array<PCRE2_UCHAR, 256> text{};
    const int length = pcre2_get_error_message(error, text.data(), text.size());
    return length < 0 ? fmt::format("error {}", error) : std::string(text.begin(), text.begin() + length);
}

class PcrePattern final : public SplitPattern {
public:
    explicit PcrePattern(std::string_view regex) : m_source(regex)
    {
        const std::string translated = toPcreSyntax(regex);
        int error = 0;
        PCRE2_SIZE place = 0;
        const std::unique_ptr<pcre2_compile_context, Free> context(pcre2_compile_context_create(nullptr));
        pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
        // Lines begin and end everywhere in the text, as in the syntax of Ruby.
        constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
        m_code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(), kOptions, &error, &place, context.get()));
        if (!m_code)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "the regular expression can not be used: %1"), messageOf(error)},
                m_source.substr(0, 200));
        pcre2_jit_compile(m_code.get(), PCRE2_JIT_COMPLETE); // where it fails, matching is slower and the same
        m_limits.reset(pcre2_match_context_create(nullptr));
        pcre2_set_match_limit(m_limits.get(), 10'000'000);
        pcre2_set_heap_limit(m_limits.get(), 256 * 1024); // KiB
    }

    void findAll(std::string_view text, std::vector<Match>& matches) const override
    {
        thread_local const std::unique_ptr<pcre2_match_data, Free> data(pcre2_match_data_create(1, nullptr));
        const PCRE2_SIZE* found = pcre2_get_ovector_pointer(data.get());
        std::size_t lastEnd = std::string_view::npos;
        for (std::size_t at = 0; at <= text.size() && search(text, at, *data);) {
            const std::size_t begin = found[0], end = std::max(found[0], found[1]);
            if (begin == end && end == lastEnd) { // nothing, right behind a match
                if (end >= text.size())
                    break;
                at = end + characterAt(text, end).length;
                continue;
            }
            matches.push_back({begin, end});
            lastEnd = at = end;
        }
    }

private:
    bool search(std::string_view text, std::size_t at, pcre2_match_data& data) const
    {
        const auto run = [&](std::uint32_t options) {
            return pcre2_match(m_code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), at, options | PCRE2_NO_UTF_CHECK, &data, m_limits.get());
        };
        int result = run(0);
        if (result == PCRE2_ERROR_JIT_STACKLIMIT)
            result = run(PCRE2_NO_JIT);
        if (result == PCRE2_ERROR_NOMATCH)
            return false;
        if (result < 0)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "the tokenizer's regular expression gave up on the text: %1"),
                 messageOf(result)},
                m_source.substr(0, 200),
                CRUCIBLE_TR_NOOP("Problem", "encode the text in parts, or check the tokenizer file"));
        return true;
    }

    std::string m_source;
    std::unique_ptr<pcre2_code, Free> m_code;
    std::unique_ptr<pcre2_match_context, Free> m_limits;
};

} // namespace

std::string toPcreSyntax(std::string_view onigurumaRegex)
{
    constexpr std::size_t kMostBytes = std::size_t(1) << 16;
    if (onigurumaRegex.size() > kMostBytes)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "a regular expression of %1 bytes is too long"), onigurumaRegex.size()});
    return Translator(onigurumaRegex).run();
}

std::shared_ptr<const SplitPattern> plainRegexPattern(std::string_view regex)
{
    return std::make_shared<const PcrePattern>(regex);
}

} // namespace crucible::text
