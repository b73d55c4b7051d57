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
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

OrderedJson bytesOf(std::string_view text)
{
    OrderedJson bytes = OrderedJson::array();
    for (const char c : text)
        bytes.push_back(static_cast<unsigned char>(c));
    return bytes;
}

} // namespace

CompletionAnswer::CompletionAnswer(const CompletionCall& call, const generate::LanguageModel& model, std::string name,
                                   std::string id, std::int64_t created)
    : m_call(call), m_model(model), m_name(std::move(name)), m_id(std::move(id)), m_created(created),
      m_choices(call.requests.size())
{
    if (!call.tools.empty()) {
        for (Choice& choice : m_choices)
            choice.reader.emplace(call.tools);
    }
}

OrderedJson CompletionAnswer::envelope(bool chunk) const
{
    const char* object = !m_call.isChat ? "text_completion" : chunk ? "chat.completion.chunk" : "chat.completion";
    return {
        {"id", m_id}, {"object", object}, {"created", m_created}, {"model", m_name}, {"choices", OrderedJson::array()}};
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
    return {{"tokens", choice.tokens},
            {"token_logprobs", choice.tokenLogprobs},
            {"top_logprobs", choice.topLogprobs},
            {"text_offset", choice.offsets}};
}

OrderedJson CompletionAnswer::chunk(std::size_t choice, OrderedJson content, OrderedJson logprobs,
                                    OrderedJson reason) const
{
    OrderedJson json = envelope(true);
    json["choices"].push_back({{"index", choice},
                               {m_call.isChat ? "delta" : "text", std::move(content)},
                               {"logprobs", std::move(logprobs)},
                               {"finish_reason", std::move(reason)}});
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

std::vector<OrderedJson> CompletionAnswer::take(Choice& choice, ToolCallReader::Piece piece) const
{
    std::vector<OrderedJson> deltas;
    if (!piece.text.empty())
        deltas.push_back({{"content", piece.text}});
    choice.content += piece.text;
    for (ToolCall& call : piece.calls) {
        if (m_call.oneCall && !choice.calls.empty())
            break;
        OrderedJson one{{"index", choice.calls.size()}};
        one.update(call.toJson());
        deltas.push_back({{"tool_calls", OrderedJson::array({one})}});
        choice.calls.push_back(std::move(call));
    }
    return deltas;
}

std::vector<OrderedJson> CompletionAnswer::add(std::size_t choice, const generate::GeneratedToken& token)
{
    Choice& to = m_choices[choice];
    OrderedJson logprobs;
    if (m_call.logprobs && token.expectation && !token.ends && m_model.tokenizer) {
        if (m_call.isChat) {
            to.logprobs.push_back(chatLogprob(token.id, *token.expectation));
            to.waiting.push_back(to.logprobs.back());
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
    if (!m_call.isChat)
        return {chunk(choice, token.text, std::move(logprobs), nullptr)};
    std::vector<OrderedJson> deltas;
    if (to.reader) {
        ToolCallReader::Piece piece = to.reader->push(token.text);
        deltas = take(to, std::move(piece));
        // Tokens that begin a call are not part of the text where they are special ones.
        if (!token.ends && m_model.tokenizer && m_model.tokenizer->isSpecial(token.id)) {
            const std::string tokenPiece(m_model.tokenizer->piece(token.id));
            for (OrderedJson& delta : take(to, to.reader->push(toolMarker(tokenPiece))))
                deltas.push_back(std::move(delta));
        }
    } else if (!token.text.empty()) {
        deltas.push_back({{"content", token.text}});
    }
    std::vector<OrderedJson> chunks;
    for (OrderedJson& delta : deltas) {
        OrderedJson told;
        if (!to.waiting.empty())
            told = {{"content", std::exchange(to.waiting, OrderedJson::array())}};
        chunks.push_back(chunk(choice, std::move(delta), std::move(told), nullptr));
    }
    return chunks;
}

std::string_view CompletionAnswer::reasonOf(std::size_t choice, const generate::Generated& result) const
{
    const std::string_view reason = finishReason(result.reason);
    return reason == "stop" && !m_choices[choice].calls.empty() ? "tool_calls" : reason;
}

std::vector<OrderedJson> CompletionAnswer::end(std::span<const generate::Generated> results)
{
    std::vector<OrderedJson> chunks;
    for (std::size_t i = 0; i < results.size(); ++i) {
        Choice& seen = m_choices[i];
        if (seen.reader) {
            for (OrderedJson& delta : take(seen, seen.reader->finish()))
                chunks.push_back(chunk(i, std::move(delta), nullptr, nullptr));
        }
        OrderedJson told;
        if (!seen.waiting.empty())
            told = {{"content", seen.waiting}};
        chunks.push_back(chunk(i, m_call.isChat ? OrderedJson::object() : OrderedJson(""), std::move(told),
                               reasonOf(i, results[i])));
    }
    if (m_call.includeUsage) {
        OrderedJson last = envelope(true);
        last["usage"] = usage(results);
        chunks.push_back(std::move(last));
    }
    return chunks;
}

OrderedJson CompletionAnswer::whole(std::span<const generate::Generated> results)
{
    OrderedJson json = envelope(false);
    for (std::size_t i = 0; i < results.size(); ++i) {
        Choice& seen = m_choices[i];
        OrderedJson choice{{"index", i}};
        if (m_call.isChat) {
            OrderedJson& message = choice["message"] = {{"role", "assistant"}, {"content", results[i].text}};
            if (seen.reader) {
                take(seen, seen.reader->finish());
                const bool nothing = seen.content.empty() && !seen.calls.empty();
                message["content"] = nothing ? OrderedJson() : OrderedJson(seen.content);
            }
            for (const ToolCall& call : seen.calls)
                message["tool_calls"].push_back(call.toJson());
            choice["logprobs"] = m_call.logprobs ? OrderedJson{{"content", seen.logprobs}} : OrderedJson();
        } else {
            choice["text"] =
                m_call.echo.empty() ? results[i].text : m_call.echo[i / m_call.choicesPerPrompt] + results[i].text;
            choice["logprobs"] = m_call.logprobs ? textLogprobs(seen) : OrderedJson();
        }
        choice["finish_reason"] = reasonOf(i, results[i]);
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
