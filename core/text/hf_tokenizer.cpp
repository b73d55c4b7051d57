// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer.json. Its truncation and padding are left to whoever makes batches, as transformers does, and a BPE dropout
// is for training: encoding always takes the whole text and gives the same ids.
#include "text/json_fields.h"
#include "text/readers.h"
#include "text/unigram.h"
#include "text/word_models.h"

#include <algorithm>

namespace crucible::text {
namespace {

const Json& vocabularyOf(const Json& model)
{
    const Json* vocabulary = memberOf(model, "vocab");
    if (!vocabulary)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the model has no \"vocab\""));
    return *vocabulary;
}

Vocabulary readVocabulary(const Json& model)
{
    const Json& json = vocabularyOf(model);
    if (!json.is_object())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"vocab\" is to be an object, not %1"), json.type_name()});
    Vocabulary vocabulary;
    vocabulary.reserve(json.size());
    for (const auto& [piece, value] : json.items()) {
        const std::optional<std::int32_t> id = countOf(value);
        if (!id)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "the piece \"%1\" has no whole number for its id"), piece.substr(0, 100)});
        vocabulary.add(piece, *id);
    }
    return vocabulary;
}

std::vector<BpeModel::PieceMerge> readMerges(const Json& model)
{
    const Json* json = memberOf(model, "merges");
    if (!json || !json->is_array())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the BPE model has no list of \"merges\""));
    std::vector<BpeModel::PieceMerge> merges;
    merges.reserve(json->size());
    for (const Json& merge : *json) {
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            merges.push_back({merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>()});
            continue;
        }
        const std::string_view line = merge.is_string() ? std::string_view(merge.get_ref<const std::string&>()) : std::string_view();
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "merge %1 is not two pieces"), merges.size()});
        merges.push_back({line.substr(0, space), line.substr(space + 1)});
    }
    return merges;
}

BpeOptions readBpeOptions(const Json& model)
{
    BpeOptions options;
    options.ignoreMerges = flagOf(model, "ignore_merges", false);
    options.byteFallback = flagOf(model, "byte_fallback", false);
    options.fuseUnknown = flagOf(model, "fuse_unk", false);
    options.unknownPiece = textOf(model, "unk_token");
    options.continuingPrefix = textOf(model, "continuing_subword_prefix");
    options.endSuffix = textOf(model, "end_of_word_suffix");
    return options;
}

std::unique_ptr<const Model> readUnigram(const Json& model)
{
    const Json& json = vocabularyOf(model);
    if (!json.is_array())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "\"vocab\" of a Unigram model is to be a list"));
    Vocabulary vocabulary;
    vocabulary.reserve(json.size());
    std::vector<UnigramPiece> pieces;
    pieces.reserve(json.size());
    for (const Json& entry : json) {
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "piece %1 is not a text and a score"), pieces.size()});
        vocabulary.add(entry[0].get_ref<const std::string&>(), static_cast<TokenId>(pieces.size()));
        pieces.push_back({entry[1].get<double>(), TokenKind::Normal});
    }
    UnigramOptions options;
    options.unknown = countOf(model, "unk_id");
    options.byteFallback = flagOf(model, "byte_fallback", false);
    if (options.unknown && static_cast<std::size_t>(*options.unknown) >= pieces.size())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"unk_id\" is %1, the vocabulary has %2 pieces"),
                              *options.unknown, pieces.size()});
    return std::make_unique<const UnigramModel>(std::move(vocabulary), std::move(pieces), options);
}

std::string typeOf(const Json& model)
{
    if (const std::string type = textOf(model, "type"); !type.empty())
        return type;
    if (memberOf(model, "merges")) // files older than the type
        return "BPE";
    if (vocabularyOf(model).is_array())
        return "Unigram";
    return memberOf(model, "continuing_subword_prefix") ? "WordPiece" : "WordLevel";
}

AddedToken readAddedToken(const Json& json)
{
    AddedToken token;
    token.content = textOf(json, "content");
    token.singleWord = flagOf(json, "single_word", false);
    token.lstrip = flagOf(json, "lstrip", false);
    token.rstrip = flagOf(json, "rstrip", false);
    token.special = flagOf(json, "special", false);
    token.normalized = flagOf(json, "normalized", !token.special);
    return token;
}

void readModel(const Json& json, const Json& preTokenizer, PipelineParts& parts, std::optional<std::string>& unknown)
{
    const std::string type = typeOf(json);
    if (type == "BPE") {
        BpeOptions options = readBpeOptions(json);
        const bool bytesAsText = options.byteFallback || !options.continuingPrefix.empty() || !options.endSuffix.empty();
        parts.preTokenizers = readPreTokenizer(preTokenizer, bytesAsText);
        options.byteLevel = parts.preTokenizers.endsInByteLevel;
        if (!options.unknownPiece.empty())
            unknown = options.unknownPiece;
        parts.model = std::make_unique<const BpeModel>(readVocabulary(json), readMerges(json), options);
        return;
    }
    parts.preTokenizers = readPreTokenizer(preTokenizer, true);
    if (type == "Unigram") {
        parts.model = readUnigram(json);
        if (const auto id = countOf(json, "unk_id"))
            unknown = std::string(parts.model->vocabulary().piece(*id));
    } else if (type == "WordPiece") {
        WordPieceOptions options;
        options.unknownPiece = textOf(json, "unk_token", options.unknownPiece);
        options.continuingPrefix = textOf(json, "continuing_subword_prefix", options.continuingPrefix);
        options.maxCharacters = static_cast<std::size_t>(countOf(json, "max_input_chars_per_word").value_or(100));
        unknown = options.unknownPiece;
        parts.model = std::make_unique<const WordPieceModel>(readVocabulary(json), options);
    } else if (type == "WordLevel") {
        unknown = textOf(json, "unk_token", "<unk>");
        parts.model = std::make_unique<const WordLevelModel>(readVocabulary(json), *unknown);
    } else {
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the model \"%1\" is not known"), type});
    }
}

} // namespace

void addNumbered(AddedToken token, PipelineParts& parts)
{
    const Vocabulary& vocabulary = parts.model->vocabulary();
    if (const AddedToken* known = parts.added.find(token.content)) {
        token.id = known->id;
    } else if (const std::optional<TokenId> id = vocabulary.find(token.content)) {
        token.id = *id;
    } else {
        const auto size = static_cast<TokenId>(vocabulary.size());
        token.id = std::max(size, parts.added.largestId() + 1);
    }
    parts.added.add(std::move(token));
}

std::shared_ptr<const Tokenizer> parseHfTokenizer(const Json& json, const std::filesystem::path& source, const TokenizerConfig* config)
{
    return withSource(source, [&]() -> std::shared_ptr<const Tokenizer> {
        const Json nothing;
        const auto part = [&](const char* key) -> const Json& {
            const Json* found = memberOf(json, key);
            return found ? *found : nothing;
        };
        if (part("model").is_null())
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "there is no \"model\""));
        PipelineParts parts;
        std::optional<std::string> unknown;
        parts.normalizers = readNormalizer(part("normalizer"));
        readModel(part("model"), part("pre_tokenizer"), parts, unknown);
        parts.postProcessor = readPostProcessor(part("post_processor"));
        parts.decoders = readDecoder(part("decoder"));
        if (const Json& added = part("added_tokens"); added.is_array()) {
            for (const Json& token : added)
                addNumbered(readAddedToken(token), parts);
        }
        if (config)
            applyConfig(*config, parts);
        const auto tokenizer = std::make_shared<Pipeline>(std::move(parts));
        tokenizer->setSpecialTokens(specialTokens(config, *tokenizer, unknown));
        return tokenizer;
    });
}

std::shared_ptr<const Tokenizer> readHfTokenizer(const std::filesystem::path& file, const TokenizerConfig* config)
{
    return parseHfTokenizer(readJson(file), file, config);
}

} // namespace crucible::text
