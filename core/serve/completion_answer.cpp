// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/completion_answer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crucible::serve {
namespace {

std::string_view finishReason(generate::StopReason reason)
{
    switch (reason) {
    case generate::StopReason::Length:
    case generate::StopReason::Context:
    case generate::StopReason::Cancelled: return "length";
    case generate::StopReason::StopToken:
    case generate::StopReason::StopString:
    case generate::StopReason::Grammar: return "stop";
    }
    return "stop";
}

// JSON has no number for minus infinity: as OpenAI's API does.
double finiteLogprob(double logprob)
{
    return std::isfinite(logprob) ? logprob : -9999.0;
}

std::size_t charactersOf(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

OrderedJson bytesOf(std::string_view text)
{
    OrderedJson bytes = OrderedJson::array();
    for (const char c : text)
        bytes.push_back(static_cast<unsigned char>(c));
    return bytes;
}

} // namespace

CompletionAnswer::CompletionAnswer(const CompletionCall& call, const generate::LanguageModel& model, std::string name, std::string id, std::int64_t created)
    : m_call(call), m_model(model), m_name(std::move(name)), m_id(std::move(id)), m_created(created), m_choices(call.requests.size())
{
}

OrderedJson CompletionAnswer::envelope(bool chunk) const
{
    const char* object = !m_call.isChat ? "text_completion" : chunk ? "chat.completion.chunk" : "chat.completion";
    return {{"id", m_id}, {"object", object}, {"created", m_created}, {"model", m_name}, {"choices", OrderedJson::array()}};
}

OrderedJson CompletionAnswer::usage(std::span<const generate::Generated> results) const
{
    std::size_t prompt = 0, reused = 0, written = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (i % m_call.choicesPerPrompt == 0) // a prompt counts once, however many choices follow it
            prompt += m_call.requests[i].prompt.size();
        reused += results[i].reusedTokens;
        written += results[i].ids.size();
    }
    return {{"prompt_tokens", prompt},
            {"completion_tokens", written},
            {"total_tokens", prompt + written},
            {"prompt_tokens_details", {{"cached_tokens", reused}}}};
}

std::string CompletionAnswer::textOf(generate::TokenId id) const
{
    const std::string& text = m_model.texts->all()[static_cast<std::size_t>(id)];
    return text.empty() ? std::string(m_model.tokenizer->piece(id)) : text;
}

OrderedJson CompletionAnswer::chatLogprob(generate::TokenId id, const generate::Expectation& expectation) const
{
    const auto one = [this](generate::TokenId token, double logprob) {
        const std::string text = textOf(token);
        return OrderedJson{{"token", text}, {"logprob", finiteLogprob(logprob)}, {"bytes", bytesOf(text)}};
    };
    OrderedJson entry = one(id, expectation.logprob);
    OrderedJson& top = entry["top_logprobs"] = OrderedJson::array();
    for (const generate::Alternative& alternative : expectation.alternatives)
        top.push_back(one(alternative.id, alternative.logprob));
    return entry;
}

void CompletionAnswer::addTextLogprob(Choice& to, generate::TokenId id, const generate::Expectation* expectation) const
{
    const std::string text = textOf(id);
    to.tokens.push_back(text);
    to.offsets.push_back(to.characters);
    to.characters += charactersOf(text);
    if (!expectation) { // the first token, before which nothing is
        to.tokenLogprobs.push_back(nullptr);
        to.topLogprobs.push_back(nullptr);
        return;
    }
    to.tokenLogprobs.push_back(finiteLogprob(expectation->logprob));
    OrderedJson top = OrderedJson::object();
    for (const generate::Alternative& alternative : expectation->alternatives)
        top.emplace(textOf(alternative.id), finiteLogprob(alternative.logprob));
    top.emplace(text, finiteLogprob(expectation->logprob));
    to.topLogprobs.push_back(std::move(top));
}

OrderedJson CompletionAnswer::textLogprobs(const Choice& choice)
{
    return {{"tokens", choice.tokens}, {"token_logprobs", choice.tokenLogprobs}, {"top_logprobs", choice.topLogprobs}, {"text_offset", choice.offsets}};
}

OrderedJson CompletionAnswer::chunk(std::size_t choice, OrderedJson content, OrderedJson logprobs, OrderedJson reason) const
{
    OrderedJson json = envelope(true);
    json["choices"].push_back({{"index", choice}, {m_call.isChat ? "delta" : "text", std::move(content)}, {"logprobs", std::move(logprobs)}, {"finish_reason", std::move(reason)}});
    return json;
}

std::vector<OrderedJson> CompletionAnswer::begin()
{
    std::vector<OrderedJson> chunks;
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        if (m_call.isChat)
            chunks.push_back(chunk(i, {{"role", "assistant"}, {"content", ""}}, nullptr, nullptr));
        else if (!m_call.echo.empty())
            chunks.push_back(chunk(i, m_call.echo[i / m_call.choicesPerPrompt], nullptr, nullptr));
    }
    return chunks;
}

void CompletionAnswer::addEchoed(std::size_t choice, const generate::ScoredToken& token)
{
    addTextLogprob(m_choices[choice], token.id, token.expectation ? &*token.expectation : nullptr);
}

OrderedJson CompletionAnswer::add(std::size_t choice, const generate::GeneratedToken& token)
{
    OrderedJson logprobs;
    if (m_call.logprobs && token.expectation && !token.ends && m_model.tokenizer) {
        Choice& to = m_choices[choice];
        if (m_call.isChat) {
            to.logprobs.push_back(chatLogprob(token.id, *token.expectation));
            logprobs = {{"content", OrderedJson::array({to.logprobs.back()})}};
        } else {
            addTextLogprob(to, token.id, &*token.expectation);
            Choice one;
            one.tokens.push_back(to.tokens.back());
            one.tokenLogprobs.push_back(to.tokenLogprobs.back());
            one.topLogprobs.push_back(to.topLogprobs.back());
            one.offsets.push_back(to.offsets.back());
            logprobs = textLogprobs(one);
        }
    }
    return chunk(choice, m_call.isChat ? OrderedJson{{"content", token.text}} : OrderedJson(token.text), std::move(logprobs), nullptr);
}

std::vector<OrderedJson> CompletionAnswer::end(std::span<const generate::Generated> results) const
{
    std::vector<OrderedJson> chunks;
    for (std::size_t i = 0; i < results.size(); ++i)
        chunks.push_back(chunk(i, m_call.isChat ? OrderedJson::object() : OrderedJson(""), nullptr, finishReason(results[i].reason)));
    if (m_call.includeUsage) {
        OrderedJson last = envelope(true);
        last["usage"] = usage(results);
        chunks.push_back(std::move(last));
    }
    return chunks;
}

OrderedJson CompletionAnswer::whole(std::span<const generate::Generated> results) const
{
    OrderedJson json = envelope(false);
    for (std::size_t i = 0; i < results.size(); ++i) {
        const Choice& seen = m_choices[i];
        OrderedJson choice{{"index", i}};
        if (m_call.isChat) {
            choice["message"] = {{"role", "assistant"}, {"content", results[i].text}};
            choice["logprobs"] = m_call.logprobs ? OrderedJson{{"content", seen.logprobs}} : OrderedJson();
        } else {
            choice["text"] = m_call.echo.empty() ? results[i].text : m_call.echo[i / m_call.choicesPerPrompt] + results[i].text;
            choice["logprobs"] = m_call.logprobs ? textLogprobs(seen) : OrderedJson();
        }
        choice["finish_reason"] = finishReason(results[i].reason);
        json["choices"].push_back(std::move(choice));
    }
    json["usage"] = usage(results);
    double prefill = 0, decode = 0;
    for (const generate::Generated& result : results) {
        prefill = std::max(prefill, result.prefillSeconds);
        decode = std::max(decode, result.decodeSeconds);
    }
    json["timings"] = {{"prefill_seconds", prefill}, {"decode_seconds", decode}};
    return json;
}

} // namespace crucible::serve
