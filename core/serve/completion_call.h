// SPDX-License-Identifier: GPL-3.0-or-later
// What a client asks for, read from the JSON of OpenAI's API: /v1/chat/completions and /v1/completions. Keys of our
// samplers may stand beside OpenAI's own.
#pragma once

#include "base/json.h"
#include "generate/language_model.h"
#include "generate/sequence.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace crucible::serve {

struct CompletionCall {
    bool isChat = true;
    // One for every choice of the answer: all choices of the first prompt, then those of the second.
    std::vector<generate::GenerateRequest> requests;
    std::size_t choicesPerPrompt = 1;
    std::vector<std::string> echo; // the prompts' texts that the answer begins with; empty: it does not
    bool writes = true;            // false: nothing is to be written, the prompt is only looked at
    bool stream = false;
    bool includeUsage = false; // a last chunk that counts tokens
    // Names of the tools that the answer may call; empty: it is text, whatever it looks like.
    std::set<std::string, std::less<>> tools;
    bool oneCall = false;                // of several calls, the first alone counts
    std::optional<std::size_t> logprobs; // of every token, with so many alternatives
};

// What the server was started with.
struct CallSettings {
    std::vector<std::string> names; // what the model may be called
    std::string chatTemplate = {};  // in place of the model's own; empty: the model's own
    std::size_t context = 0;        // tokens
};

// Throw ApiError: 400 for what is wrong, naming the key, 404 for another model's name.
CompletionCall readChatCall(const OrderedJson& json, const std::shared_ptr<const generate::LanguageModel>& model,
                            const CallSettings& settings);
CompletionCall readTextCall(const OrderedJson& json, const std::shared_ptr<const generate::LanguageModel>& model,
                            const CallSettings& settings);

} // namespace crucible::serve
