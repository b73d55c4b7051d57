// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer files of Hugging Face's folders, rebuilt from what a GGUF file keeps.
#include "convert/parts.h"

#include "base/json.h"
#include "text/chat_template.h"
#include "text/gguf_pre_tokenizers.h"
#include "text/sentencepiece_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace crucible::convert {
namespace {

using text::GgufVocabulary;
using text::TokenId;
using text::TokenKind;

bool isAdded(TokenKind kind) { return kind == TokenKind::Control || kind == TokenKind::UserDefined || kind == TokenKind::Unknown; }

bool isSpecial(TokenKind kind) { return kind == TokenKind::Control || kind == TokenKind::Unknown; }

OrderedJson addedToken(const GgufVocabulary& vocabulary, std::size_t id)
{
    return {{"content", vocabulary.tokens[id]}, {"single_word", false}, {"lstrip", false}, {"rstrip", false}, {"normalized", false},
            {"special", isSpecial(vocabulary.kinds[id])}};
}

std::string sentencepiece(const GgufVocabulary& vocabulary)
{
    text::SentencepieceModel model;
    const bool isBpe = vocabulary.model == "llama";
    model.type = isBpe ? text::SentencepieceModel::Type::Bpe : text::SentencepieceModel::Type::Unigram;
    for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i)
        model.pieces.push_back({vocabulary.tokens[i], vocabulary.scores[i], vocabulary.kinds[i]});
    model.addDummyPrefix = vocabulary.addSpacePrefix.value_or(isBpe);
    model.removeExtraWhitespaces = vocabulary.removeExtraWhitespaces.value_or(false);
    model.byteFallback = isBpe;
    model.charsMap = vocabulary.charsMap;
    model.unknown = vocabulary.special.unknown.value_or(isBpe ? 0 : 2);
    model.bos = vocabulary.special.bos;
    model.eos = vocabulary.special.eos;
    model.padding = vocabulary.special.padding;
    return text::writeSentencepieceModel(model);
}

// What stands before and after a text.
OrderedJson frame(const GgufVocabulary& vocabulary, bool addBos)
{
    OrderedJson single = OrderedJson::array(), pair = OrderedJson::array(), tokens = OrderedJson::object();
    const auto put = [&](OrderedJson& list, TokenId id, int type) {
        const std::string& content = vocabulary.tokens[static_cast<std::size_t>(id)];
        list.push_back({{"SpecialToken", {{"id", content}, {"type_id", type}}}});
        tokens[content] = {{"id", content}, {"ids", {id}}, {"tokens", {content}}};
    };
    const auto sequence = [&](OrderedJson& list, const char* name, int type) {
        if (addBos && vocabulary.special.bos)
            put(list, *vocabulary.special.bos, type);
        list.push_back({{"Sequence", {{"id", name}, {"type_id", type}}}});
        if (vocabulary.addEos.value_or(false) && vocabulary.special.eos)
            put(list, *vocabulary.special.eos, type);
    };
    sequence(single, "A", 0);
    sequence(pair, "A", 0);
    sequence(pair, "B", 1);
    return {{"type", "TemplateProcessing"}, {"single", std::move(single)}, {"pair", std::move(pair)}, {"special_tokens", std::move(tokens)}};
}

std::string byteLevelJson(const GgufVocabulary& vocabulary)
{
    const text::GgufPreTokenizer& pre = text::ggufPreTokenizer(vocabulary.pre);
    OrderedJson steps = OrderedJson::array();
    for (const std::string_view regex : pre.regexes)
        steps.push_back({{"type", "Split"}, {"pattern", {{"Regex", std::string(regex)}}}, {"behavior", "Isolated"}, {"invert", false}});
    const OrderedJson bytes{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}};
    steps.push_back(bytes);
    std::unordered_map<std::string, std::size_t> ids;
    OrderedJson pieces = OrderedJson::object(), added = OrderedJson::array(), merges = OrderedJson::array();
    for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
        if (isAdded(vocabulary.kinds[i])) {
            OrderedJson token{{"id", i}};
            token.update(addedToken(vocabulary, i));
            added.push_back(std::move(token));
        }
    }
    // Added tokens get the id that the vocabulary gives them; of two tokens with one text the added one is meant.
    for (const bool ofAdded : {false, true}) {
        for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
            if (vocabulary.kinds[i] != TokenKind::Unused && isAdded(vocabulary.kinds[i]) == ofAdded)
                ids[vocabulary.tokens[i]] = i;
        }
    }
    std::vector<std::pair<std::size_t, std::string>> sorted;
    for (auto& [piece, id] : ids)
        sorted.emplace_back(id, piece);
    std::ranges::sort(sorted);
    auto& entries = pieces.get_ref<OrderedJson::object_t&>(); // of an ordered map: looking every piece up would take its square
    for (auto& [id, piece] : sorted)
        entries.emplace_back(std::move(piece), OrderedJson(id));
    for (const std::string& merge : vocabulary.merges)
        merges.push_back(merge);
    const bool addBos = vocabulary.addBos.value_or(pre.addBos);
    const OrderedJson all{{"version", "1.0"}, {"truncation", nullptr}, {"padding", nullptr}, {"added_tokens", std::move(added)}, {"normalizer", nullptr},
                          {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", std::move(steps)}}},
                          {"post_processor", addBos || vocabulary.addEos.value_or(false) ? frame(vocabulary, addBos) : OrderedJson(bytes)},
                          {"decoder", bytes},
                          {"model", {{"type", "BPE"}, {"dropout", nullptr}, {"unk_token", nullptr}, {"continuing_subword_prefix", nullptr},
                                     {"end_of_word_suffix", nullptr}, {"fuse_unk", false}, {"byte_fallback", false},
                                     {"ignore_merges", pre.ignoreMerges}, {"vocab", std::move(pieces)}, {"merges", std::move(merges)}}}};
    return toJsonText(all, 1) + "\n";
}

OrderedJson tokenizerConfig(const GgufVocabulary& vocabulary, bool isSentencepiece)
{
    OrderedJson config = OrderedJson::object();
    config["tokenizer_class"] = isSentencepiece ? "LlamaTokenizer" : "PreTrainedTokenizerFast";
    if (isSentencepiece) {
        config["add_bos_token"] = vocabulary.addBos.value_or(vocabulary.model == "llama");
        config["add_eos_token"] = vocabulary.addEos.value_or(vocabulary.model == "t5");
        config["add_prefix_space"] = vocabulary.addSpacePrefix.value_or(vocabulary.model == "llama");
        config["legacy"] = true;
    }
    const auto token = [&](const char* key, std::optional<TokenId> id) {
        if (id)
            config[key] = vocabulary.tokens[static_cast<std::size_t>(*id)];
    };
    token("bos_token", vocabulary.special.bos);
    token("eos_token", vocabulary.special.eos);
    token("unk_token", vocabulary.special.unknown);
    token("pad_token", vocabulary.special.padding);
    config["clean_up_tokenization_spaces"] = false;
    OrderedJson added = OrderedJson::object();
    for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
        if (isAdded(vocabulary.kinds[i]))
            added[fmt::format("{}", i)] = addedToken(vocabulary, i);
    }
    config["added_tokens_decoder"] = std::move(added);
    return config;
}

} // namespace

std::map<std::string, std::string> tokenizerFiles(const formats::GgufModel& model, Problems& problems)
{
    const std::string place = model.path().string();
    const formats::GgufFile& file = *model.files().front();
    std::map<std::string, std::string> files;
    OrderedJson config = OrderedJson::object();
    if (!file.find("tokenizer.ggml.tokens")) {
        problems.warning(place, "the file has no vocabulary, so the folder gets no tokenizer");
    } else {
        const GgufVocabulary vocabulary = text::vocabularyIn(file);
        const bool isSentencepiece = vocabulary.model == "llama" || vocabulary.model == "t5";
        const bool isByteLevel = vocabulary.model == "gpt2" && !text::ggufPreTokenizer(vocabulary.pre).escapesSpaces;
        if (isSentencepiece)
            files["tokenizer.model"] = sentencepiece(vocabulary);
        else if (isByteLevel)
            files["tokenizer.json"] = byteLevelJson(vocabulary);
        if (isSentencepiece || isByteLevel)
            config = tokenizerConfig(vocabulary, isSentencepiece);
        else
            problems.warning(place, fmt::format("a vocabulary of the kind {} can not be rebuilt, so the folder gets no tokenizer", vocabulary.model),
                             "copy the tokenizer of the model that the file was made of");
    }
    try {
        const text::ChatTemplate chat = text::ChatTemplate::load(model.path());
        if (chat.names().size() == 1 && chat.names().front() == "default") {
            config["chat_template"] = chat.source();
        } else {
            for (const std::string& name : chat.names())
                config["chat_template"].push_back({{"name", name}, {"template", chat.source(name)}});
        }
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::NotFound)
            throw;
    }
    if (!config.empty())
        files["tokenizer_config.json"] = toJsonText(config, 2) + "\n";
    return files;
}

} // namespace crucible::convert
