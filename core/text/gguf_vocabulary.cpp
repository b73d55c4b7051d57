// SPDX-License-Identifier: GPL-3.0-or-later
// The vocabularies in GGUF files: kinds "llama" (sentencepiece BPE), "t5" (sentencepiece Unigram), "gpt2" (byte-level BPE
// with a named pre-tokenizer) and "bert" (WordPiece).
#include "text/gguf_vocabulary.h"

#include "formats/gguf.h"
#include "text/byte_level.h"
#include "text/gguf_pre_tokenizers.h"
#include "text/readers.h"
#include "text/sentencepiece.h"
#include "text/word_models.h"

#include <algorithm>

namespace crucible::text {
namespace {

using formats::GgufFile;

constexpr std::string_view kSpaceSymbol = "\xE2\x96\x81"; // "▁"
constexpr std::string_view kPrefix = "tokenizer.ggml.";

std::string key(std::string_view name) { return std::string(kPrefix).append(name); }

std::optional<bool> flagIn(const GgufFile& file, std::string_view name)
{
    const formats::GgufValue* value = file.find(key(name));
    const bool* flag = value ? std::get_if<bool>(&value->value) : nullptr;
    return flag ? std::optional<bool>(*flag) : std::nullopt;
}

std::optional<TokenId> idIn(const GgufFile& file, std::string_view name, std::size_t count)
{
    const formats::GgufValue* value = file.find(key(name));
    if (!value)
        return std::nullopt;
    std::uint64_t id = count;
    if (const auto* whole = std::get_if<std::uint64_t>(&value->value))
        id = *whole;
    else if (const auto* negative = std::get_if<std::int64_t>(&value->value); negative && *negative >= 0)
        id = static_cast<std::uint64_t>(*negative);
    return id < count ? std::optional<TokenId>(static_cast<TokenId>(id)) : std::nullopt; // -1 and the like mean none
}

TokenKind kindOf(double type)
{
    switch (static_cast<int>(type)) {
    case 2: return TokenKind::Unknown;
    case 3: return TokenKind::Control;
    case 4: return TokenKind::UserDefined;
    case 5: return TokenKind::Unused;
    case 6: return TokenKind::Byte;
    default: return TokenKind::Normal;
    }
}

void readTokens(const GgufFile& file, GgufVocabulary& contents)
{
    for (const std::string_view token : file.texts(key("tokens")))
        contents.tokens.emplace_back(token);
    const std::size_t count = contents.tokens.size();
    if (count == 0)
        throw Error::notFound(
            CRUCIBLE_TR_NOOP("Problem", "the file has no vocabulary"), file.path().string(),
            CRUCIBLE_TR_NOOP("Problem", "use a GGUF file with tokenizer.ggml.tokens, or the model's tokenizer.json"));
    for (const double type : file.numbers(key("token_type")))
        contents.kinds.push_back(kindOf(type));
    for (const double score : file.numbers(key("scores")))
        contents.scores.push_back(static_cast<float>(score));
    if (contents.kinds.empty())
        contents.kinds.resize(count, TokenKind::Normal);
    if (contents.scores.empty())
        contents.scores.resize(count, 0);
    if (contents.kinds.size() != count || contents.scores.size() != count)
        throw Error::corrupt(file.path(),
                             {CRUCIBLE_TR_NOOP("Problem", "%1 tokens, %2 token types and %3 scores"), count,
                              contents.kinds.size(), contents.scores.size()},
                             CRUCIBLE_TR_NOOP("Problem", "download or convert the model again"));
    contents.special = {idIn(file, "bos_token_id", count), idIn(file, "eos_token_id", count), idIn(file, "unknown_token_id", count),
                        idIn(file, "padding_token_id", count)};
    contents.classifier = idIn(file, "cls_token_id", count);
    contents.separator = idIn(file, "seperator_token_id", count); // spelled so in the format
    if (!contents.separator)
        contents.separator = idIn(file, "separator_token_id", count);
    contents.mask = idIn(file, "mask_token_id", count);
}

bool isSpecialKind(TokenKind kind) { return kind == TokenKind::Control || kind == TokenKind::Unknown; }

// llama.cpp lets the special tokens of Phi-3 take the white space behind them.
bool takesSpaceBehind(const GgufVocabulary& contents, std::string_view token, TokenKind kind)
{
    std::string model = contents.modelName;
    std::transform(model.begin(), model.end(), model.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (model.find("phi-3") == std::string::npos && model.find("phi3") == std::string::npos)
        return false;
    return (isSpecialKind(kind) || kind == TokenKind::UserDefined) && token != "<unk>" && token != "<s>" && token != "<|endoftext|>";
}

AddedToken addedToken(const GgufVocabulary& contents, std::size_t index)
{
    AddedToken token;
    token.content = contents.tokens[index];
    token.id = static_cast<TokenId>(index);
    token.special = isSpecialKind(contents.kinds[index]);
    token.normalized = false;
    token.rstrip = takesSpaceBehind(contents, token.content, contents.kinds[index]);
    return token;
}

std::shared_ptr<const Tokenizer> readSentencepieceKind(const GgufVocabulary& contents, SentencepieceModel::Type type)
{
    const bool isT5 = type == SentencepieceModel::Type::Unigram;
    SentencepieceModel model;
    model.type = type;
    for (std::size_t i = 0; i < contents.tokens.size(); ++i)
        model.pieces.push_back({std::string(contents.tokens[i]), contents.scores[i], contents.kinds[i]});
    model.addDummyPrefix = contents.addSpacePrefix.value_or(!isT5);
    model.removeExtraWhitespaces = false;
    model.byteFallback = !isT5;
    if (isT5) { // llama.cpp does not normalize texts for the other kind, whatever the file says
        model.removeExtraWhitespaces = contents.removeExtraWhitespaces.value_or(false);
        model.charsMap = contents.charsMap;
    }
    const auto otherwise = [&](std::optional<TokenId> id, TokenId usual) {
        return id || static_cast<std::size_t>(usual) >= contents.tokens.size() ? id : std::optional<TokenId>(usual);
    };
    model.unknown = contents.special.unknown.value_or(isT5 ? 2 : 0);
    model.bos = isT5 ? contents.special.bos : otherwise(contents.special.bos, 1);
    model.eos = otherwise(contents.special.eos, isT5 ? 1 : 2);
    model.padding = contents.special.padding;
    model.addBos = contents.addBos.value_or(!isT5);
    model.addEos = contents.addEos.value_or(isT5);
    SentencepieceOptions options;
    options.parseSpecial = ParseSpecial::WithAddSpecial;
    options.anyKindForms = true;
    for (std::size_t i = 0; i < contents.tokens.size(); ++i) {
        if (takesSpaceBehind(contents, contents.tokens[i], contents.kinds[i]))
            options.added.push_back(addedToken(contents, i));
    }
    return std::make_shared<const Sentencepiece>(std::move(model), options);
}

void addSpecialTokens(const GgufVocabulary& contents, PipelineParts& parts)
{
    constexpr std::size_t kLongest = 1024;
    for (std::size_t i = 0; i < contents.tokens.size(); ++i) {
        const TokenKind kind = contents.kinds[i];
        if ((isSpecialKind(kind) || kind == TokenKind::UserDefined) && contents.tokens[i].size() <= kLongest)
            parts.added.add(addedToken(contents, i));
    }
    parts.kinds = contents.kinds;
}

std::shared_ptr<const Tokenizer> readBytePairKind(const GgufVocabulary& contents)
{
    const GgufPreTokenizer& pre = ggufPreTokenizer(contents.pre);
    Vocabulary vocabulary;
    vocabulary.reserve(contents.tokens.size());
    for (std::size_t i = 0; i < contents.tokens.size(); ++i)
        vocabulary.add(contents.tokens[i], static_cast<TokenId>(i));
    std::vector<BpeModel::PieceMerge> merges;
    std::string joined;
    for (const std::string_view line : contents.merges) {
        const std::size_t space = line.find(' ', 1);
        if (space == std::string_view::npos)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "merge %1 is not two pieces"), merges.size()});
        const BpeModel::PieceMerge merge{line.substr(0, space), line.substr(space + 1)};
        joined.assign(merge.left).append(merge.right);
        if (vocabulary.find(merge.left) && vocabulary.find(merge.right) && vocabulary.find(joined))
            merges.push_back(merge);
    }
    BpeOptions options;
    options.byteLevel = !pre.escapesSpaces;
    options.byteFallback = pre.escapesSpaces;
    options.ignoreMerges = pre.ignoreMerges;
    PipelineParts parts;
    parts.parseSpecial = ParseSpecial::WithAddSpecial;
    if (pre.escapesSpaces) {
        parts.normalizers.push_back(replaceNormalizer(" ", std::string(kSpaceSymbol)));
        parts.decoders.push_back(replaceDecoder(std::string(kSpaceSymbol), " "));
        parts.decoders.push_back(byteFallbackDecoder());
        parts.decoders.push_back(fuseDecoder());
    } else {
        parts.decoders.push_back(byteLevelDecoder());
    }
    for (const std::string_view regex : pre.regexes)
        parts.preTokenizers.steps.push_back(splitBy(regexPattern(regex), SplitBehavior::Isolated));
    parts.model = std::make_unique<const BpeModel>(std::move(vocabulary), merges, options);
    addSpecialTokens(contents, parts);
    PostProcessor::Frame frame;
    if (contents.addBos.value_or(pre.addBos) && contents.special.bos)
        frame.before.push_back(*contents.special.bos);
    if (contents.addEos.value_or(false) && contents.special.eos)
        frame.after.push_back(*contents.special.eos);
    parts.postProcessor.addFrame(std::move(frame));
    const auto tokenizer = std::make_shared<Pipeline>(std::move(parts));
    tokenizer->setSpecialTokens(contents.special);
    return tokenizer;
}

// The file marks what begins a word; WordPiece marks what goes on.
std::string wordPiece(std::string_view token)
{
    if (token.starts_with('[') && token.ends_with(']'))
        return std::string(token);
    if (token.starts_with(kSpaceSymbol))
        return std::string(token.substr(kSpaceSymbol.size()));
    return std::string("##").append(token);
}

std::shared_ptr<const Tokenizer> readWordPieceKind(const GgufVocabulary& contents)
{
    Vocabulary vocabulary;
    vocabulary.reserve(contents.tokens.size());
    for (std::size_t i = 0; i < contents.tokens.size(); ++i)
        vocabulary.add(wordPiece(contents.tokens[i]), static_cast<TokenId>(i));
    const auto otherwise = [&](std::optional<TokenId> id, std::string_view piece) { return id ? id : vocabulary.find(piece); };
    const std::optional<TokenId> unknown = otherwise(contents.special.unknown, "[UNK]");
    const std::optional<TokenId> first = otherwise(contents.classifier ? contents.classifier : contents.special.bos, "[CLS]");
    const std::optional<TokenId> last = otherwise(contents.separator ? contents.separator : contents.special.eos, "[SEP]");
    WordPieceOptions options;
    if (unknown)
        options.unknownPiece = vocabulary.piece(*unknown);
    PipelineParts parts;
    parts.parseSpecial = ParseSpecial::WithAddSpecial;
    parts.model = std::make_unique<const WordPieceModel>(std::move(vocabulary), options);
    const bool lowercase = contents.lowercase.value_or(true);
    parts.normalizers.push_back(bertNormalizer({.stripAccents = contents.stripAccents.value_or(lowercase), .lowercase = lowercase}));
    parts.preTokenizers.steps.push_back(bertPreTokenizer());
    parts.decoders.push_back(wordPieceDecoder("##", true));
    for (std::size_t i = 0; i < contents.tokens.size(); ++i) {
        const auto id = static_cast<TokenId>(i);
        const bool isNamed = id == unknown || id == first || id == last || id == contents.special.padding;
        if (!isNamed && !isSpecialKind(contents.kinds[i]) && contents.kinds[i] != TokenKind::UserDefined)
            continue;
        AddedToken token = addedToken(contents, i);
        token.content = wordPiece(contents.tokens[i]);
        token.special = token.special || isNamed;
        parts.added.add(std::move(token));
    }
    PostProcessor::Frame frame;
    // llama.cpp puts both, whatever the file says of BOS and EOS.
    if (first)
        frame.before.push_back(*first);
    if (last)
        frame.after.push_back(*last);
    parts.postProcessor.addFrame(std::move(frame));
    const auto tokenizer = std::make_shared<Pipeline>(std::move(parts));
    tokenizer->setSpecialTokens({first, last, unknown, contents.special.padding});
    return tokenizer;
}

} // namespace

GgufVocabulary vocabularyIn(const GgufFile& file)
{
    GgufVocabulary contents;
    contents.model = file.text(key("model"));
    if (contents.model.empty() || contents.model == "none" || contents.model == "no_vocab")
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "the file has no vocabulary"), file.path().string(),
                              CRUCIBLE_TR_NOOP("Problem", "use the model's tokenizer.json or tokenizer.model"));
    contents.pre = file.text(key("pre"));
    contents.modelName = file.text("general.name");
    readTokens(file, contents);
    // A vocabulary of bytes alone has a list of none.
    if (contents.model == "gpt2" && !file.find(key("merges")))
        throw Error::corrupt(file.path(), CRUCIBLE_TR_NOOP("Problem", "the vocabulary has no merges"));
    for (const std::string_view merge : file.texts(key("merges")))
        contents.merges.emplace_back(merge);
    contents.addBos = flagIn(file, "add_bos_token");
    contents.addEos = flagIn(file, "add_eos_token");
    contents.addSpacePrefix = flagIn(file, "add_space_prefix");
    contents.removeExtraWhitespaces = flagIn(file, "remove_extra_whitespaces");
    contents.lowercase = flagIn(file, "normalizer.lowercase");
    contents.stripAccents = flagIn(file, "normalizer.strip_accents");
    for (const double byte : file.numbers(key("precompiled_charsmap")))
        contents.charsMap.push_back(static_cast<char>(static_cast<unsigned char>(static_cast<int>(byte) & 0xff)));
    return contents;
}

std::shared_ptr<const Tokenizer> makeTokenizer(const GgufVocabulary& contents)
{
    if (contents.model == "llama")
        return readSentencepieceKind(contents, SentencepieceModel::Type::Bpe);
    if (contents.model == "t5")
        return readSentencepieceKind(contents, SentencepieceModel::Type::Unigram);
    if (contents.model == "gpt2" || contents.model == "gemma4")
        return readBytePairKind(contents);
    if (contents.model == "bert")
        return readWordPieceKind(contents);
    throw Error::unsupported(
        {CRUCIBLE_TR_NOOP("Problem", "vocabularies of the kind \"%1\" are not read"), contents.model});
}

std::shared_ptr<const Tokenizer> readGgufVocabulary(const std::filesystem::path& path)
{
    const GgufFile file(path);
    return withSource(path, [&] { return makeTokenizer(vocabularyIn(file)); });
}

} // namespace crucible::text
