// SPDX-License-Identifier: GPL-3.0-or-later
// What a request starts from, as token ids: a conversation written by a chat template, a text, or ids.
#pragma once

#include "generate/language_model.h"

#include <string>
#include <string_view>
#include <vector>

namespace crucible::generate {

struct Prompt {
    std::vector<TokenId> ids;
    std::string text;          // empty for ids
    bool continuesText = true; // see GenerateRequest
};

// The chat template that a request means: "default" or empty is the model's own, which may have others by name
// ("tool_use"); else one of the library, or Jinja text. Throws Error::notFound with near names.
struct ChatChoice {
    text::ChatTemplate chat;
    std::string name; // in `chat`
};
ChatChoice chooseTemplate(const LanguageModel& model, const std::string& name, const std::string& jinja);

// The keys of a request: exactly one of "messages", "prompt" and "ids"; with messages also "template", "template_text",
// "tools", "documents", "variables", "continue_last", "add_generation_prompt" (true unless given).
// Throws Error::invalid naming the key, and what rendering and tokenizing throw.
Prompt readPrompt(const LanguageModel& model, const OrderedJson& request);

// The text of the conversation alone; the keys are those of readPrompt().
std::string renderChat(const LanguageModel& model, const OrderedJson& request);

// Ids with spaces or commas between them, at least one. The second reads a JSON list. Throw Error::invalid.
std::vector<TokenId> readIds(std::string_view text, const std::string& where);
std::vector<TokenId> readIdList(const OrderedJson& list, const std::string& where);

} // namespace crucible::generate
