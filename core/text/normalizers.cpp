// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/normalizers.h"

#include "text/base64.h"
#include "text/byte_level.h"
#include "text/json_fields.h"
#include "text/pre_tokenizers.h"
#include "text/unicode_versions.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text {
namespace {

using Writer = WorkText::Writer;

// What becomes of one character: it stays (nullopt), or these bytes take its place.
using CharacterRule = std::function<std::optional<std::string_view>(char32_t)>;

// Applies a rule to every character; `out` is a buffer that the rule may return views into.
void mapCharacters(WorkText& text, const CharacterRule& rule)
{
    text.edit([&](std::string_view piece, Writer& writer) {
        std::size_t kept = 0;
        bool changed = false;
        for (std::size_t at = 0; at < piece.size();) {
            const Character character = characterAt(piece, at);
            if (const std::optional<std::string_view> put = rule(character.code)) {
                if (at > kept)
                    writer.keep(kept, at);
                writer.put(*put, at, at + character.length);
                kept = at + character.length;
                changed = true;
            }
            at += character.length;
        }
        if (changed && kept < piece.size())
            writer.keep(kept, piece.size());
        return changed;
    });
}

class CharacterNormalizer final : public Normalizer {
public:
    explicit CharacterNormalizer(CharacterRule rule) : m_rule(std::move(rule)) {}
    void apply(WorkText& text) const override { mapCharacters(text, m_rule); }

private:
    CharacterRule m_rule;
};

void lowercase(WorkText& text)
{
    std::string lower;
    mapCharacters(text, [&](char32_t code) -> std::optional<std::string_view> {
        if (code < 0x80 && (code < 'A' || code > 'Z'))
            return std::nullopt;
        lower.clear();
        appendLowercase(lower, code);
        return characterAt(lower, 0).code == code ? std::nullopt : std::optional<std::string_view>(lower);
    });
}

class Lowercase final : public Normalizer {
public:
    void apply(WorkText& text) const override { lowercase(text); }
};

class UnicodeForm final : public Normalizer {
public:
    explicit UnicodeForm(NormalForm form) : m_form(form) {}
    void apply(WorkText& text) const override
    {
        text.edit([this](std::string_view piece, Writer& writer) {
            return normalize(piece, m_form, [&](std::size_t begin, std::size_t end) { writer.keep(begin, end); },
                             [&](std::size_t begin, std::size_t end, std::string_view bytes) { writer.put(bytes, begin, end); });
        });
    }

private:
    NormalForm m_form;
};

class Strip final : public Normalizer {
public:
    Strip(bool left, bool right) : m_left(left), m_right(right) {}
    void apply(WorkText& text) const override
    {
        text.edit([this](std::string_view piece, Writer& writer) {
            std::size_t begin = 0, end = piece.size();
            while (m_left && begin < end && isWhiteSpace(characterAt(piece, begin).code))
                begin += characterAt(piece, begin).length;
            while (m_right && end > begin && isWhiteSpace(characterAt(piece, previousCharacter(piece, end)).code))
                end = previousCharacter(piece, end);
            if (begin == 0 && end == piece.size())
                return false;
            writer.keep(begin, end);
            return true;
        });
    }

private:
    bool m_left, m_right;
};

class Prepend final : public Normalizer {
public:
    explicit Prepend(std::string prefix) : m_prefix(std::move(prefix)) {}
    void apply(WorkText& text) const override
    {
        if (m_prefix.empty())
            return;
        text.edit([this](std::string_view piece, Writer& writer) {
            writer.put(m_prefix, 0, 0);
            writer.keep(0, piece.size());
            return true;
        });
    }

private:
    std::string m_prefix;
};

class Replace final : public Normalizer {
public:
    Replace(std::shared_ptr<const SplitPattern> pattern, std::string content) : m_pattern(std::move(pattern)), m_content(std::move(content)) {}
    void apply(WorkText& text) const override
    {
        std::vector<SplitPattern::Match> matches;
        text.edit([&](std::string_view piece, Writer& writer) {
            matches.clear();
            m_pattern->findAll(piece, matches);
            if (matches.empty())
                return false;
            std::size_t kept = 0;
            for (const auto& [begin, end] : matches) {
                if (begin > kept)
                    writer.keep(kept, begin);
                // What is put in stands for the last character that it replaces.
                writer.put(m_content, end > begin ? previousCharacter(piece, end) : begin, end);
                kept = end;
            }
            if (kept < piece.size())
                writer.keep(kept, piece.size());
            return true;
        });
    }

private:
    std::shared_ptr<const SplitPattern> m_pattern;
    std::string m_content;
};

// BERT's: control characters go, spaces are put around CJK characters, accents go, capitals become small.
class Bert final : public Normalizer {
public:
    explicit Bert(const BertNormalizerOptions& options) : m_options(options) {}

    void apply(WorkText& text) const override
    {
        if (m_options.cleanText)
            mapCharacters(text, &Bert::cleaned);
        if (m_options.handleChineseCharacters)
            spaceChinese(text);
        if (m_options.stripAccents) {
            UnicodeForm(NormalForm::Nfd).apply(text);
            mapCharacters(text, [](char32_t code) { return code >= 0x80 && isReferenceNonspacing(code) ? std::optional<std::string_view>("") : std::nullopt; });
        }
        if (m_options.lowercase)
            lowercase(text);
    }

private:
    static std::optional<std::string_view> cleaned(char32_t code)
    {
        if (code == '\t' || code == '\n' || code == '\r')
            return " ";
        if (code == 0 || code == 0xfffd || isReferenceControl(code))
            return "";
        return code != ' ' && isWhiteSpace(code) ? std::optional<std::string_view>(" ") : std::nullopt;
    }

    static bool isChinese(char32_t code)
    {
        return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || (code >= 0x20000 && code <= 0x2a6df) ||
               (code >= 0x2a700 && code <= 0x2b73f) || (code >= 0x2b740 && code <= 0x2b81f) || (code >= 0x2b920 && code <= 0x2ceaf) ||
               (code >= 0xf900 && code <= 0xfaff) || (code >= 0x2f800 && code <= 0x2fa1f);
    }

    static void spaceChinese(WorkText& text)
    {
        std::string spaced;
        mapCharacters(text, [&](char32_t code) -> std::optional<std::string_view> {
            if (code < 0x3400 || !isChinese(code))
                return std::nullopt;
            spaced.assign(" ");
            appendCharacter(spaced, code);
            return spaced.append(" ");
        });
    }

    BertNormalizerOptions m_options;
};

// The rules of Google's machine translation group for control characters and unusual spaces.
std::optional<std::string_view> nmtRule(char32_t code)
{
    if ((code >= 0x1 && code <= 0x8) || code == 0xb || (code >= 0xe && code <= 0x1f) || code == 0x7f || code == 0x8f || code == 0x9f)
        return "";
    if (code == 0x9 || code == 0xa || code == 0xc || code == 0xd || code == 0x1680 || (code >= 0x200b && code <= 0x200f) || code == 0x2028 ||
        code == 0x2029 || code == 0x2581 || code == 0xfeff || code == 0xfffd)
        return " ";
    return std::nullopt;
}

std::optional<std::string_view> byteLevelRule(char32_t code, std::string& out)
{
    std::string bytes;
    appendCharacter(bytes, code);
    out = toByteCharacters(bytes);
    return out == bytes ? std::nullopt : std::optional<std::string_view>(out);
}

class ByteLevelNormalizer final : public Normalizer {
public:
    void apply(WorkText& text) const override
    {
        std::string out;
        mapCharacters(text, [&](char32_t code) { return byteLevelRule(code, out); });
    }
};

// sentencepiece's rules as Hugging Face's library applies them: to clusters of up to five bytes as a whole when any rule
// fits their beginning (the shortest, and what follows goes too), else to each character.
class Precompiled final : public Normalizer {
public:
    explicit Precompiled(CharsMap map) : m_map(std::move(map)) {}
    void apply(WorkText& text) const override
    {
        text.edit([this](std::string_view piece, Writer& writer) {
            std::size_t kept = 0;
            bool changed = false;
            const auto replace = [&](std::size_t begin, std::size_t length) {
                const CharsMap::Match rule = m_map.shortest(piece.substr(begin, length));
                if (rule.length == 0)
                    return false;
                changed = true;
                if (begin > kept)
                    writer.keep(kept, begin);
                writer.put(rule.replacement, begin, begin + length);
                kept = begin + length;
                return true;
            };
            constexpr std::size_t kLongestCluster = 5;
            for (std::size_t at = 0; at < piece.size();) {
                const bool isPlain = isPlainAscii(piece, at);
                const std::size_t length = isPlain ? 1 : graphemeLength(piece, at);
                if (length > kLongestCluster || !replace(at, length)) {
                    for (std::size_t i = at; i < at + length && length > 1; i += characterAt(piece, i).length)
                        replace(i, characterAt(piece, i).length);
                }
                at += length;
            }
            if (changed && kept < piece.size())
                writer.keep(kept, piece.size());
            return changed;
        });
    }

private:
    // Two visible ASCII characters are never one cluster.
    static bool isPlainAscii(std::string_view text, std::size_t at)
    {
        const auto visible = [&](std::size_t i) { return text[i] >= ' ' && text[i] < 0x7f; };
        return visible(at) && (at + 1 == text.size() || visible(at + 1));
    }

    CharsMap m_map;
};

CharsMap readCharsMap(const Json& json)
{
    const std::optional<std::string> block = fromBase64(textOf(json, "precompiled_charsmap"));
    if (!block)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "\"precompiled_charsmap\" is no base64"));
    return CharsMap(*block);
}

void readInto(const Json& json, NormalizerList& list, int depth)
{
    constexpr int kMostNesting = 32;
    const std::string type = textOf(json, "type");
    if (type == "Sequence") {
        const Json* steps = memberOf(json, "normalizers");
        if (!steps || !steps->is_array() || depth > kMostNesting)
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a sequence of normalizers lacks its list"));
        for (const Json& step : *steps)
            readInto(step, list, depth + 1);
    } else if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") {
        list.push_back(unicodeNormalizer(type == "NFC" ? NormalForm::Nfc : type == "NFD" ? NormalForm::Nfd : type == "NFKC" ? NormalForm::Nfkc : NormalForm::Nfkd));
    } else if (type == "Lowercase") {
        list.push_back(std::make_unique<const Lowercase>());
    } else if (type == "Strip") {
        list.push_back(std::make_unique<const Strip>(flagOf(json, "strip_left", true), flagOf(json, "strip_right", true)));
    } else if (type == "StripAccents") {
        list.push_back(std::make_unique<const CharacterNormalizer>(
            [](char32_t code) { return isReferenceMark(code) ? std::optional<std::string_view>("") : std::nullopt; }));
    } else if (type == "Prepend") {
        list.push_back(prependNormalizer(textOf(json, "prepend")));
    } else if (type == "Replace") {
        list.push_back(std::make_unique<const Replace>(readPattern(json), textOf(json, "content")));
    } else if (type == "BertNormalizer" || type == "Bert") {
        BertNormalizerOptions options;
        options.cleanText = flagOf(json, "clean_text", true);
        options.handleChineseCharacters = flagOf(json, "handle_chinese_chars", true);
        options.lowercase = flagOf(json, "lowercase", true);
        options.stripAccents = flagOf(json, "strip_accents", options.lowercase);
        list.push_back(bertNormalizer(options));
    } else if (type == "Precompiled") {
        if (!textOf(json, "precompiled_charsmap").empty())
            list.push_back(std::make_unique<const Precompiled>(readCharsMap(json)));
    } else if (type == "ByteLevel") {
        list.push_back(std::make_unique<const ByteLevelNormalizer>());
    } else if (type == "Nmt") {
        list.push_back(std::make_unique<const CharacterNormalizer>(&nmtRule));
    } else {
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the normalizer \"%1\" is not known"), type});
    }
}

} // namespace

NormalizerList readNormalizer(const Json& json)
{
    NormalizerList list;
    if (!json.is_null())
        readInto(json, list, 0);
    return list;
}

std::unique_ptr<const Normalizer> bertNormalizer(const BertNormalizerOptions& options)
{
    return std::make_unique<const Bert>(options);
}

std::unique_ptr<const Normalizer> unicodeNormalizer(NormalForm form)
{
    return std::make_unique<const UnicodeForm>(form);
}

std::unique_ptr<const Normalizer> prependNormalizer(std::string prefix)
{
    return std::make_unique<const Prepend>(std::move(prefix));
}

std::unique_ptr<const Normalizer> replaceNormalizer(std::string literal, std::string content)
{
    return std::make_unique<const Replace>(literalPattern(literal), std::move(content));
}

} // namespace crucible::text
