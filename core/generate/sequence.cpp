// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sequence.h"

namespace crucible::generate {

std::string_view toString(StopReason reason)
{
    switch (reason) {
    case StopReason::StopToken: return "stop_token";
    case StopReason::StopString: return "stop_string";
    case StopReason::Length: return "length";
    case StopReason::Context: return "context";
    case StopReason::Cancelled: return "cancelled";
    case StopReason::Grammar: return "grammar";
    }
    return "cancelled";
}

void checkPrompt(const LanguageModel& model, std::span<const TokenId> prompt, std::size_t context)
{
    if (prompt.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the prompt is empty"), {},
                             CRUCIBLE_TR_NOOP("Problem", "give at least one token; this model puts none at the beginning of a text itself"));
    if (prompt.size() >= context)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the prompt has %1 tokens, and the context holds %2"), prompt.size(), context}, {},
                             CRUCIBLE_TR_NOOP("Problem", "shorten it, or choose a longer context where the model can have one"));
    const std::size_t vocabulary = model.needs.vocabulary;
    for (const TokenId id : prompt) {
        if (id < 0 || static_cast<std::size_t>(id) >= vocabulary)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "there is no token %1, the model knows %2"), id, vocabulary});
    }
}

Sequence::Sequence(std::shared_ptr<const LanguageModel> model, GenerateRequest request, std::size_t context, OnToken onToken)
    : m_model(std::move(model)), m_request(std::move(request)), m_context(context), m_onToken(std::move(onToken)),
      m_chain(m_request.sampling, {.texts = m_model->texts.get()}, m_request.sequence),
      m_constraint(m_request.constraint ? m_request.constraint->fresh() : nullptr), m_stops(m_request.stop), m_tokens(m_request.prompt)
{
    const std::vector<TokenId>& prompt = m_request.prompt;
    checkPrompt(*m_model, prompt, m_context);
    if (m_model->tokenizer) {
        m_stream.emplace(m_model->tokenizer);
        constexpr std::size_t kBefore = 16; // tokens that are enough to know what is a space and what a character
        if (m_request.continuesText) {
            for (const TokenId id : std::span(prompt).last(std::min(kBefore, prompt.size())))
                m_stream->push(id);
        }
    }
    m_result.seed = m_chain.seed();
    m_result.promptTokens = prompt.size();
    m_result.context = m_context;
    m_result.contextUsed = prompt.size();
    if (m_request.maxTokens == 0)
        finish(StopReason::Length, nullptr);
}

TokenId Sequence::choose(std::span<const float> logits)
{
    if (!m_constraint)
        return m_chain.choose(logits, m_tokens, m_result.ids.size());
    TokenMask mask = m_constraint->allowed();
    if (mask.empty() && !m_constraint->mayEnd())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "no token of the vocabulary can go on with the grammar"), "constraint",
                             CRUCIBLE_TR_NOOP("Problem", "check that the grammar has an end, and characters that the model knows"));
    if (m_constraint->mayEnd()) {
        if (mask.size() < logits.size()) {
            TokenMask larger(logits.size());
            for (std::size_t id = 0; id < mask.size(); ++id) {
                if (mask.contains(id))
                    larger.add(id);
            }
            mask = std::move(larger);
        }
        for (const TokenId id : m_model->stopTokens)
            mask.add(static_cast<std::size_t>(id));
    }
    return m_chain.choose(logits, m_tokens, m_result.ids.size(), &mask);
}

void Sequence::advance(std::span<const float> logits)
{
    GeneratedToken token;
    token.id = choose(logits);
    if (m_request.alternatives)
        token.expectation = expectationOf(logits, token.id, *m_request.alternatives);
    if (m_model->isStop(token.id) && (!m_request.ignoreEnd || m_constraint)) {
        token.ends = true;
        return finish(StopReason::StopToken, &token);
    }
    m_tokens.push_back(token.id);
    m_result.ids.push_back(token.id);
    m_result.contextUsed = m_tokens.size();
    if (m_stream)
        token.text = m_stops.push(m_stream->push(token.id));
    if (m_stops.found())
        return finish(StopReason::StopString, &token);
    if (m_constraint) {
        m_constraint->accept(token.id);
        if (m_constraint->mayEnd() && m_constraint->allowed().empty())
            return finish(StopReason::Grammar, &token);
    }
    if (m_result.ids.size() >= m_request.maxTokens)
        return finish(StopReason::Length, &token);
    if (m_tokens.size() >= m_context)
        return finish(StopReason::Context, &token);
    m_result.text += token.text;
    if (m_onToken)
        m_onToken(token);
}

void Sequence::cancel()
{
    if (!m_finished)
        finish(StopReason::Cancelled, nullptr);
}

void Sequence::finish(StopReason reason, GeneratedToken* last)
{
    m_finished = true;
    m_result.reason = reason;
    std::string rest;
    if (m_stream && !m_stops.found()) {
        rest = m_stops.push(m_stream->finish());
        if (m_stops.found()) // in a character that was never completed
            m_result.reason = StopReason::StopString;
        rest += m_stops.finish();
    }
    if (!last) {
        m_result.text += rest;
        return;
    }
    last->text += rest;
    m_result.text += last->text;
    if (m_onToken)
        m_onToken(*last);
}

} // namespace crucible::generate
