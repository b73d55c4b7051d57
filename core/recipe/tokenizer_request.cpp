// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/tokenizer_request.h"

#include <fmt/format.h>

#include <array>

namespace crucible::recipe {
namespace {

using Kind = YamlNode::Kind;

void tokenSource(RecipeReader& read, const YamlNode& node, const std::string& place, TokenRule& rule)
{
    constexpr std::array<std::string_view, 4> kModelTokenKeys = {"kind", "model", "token", "token_id"};
    constexpr std::array<std::string_view, 1> kZeroKeys = {"kind"};
    const YamlNode* kindNode = node.kind == Kind::Map ? node.find("kind") : nullptr;
    if (!kindNode) {
        if (const std::optional<ModelRef> model = read.model(node, place))
            rule.model = *model;
        return;
    }
    const std::string kind = kindNode->kind == Kind::Text ? kindNode->text : std::string();
    if (kind == "zero") {
        read.checkKeys(node, place, kZeroKeys);
        rule.kind = TokenRule::Kind::Zero;
        return;
    }
    if (kind != "model_token") {
        read.wrongType(*kindNode, placeOf(place, "kind"), CRUCIBLE_TR_NOOP("Problem", "`model_token` or `zero`"));
        return;
    }
    rule.kind = TokenRule::Kind::ModelToken;
    read.checkKeys(node, place, kModelTokenKeys);
    if (const YamlNode* model = read.required(node, "model", place)) {
        if (const std::optional<ModelRef> reference = read.model(*model, placeOf(place, "model")))
            rule.model = *reference;
    }
    const YamlNode* token = given(node, "token");
    const YamlNode* id = given(node, "token_id");
    if ((token != nullptr) == (id != nullptr))
        read.error(node.position,
                   {CRUCIBLE_TR_NOOP("Problem", "`%1` needs exactly one of `token` and `token_id`"), place});
    if (token)
        rule.sourceToken = read.text(*token, placeOf(place, "token")).value_or("");
    if (id) {
        rule.sourceTokenId = read.integer(*id, placeOf(place, "token_id"));
        if (rule.sourceTokenId && *rule.sourceTokenId < 0)
            read.error(id->position,
                       {CRUCIBLE_TR_NOOP("Problem", "`%1` must not be negative"), placeOf(place, "token_id")});
    }
}

std::optional<TokenRule> tokenRule(RecipeReader& read, const YamlNode::Entry& entry, const std::string& place)
{
    constexpr std::array<std::string_view, 2> kKeys = {"source", "force"};
    TokenRule rule;
    rule.token = entry.key;
    rule.position = entry.keyPosition;
    rule.hasSource = false;
    if (entry.key.empty()) {
        read.error(entry.keyPosition, CRUCIBLE_TR_NOOP("Problem", "A token must not be empty text"));
        return std::nullopt;
    }
    if (entry.value.kind == Kind::Null)
        return rule;
    if (!read.isMap(entry.value, place))
        return std::nullopt;
    read.checkKeys(entry.value, place, kKeys);
    if (const YamlNode* source = given(entry.value, "source")) {
        rule.hasSource = true;
        tokenSource(read, *source, placeOf(place, "source"), rule);
    }
    if (const YamlNode* force = given(entry.value, "force"))
        rule.force = read.boolean(*force, placeOf(place, "force")).value_or(false);
    return rule;
}

bool vocabularySource(RecipeReader& read, const YamlNode& node, const std::string& place, TokenizerRequest& request)
{
    if (node.kind == Kind::Text && node.text == "union") {
        request.source = TokenizerRequest::Source::Union;
        return true;
    }
    if (node.kind == Kind::Text && node.text == "base") {
        request.source = TokenizerRequest::Source::Base;
        return true;
    }
    request.source = TokenizerRequest::Source::Model;
    const std::optional<ModelRef> model = read.model(node, place);
    if (model)
        request.model = *model;
    return model.has_value();
}

} // namespace

std::optional<TokenizerRequest> readTokenizerRequest(RecipeReader& read, const YamlNode& root)
{
    constexpr std::array<std::string_view, 3> kKeys = {"source", "tokens", "pad_to_multiple_of"};
    const YamlNode* legacy = given(root, "tokenizer_source");
    const YamlNode* map = given(root, "tokenizer");
    if (legacy && map)
        read.error(
            legacy->position, CRUCIBLE_TR_NOOP("Problem", "The recipe has both `tokenizer_source` and `tokenizer`"),
            CRUCIBLE_TR_NOOP("Problem", "Keep one; `tokenizer: {source: ...}` says the same as `tokenizer_source`"));
    TokenizerRequest request;
    if (legacy) {
        request.legacyForm = true;
        request.position = legacy->position;
        if (!vocabularySource(read, *legacy, "tokenizer_source", request))
            return std::nullopt;
        return request;
    }
    if (!map)
        return std::nullopt;
    if (map->kind != Kind::Map) {
        read.wrongType(
            *map, "tokenizer", CRUCIBLE_TR_NOOP("Problem", "a map with `source`, `tokens` or `pad_to_multiple_of`"),
            map->kind == Kind::Text ? CRUCIBLE_TR_NOOP("Problem", "Write `tokenizer_source:` for the short form") : "");
        return std::nullopt;
    }
    request.position = map->position;
    read.checkKeys(*map, "tokenizer", kKeys);
    if (const YamlNode* source = given(*map, "source"))
        vocabularySource(read, *source, "tokenizer.source", request);
    if (const YamlNode* multiple = given(*map, "pad_to_multiple_of")) {
        request.padToMultipleOf = read.integer(*multiple, "tokenizer.pad_to_multiple_of").value_or(0);
        constexpr std::int64_t kLargest = 1 << 20;
        if (request.padToMultipleOf < 0 || request.padToMultipleOf > kLargest)
            read.error(
                multiple->position,
                {CRUCIBLE_TR_NOOP("Problem", "`tokenizer.pad_to_multiple_of` must be between 0 and %1, but is %2"),
                 kLargest, request.padToMultipleOf});
    }
    const YamlNode* tokens = given(*map, "tokens");
    if (tokens && read.isMap(*tokens, "tokenizer.tokens")) {
        for (const YamlNode::Entry& entry : tokens->entries) {
            if (std::optional<TokenRule> rule = tokenRule(read, entry, placeOf("tokenizer.tokens", yamlText(entry.key))))
                request.tokens.push_back(std::move(*rule));
        }
    }
    return request;
}

} // namespace crucible::recipe
