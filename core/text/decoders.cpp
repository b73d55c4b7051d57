// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/decoders.h"

#include "text/byte_level.h"
#include "text/json_fields.h"
#include "text/pre_tokenizers.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text {
namespace {

using Texts = std::vector<std::string>;

void replaceAll(std::string& text, std::string_view from, std::string_view to)
{
    if (from.empty())
        return;
    std::string result;
    std::size_t kept = 0;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, kept)) {
        result.append(text, kept, at - kept).append(to);
        kept = at + from.size();
    }
    if (kept > 0)
        text = result.append(text, kept);
}

// The spaces that a tokenizer of words puts where English has none.
void cleanUp(std::string& text)
{
    static constexpr std::pair<std::string_view, std::string_view> kRules[] = {
        {" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"},
        {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
    for (const auto& [from, to] : kRules)
        replaceAll(text, from, to);
}

class ByteLevelDecoder final : public Decoder {
public:
    void apply(Texts& texts) const override
    {
        std::string bytes;
        for (const std::string& text : texts)
            bytes.append(fromByteCharacters(text).value_or(text));
        texts.assign(1, toValidUtf8(bytes));
    }
};

class WordPieceDecoder final : public Decoder {
public:
    WordPieceDecoder(std::string prefix, bool cleanup) : m_prefix(std::move(prefix)), m_cleanup(cleanup) {}
    void apply(Texts& texts) const override
    {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (i > 0 && texts[i].starts_with(m_prefix))
                texts[i].erase(0, m_prefix.size());
            else if (i > 0)
                texts[i].insert(0, " ");
            if (m_cleanup)
                cleanUp(texts[i]);
        }
    }

private:
    std::string m_prefix;
    bool m_cleanup;
};

class MetaspaceDecoder final : public Decoder {
public:
    MetaspaceDecoder(std::string replacement, bool dropsFirst) : m_replacement(std::move(replacement)), m_dropsFirst(dropsFirst) {}
    void apply(Texts& texts) const override
    {
        for (std::size_t i = 0; i < texts.size(); ++i)
            replaceAll(texts[i], m_replacement, i == 0 && m_dropsFirst ? "" : " ");
    }

private:
    std::string m_replacement;
    bool m_dropsFirst;
};

class BpeDecoder final : public Decoder {
public:
    explicit BpeDecoder(std::string suffix) : m_suffix(std::move(suffix)) {}
    void apply(Texts& texts) const override
    {
        for (std::size_t i = 0; i < texts.size(); ++i)
            replaceAll(texts[i], m_suffix, i + 1 == texts.size() ? "" : " ");
    }

private:
    std::string m_suffix;
};

class CtcDecoder final : public Decoder {
public:
    CtcDecoder(std::string padding, std::string delimiter, bool cleanup)
        : m_padding(std::move(padding)), m_delimiter(std::move(delimiter)), m_cleanup(cleanup)
    {
    }
    void apply(Texts& texts) const override
    {
        texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
        for (std::string& text : texts) {
            replaceAll(text, m_padding, "");
            if (m_cleanup) {
                cleanUp(text);
                replaceAll(text, m_delimiter, " ");
            }
        }
        std::erase_if(texts, [](const std::string& text) { return text.empty(); });
    }

private:
    std::string m_padding, m_delimiter;
    bool m_cleanup;
};

class ReplaceDecoder final : public Decoder {
public:
    ReplaceDecoder(std::shared_ptr<const SplitPattern> pattern, std::string content) : m_pattern(std::move(pattern)), m_content(std::move(content)) {}
    void apply(Texts& texts) const override
    {
        std::vector<SplitPattern::Match> matches;
        for (std::string& text : texts) {
            matches.clear();
            m_pattern->findAll(text, matches);
            if (matches.empty())
                continue;
            std::string result;
            std::size_t kept = 0;
            for (const auto& [begin, end] : matches) {
                result.append(text, kept, begin - kept).append(m_content);
                kept = end;
            }
            text = result.append(text, kept);
        }
    }

private:
    std::shared_ptr<const SplitPattern> m_pattern;
    std::string m_content;
};

// A run of bytes becomes the characters it spells, or one U+FFFD for each byte when it spells none.
class ByteFallbackDecoder final : public Decoder {
public:
    void apply(Texts& texts) const override
    {
        Texts result;
        std::string bytes;
        const auto flush = [&] {
            if (bytes.empty())
                return;
            if (firstInvalidByte(bytes) == bytes.size())
                result.push_back(bytes);
            else
                result.insert(result.end(), bytes.size(), std::string(kReplacementCharacter));
            bytes.clear();
        };
        for (std::string& text : texts) {
            if (const std::optional<unsigned char> byte = byteOfPiece(text)) {
                bytes.push_back(static_cast<char>(*byte));
            } else {
                flush();
                result.push_back(std::move(text));
            }
        }
        flush();
        texts = std::move(result);
    }
};

class FuseDecoder final : public Decoder {
public:
    void apply(Texts& texts) const override
    {
        std::string all;
        for (const std::string& text : texts)
            all.append(text);
        texts.assign(1, std::move(all));
    }
};

// Takes up to `start` and `stop` of one character from the ends of every text.
class StripDecoder final : public Decoder {
public:
    StripDecoder(std::string character, std::size_t start, std::size_t stop) : m_character(std::move(character)), m_start(start), m_stop(stop) {}
    void apply(Texts& texts) const override
    {
        for (std::string& text : texts) {
            std::string_view rest = text;
            for (std::size_t i = 0; i < m_start && rest.starts_with(m_character); ++i)
                rest.remove_prefix(m_character.size());
            for (std::size_t i = 0; i < m_stop && rest.ends_with(m_character); ++i)
                rest.remove_suffix(m_character.size());
            text = std::string(rest);
        }
    }

private:
    std::string m_character;
    std::size_t m_start, m_stop;
};

void readInto(const Json& json, DecoderList& list, int depth)
{
    constexpr int kMostNesting = 32;
    const std::string type = textOf(json, "type");
    if (type == "Sequence") {
        const Json* steps = memberOf(json, "decoders");
        if (!steps || !steps->is_array() || depth > kMostNesting)
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a sequence of decoders lacks its list"));
        for (const Json& step : *steps)
            readInto(step, list, depth + 1);
    } else if (type == "ByteLevel") {
        list.push_back(byteLevelDecoder());
    } else if (type == "WordPiece") {
        list.push_back(wordPieceDecoder(textOf(json, "prefix", "##"), flagOf(json, "cleanup", true)));
    } else if (type == "Metaspace") {
        const bool never = textOf(json, "prepend_scheme") == "never" || !flagOf(json, "add_prefix_space", true);
        list.push_back(std::make_unique<const MetaspaceDecoder>(textOf(json, "replacement", "\xE2\x96\x81"), !never));
    } else if (type == "BPEDecoder") {
        list.push_back(std::make_unique<const BpeDecoder>(textOf(json, "suffix", "</w>")));
    } else if (type == "CTC") {
        list.push_back(std::make_unique<const CtcDecoder>(textOf(json, "pad_token", "<pad>"), textOf(json, "word_delimiter_token", "|"),
                                                          flagOf(json, "cleanup", true)));
    } else if (type == "Replace") {
        list.push_back(std::make_unique<const ReplaceDecoder>(readPattern(json), textOf(json, "content")));
    } else if (type == "ByteFallback") {
        list.push_back(byteFallbackDecoder());
    } else if (type == "Fuse") {
        list.push_back(fuseDecoder());
    } else if (type == "Strip") {
        list.push_back(stripDecoder(textOf(json, "content", " "), static_cast<std::size_t>(countOf(json, "start").value_or(0)),
                                    static_cast<std::size_t>(countOf(json, "stop").value_or(0))));
    } else {
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the decoder \"%1\" is not known"), type});
    }
}

} // namespace

DecoderList readDecoder(const Json& json)
{
    DecoderList list;
    if (!json.is_null())
        readInto(json, list, 0);
    return list;
}

std::unique_ptr<const Decoder> byteLevelDecoder() { return std::make_unique<const ByteLevelDecoder>(); }
std::unique_ptr<const Decoder> byteFallbackDecoder() { return std::make_unique<const ByteFallbackDecoder>(); }
std::unique_ptr<const Decoder> fuseDecoder() { return std::make_unique<const FuseDecoder>(); }

std::unique_ptr<const Decoder> wordPieceDecoder(std::string prefix, bool cleanup)
{
    return std::make_unique<const WordPieceDecoder>(std::move(prefix), cleanup);
}

std::unique_ptr<const Decoder> replaceDecoder(std::string literal, std::string content)
{
    return std::make_unique<const ReplaceDecoder>(literalPattern(literal), std::move(content));
}

std::unique_ptr<const Decoder> stripDecoder(std::string character, std::size_t start, std::size_t stop)
{
    return std::make_unique<const StripDecoder>(std::move(character), start, stop);
}

} // namespace crucible::text
