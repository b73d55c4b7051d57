// SPDX-License-Identifier: GPL-3.0-or-later
// Calls of tools in what a model writes. Models were taught to write them in several ways; all of these are read:
//
//     <tool_call>{"name": ..., "arguments": {...}}</tool_call>      Hermes, Qwen
//     [TOOL_CALLS][{"name": ..., "arguments": {...}}, ...]          Mistral; also [TOOL_CALLS]name[ARGS]{...}
//     <|python_tag|>{"name": ..., "parameters": {...}}; {...}       Llama 3.1
//     {"name": ..., "parameters": {...}}, [{...}, ...]              the same as the whole answer, of tools that are
//     known
//
// What looks like a call and is none stays text: nothing that a model wrote is lost.
#pragma once

#include "base/json.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::serve {

struct ToolCall {
    std::string id; // nine letters and digits, as templates of Mistral want them
    std::string name;
    std::string arguments; // the text of a JSON object
    // {"id", "type": "function", "function": {"name", "arguments"}}
    OrderedJson toJson() const;
};

// Reads an answer while it is written. Text that might become a call is kept back until it is known.
class ToolCallReader {
public:
    // `names`: of the tools that there are.
    explicit ToolCallReader(std::set<std::string, std::less<>> names) : m_names(std::move(names)) {}

    struct Piece {
        std::string text; // of the answer, outside of calls
        std::vector<ToolCall> calls;
        bool empty() const { return text.empty() && calls.empty(); }
    };
    // Takes time in proportion to `text`, whatever it holds.
    Piece push(std::string_view text);
    // The answer has ended. A call without its end is text.
    Piece finish();

private:
    enum class State {
        Text,
        Before, // a marker was read: what is called comes next
        Name,   // [TOOL_CALLS]name
        Value,  // inside the JSON of a call
        After,  // a call was read: its end, or another one
    };
    enum class Style { Bare, Hermes, Mistral, Llama };

    void step(char c, Piece& piece);
    void stepText(char c, Piece& piece);
    void stepAfter(char c, Piece& piece);
    void beginValue(char c);
    bool valueEnds(char c);
    void take(Piece& piece);
    void giveUp(Piece& piece);
    void say(std::string_view text, Piece& piece);

    std::set<std::string, std::less<>> m_names;
    State m_state = State::Text;
    Style m_style = Style::Bare;
    std::string m_space;     // at the end of the text so far: it counts only when more text follows
    std::string m_marker;    // what may become a marker
    std::string m_held;      // since the marker, which it begins with
    std::string m_name;      // of [TOOL_CALLS]name
    std::size_t m_value = 0; // where the JSON begins in m_held
    std::size_t m_depth = 0;
    bool m_inString = false;
    bool m_escaped = false;
    bool m_said = false; // something that is no space
    bool m_called = false;
};

// A special token that begins a call, by its piece; those are not part of a model's text. Empty for others.
std::string_view toolMarker(std::string_view piece);

// What a call of a tool looks like, for a model that must write one.
// `tools`: as in a request, checked by toolNames(); `only`: the name of the one that must be called, or empty.
// `chatTemplate`: the Jinja text, which tells in what way a model was taught to call; may be empty. Throws what
// grammarOfSchema() throws for what a tool's parameters say.
std::string grammarOfCalls(const OrderedJson& tools, std::string_view only, std::string_view chatTemplate);

// The names of a request's tools. Throws ApiError for what is no list of {"type": "function", "function": {"name",
// ...}}.
std::set<std::string, std::less<>> toolNames(const OrderedJson& tools);

// A message of a conversation as templates want it: arguments of calls as objects, a tool's answer with the name of the
// tool, "content" always there. Throws ApiError naming the place.
OrderedJson messageForTemplate(OrderedJson message, const OrderedJson& before, const std::string& place);

} // namespace crucible::serve
