// SPDX-License-Identifier: GPL-3.0-or-later
// What a recipe's `chat_template:` means: "auto", one of the templates that are built in, or Jinja text.
#pragma once

#include "base/error.h"
#include "merge/tokenizer_plan.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::merge {

struct ChatTemplate {
    std::string_view name;
    std::string_view jinja;
};

// alpaca, chatml, exaone, llama3, mistral.
std::span<const ChatTemplate> chatTemplates();

// The template in a model's folder: chat_template.jinja, else chat_template.json's, else tokenizer_config.json's (of a
// list of named ones, "default"). nullopt when it has none or the files can not be read.
std::optional<std::string> chatTemplateOf(const std::filesystem::path& modelFolder);

// Jinja text for a request. "auto" takes the template that most inputs have (the first listed among equals) and gives an
// empty text when none has one. Unknown names and texts that can not be templates are errors in `problems`.
std::string resolveChatTemplate(const std::string& request, std::span<const TokenizerInput> inputs, Problems& problems);

// Puts a template into a tokenizer's files: chat_template.jinja, and the key of tokenizer_config.json for older readers.
// Removes a chat_template.json, which would win over both in some programs.
void setChatTemplate(std::map<std::string, std::string>& files, const std::string& jinja);

} // namespace crucible::merge
