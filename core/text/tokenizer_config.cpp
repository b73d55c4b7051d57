// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/json_fields.h"
#include "text/readers.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace crucible::text {
namespace {

namespace fs = std::filesystem;

// "<s>" or {"content": "<s>", ...}
std::optional<std::string> readToken(const Json& json, const char* key)
{
    const Json* value = memberOf(json, key);
    if (!value)
        return std::nullopt;
    if (value->is_object())
        return textOf(*value, "content");
    return value->is_string() ? std::optional<std::string>(value->get<std::string>()) : std::nullopt;
}

std::optional<bool> readFlag(const Json& json, const char* key)
{
    const Json* value = memberOf(json, key);
    return value && value->is_boolean() ? std::optional<bool>(value->get<bool>()) : std::nullopt;
}

void readSpecial(const Json& json, TokenizerConfig& config)
{
    const auto read = [&](const char* key, std::optional<std::string>& token) {
        if (auto found = readToken(json, key))
            token = std::move(found);
    };
    read("bos_token", config.bos);
    read("eos_token", config.eos);
    read("unk_token", config.unknown);
    read("pad_token", config.padding);
}

void readAdded(const Json& json, TokenizerConfig& config)
{
    const Json* added = memberOf(json, "added_tokens_decoder");
    if (!added || !added->is_object())
        return;
    std::map<TokenId, AddedToken> tokens;
    for (const auto& [key, value] : added->items()) {
        TokenId id = -1;
        const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
        if (error != std::errc() || end != key.data() + key.size() || id < 0 || !value.is_object())
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem",
                                  "\"added_tokens_decoder\" has the entry \"%1\", which is no id of a token"),
                 key.substr(0, 100)});
        AddedToken token;
        token.id = id;
        token.content = textOf(value, "content");
        token.singleWord = flagOf(value, "single_word", false);
        token.lstrip = flagOf(value, "lstrip", false);
        token.rstrip = flagOf(value, "rstrip", false);
        token.special = flagOf(value, "special", false);
        token.normalized = flagOf(value, "normalized", !token.special);
        tokens[id] = std::move(token);
    }
    for (auto& [id, token] : tokens)
        config.added.push_back(std::move(token));
}

// Classes that put BOS and EOS themselves, whatever tokenizer.json says.
bool decidesOnItsOwn(std::string_view name)
{
    static constexpr std::string_view kNames[] = {"LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer"};
    if (name.ends_with("Fast"))
        name.remove_suffix(4);
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

} // namespace

TokenizerConfig readTokenizerConfig(const fs::path& folder)
{
    TokenizerConfig config;
    if (const fs::path file = folder / "special_tokens_map.json"; fs::exists(file))
        withSource(file, [&] { readSpecial(readJson(file), config); });
    if (const fs::path file = folder / "tokenizer_config.json"; fs::exists(file)) {
        withSource(file, [&] {
            const Json json = readJson(file);
            readSpecial(json, config);
            config.tokenizerClass = textOf(json, "tokenizer_class");
            config.addBos = readFlag(json, "add_bos_token");
            config.addEos = readFlag(json, "add_eos_token");
            config.addPrefixSpace = readFlag(json, "add_prefix_space");
            readAdded(json, config);
        });
    }
    return config;
}

void applyConfig(const TokenizerConfig& config, PipelineParts& parts)
{
    for (const AddedToken& token : config.added) {
        if (!parts.added.find(token.content))
            addNumbered(token, parts);
    }
    for (const auto* special : {&config.bos, &config.eos, &config.unknown, &config.padding}) {
        if (!*special || (*special)->empty() || parts.added.find(**special))
            continue;
        AddedToken token;
        token.content = **special;
        token.special = true;
        token.normalized = false;
        addNumbered(token, parts);
    }
    if (!decidesOnItsOwn(config.tokenizerClass) || (!config.addBos && !config.addEos))
        return;
    PostProcessor::Frame frame;
    if (config.addBos.value_or(true) && config.bos && parts.added.find(*config.bos))
        frame.before.push_back(parts.added.find(*config.bos)->id);
    if (config.addEos.value_or(false) && config.eos && parts.added.find(*config.eos))
        frame.after.push_back(parts.added.find(*config.eos)->id);
    parts.postProcessor.clearFrames();
    parts.postProcessor.addFrame(std::move(frame));
}

Tokenizer::SpecialTokens specialTokens(const TokenizerConfig* config, const Tokenizer& tokenizer, const std::optional<std::string>& unknown)
{
    const auto idOf = [&](const std::optional<std::string>& piece) { return piece ? tokenizer.idOf(*piece) : std::nullopt; };
    Tokenizer::SpecialTokens tokens;
    if (config) {
        tokens.bos = idOf(config->bos);
        tokens.eos = idOf(config->eos);
        tokens.unknown = idOf(config->unknown);
        tokens.padding = idOf(config->padding);
    }
    if (!tokens.unknown)
        tokens.unknown = idOf(unknown);
    return tokens;
}

} // namespace crucible::text
