// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/pre_tokenizers.h"

#include "text/byte_level.h"
#include "text/json_fields.h"
#include "text/unicode.h"
#include "text/unicode_versions.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text {
namespace {

using Match = SplitPattern::Match;
using Writer = WorkText::Writer;

// A stretch of a piece that a pattern matched, or that lies between matches.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool isMatch = false;
};

void fillGaps(const std::vector<Match>& matches, std::size_t size, bool inverted, std::vector<Span>& spans)
{
    spans.clear();
    std::size_t at = 0;
    for (const auto& [begin, end] : matches) {
        if (begin > at)
            spans.push_back({at, begin, inverted});
        spans.push_back({begin, end, !inverted});
        at = end;
    }
    if (at < size)
        spans.push_back({at, size, inverted});
}

// Joins spans as the behaviour demands, in place.
void join(std::vector<Span>& spans, SplitBehavior behavior)
{
    std::vector<Span> joined;
    bool previousMatch = false;
    const auto glue = [&](const Span& span, bool condition) {
        if (condition && !joined.empty()) {
            joined.back().begin = std::min(joined.back().begin, span.begin);
            joined.back().end = std::max(joined.back().end, span.end);
        } else {
            joined.push_back(span);
        }
        previousMatch = span.isMatch;
    };
    switch (behavior) {
    case SplitBehavior::Isolated:
        return;
    case SplitBehavior::Removed:
        std::erase_if(spans, [](const Span& span) { return span.isMatch; });
        return;
    case SplitBehavior::Contiguous:
        for (const Span& span : spans)
            glue(span, span.isMatch == previousMatch);
        break;
    case SplitBehavior::MergedWithPrevious:
        for (const Span& span : spans)
            glue(span, span.isMatch && !previousMatch);
        break;
    case SplitBehavior::MergedWithNext:
        for (auto span = spans.rbegin(); span != spans.rend(); ++span)
            glue(*span, span->isMatch && !previousMatch);
        std::reverse(joined.begin(), joined.end());
        break;
    }
    spans = std::move(joined);
}

void push(const Piece& piece, std::size_t begin, std::size_t end, std::vector<Piece>& out)
{
    if (end > begin)
        out.push_back({piece.begin + static_cast<std::uint32_t>(begin), piece.begin + static_cast<std::uint32_t>(end), -1});
}

class Split final : public PreTokenizer {
public:
    Split(std::shared_ptr<const SplitPattern> pattern, SplitBehavior behavior, bool inverted)
        : m_pattern(std::move(pattern)), m_behavior(behavior), m_inverted(inverted)
    {
    }

    void apply(WorkText& text) const override
    {
        std::vector<Match> matches;
        std::vector<Span> spans;
        const bool isTiling = m_pattern->coversAll() && m_behavior == SplitBehavior::Isolated;
        text.split([&](const Piece& piece, std::vector<Piece>& out) {
            const std::string_view view = text.textOf(piece);
            matches.clear();
            m_pattern->findAll(view, matches);
            if (isTiling) {
                for (const auto& [begin, end] : matches)
                    push(piece, begin, end, out);
                return;
            }
            fillGaps(matches, view.size(), m_inverted, spans);
            join(spans, m_behavior);
            for (const Span& span : spans)
                push(piece, span.begin, span.end, out);
        });
    }

private:
    std::shared_ptr<const SplitPattern> m_pattern;
    SplitBehavior m_behavior;
    bool m_inverted;
};

// Every character that is in a set is a match of its own.
class CharacterPattern final : public SplitPattern {
public:
    using Test = bool (*)(char32_t);
    explicit CharacterPattern(Test test) : m_test(test) {}

    void findAll(std::string_view text, std::vector<Match>& matches) const override
    {
        for (std::size_t at = 0; at < text.size();) {
            const Character character = characterAt(text, at);
            if (m_test(character.code))
                matches.push_back({at, at + character.length});
            at += character.length;
        }
    }

private:
    Test m_test;
};

// \w+|[^\w\s]+
class WordsOrOthers final : public SplitPattern {
public:
    void findAll(std::string_view text, std::vector<Match>& matches) const override
    {
        enum Kind { Space, Word, Other };
        const auto kindOf = [](char32_t code) { return isWord(code) ? Word : isWhiteSpace(code) ? Space : Other; };
        for (std::size_t at = 0; at < text.size();) {
            Character character = characterAt(text, at);
            const Kind kind = kindOf(character.code);
            const std::size_t begin = at;
            do {
                at += character.length;
                if (at < text.size())
                    character = characterAt(text, at);
            } while (at < text.size() && kindOf(character.code) == kind);
            if (kind != Space)
                matches.push_back({begin, at});
        }
    }
};

bool isPunctuation(char32_t code)
{
    const bool isAscii = (code >= '!' && code <= '/') || (code >= ':' && code <= '@') || (code >= '[' && code <= '`') || (code >= '{' && code <= '~');
    return isAscii || isReferencePunctuation(code);
}

bool isNumeric(char32_t code) { return isIn(code, kNumber); }

// Puts a space before every piece that has none in front.
class PrefixSpace final : public PreTokenizer {
public:
    void apply(WorkText& text) const override
    {
        text.edit([](std::string_view piece, Writer& writer) {
            if (piece.starts_with(' '))
                return false;
            writer.put(" ", 0, 0);
            writer.keep(0, piece.size());
            return true;
        });
    }
};

class ByteAlphabet final : public PreTokenizer {
public:
    void apply(WorkText& text) const override
    {
        text.edit([](std::string_view piece, Writer& writer) {
            for (std::size_t at = 0; at < piece.size(); ++at)
                writer.put(byteCharacter(static_cast<unsigned char>(piece[at])), at, at + 1);
            return true;
        });
    }
};

enum class PrependScheme { First, Never, Always };

class Metaspace final : public PreTokenizer {
public:
    Metaspace(std::string replacement, PrependScheme scheme, bool split)
        : m_replacement(std::move(replacement)), m_scheme(scheme)
    {
        if (split)
            m_split = splitBy(literalPattern(m_replacement), SplitBehavior::MergedWithNext);
    }

    void apply(WorkText& text) const override
    {
        text.editPieces([&](const Piece& piece, Writer& writer) {
            const std::string_view view = text.textOf(piece);
            const bool prepends = !view.starts_with(' ') && !view.starts_with(m_replacement) &&
                                  (m_scheme == PrependScheme::Always || (m_scheme == PrependScheme::First && text.beginsOriginal(piece)));
            std::size_t space = view.find(' ');
            if (!prepends && space == std::string_view::npos)
                return false;
            if (prepends)
                writer.put(m_replacement, 0, 0);
            std::size_t kept = 0;
            for (; space != std::string_view::npos; space = view.find(' ', kept)) {
                writer.keep(kept, space);
                writer.put(m_replacement, space, space + 1);
                kept = space + 1;
            }
            writer.keep(kept, view.size());
            return true;
        });
        if (m_split)
            m_split->apply(text);
    }

private:
    std::string m_replacement;
    PrependScheme m_scheme;
    std::unique_ptr<const PreTokenizer> m_split;
};

class FixedLength final : public PreTokenizer {
public:
    explicit FixedLength(std::int32_t length) : m_length(length) {}
    void apply(WorkText& text) const override
    {
        text.split([&](const Piece& piece, std::vector<Piece>& out) {
            const std::string_view view = text.textOf(piece);
            for (std::size_t at = 0; at < view.size();) {
                const std::size_t begin = at;
                for (std::int32_t i = 0; i < m_length && at < view.size(); ++i)
                    at += characterAt(view, at).length;
                push(piece, begin, at, out);
            }
        });
    }

private:
    std::int32_t m_length;
};

SplitBehavior readBehavior(const Json& json, std::string_view otherwise)
{
    const std::string name = textOf(json, "behavior", otherwise);
    if (name == "Removed")
        return SplitBehavior::Removed;
    if (name == "Isolated")
        return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious")
        return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext")
        return SplitBehavior::MergedWithNext;
    if (name == "Contiguous")
        return SplitBehavior::Contiguous;
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "there is no split behavior \"%1\""), name});
}

std::unique_ptr<const PreTokenizer> splitByCharacter(CharacterPattern::Test test, SplitBehavior behavior)
{
    return splitBy(std::make_shared<const CharacterPattern>(test), behavior);
}

std::unique_ptr<const PreTokenizer> readMetaspace(const Json& json)
{
    const std::string replacement = textOf(json, "replacement", "\xE2\x96\x81");
    if (countCharacters(replacement) != 1)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the \"replacement\" of Metaspace is to be one character"));
    const std::string scheme = textOf(json, "prepend_scheme", flagOf(json, "add_prefix_space", true) ? "always" : "never");
    if (scheme != "always" && scheme != "never" && scheme != "first")
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "there is no \"prepend_scheme\" \"%1\""), scheme});
    return std::make_unique<const Metaspace>(
        replacement, scheme == "first" ? PrependScheme::First : scheme == "never" ? PrependScheme::Never : PrependScheme::Always,
        flagOf(json, "split", true));
}

class Reader {
public:
    Reader(PreTokenizers& result, bool bytesAsText) : m_result(result), m_bytesAsText(bytesAsText) {}

    void read(const Json& json, bool isLast, int depth)
    {
        constexpr int kMostNesting = 32;
        const std::string type = textOf(json, "type");
        if (type != "Sequence")
            return readStep(type, json, isLast);
        const Json* steps = memberOf(json, "pretokenizers");
        if (!steps || !steps->is_array() || depth > kMostNesting)
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a sequence of pre-tokenizers lacks its list"));
        for (std::size_t i = 0; i < steps->size(); ++i)
            read((*steps)[i], isLast && i + 1 == steps->size(), depth + 1);
    }

private:
    void add(std::unique_ptr<const PreTokenizer> step) { m_result.steps.push_back(std::move(step)); }

    void readByteLevel(const Json& json, bool isLast)
    {
        if (flagOf(json, "add_prefix_space", true))
            add(std::make_unique<const PrefixSpace>());
        if (flagOf(json, "use_regex", true))
            add(splitBy(regexPattern(kGpt2Regex), SplitBehavior::Isolated));
        if (isLast && !m_bytesAsText)
            m_result.endsInByteLevel = true;
        else
            add(std::make_unique<const ByteAlphabet>());
    }

    void readStep(const std::string& type, const Json& json, bool isLast)
    {
        if (type == "ByteLevel") {
            readByteLevel(json, isLast);
        } else if (type == "Split") {
            add(splitBy(readPattern(json), readBehavior(json, "Isolated"), flagOf(json, "invert", false)));
        } else if (type == "Metaspace") {
            add(readMetaspace(json));
            m_result.needsOrigins = m_result.needsOrigins || textOf(json, "prepend_scheme") == "first";
        } else if (type == "Whitespace") {
            add(splitBy(std::make_shared<const WordsOrOthers>(), SplitBehavior::Removed, true));
        } else if (type == "WhitespaceSplit") {
            add(splitByCharacter(&isWhiteSpace, SplitBehavior::Removed));
        } else if (type == "BertPreTokenizer") {
            add(bertPreTokenizer());
        } else if (type == "Punctuation") {
            add(splitByCharacter(&isPunctuation, readBehavior(json, "Isolated")));
        } else if (type == "Digits") {
            add(splitByCharacter(&isNumeric, flagOf(json, "individual_digits", false) ? SplitBehavior::Isolated : SplitBehavior::Contiguous));
        } else if (type == "CharDelimiterSplit") {
            add(splitBy(literalPattern(textOf(json, "delimiter")), SplitBehavior::Removed));
        } else if (type == "FixedLength") {
            const std::int32_t length = countOf(json, "length").value_or(5);
            if (length == 0)
                throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the length of FixedLength is zero"));
            add(std::make_unique<const FixedLength>(length));
        } else {
            throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the pre-tokenizer \"%1\" is not known"), type});
        }
    }

    PreTokenizers& m_result;
    bool m_bytesAsText;
};

class BertPreTokenizer final : public PreTokenizer {
public:
    void apply(WorkText& text) const override
    {
        m_words->apply(text);
        m_punctuation->apply(text);
    }

private:
    std::unique_ptr<const PreTokenizer> m_words = splitByCharacter(&isWhiteSpace, SplitBehavior::Removed);
    std::unique_ptr<const PreTokenizer> m_punctuation = splitByCharacter(&isPunctuation, SplitBehavior::Isolated);
};

} // namespace

PreTokenizers readPreTokenizer(const Json& json, bool bytesAsText)
{
    PreTokenizers result;
    if (!json.is_null())
        Reader(result, bytesAsText).read(json, true, 0);
    return result;
}

std::unique_ptr<const PreTokenizer> splitBy(std::shared_ptr<const SplitPattern> pattern, SplitBehavior behavior, bool inverted)
{
    return std::make_unique<const Split>(std::move(pattern), behavior, inverted);
}

std::unique_ptr<const PreTokenizer> bertPreTokenizer()
{
    return std::make_unique<const BertPreTokenizer>();
}

std::shared_ptr<const SplitPattern> readPattern(const Json& json)
{
    const Json* pattern = memberOf(json, "pattern");
    if (pattern && pattern->is_string())
        return literalPattern(pattern->get<std::string>());
    if (pattern && pattern->is_object() && memberOf(*pattern, "String"))
        return literalPattern(textOf(*pattern, "String"));
    if (pattern && pattern->is_object() && memberOf(*pattern, "Regex"))
        return regexPattern(textOf(*pattern, "Regex"));
    throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "\"pattern\" holds neither \"String\" nor \"Regex\""));
}

} // namespace crucible::text
