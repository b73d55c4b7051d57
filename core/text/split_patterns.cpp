// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/split_patterns.h"

#include "text/unicode.h"
#include "text/utf8.h"

#include <algorithm>
#include <limits>

namespace crucible::text {

namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// What a scanner sees at a place: a character's properties and where the next begins. Past the end nothing is in any set.
struct Seen {
    std::uint32_t properties = 0;
    std::uint32_t length = 0;
    bool in(std::uint32_t set) const { return (properties & set) != 0; }
    bool end() const { return length == 0; }
};

class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    std::size_t size() const { return m_text.size(); }
    char byteAt(std::size_t at) const { return at < m_text.size() ? m_text[at] : '\0'; }
    Seen see(std::size_t at) const
    {
        if (at >= m_text.size())
            return {};
        const auto byte = static_cast<unsigned char>(m_text[at]);
        if (byte < 0x80)
            return {detail::kProperties[byte], 1};
        const Character character = characterAt(m_text, at);
        return {propertiesOf(character.code), character.length};
    }
    // The end of the characters from `at` that are in the set, `most` at the most.
    std::size_t run(std::size_t at, std::uint32_t set, std::size_t most = kNoLimit) const
    {
        for (Seen seen = see(at); most > 0 && seen.in(set); seen = see(at), --most)
            at += seen.length;
        return at;
    }
    std::size_t runOutside(std::size_t at, std::uint32_t set) const
    {
        for (Seen seen = see(at); !seen.end() && !seen.in(set); seen = see(at))
            at += seen.length;
        return at;
    }
    std::size_t runOf(std::size_t at, std::string_view bytes) const
    {
        while (at < m_text.size() && bytes.find(m_text[at]) != std::string_view::npos)
            ++at;
        return at;
    }

    // 's 't 're 've 'm 'll 'd; the end, or `at` when none is there. U+017F is an s when case does not count.
    std::size_t contraction(std::size_t at, bool anyCase) const
    {
        if (byteAt(at) != '\'')
            return at;
        const auto letter = [&](std::size_t i) {
            const char c = byteAt(i);
            return anyCase && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        };
        const char first = letter(at + 1), second = letter(at + 2);
        if (first == 's' || first == 't' || first == 'm' || first == 'd')
            return at + 2;
        if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l'))
            return at + 3;
        if (anyCase && m_text.substr(at + 1, 2) == "\xC5\xBF")
            return at + 3;
        return at;
    }

    // \s*[\r\n]+|\s+(?!\S)|\s+ at white space, or without the first of the three.
    std::size_t whiteSpace(std::size_t at, bool newlinesFirst) const
    {
        std::size_t end = at, last = at, lastNewline = 0;
        for (Seen seen = see(at); seen.in(kWhiteSpace); seen = see(end)) {
            last = end;
            end += seen.length;
            if (seen.in(kNewline))
                lastNewline = end;
        }
        if (newlinesFirst && lastNewline > 0)
            return lastNewline;
        return end == m_text.size() || last == at ? end : last; // the last one goes with the word behind it
    }

private:
    std::string_view m_text;
};

class Gpt2Scan {
public:
    static constexpr bool kCoversAll = true;
    static std::size_t next(const Scanner& scan, std::size_t at)
    {
        if (const std::size_t end = scan.contraction(at, false); end > at)
            return end;
        const std::size_t begin = at + (scan.byteAt(at) == ' ' ? 1 : 0);
        const Seen first = scan.see(begin);
        if (first.in(kLetter))
            return scan.run(begin, kLetter);
        if (first.in(kNumber))
            return scan.run(begin, kNumber);
        if (!first.end() && !first.in(kWhiteSpace))
            return scan.runOutside(begin, kWhiteSpace | kLetter | kNumber);
        return scan.whiteSpace(at, false);
    }
};

struct Llama3Scan {
    static constexpr bool kCoversAll = true;
    std::size_t digits = 3;
    std::uint32_t letters = kLetter; // what words are made of
    std::string_view afterPunctuation = "\r\n";

    std::size_t next(const Scanner& scan, std::size_t at) const
    {
        if (const std::size_t end = scan.contraction(at, true); end > at)
            return end;
        const Seen first = scan.see(at);
        if (!first.in(kNewline | kLetter | kNumber)) {
            const std::size_t behind = at + first.length;
            if (scan.see(behind).in(letters))
                return scan.run(behind, letters);
        }
        if (first.in(letters))
            return scan.run(at, letters);
        if (first.in(kNumber))
            return scan.run(at, kNumber, digits);
        const std::size_t begin = at + (scan.byteAt(at) == ' ' ? 1 : 0);
        const std::size_t end = scan.runOutside(begin, kWhiteSpace | kNumber | letters);
        if (end > begin)
            return scan.runOf(end, afterPunctuation);
        return scan.whiteSpace(at, true);
    }
};

// Words begin where capitals follow small letters, too.
struct O200kScan {
    static constexpr bool kCoversAll = true;
    static constexpr std::uint32_t kUpper = kLu | kLt | kLm | kLo | kMark;
    static constexpr std::uint32_t kLower = kLl | kLm | kLo | kMark;
    std::size_t digits = 3;
    bool contractions = true;

    // [upper]*[lower]+ from `at`, else `at`. The capitals give back what the small letters need.
    static std::size_t upperThenLower(const Scanner& scan, std::size_t at)
    {
        std::size_t end = at, lastLower = at;
        Seen seen = scan.see(end);
        for (; seen.in(kUpper); seen = scan.see(end)) {
            end += seen.length;
            if (seen.in(kLower))
                lastLower = end;
        }
        return seen.in(kLower) ? scan.run(end, kLower) : lastLower;
    }
    std::size_t word(const Scanner& scan, std::size_t at) const
    {
        const Seen first = scan.see(at);
        const bool mayPrecede = !first.in(kNewline | kLetter | kNumber);
        const std::size_t behind = at + first.length;
        for (const bool wantsLower : {true, false}) {
            for (const std::size_t begin : {mayPrecede ? behind : at, at}) {
                const std::size_t end = wantsLower ? upperThenLower(scan, begin) : scan.run(begin, kUpper);
                if (end > begin)
                    return contractions ? scan.contraction(end, true) : end;
            }
        }
        return at;
    }
    std::size_t next(const Scanner& scan, std::size_t at) const
    {
        if (const std::size_t end = word(scan, at); end > at)
            return end;
        if (scan.see(at).in(kNumber))
            return scan.run(at, kNumber, digits);
        const std::size_t begin = at + (scan.byteAt(at) == ' ' ? 1 : 0);
        const std::size_t end = scan.runOutside(begin, kWhiteSpace | kNumber | kLetter);
        if (end > begin)
            return scan.runOf(end, "\r\n/");
        return scan.whiteSpace(at, true);
    }
};

struct Deepseek3Scan {
    static constexpr bool kCoversAll = false; // digits and control characters are in no word

    static bool isAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
    static bool isAsciiPunctuation(char c) { return c > ' ' && c < 0x7f && !isAsciiLetter(c) && !(c >= '0' && c <= '9'); }

    static std::size_t next(const Scanner& scan, std::size_t at)
    {
        if (isAsciiPunctuation(scan.byteAt(at)) && isAsciiLetter(scan.byteAt(at + 1))) {
            std::size_t end = at + 1;
            while (isAsciiLetter(scan.byteAt(end)))
                ++end;
            return end;
        }
        const Seen first = scan.see(at);
        if (!first.in(kNewline | kLetter | kPunctuation | kSymbol)) {
            const std::size_t behind = at + first.length;
            if (scan.see(behind).in(kLetter | kMark))
                return scan.run(behind, kLetter | kMark);
        }
        if (first.in(kLetter | kMark))
            return scan.run(at, kLetter | kMark);
        const std::size_t begin = at + (scan.byteAt(at) == ' ' ? 1 : 0);
        const std::size_t end = scan.run(begin, kPunctuation | kSymbol);
        if (end > begin)
            return scan.runOf(end, "\r\n");
        return first.in(kWhiteSpace) ? scan.whiteSpace(at, true) : at;
    }
};

// Runs of one set of characters: \p{N}, \p{N}+, \p{N}{1,3}, [\r\n], \s+ and the like.
struct RunScan {
    static constexpr bool kCoversAll = false;
    std::uint32_t set = 0;
    std::size_t most = kNoLimit;
    bool spaceBefore = false; // \s? in front

    std::size_t next(const Scanner& scan, std::size_t at) const
    {
        const Seen first = scan.see(at);
        const std::size_t begin = spaceBefore && first.in(kWhiteSpace) ? at + first.length : at;
        const std::size_t end = scan.run(begin, set, most);
        return end > begin ? end : at;
    }
};

template<class Scan>
class ScannedPattern final : public SplitPattern {
public:
    explicit ScannedPattern(Scan scan) : m_scan(scan) {}

    void findAll(std::string_view text, std::vector<Match>& matches) const override
    {
        const Scanner scanner(text);
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = m_scan.next(scanner, at);
            if (end > at)
                matches.push_back({at, end});
            at = end > at ? end : at + scanner.see(at).length;
        }
    }
    bool coversAll() const override { return Scan::kCoversAll; }

private:
    Scan m_scan;
};

template<class Scan>
std::shared_ptr<const SplitPattern> scanned(Scan scan)
{
    return std::make_shared<const ScannedPattern<Scan>>(scan);
}

class LiteralPattern final : public SplitPattern {
public:
    explicit LiteralPattern(std::string_view literal) : m_literal(literal) {}

    void findAll(std::string_view text, std::vector<Match>& matches) const override
    {
        if (m_literal.empty())
            return;
        for (std::size_t at = text.find(m_literal); at != std::string_view::npos; at = text.find(m_literal, at + m_literal.size()))
            matches.push_back({at, at + m_literal.size()});
    }

private:
    std::string m_literal;
};

// The same expressions are written in several ways.
std::shared_ptr<const SplitPattern> knownScanner(std::string_view regex)
{
    constexpr std::string_view kContractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|", kShortContractions = "'(?i:[sdmt]|ll|ve|re)|";
    if (regex == kGpt2Regex || regex == R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)")
        return scanned(Gpt2Scan{});
    std::string canonical;
    if (regex.starts_with(kShortContractions)) {
        canonical = kContractions;
        regex.remove_prefix(kShortContractions.size());
    }
    for (const char c : regex)
        canonical.append(c == '\r' ? "\\r" : c == '\n' ? "\\n" : std::string_view(&c, 1));
    if (canonical == kLlama3Regex)
        return scanned(Llama3Scan{});
    if (canonical == kQwen2Regex)
        return scanned(Llama3Scan{.digits = 1});
    if (canonical == R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)")
        return scanned(Llama3Scan{.digits = 2});
    if (canonical == R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)")
        return scanned(Llama3Scan{.digits = kNoLimit});
    if (canonical == kQwen35Regex)
        return scanned(Llama3Scan{.digits = 1, .letters = kLetter | kMark});
    if (canonical == kO200kRegex)
        return scanned(O200kScan{});
    if (canonical == kTekkenRegex)
        return scanned(O200kScan{.digits = 1, .contractions = false});
    if (canonical == kDeepseek3Regex)
        return scanned(Deepseek3Scan{});

    struct Run {
        std::string_view regex;
        RunScan scan;
    };
    static constexpr Run kRuns[] = {
        {R"(\p{N})", {kNumber, 1, false}},       {R"(\p{N}+)", {kNumber, kNoLimit, false}}, {R"(\p{N}{1,3})", {kNumber, 3, false}},
        {R"(\p{N}{1})", {kNumber, 1, false}},    {R"([\r\n])", {kNewline, 1, false}},
        {R"(\s?\p{L}+)", {kLetter, kNoLimit, true}}, {R"(\s?\p{P}+)", {kPunctuation, kNoLimit, true}}, {R"(\s+)", {kWhiteSpace, kNoLimit, false}},
        {R"(\s)", {kWhiteSpace, 1, false}},
    };
    const auto run = std::find_if(std::begin(kRuns), std::end(kRuns), [&](const Run& known) { return known.regex == canonical; });
    return run == std::end(kRuns) ? nullptr : scanned(run->scan);
}

} // namespace

std::shared_ptr<const SplitPattern> regexPattern(std::string_view regex)
{
    std::shared_ptr<const SplitPattern> known = knownScanner(regex);
    return known ? known : plainRegexPattern(regex);
}

std::shared_ptr<const SplitPattern> literalPattern(std::string_view literal)
{
    return std::make_shared<const LiteralPattern>(literal);
}

} // namespace crucible::text
