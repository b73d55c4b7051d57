// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate_json.h"

#include <cmath>

namespace crucible::cli {

Json finite(double value)
{
    return std::isfinite(value) ? Json(value) : Json();
}

namespace {

std::string pieceOf(generate::TokenId id, const generate::LanguageModel& model)
{
    return model.tokenizer ? std::string(model.tokenizer->piece(id)) : std::string();
}

// What it adds to a text; bytes that are no character become U+FFFD when they are written.
std::string textOf(generate::TokenId id, const generate::LanguageModel& model)
{
    const auto place = static_cast<std::size_t>(id);
    return model.texts && place < model.texts->all().size() ? model.texts->all()[place] : std::string();
}

} // namespace

Json toJson(generate::TokenId id, const generate::Expectation* expectation, const generate::LanguageModel& model)
{
    Json json{{"token", id}, {"piece", pieceOf(id, model)}};
    if (!expectation)
        return json;
    json["logprob"] = finite(expectation->logprob);
    json["entropy"] = finite(expectation->entropy);
    Json& alternatives = json["alternatives"] = Json::array();
    for (const generate::Alternative& one : expectation->alternatives)
        alternatives.push_back({{"token", one.id},
                                {"piece", pieceOf(one.id, model)},
                                {"text", textOf(one.id, model)},
                                {"logprob", finite(one.logprob)}});
    return json;
}

Json toJson(const generate::GeneratedToken& token, const generate::LanguageModel& model)
{
    Json json = toJson(token.id, token.expectation ? &*token.expectation : nullptr, model);
    json["text"] = token.text;
    if (token.ends)
        json["ends"] = true;
    return json;
}

Json toJson(const generate::Generated& result)
{
    return {{"text", result.text},
            {"reason", toString(result.reason)},
            {"prompt_tokens", result.promptTokens},
            {"reused_tokens", result.reusedTokens},
            {"completion_tokens", result.ids.size()},
            {"prefill_seconds", result.prefillSeconds},
            {"decode_seconds", result.decodeSeconds},
            {"context_used", result.contextUsed},
            {"context", result.context},
            {"seed", result.seed}};
}

Json toJson(const generate::BeamResult& result)
{
    return {{"text", result.text},
            {"ids", result.ids},
            {"logprob", result.logprob},
            {"score", result.score},
            {"reason", toString(result.reason)}};
}

} // namespace crucible::cli
