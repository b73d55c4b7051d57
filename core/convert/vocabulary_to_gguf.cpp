// SPDX-License-Identifier: GPL-3.0-or-later
// A model's tokenizer as llama.cpp wants it: every token with score and kind, the merges, and the name of the pre-tokenizer,
// which is told by what it does to some texts.
#include "convert/parts.h"

#include "base/files.h"
#include "base/json.h"
#include "base/units.h"
#include "text/chat_template.h"
#include "text/gguf_pre_tokenizers.h"
#include "text/sentencepiece_file.h"
#include "text/split_patterns.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::convert {
namespace {

namespace fs = std::filesystem;
using text::GgufVocabulary;
using text::TokenId;
using text::TokenKind;

constexpr float kAddedScore = -1000;
constexpr float kPaddingScore = -10000;
constexpr std::string_view kSpaceSymbol = "\xE2\x96\x81"; // "▁"

// Letters of several scripts, digits, marks, spaces and lines: what pre-tokenizers differ in.
constexpr std::string_view kProbes[] = {
    "Hello, world! It's 12345 o'clock; we'LL see 3.14159 apples.",
    "  two  spaces\tand\n\nlines \r\n   def f(x_1):\n        return x_1**2 + 0x1F  # done",
    "Größe déjà vu, naïve façade; Привет, мир! Γειά σου 2024",
    "你好，世界！今天是2024年5月17日。こんにちは 세계 12 34",
    "a1b22c333d4444 100,000 $5.00 50% (x) [y] {z} <tag/> A-B_C...  !!! 😀👍🏽 \xE2\x80\x94 end ",
};

// Names that all versions of llama.cpp know; those that are most likely for a family come first.
constexpr std::string_view kPreNames[] = {"llama-bpe", "qwen2", "gpt-2", "gpt-4o", "tekken", "starcoder", "falcon", "deepseek-llm", "deepseek-coder",
                                          "deepseek-v3", "smaug-bpe", "bloom", "viking"};

struct Preferred {
    std::string_view modelType;
    std::string_view pre;
};
constexpr Preferred kPreferred[] = {{"gpt2", "gpt-2"}, {"phi", "phi-2"}, {"cohere", "command-r"}, {"bloom", "bloom"}, {"falcon", "falcon"},
                                    {"starcoder2", "starcoder"}, {"stablelm", "stablelm2"}, {"gpt_neox", "olmo"}, {"olmo2", "dbrx"},
                                    {"qwen2", "qwen2"}, {"qwen3", "qwen2"}, {"qwen2_moe", "qwen2"}, {"qwen3_moe", "qwen2"}};

bool agree(const text::Tokenizer& a, const text::Tokenizer& b)
{
    const text::EncodeOptions plain{.addSpecial = false, .parseSpecial = false};
    return std::ranges::all_of(kProbes, [&](std::string_view probe) {
        try {
            return a.encode(probe, plain) == b.encode(probe, plain);
        } catch (const Error&) { // a vocabulary without some character
            return false;
        }
    });
}

void setToken(GgufVocabulary& vocabulary, std::size_t id, std::string text, float score, TokenKind kind)
{
    constexpr std::size_t kMostTokens = std::size_t(1) << 24;
    if (id >= kMostTokens)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a token has the id %1, which no vocabulary has"), id},
                             "tokenizer.json");
    if (id >= vocabulary.tokens.size()) {
        vocabulary.tokens.resize(id + 1);
        vocabulary.scores.resize(id + 1, kPaddingScore);
        vocabulary.kinds.resize(id + 1, TokenKind::Unused);
    }
    vocabulary.tokens[id] = std::move(text);
    vocabulary.scores[id] = score;
    vocabulary.kinds[id] = kind;
}

// Tokens that the files add to the vocabulary, as the tokenizer has them.
void addAdded(const Json& list, GgufVocabulary& vocabulary)
{
    for (const Json& token : list) {
        if (!token.is_object() || !token.contains("id") || !token["id"].is_number_unsigned() || !token.contains("content") || !token["content"].is_string())
            continue;
        const auto id = token["id"].get<std::size_t>();
        const std::string& content = token["content"].get_ref<const std::string&>();
        const bool isKnown = id < vocabulary.tokens.size() && vocabulary.tokens[id] == content &&
                             (vocabulary.kinds[id] == TokenKind::Control || vocabulary.kinds[id] == TokenKind::Unknown);
        if (isKnown)
            continue;
        const bool special = token.contains("special") && token["special"].is_boolean() && token["special"].get<bool>();
        setToken(vocabulary, id, content, kAddedScore, special ? TokenKind::Control : TokenKind::UserDefined);
    }
}

Json memberOr(const Json& json, const char* key, Json other)
{
    return json.is_object() && json.contains(key) ? json[key] : std::move(other);
}

// "added_tokens_decoder" of tokenizer_config.json, and added_tokens.json, in the form of tokenizer.json's list.
Json addedByConfig(const fs::path& folder)
{
    Json list = Json::array();
    if (fs::exists(folder / "added_tokens.json")) {
        const Json tokens = readJson(folder / "added_tokens.json");
        if (tokens.is_object()) {
            for (const auto& [content, id] : tokens.items())
                list.push_back({{"id", id}, {"content", content}, {"special", false}});
        }
    }
    if (fs::exists(folder / "tokenizer_config.json")) {
        const Json decoder = memberOr(readJson(folder / "tokenizer_config.json"), "added_tokens_decoder", Json::object());
        if (decoder.is_object()) {
            for (const auto& [key, token] : decoder.items()) {
                Json entry = token.is_object() ? token : Json::object();
                if (const auto id = parseInteger(key); id && *id >= 0)
                    entry["id"] = static_cast<std::uint64_t>(*id);
                list.push_back(std::move(entry));
            }
        }
    }
    return list;
}

std::optional<fs::path> sentencepieceFile(const fs::path& folder)
{
    for (const char* name : {"tokenizer.model", "spiece.model", "sentencepiece.bpe.model"}) {
        if (fs::exists(folder / name))
            return folder / name;
    }
    return std::nullopt;
}

std::optional<GgufVocabulary> fromSentencepiece(const fs::path& file)
{
    text::SentencepieceModel model;
    try {
        model = text::parseSentencepieceModel(readFile(file));
    } catch (const Error&) {
        return std::nullopt; // Llama 3 has a list of ranks under this name
    }
    if (model.type != text::SentencepieceModel::Type::Bpe && model.type != text::SentencepieceModel::Type::Unigram)
        return std::nullopt;
    GgufVocabulary vocabulary;
    const bool isBpe = model.type == text::SentencepieceModel::Type::Bpe;
    vocabulary.model = isBpe ? "llama" : "t5";
    vocabulary.pre = "default";
    for (std::size_t i = 0; i < model.pieces.size(); ++i)
        setToken(vocabulary, i, model.pieces[i].text, model.pieces[i].score, model.pieces[i].kind);
    vocabulary.addSpacePrefix = model.addDummyPrefix;
    if (!isBpe) {
        vocabulary.removeExtraWhitespaces = model.removeExtraWhitespaces;
        vocabulary.charsMap = model.charsMap;
    }
    return vocabulary;
}

std::vector<std::pair<std::string, std::string>> mergesOf(const Json& model)
{
    std::vector<std::pair<std::string, std::string>> merges;
    for (const Json& merge : memberOr(model, "merges", Json::array())) {
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
        } else if (merge.is_string()) {
            const std::string& line = merge.get_ref<const std::string&>();
            const std::size_t space = line.find(' ');
            merges.emplace_back(line.substr(0, space), space == std::string::npos ? std::string() : line.substr(space + 1));
        }
    }
    return merges;
}

// Byte-level BPE, or a sentencepiece model that was turned into merges.
std::optional<GgufVocabulary> fromMerges(const Json& json)
{
    const Json model = memberOr(json, "model", Json::object());
    const Json pieces = memberOr(model, "vocab", Json::object());
    if (!pieces.is_object() || !model.contains("merges"))
        return std::nullopt;
    const bool hasByteFallback = memberOr(model, "byte_fallback", false) == true;
    GgufVocabulary vocabulary;
    vocabulary.model = hasByteFallback ? "llama" : "gpt2";
    vocabulary.pre = "default";
    const std::string unknown = memberOr(model, "unk_token", "").is_string() ? memberOr(model, "unk_token", "").get<std::string>() : std::string();
    for (const auto& [piece, id] : pieces.items()) {
        if (!id.is_number_unsigned())
            return std::nullopt;
        const bool isByte = hasByteFallback && piece.size() == 6 && piece.starts_with("<0x") && piece.ends_with('>');
        const TokenKind kind = isByte ? TokenKind::Byte : hasByteFallback && piece == unknown ? TokenKind::Unknown : TokenKind::Normal;
        setToken(vocabulary, id.get<std::size_t>(), piece, 0, kind);
    }
    const auto merges = mergesOf(model);
    if (!hasByteFallback) {
        for (const auto& [left, right] : merges)
            vocabulary.merges.push_back(left + " " + right);
        return vocabulary;
    }
    // A piece is the better the earlier it is merged.
    for (std::size_t rank = merges.size(); rank-- > 0;) {
        const auto id = pieces.find(merges[rank].first + merges[rank].second);
        if (id != pieces.end())
            vocabulary.scores[id->get<std::size_t>()] = -static_cast<float>(rank) - 1;
    }
    return vocabulary;
}

// The regular expressions that a tokenizer.json cuts texts with, as llama.cpp's tables would have them.
void addRegexes(const Json& step, std::vector<std::string>& regexes)
{
    const auto text = [&](const char* key) {
        const Json value = memberOr(step, key, "");
        return value.is_string() ? value.get<std::string>() : std::string();
    };
    const std::string type = text("type");
    for (const Json& inner : memberOr(step, "pretokenizers", Json::array()))
        addRegexes(inner, regexes);
    const Json regex = memberOr(memberOr(step, "pattern", Json::object()), "Regex", nullptr);
    if (type == "Split" && regex.is_string())
        regexes.push_back(regex.get<std::string>());
    if (type == "Digits")
        regexes.emplace_back(memberOr(step, "individual_digits", false) == true ? R"(\p{N})" : R"(\p{N}+)");
    if (type == "ByteLevel" && memberOr(step, "use_regex", true) == true)
        regexes.emplace_back(text::kGpt2Regex);
}

// Looks for the pre-tokenizer that gives what the model's own gives: first among those that are declared alike.
bool choosePreTokenizer(GgufVocabulary& vocabulary, const text::Tokenizer& own, const std::string& modelType, const Json& contents)
{
    std::vector<std::string> regexes;
    addRegexes(memberOr(contents, "pre_tokenizer", Json::object()), regexes);
    const bool ignoresMerges = memberOr(memberOr(contents, "model", Json::object()), "ignore_merges", false) == true;
    std::vector<std::string_view> names;
    for (const Preferred& preferred : kPreferred) {
        if (preferred.modelType == modelType)
            names.push_back(preferred.pre);
    }
    names.insert(names.end(), std::begin(kPreNames), std::end(kPreNames));
    std::stable_partition(names.begin(), names.end(), [&](std::string_view name) {
        const text::GgufPreTokenizer& pre = text::ggufPreTokenizer(name);
        return pre.ignoreMerges == ignoresMerges && std::ranges::equal(pre.regexes, regexes);
    });
    for (const std::string_view name : names) {
        vocabulary.pre = name;
        if (agree(*makeTokenizer(vocabulary), own))
            return true;
    }
    vocabulary.pre = "default";
    return agree(*makeTokenizer(vocabulary), own);
}

// What the model's own tokenizer does around a text, and which ids it calls how.
void addSpecial(const text::Tokenizer& own, const formats::ModelConfig& config, GgufVocabulary& vocabulary)
{
    const std::vector<TokenId> with = own.encode("a", {.addSpecial = true});
    const std::vector<TokenId> without = own.encode("a", {.addSpecial = false});
    vocabulary.special = {own.bos(), own.eos(), own.unknown(), own.padding()};
    const auto fromConfig = [&](const char* key, std::optional<TokenId>& id) {
        const auto found = config.json().find(key);
        const OrderedJson* value = found == config.json().end() ? nullptr : &*found;
        if (value && value->is_array() && !value->empty())
            value = &value->front();
        if (!id && value && value->is_number_unsigned() && value->get<std::uint64_t>() < vocabulary.tokens.size())
            id = value->get<TokenId>();
    };
    fromConfig("bos_token_id", vocabulary.special.bos);
    fromConfig("eos_token_id", vocabulary.special.eos);
    fromConfig("pad_token_id", vocabulary.special.padding);
    const bool grew = with.size() > without.size();
    vocabulary.addBos = grew && vocabulary.special.bos && with.front() == *vocabulary.special.bos && (without.empty() || without.front() != with.front());
    vocabulary.addEos = grew && vocabulary.special.eos && with.back() == *vocabulary.special.eos && (without.empty() || without.back() != with.back());
}

} // namespace

std::optional<GgufVocabulary> vocabularyForGguf(const formats::ModelFolder& model, std::size_t rows, Problems& problems)
{
    const std::string place = model.path().string();
    const auto without = [&](const char* why) {
        problems.warning(place, fmt::format("the file gets no vocabulary: {}", why), "llama.cpp will run it with token ids alone");
        return std::nullopt;
    };
    std::optional<GgufVocabulary> vocabulary;
    if (model.gguf()) {
        if (!model.hasTokenizer())
            return without("the model has none");
        vocabulary = text::vocabularyIn(*model.gguf()->files().front());
    } else {
        if (!text::hasTokenizer(model.path()))
            return without("the folder has no tokenizer");
        const auto own = text::loadTokenizer(model.path());
        const fs::path json = model.path() / "tokenizer.json";
        if (const auto file = sentencepieceFile(model.path()))
            vocabulary = fromSentencepiece(*file);
        Json added = addedByConfig(model.path());
        Json contents = Json::object();
        if (fs::exists(json)) {
            contents = readJson(json);
            if (!vocabulary)
                vocabulary = fromMerges(contents);
            for (const Json& token : memberOr(contents, "added_tokens", Json::array()))
                added.push_back(token);
        } else if (!vocabulary && fs::exists(model.path() / "vocab.json") && fs::exists(model.path() / "merges.txt")) {
            contents = {{"pre_tokenizer", {{"type", "ByteLevel"}}}, {"model", {{"vocab", readJson(model.path() / "vocab.json")}, {"merges", Json::array()}}}};
            const std::string lines = readFile(model.path() / "merges.txt");
            for (std::size_t at = 0; at < lines.size();) {
                const std::size_t end = std::min(lines.find('\n', at), lines.size());
                const std::string line = lines.substr(at, end - at - (end > at && lines[end - 1] == '\r' ? 1 : 0));
                if (!line.empty() && !line.starts_with("#version"))
                    contents["model"]["merges"].push_back(line);
                at = end + 1;
            }
            vocabulary = fromMerges(contents);
        }
        if (!vocabulary)
            return without("GGUF files have vocabularies of sentencepiece and of byte-level BPE, the model's is of another kind");
        addAdded(added, *vocabulary);
        for (std::size_t i = 0; i < vocabulary->tokens.size(); ++i) {
            if (vocabulary->tokens[i].empty())
                setToken(*vocabulary, i, fmt::format("[PAD{}]", i), kPaddingScore, TokenKind::Unused);
        }
        addSpecial(*own, model.config(), *vocabulary);
        const bool isByteLevel = vocabulary->model == "gpt2";
        if (!isByteLevel && !vocabulary->addSpacePrefix) {
            const std::vector<TokenId> ids = own->encode("a", {.addSpecial = false});
            vocabulary->addSpacePrefix = !ids.empty() && own->piece(ids.front()).starts_with(kSpaceSymbol);
        }
        const bool same = isByteLevel ? choosePreTokenizer(*vocabulary, *own, model.config().modelType(), contents) : agree(*makeTokenizer(*vocabulary), *own);
        if (!same)
            problems.warning(place, isByteLevel ? "llama.cpp has no pre-tokenizer that cuts texts as the model's own does: some texts will get other tokens there"
                                                : "llama.cpp's way with sentencepiece vocabularies gives some texts other tokens than the model's own tokenizer",
                             "compare with crucible-cli tokenize");
        if (vocabulary->model == "llama" && std::ranges::find(vocabulary->kinds, TokenKind::Byte) == vocabulary->kinds.end())
            problems.warning(place, "the vocabulary has no tokens for single bytes: llama.cpp ends at the first character that it lacks",
                             "run it there on texts of its own characters alone, or here, where they become the unknown token");
    }
    if (vocabulary->tokens.size() > rows) {
        problems.warning(place, fmt::format("the tokenizer has {} tokens and the model {}: those beyond are left out", vocabulary->tokens.size(), rows));
        vocabulary->tokens.resize(rows);
        vocabulary->scores.resize(rows);
        vocabulary->kinds.resize(rows);
    }
    for (std::size_t i = vocabulary->tokens.size(); i < rows; ++i)
        setToken(*vocabulary, i, fmt::format("[PAD{}]", i), kPaddingScore, TokenKind::Unused);
    return vocabulary;
}

void writeVocabulary(const GgufVocabulary& vocabulary, formats::GgufHeader& header)
{
    const auto key = [](std::string_view name) { return fmt::format("tokenizer.ggml.{}", name); };
    header.setText(key("model"), vocabulary.model);
    if (!vocabulary.pre.empty())
        header.setText(key("pre"), vocabulary.pre);
    header.setTexts(key("tokens"), vocabulary.tokens);
    if (vocabulary.model != "gpt2")
        header.setReals(key("scores"), vocabulary.scores);
    std::vector<std::int32_t> kinds;
    for (const TokenKind kind : vocabulary.kinds)
        kinds.push_back(static_cast<std::int32_t>(kind) + 1);
    header.setWholes(key("token_type"), kinds);
    if (vocabulary.model == "gpt2" || !vocabulary.merges.empty())
        header.setTexts(key("merges"), vocabulary.merges);
    const auto id = [&](const char* name, std::optional<TokenId> token) {
        if (token && *token >= 0 && static_cast<std::size_t>(*token) < vocabulary.tokens.size())
            header.setWhole(key(name), static_cast<std::uint32_t>(*token));
    };
    id("bos_token_id", vocabulary.special.bos);
    id("eos_token_id", vocabulary.special.eos);
    id("unknown_token_id", vocabulary.special.unknown);
    id("seperator_token_id", vocabulary.separator); // spelled so in the format
    id("padding_token_id", vocabulary.special.padding);
    id("cls_token_id", vocabulary.classifier);
    id("mask_token_id", vocabulary.mask);
    const auto flag = [&](const char* name, std::optional<bool> value) {
        if (value)
            header.setFlag(key(name), *value);
    };
    flag("add_bos_token", vocabulary.addBos);
    flag("add_eos_token", vocabulary.addEos);
    flag("add_space_prefix", vocabulary.addSpacePrefix);
    flag("remove_extra_whitespaces", vocabulary.removeExtraWhitespaces);
    flag("normalizer.lowercase", vocabulary.lowercase);
    flag("normalizer.strip_accents", vocabulary.stripAccents);
    if (!vocabulary.charsMap.empty())
        header.setBytes(key("precompiled_charsmap"), vocabulary.charsMap);
}

void writeChatTemplates(const formats::ModelFolder& model, formats::GgufHeader& header)
{
    std::optional<text::ChatTemplate> chat;
    try {
        chat = text::ChatTemplate::load(model.path());
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::NotFound)
            throw;
        return;
    }
    std::vector<std::string> others;
    for (const std::string& name : chat->names()) {
        if (name == "default")
            header.setText("tokenizer.chat_template", chat->source(name));
        else
            others.push_back(name);
    }
    if (!others.empty())
        header.setTexts("tokenizer.chat_templates", others);
    for (const std::string& name : others)
        header.setText("tokenizer.chat_template." + name, chat->source(name));
}

} // namespace crucible::convert
