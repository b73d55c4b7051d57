// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/completion_call.h"

#include "base/text.h"
#include "generate/prompt.h"
#include "generate/read_constraint.h"
#include "serve/api_error.h"
#include "serve/tool_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

namespace crucible::serve {
namespace {

constexpr std::size_t kMostChoices = 64; // of all prompts together: each has keys and values of its own in memory
constexpr std::size_t kMostAlternatives = 20;
constexpr std::size_t kMostStops = 64;

const OrderedJson* find(const OrderedJson& json, const char* key)
{
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

[[noreturn]] void refuse(const char* key, const std::string& why)
{
    throw ApiError(400, fmt::format("\"{}\" {}", key, why), key);
}

std::size_t countOf(const OrderedJson& json, const char* key, std::size_t absent, std::size_t least, std::size_t most)
{
    const OrderedJson* value = find(json, key);
    if (!value)
        return absent;
    if (!value->is_number_unsigned())
        refuse(key, "must be a whole number that is not negative");
    const auto count = value->get<std::size_t>();
    if (count < least || count > most)
        refuse(key, fmt::format("must be between {} and {}", least, most));
    return count;
}

bool flagOf(const OrderedJson& json, const char* key, bool absent)
{
    const OrderedJson* value = find(json, key);
    if (value && !value->is_boolean())
        refuse(key, "must be true or false");
    return value ? value->get<bool>() : absent;
}

std::vector<std::string> stopsOf(const OrderedJson& json)
{
    const OrderedJson* value = find(json, "stop");
    if (!value)
        return {};
    std::vector<std::string> stops;
    for (const OrderedJson& one : value->is_array() ? *value : OrderedJson::array({*value})) {
        if (!one.is_string() || stops.size() == kMostStops)
            refuse("stop", fmt::format("must be a text or a list of at most {} texts", kMostStops));
        stops.push_back(one.get<std::string>());
    }
    return stops;
}

// Keys that say nothing about the text, or are for services that many people share.
constexpr std::string_view kWithoutMeaning[] = {"user",         "metadata",          "store",
                                                "service_tier", "safety_identifier", "prompt_cache_key"};
constexpr std::string_view kCommonKeys[] = {"model",          "max_tokens", "n",          "stop",    "stream",
                                            "stream_options", "logprobs",   "ignore_eos", "grammar", "json_schema"};
constexpr std::string_view kChatKeys[] = {"messages",
                                          "max_completion_tokens",
                                          "top_logprobs",
                                          "response_format",
                                          "tools",
                                          "tool_choice",
                                          "parallel_tool_calls",
                                          "documents",
                                          "chat_template_kwargs",
                                          "continue_final_message",
                                          "add_generation_prompt"};
constexpr std::string_view kTextKeys[] = {"prompt", "echo", "best_of", "suffix", "response_format"};

bool contains(std::span<const std::string_view> list, std::string_view name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}

// Every key that stands in the request is understood; what belongs to a sampler becomes its setting.
generate::SamplingSettings readKeys(const OrderedJson& json, std::span<const std::string_view> own)
{
    generate::SamplingSettings sampling;
    for (const auto& [key, value] : json.items()) {
        if (value.is_null() || contains(kCommonKeys, key) || contains(own, key) || contains(kWithoutMeaning, key))
            continue;
        try {
            sampling.set(key, parseJson(toJsonText(value), key), "request");
        } catch (const Error& error) {
            throw ApiError(400, error.hint().empty() ? error.message() : error.message() + ": " + error.hint(), key);
        }
    }
    return sampling;
}

void checkModel(const OrderedJson& json, const std::vector<std::string>& names)
{
    const OrderedJson* name = find(json, "model");
    if (!name)
        return;
    if (!name->is_string())
        refuse("model", "must be a text");
    if (std::find(names.begin(), names.end(), name->get<std::string>()) == names.end())
        throw ApiError(404,
                       fmt::format("there is no model \"{}\" here; this server has \"{}\"", name->get<std::string>(),
                                   names.front()),
                       "model", "model_not_found");
}

void readStream(const OrderedJson& json, CompletionCall& call)
{
    call.stream = flagOf(json, "stream", false);
    const OrderedJson* options = find(json, "stream_options");
    if (!options)
        return;
    if (!options->is_object())
        refuse("stream_options", "must be an object");
    if (!call.stream)
        refuse("stream_options", "is for streams: it needs \"stream\": true");
    call.includeUsage = flagOf(*options, "include_usage", false);
}

// Does `body`; what goes wrong in it is told as the fault of `key`.
template<class Body> auto readingKey(const char* key, Body&& body)
{
    try {
        return body();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Io || error.kind() == ErrorKind::Internal ||
            error.kind() == ErrorKind::OutOfMemory)
            throw ApiError(error);
        // Samplers name their parameter, which is a key of the request.
        if (constexpr std::string_view kSampling = "sampling."; error.where().starts_with(kSampling))
            throw ApiError(400, error.message(), error.where().substr(kSampling.size()));
        const std::string place = error.where().empty() ? std::string() : " (" + error.where() + ")";
        throw ApiError(400, error.message() + place + (error.hint().empty() ? "" : ": " + error.hint()), key);
    }
}

// What the text must look like: OpenAI's "response_format", or llama.cpp's "grammar" and "json_schema". Null: anything.
std::shared_ptr<const generate::Constraint> constraintOf(const OrderedJson& json, const generate::LanguageModel& model)
{
    OrderedJson wanted = OrderedJson::object();
    const char* key = "response_format";
    for (const char* own : {"grammar", "json_schema"}) {
        if (const OrderedJson* value = find(json, own)) {
            key = own;
            wanted[own] = *value;
        }
    }
    if (const OrderedJson* format = find(json, "response_format")) {
        const OrderedJson* type = format->is_object() ? find(*format, "type") : nullptr;
        const std::string kind = type && type->is_string() ? type->get<std::string>() : std::string();
        if (kind == "json_object") {
            wanted["json_object"] = true;
        } else if (kind == "json_schema") {
            const OrderedJson* outer = find(*format, "json_schema");
            const OrderedJson* schema = outer && outer->is_object() ? find(*outer, "schema") : nullptr;
            if (!schema)
                refuse("response_format", "of type \"json_schema\" needs {\"json_schema\": {\"schema\": ...}}");
            wanted["json_schema"] = *schema;
        } else if (kind != "text") {
            refuse("response_format", "must have a \"type\": text, json_object or json_schema");
        }
    }
    if (wanted.size() > 1)
        refuse(key, "stands beside another constraint: give one of them");
    if (wanted.empty())
        return nullptr;
    return readingKey(key, [&] { return generate::readConstraint(model, wanted); });
}

// What all requests of a call share.
generate::GenerateRequest commonRequest(const OrderedJson& json, generate::SamplingSettings sampling,
                                        const generate::LanguageModel& model)
{
    generate::GenerateRequest request;
    request.sampling = std::move(sampling);
    request.constraint = constraintOf(json, model);
    request.stop = stopsOf(json);
    request.ignoreEnd = flagOf(json, "ignore_eos", false);
    return request;
}

// The text parts of a message as one text.
OrderedJson plainMessage(const OrderedJson& message, std::size_t index)
{
    const std::string place = fmt::format("messages[{}]", index);
    if (!message.is_object())
        throw ApiError(400, "a message must be an object with \"role\" and \"content\"", place);
    if (const OrderedJson* role = find(message, "role"); !role || !role->is_string())
        throw ApiError(400, "\"role\" must be a text", place + ".role");
    const OrderedJson* content = find(message, "content");
    if (!content || content->is_string())
        return message;
    if (!content->is_array())
        throw ApiError(400, "\"content\" must be a text or a list of parts", place + ".content");
    std::string text;
    for (const OrderedJson& part : *content) {
        const OrderedJson* kind = part.is_object() ? find(part, "type") : nullptr;
        const OrderedJson* words = kind && *kind == "text" ? find(part, "text") : nullptr;
        if (!words || !words->is_string())
            throw ApiError(400, "this model reads text: every part must be {\"type\": \"text\", \"text\": ...}",
                           place + ".content");
        text += words->get<std::string>();
    }
    OrderedJson plain = message;
    plain["content"] = text;
    return plain;
}

// The template that a conversation with tools is written by, as its Jinja text; empty when there is none.
std::string templateWithTools(const generate::LanguageModel& model, const std::string& chosen)
{
    const generate::ChatChoice choice = generate::chooseTemplate(model, chosen, {});
    const std::vector<std::string> names = choice.chat.names();
    const bool hasOwn = choice.name.empty() && std::find(names.begin(), names.end(), "tool_use") != names.end();
    return choice.chat.source(hasOwn ? "tool_use" : choice.name.empty() ? "default" : choice.name);
}

// What is said of tools: which there are, and what must be called. `constraint` is set when something must.
void readTools(const OrderedJson& json, const generate::LanguageModel& model, const std::string& chatTemplate,
               CompletionCall& call, std::shared_ptr<const generate::Constraint>& constraint)
{
    const OrderedJson* tools = find(json, "tools");
    const OrderedJson* choice = find(json, "tool_choice");
    const std::string word = choice && choice->is_string() ? choice->get<std::string>() : std::string();
    call.oneCall = !flagOf(json, "parallel_tool_calls", true);
    std::string only;
    if (choice && choice->is_object()) {
        const OrderedJson* function = find(*choice, "function");
        const OrderedJson* name = function && function->is_object() ? find(*function, "name") : nullptr;
        if (name && name->is_string())
            only = name->get<std::string>();
    }
    if (choice && only.empty() && word != "auto" && word != "none" && word != "required")
        refuse("tool_choice",
               "must be \"none\", \"auto\", \"required\" or {\"type\": \"function\", \"function\": {\"name\": ...}}");
    if (!tools || tools->empty()) {
        if (word == "required" || !only.empty())
            refuse("tool_choice", "asks for a call, and there are no \"tools\"");
        return;
    }
    std::set<std::string, std::less<>> names = toolNames(*tools);
    if (word == "none")
        return;
    if (!only.empty() && !names.contains(only))
        refuse("tool_choice", fmt::format("names \"{}\", which is not among the tools", only));
    const std::string jinja = readingKey("tools", [&] { return templateWithTools(model, chatTemplate); });
    const bool mustCall = word == "required" || !only.empty();
    if (mustCall) {
        if (constraint)
            refuse("tool_choice", "asks for a call, and another key says what the text must be: leave out one of them");
        constraint = readingKey("tools", [&] {
            return generate::readConstraint(model, {{"grammar", grammarOfCalls(*tools, only, jinja)}});
        });
    } else if (jinja.find("tools") == std::string::npos) {
        refuse("tools", "are not known to this model's chat template: use another model, or start the server with "
                        "another --template");
    } else if (constraint && !find(json, "grammar")) {
        return; // JSON that was asked for is the answer itself
    }
    call.tools = std::move(names);
}

OrderedJson promptKeys(const OrderedJson& json, const std::string& chatTemplate, const CompletionCall& call)
{
    const OrderedJson* messages = find(json, "messages");
    if (!messages || !messages->is_array() || messages->empty())
        refuse("messages", "must be a list of messages that is not empty");
    OrderedJson plain = OrderedJson::array();
    for (const OrderedJson& message : *messages) {
        const std::string place = fmt::format("messages[{}]", plain.size());
        plain.push_back(messageForTemplate(plainMessage(message, plain.size()), plain, place));
    }
    OrderedJson keys{{"messages", plain}};
    if (const OrderedJson* tools = find(json, "tools"); tools && !call.tools.empty())
        keys["tools"] = *tools;
    if (const OrderedJson* documents = find(json, "documents"))
        keys["documents"] = *documents;
    if (const OrderedJson* variables = find(json, "chat_template_kwargs"))
        keys["variables"] = *variables;
    if (!chatTemplate.empty())
        keys["template"] = chatTemplate;
    keys["continue_last"] = flagOf(json, "continue_final_message", false);
    keys["add_generation_prompt"] = flagOf(json, "add_generation_prompt", true);
    return keys;
}

void addChoices(CompletionCall& call, const generate::GenerateRequest& common, const generate::Prompt& prompt,
                const std::shared_ptr<const generate::LanguageModel>& model, std::size_t context, const char* key)
{
    if (prompt.ids.empty())
        refuse(key, "has no token");
    if (prompt.ids.size() >= context && call.writes)
        throw ApiError(
            400, fmt::format("the prompt has {} tokens, and the context is {} tokens long", prompt.ids.size(), context),
            key, "context_length_exceeded");
    const auto vocabulary = static_cast<generate::TokenId>(model->decoder->config().vocabulary);
    if (std::any_of(prompt.ids.begin(), prompt.ids.end(),
                    [&](generate::TokenId id) { return id < 0 || id >= vocabulary; }))
        refuse(key, fmt::format("has ids that the model does not know: it has {} tokens", vocabulary));
    for (std::size_t i = 0; i < call.choicesPerPrompt; ++i) {
        generate::GenerateRequest request = common;
        request.prompt = prompt.ids;
        request.continuesText = prompt.continuesText;
        request.sequence = call.requests.size();
        call.requests.push_back(std::move(request));
    }
    // What cannot be is found out before the answer begins.
    if (call.writes)
        readingKey(key, [&] { return generate::Sequence(model, call.requests.back(), context).finished(); });
}

} // namespace

CompletionCall readChatCall(const OrderedJson& json, const std::shared_ptr<const generate::LanguageModel>& model,
                            const CallSettings& settings)
{
    if (!json.is_object())
        throw ApiError(400, "the request must be a JSON object");
    checkModel(json, settings.names);
    CompletionCall call;
    call.choicesPerPrompt = countOf(json, "n", 1, 1, kMostChoices);
    readStream(json, call);
    generate::GenerateRequest common = commonRequest(json, readKeys(json, kChatKeys), *model);
    readTools(json, *model, settings.chatTemplate, call, common.constraint);
    const std::size_t limit = std::numeric_limits<std::size_t>::max();
    common.maxTokens = countOf(json, "max_completion_tokens", countOf(json, "max_tokens", limit, 1, limit), 1, limit);
    const std::size_t alternatives = countOf(json, "top_logprobs", 0, 0, kMostAlternatives);
    if (flagOf(json, "logprobs", false))
        call.logprobs = alternatives;
    else if (find(json, "top_logprobs"))
        refuse("top_logprobs", "needs \"logprobs\": true");
    common.alternatives = call.logprobs;
    const generate::Prompt prompt = readingKey(
        "messages", [&] { return generate::readPrompt(*model, promptKeys(json, settings.chatTemplate, call)); });
    addChoices(call, common, prompt, model, settings.context, "messages");
    return call;
}

CompletionCall readTextCall(const OrderedJson& json, const std::shared_ptr<const generate::LanguageModel>& model,
                            const CallSettings& settings)
{
    if (!json.is_object())
        throw ApiError(400, "the request must be a JSON object");
    checkModel(json, settings.names);
    CompletionCall call;
    call.isChat = false;
    call.choicesPerPrompt = countOf(json, "n", 1, 1, kMostChoices);
    if (const std::size_t best = countOf(json, "best_of", call.choicesPerPrompt, 1, kMostChoices);
        best != call.choicesPerPrompt)
        refuse("best_of", "must be as large as \"n\": choices are not ranked");
    if (const OrderedJson* suffix = find(json, "suffix"); suffix && *suffix != "")
        refuse("suffix", "is not offered: the model writes on, it does not fill in");
    readStream(json, call);
    const bool echoes = flagOf(json, "echo", false);
    generate::GenerateRequest common = commonRequest(json, readKeys(json, kTextKeys), *model);
    const std::size_t limit = std::numeric_limits<std::size_t>::max();
    common.maxTokens = countOf(json, "max_tokens", 16, echoes ? 0 : 1, limit);
    call.writes = common.maxTokens > 0;
    if (find(json, "logprobs"))
        call.logprobs = countOf(json, "logprobs", 0, 0, kMostAlternatives);
    if (echoes && call.stream && call.logprobs)
        refuse("echo", "with \"logprobs\" is not offered in a stream");
    common.alternatives = call.logprobs;

    const OrderedJson* prompt = find(json, "prompt");
    if (!prompt)
        refuse("prompt", "is missing");
    OrderedJson prompts = OrderedJson::array({*prompt});
    const bool isList = prompt->is_array() && !prompt->empty() && !prompt->front().is_number();
    if (isList)
        prompts = *prompt;
    if (prompts.size() * call.choicesPerPrompt > kMostChoices)
        refuse("prompt", fmt::format("and \"n\" ask for {} texts; at most {} are written at once",
                                     prompts.size() * call.choicesPerPrompt, kMostChoices));
    for (const OrderedJson& one : prompts) {
        if (!one.is_string() && !one.is_array())
            refuse("prompt", "must be a text, a list of token ids, or a list of such");
        const generate::Prompt read = readingKey("prompt", [&] {
            return generate::readPrompt(*model, {{one.is_string() ? "prompt" : "ids", one}});
        });
        if (echoes)
            call.echo.push_back(one.is_string() ? one.get<std::string>() : model->needTokenizer().decode(read.ids));
        addChoices(call, common, read, model, settings.context, "prompt");
    }
    return call;
}

} // namespace crucible::serve
