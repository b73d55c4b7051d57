// SPDX-License-Identifier: GPL-3.0-or-later
// What a client gets, written as the JSON of OpenAI's API: whole, or chunk by chunk while it comes into being.
#pragma once

#include "base/json.h"
#include "generate/score.h"
#include "serve/completion_call.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace crucible::serve {

class CompletionAnswer {
public:
    // `name` is the model's; `created` in seconds since 1970. The call must live as long.
    CompletionAnswer(const CompletionCall& call, const generate::LanguageModel& model, std::string name, std::string id, std::int64_t created);

    // The first chunks, before any token: who speaks, and what is echoed.
    std::vector<OrderedJson> begin();
    // A token of a prompt that is echoed with its probabilities.
    void addEchoed(std::size_t choice, const generate::ScoredToken& token);
    // The chunk of a token.
    OrderedJson add(std::size_t choice, const generate::GeneratedToken& token);
    // The last chunks of all choices, with usage where it was asked for.
    std::vector<OrderedJson> end(std::span<const generate::Generated> results) const;
    // The answer in one piece.
    OrderedJson whole(std::span<const generate::Generated> results) const;

private:
    struct Choice {
        OrderedJson logprobs = OrderedJson::array(); // of a chat: its content
        OrderedJson tokens = OrderedJson::array();   // of a text: four lists side by side
        OrderedJson tokenLogprobs = OrderedJson::array();
        OrderedJson topLogprobs = OrderedJson::array();
        OrderedJson offsets = OrderedJson::array();
        std::size_t characters = 0; // where the next token's text begins
    };

    OrderedJson envelope(bool chunk) const;
    OrderedJson usage(std::span<const generate::Generated> results) const;
    std::string textOf(generate::TokenId id) const;
    OrderedJson chatLogprob(generate::TokenId id, const generate::Expectation& expectation) const;
    void addTextLogprob(Choice& to, generate::TokenId id, const generate::Expectation* expectation) const;
    static OrderedJson textLogprobs(const Choice& choice);
    OrderedJson chunk(std::size_t choice, OrderedJson content, OrderedJson logprobs, OrderedJson reason) const;

    const CompletionCall& m_call;
    const generate::LanguageModel& m_model;
    std::string m_name;
    std::string m_id;
    std::int64_t m_created;
    std::vector<Choice> m_choices;
};

} // namespace crucible::serve
