// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/prompt.h"

#include "base/units.h"
#include "text/template_library.h"

#include <algorithm>
#include <limits>

namespace crucible::generate {
namespace {

const OrderedJson* find(const OrderedJson& request, const char* key)
{
    const auto found = request.find(key);
    return found == request.end() || found->is_null() ? nullptr : &*found;
}

std::string textOf(const OrderedJson& request, const char* key)
{
    const OrderedJson* value = find(request, key);
    if (!value)
        return {};
    if (!value->is_string())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a text"), key}, key);
    return value->get<std::string>();
}

bool flagOf(const OrderedJson& request, const char* key, bool absent)
{
    const OrderedJson* value = find(request, key);
    if (!value)
        return absent;
    if (!value->is_boolean())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be true or false"), key}, key);
    return value->get<bool>();
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Cuts a rendered conversation after what its last message says, so that the model goes on with it.
void cutAfterLast(std::string& rendered, const OrderedJson& messages)
{
    const OrderedJson* content = messages.back().is_object() ? find(messages.back(), "content") : nullptr;
    const std::string said = content && content->is_string() ? content->get<std::string>() : std::string();
    const std::string_view core = trimmed(said);
    const std::size_t place = core.empty() ? std::string::npos : rendered.rfind(core);
    if (place == std::string::npos)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the chat template does not write what the last message says, so it can not be continued"), "messages");
    // Space at its end that the template kept belongs to it.
    const std::size_t coreEnd = static_cast<std::size_t>(core.data() - said.data()) + core.size();
    std::size_t end = place + core.size();
    for (std::size_t i = coreEnd; i < said.size() && end < rendered.size() && rendered[end] == said[i]; ++i)
        ++end;
    rendered.resize(end);
}

} // namespace

ChatChoice chooseTemplate(const LanguageModel& model, const std::string& name, const std::string& jinja)
{
    if (!jinja.empty())
        return {text::ChatTemplate::fromText(jinja).withTokensOf(model.path), {}};
    if (name.empty() || name == "default")
        return {model.needChat(), {}};
    if (model.chat) {
        const std::vector<std::string> own = model.chat->names();
        if (std::find(own.begin(), own.end(), name) != own.end())
            return {*model.chat, name};
    }
    return {text::ChatTemplate::named(name).withTokensOf(model.path), {}};
}

std::string renderChat(const LanguageModel& model, const OrderedJson& request)
{
    const OrderedJson* messages = find(request, "messages");
    if (!messages || !messages->is_array() || messages->empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "\"messages\" must be a list of messages that is not empty"), "messages");
    const ChatChoice choice = chooseTemplate(model, textOf(request, "template"), textOf(request, "template_text"));
    text::ChatRequest chat;
    chat.messages = *messages;
    chat.templateName = choice.name;
    if (const OrderedJson* tools = find(request, "tools"))
        chat.tools = *tools;
    if (const OrderedJson* documents = find(request, "documents"))
        chat.documents = *documents;
    if (const OrderedJson* variables = find(request, "variables")) {
        if (!variables->is_object())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be an object"), "variables"}, "variables");
        chat.variables = *variables;
    }
    const bool continues = flagOf(request, "continue_last", false);
    chat.addGenerationPrompt = !continues && flagOf(request, "add_generation_prompt", true);
    std::string rendered = choice.chat.render(chat);
    if (continues)
        cutAfterLast(rendered, *messages);
    return rendered;
}

Prompt readPrompt(const LanguageModel& model, const OrderedJson& request)
{
    const int given = (find(request, "messages") ? 1 : 0) + (find(request, "prompt") ? 1 : 0) + (find(request, "ids") ? 1 : 0);
    if (given != 1)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "exactly one of \"messages\", \"prompt\" and \"ids\" must be given"));
    Prompt prompt;
    if (const OrderedJson* ids = find(request, "ids")) {
        prompt.ids = readIdList(*ids, "ids");
    } else if (find(request, "prompt")) {
        prompt.text = textOf(request, "prompt");
        prompt.ids = model.encodePrompt(prompt.text);
    } else {
        prompt.text = renderChat(model, request);
        prompt.ids = model.encodeRendered(prompt.text);
        prompt.continuesText = flagOf(request, "continue_last", false);
    }
    return prompt;
}

std::vector<TokenId> readIds(std::string_view text, const std::string& where)
{
    constexpr std::string_view kBetween = " \t\r\n,[]";
    std::vector<TokenId> ids;
    for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos; at = text.find_first_not_of(kBetween, at)) {
        const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
        const std::optional<std::int64_t> id = parseInteger(text.substr(at, end - at));
        if (!id || *id < 0 || *id > std::numeric_limits<TokenId>::max())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" is no id of a token"), text.substr(at, std::min<std::size_t>(end - at, 40))}, where);
        ids.push_back(static_cast<TokenId>(*id));
        at = end;
    }
    if (ids.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "there is no token"), where,
                             CRUCIBLE_TR_NOOP("Problem", "give ids with spaces between them: \"1 15043 3186\""));
    return ids;
}

std::vector<TokenId> readIdList(const OrderedJson& list, const std::string& where)
{
    if (!list.is_array())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list of ids"), where}, where);
    std::vector<TokenId> ids;
    for (const OrderedJson& id : list) {
        constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<TokenId>::max());
        const bool isWhole = id.is_number_integer() && (id.is_number_unsigned() || id.get<std::int64_t>() >= 0);
        if (!isWhole || id.get<std::uint64_t>() > kMost)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" is no id of a token"), toJsonText(id).substr(0, 40)}, where);
        ids.push_back(id.get<TokenId>());
    }
    return ids;
}

} // namespace crucible::generate
