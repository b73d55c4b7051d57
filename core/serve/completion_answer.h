// SPDX-License-Identifier: GPL-3.0-or-later
// What a client gets, written as the JSON of OpenAI's API: whole, or chunk by chunk while it comes into being.
#pragma once

#include "base/json.h"
#include "generate/score.h"
#include "serve/completion_call.h"
#include "serve/tool_calls.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace crucible::serve {

class CompletionAnswer {
public:
    // `name` is the model's; `created` in seconds since 1970. The call must live as long.
    CompletionAnswer(const CompletionCall& call, const generate::LanguageModel& model, std::string name, std::string id,
                     std::int64_t created);

    // The first chunks, before any token: who speaks, and what is echoed.
    std::vector<OrderedJson> begin();
    // A token of a prompt that is echoed with its probabilities.
    void addEchoed(std::size_t choice, const generate::ScoredToken& token);
    // The chunks of a token: none while what it says may become a call of a tool.
    std::vector<OrderedJson> add(std::size_t choice, const generate::GeneratedToken& token);
    // No more tokens come. Then, once, either
    // the last chunks of all choices, with usage where it was asked for, or
    std::vector<OrderedJson> end(std::span<const generate::Generated> results);
    // the answer in one piece.
    OrderedJson whole(std::span<const generate::Generated> results);

private:
    struct Choice {
        OrderedJson logprobs = OrderedJson::array(); // of a chat: its content
        OrderedJson tokens = OrderedJson::array();   // of a text: four lists side by side
        OrderedJson tokenLogprobs = OrderedJson::array();
        OrderedJson topLogprobs = OrderedJson::array();
        OrderedJson offsets = OrderedJson::array();
        OrderedJson waiting = OrderedJson::array(); // logprobs that no chunk has told yet
        std::optional<ToolCallReader> reader;       // of an answer that may call tools
        std::string content;                        // the text outside of calls, then
        std::vector<ToolCall> calls;
        std::size_t characters = 0; // where the next token's text begins
    };

    OrderedJson envelope(bool chunk) const;
    OrderedJson usage(std::span<const generate::Generated> results) const;
    std::string textOf(generate::TokenId id) const;
    OrderedJson chatLogprob(generate::TokenId id, const generate::Expectation& expectation) const;
    void addTextLogprob(Choice& to, generate::TokenId id, const generate::Expectation* expectation) const;
    static OrderedJson textLogprobs(const Choice& choice);
    // What the reader made of text: kept, and as the deltas of chunks.
    std::vector<OrderedJson> take(Choice& choice, ToolCallReader::Piece piece) const;
    std::string_view reasonOf(std::size_t choice, const generate::Generated& result) const;
    OrderedJson chunk(std::size_t choice, OrderedJson content, OrderedJson logprobs, OrderedJson reason) const;

    const CompletionCall& m_call;
    const generate::LanguageModel& m_model;
    std::string m_name;
    std::string m_id;
    std::int64_t m_created;
    std::vector<Choice> m_choices;
};

} // namespace crucible::serve
