// SPDX-License-Identifier: GPL-3.0-or-later
// Texts to token ids and back, with the ids that a model's own tokenizer gives: Hugging Face tokenizer.json, sentencepiece
// tokenizer.model, tiktoken rank files and the vocabularies inside GGUF files.
//
//     const auto tokenizer = text::loadTokenizer("models/llama");
//     const std::vector<TokenId> ids = tokenizer->encode("Hello world");
//
// A tokenizer is immutable: any number of threads may use it at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::text {

using TokenId = std::int32_t;

// Bytes [begin, end) of the text that was encoded. Empty for tokens that stand for none of it.
struct Offsets {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool operator==(const Offsets&) const = default;
};

struct Encoding {
    std::vector<TokenId> ids;
    // One for each id. Never half a character: the tokens of one character that was split all have the whole of it.
    std::vector<Offsets> offsets;
};

struct EncodeOptions {
    // Put the tokens around the text that the model expects (BOS, EOS, [CLS], [SEP]).
    bool addSpecial = true;
    // Read "<|endoftext|>" in the text as that token. Off for text that is not trusted to hold such tokens. Absent: as the
    // reference program of the format does, which is always for tokenizer.json, together with addSpecial for GGUF and
    // tiktoken, and never for sentencepiece.
    std::optional<bool> parseSpecial = {};
};

// When special tokens are read in a text for a caller that does not say.
enum class ParseSpecial { Always, WithAddSpecial, Never };

enum class TokenKind { Normal, Unknown, Control, UserDefined, Unused, Byte };

class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    // Throws Error::invalid for text that is not valid UTF-8 (naming the byte) or larger than 1 GiB, and for a text whose
    // characters the vocabulary neither has nor can name as unknown.
    std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options = {}) const;
    // The same ids. Slower: words are not taken from the cache.
    Encoding encodeWithOffsets(std::string_view text, const EncodeOptions& options = {}) const;

    // Always valid UTF-8: bytes that form no character become U+FFFD. Ids that do not exist are left out.
    std::string decode(std::span<const TokenId> ids, bool skipSpecial = false) const;

    // Ids are in [0, vocabularySize()); some of them may be without a piece.
    std::size_t vocabularySize() const;
    // As the vocabulary writes it ("Ġworld", "▁world", "<0x0A>"); empty for an id that does not exist.
    virtual std::string_view piece(TokenId id) const = 0;
    virtual std::optional<TokenId> idOf(std::string_view piece) const = 0;
    virtual TokenKind kind(TokenId id) const = 0;
    // Control tokens, and what the files declare special: decode() leaves them out on request.
    virtual bool isSpecial(TokenId id) const = 0;

    // What begins and ends a text for the model, as its files declare it.
    std::optional<TokenId> bos() const { return m_special.bos; }
    std::optional<TokenId> eos() const { return m_special.eos; }
    std::optional<TokenId> unknown() const { return m_special.unknown; }
    std::optional<TokenId> padding() const { return m_special.padding; }

    // "BPE", "Unigram", "WordPiece", "WordLevel"
    virtual std::string_view model() const = 0;

    struct SpecialTokens {
        std::optional<TokenId> bos;
        std::optional<TokenId> eos;
        std::optional<TokenId> unknown;
        std::optional<TokenId> padding;
    };
    void setSpecialTokens(const SpecialTokens& tokens) { m_special = tokens; }

protected:
    static bool parsesSpecial(const EncodeOptions& options, ParseSpecial usual)
    {
        return options.parseSpecial.value_or(usual == ParseSpecial::Always || (usual == ParseSpecial::WithAddSpecial && options.addSpecial));
    }

    // `text` is valid UTF-8. offsets may be null, and then costs nothing.
    virtual void encodeInto(std::string_view text, const EncodeOptions& options, std::vector<TokenId>& ids,
                            std::vector<Offsets>* offsets) const = 0;
    virtual std::string decodeIds(std::span<const TokenId> ids, bool skipSpecial) const = 0;
    virtual std::size_t idLimit() const = 0;

private:
    SpecialTokens m_special;
};

// A folder (tokenizer.json, else tokenizer.model, else a .tiktoken file, else vocab.json with merges.txt, else vocab.txt) or
// one such file or a .gguf. Throws Error::notFound, Error::corrupt, Error::unsupported, Error::io.
std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& path);

// Whether loadTokenizer() would find a file to read.
bool hasTokenizer(const std::filesystem::path& path);

// Turns ids into text as they come. What it has given out never changes later, and is always whole characters.
class StreamDecoder {
public:
    explicit StreamDecoder(std::shared_ptr<const Tokenizer> tokenizer, bool skipSpecial = true);

    // The text that became certain with this id; often empty in the middle of a character.
    std::string push(TokenId id);
    // What was held back, with U+FFFD for bytes that never became a character. The decoder starts anew.
    std::string finish();

private:
    std::string take(bool everything);

    std::shared_ptr<const Tokenizer> m_tokenizer;
    bool m_skipSpecial;
    std::vector<TokenId> m_ids;   // the last ids that were given out, as context, and those held back
    std::size_t m_contextIds = 0; // how many of m_ids are context
};

} // namespace crucible::text
