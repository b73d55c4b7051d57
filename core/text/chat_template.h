// SPDX-License-Identifier: GPL-3.0-or-later
// How a model wants a conversation written: the chat templates in its files, and its special tokens, which they refer
// to.
//
//     const auto chat = text::ChatTemplate::load("models/llama");
//     const std::string prompt = chat.render({.messages = {{{"role", "user"}, {"content", "Hello"}}},
//     .addGenerationPrompt = true});
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "text/jinja/template.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::text {

struct ChatRequest {
    OrderedJson messages = OrderedJson::array(); // [{"role": ..., "content": ...}, ...]
    OrderedJson tools = nullptr;                 // a list of function descriptions, or null
    OrderedJson documents = nullptr;
    bool addGenerationPrompt = false;
    // One of the model's templates by name; empty: "tool_use" when there are tools and the model has it, else
    // "default".
    std::string templateName = {};
    // More variables, such as enable_thinking. They win over everything else; bos_token and eos_token may be among
    // them.
    OrderedJson variables = OrderedJson::object();
};

// Immutable: any number of threads may render it at once.
class ChatTemplate {
public:
    // A model's folder (chat_template.jinja with additional_chat_templates/, else chat_template.json, else what
    // tokenizer_config.json has), one of those files, or a .gguf file. Throws Error::notFound when there is no
    // template, Error::corrupt, Error::io.
    static ChatTemplate load(const std::filesystem::path& model);
    // One of the templates that are built in (template_library.h). Throws Error::notFound with near names.
    static ChatTemplate named(std::string_view name);
    // Jinja text. `name` is what errors call it.
    static ChatTemplate fromText(std::string_view jinja, std::string name = "template");
    // Special tokens of a model without its templates, to be used with another one.
    ChatTemplate withTokensOf(const std::filesystem::path& model) const;

    // Throws Error::invalid at "name:line:column", Error::notFound for a name that the model does not have.
    std::string render(const ChatRequest& request, const jinja::RenderOptions& options = {}) const;

    // "default" first.
    std::vector<std::string> names() const;
    // The Jinja text of a template. Throws Error::notFound.
    const std::string& source(std::string_view name = "default") const;
    // "bos_token" and others by their names, as far as the files declare them.
    const OrderedJson& specialTokens() const { return m_tokens; }
    // Whether a template looks at this variable ("tools", "enable_thinking").
    bool mentions(std::string_view variable, std::string_view name = "default") const;

private:
    struct Entry {
        std::string name;
        std::string jinja;
        std::optional<jinja::Template> parsed;
        std::optional<Error> problem; // why it could not be parsed
    };

    // `title`: what errors call it; the name is added for others than "default".
    void add(std::string name, std::string jinja, const std::string& title);
    void addFolder(const std::filesystem::path& folder);
    void addJson(const OrderedJson& json, const std::filesystem::path& file);
    void addGguf(const std::filesystem::path& file);
    void readTokens(const std::filesystem::path& model);
    const Entry& entry(std::string_view name) const;
    const Entry* find(std::string_view name) const;

    std::vector<Entry> m_entries;
    OrderedJson m_tokens = OrderedJson::object();
    std::string m_where; // the model
};

} // namespace crucible::text
