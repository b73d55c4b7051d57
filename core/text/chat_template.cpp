// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/chat_template.h"

#include "base/files.h"
#include "base/text.h"
#include "formats/gguf.h"
#include "text/template_library.h"
#include "text/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::text {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFileBytes = std::size_t(64) << 20; // tokenizer_config.json lists thousands of added tokens
constexpr std::string_view kGgufTemplate = "tokenizer.chat_template";

bool isFile(const fs::path& path)
{
    std::error_code error;
    return fs::is_regular_file(path, error);
}

bool isGguf(const fs::path& path)
{
    return path.extension() == ".gguf";
}

// "<s>" or {"content": "<s>", ...}
std::optional<std::string> tokenText(const OrderedJson& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_object() && value.contains("content") && value["content"].is_string())
        return value["content"].get<std::string>();
    return std::nullopt;
}

// Entries "..._token" of a configuration, and lists of such tokens. What is there already stays.
void addTokens(const OrderedJson& config, OrderedJson& tokens)
{
    if (!config.is_object())
        return;
    for (const auto& [key, value] : config.items()) {
        if (tokens.contains(key))
            continue;
        if (key.ends_with("_token")) {
            if (const std::optional<std::string> token = tokenText(value))
                tokens[key] = *token;
        } else if (key == "additional_special_tokens" && value.is_array()) {
            OrderedJson all = OrderedJson::array();
            for (const OrderedJson& one : value) {
                if (const std::optional<std::string> token = tokenText(one))
                    all.push_back(*token);
            }
            tokens[key] = std::move(all);
        } else if (key == "extra_special_tokens" || key == "model_specific_special_tokens") {
            addTokens(value, tokens);
        }
    }
}

OrderedJson readConfig(const fs::path& file)
{
    return isFile(file) ? readOrderedJson(file, {.maxBytes = kMaxFileBytes}) : OrderedJson();
}

} // namespace

void ChatTemplate::add(std::string name, std::string jinja, const std::string& title)
{
    if (find(name))
        return;
    Entry entry{std::move(name), std::move(jinja), std::nullopt, std::nullopt};
    try {
        entry.parsed =
            jinja::Template::parse(entry.jinja, entry.name == "default" ? title : title + " (" + entry.name + ")");
    } catch (const Error& error) {
        entry.problem = error; // of the others one may be asked for
    }
    m_entries.insert(entry.name == "default" ? m_entries.begin() : m_entries.end(), std::move(entry));
}

void ChatTemplate::addJson(const OrderedJson& json, const fs::path& file)
{
    const auto value = json.is_object() ? json.find("chat_template") : json.end();
    if (!json.is_object() || value == json.end() || value->is_null())
        return;
    const std::string title = file.filename().string();
    if (value->is_string())
        return add("default", value->get<std::string>(), title);
    const bool isList = value->is_array();
    if (!isList && !value->is_object())
        throw Error::corrupt(
            file, CRUCIBLE_TR_NOOP("Problem", "\"chat_template\" is neither a text nor a list of named texts"));
    for (const auto& [key, entry] : value->items()) {
        const bool fits = isList ? entry.is_object() && entry.contains("name") && entry.contains("template") &&
                                       entry["name"].is_string() && entry["template"].is_string()
                                 : entry.is_string();
        if (!fits)
            throw Error::corrupt(file,
                                 CRUCIBLE_TR_NOOP("Problem", "an entry of \"chat_template\" has no name or no text"));
        if (isList)
            add(entry["name"].get<std::string>(), entry["template"].get<std::string>(), title);
        else
            add(key, entry.get<std::string>(), title);
    }
}

void ChatTemplate::addFolder(const fs::path& folder)
{
    if (const fs::path file = folder / "chat_template.jinja"; isFile(file))
        add("default", readFile(file, kMaxFileBytes), "chat_template.jinja");
    std::error_code error;
    std::vector<fs::path> others;
    for (fs::directory_iterator at(folder / "additional_chat_templates", error), end; !error && at != end;
         at.increment(error)) {
        if (at->path().extension() == ".jinja" && isFile(at->path()))
            others.push_back(at->path());
    }
    std::sort(others.begin(), others.end());
    for (const fs::path& file : others)
        add(file.stem().string(), readFile(file, kMaxFileBytes), "additional_chat_templates");
    for (const char* name : {"chat_template.json", "tokenizer_config.json"}) {
        if (m_entries.empty())
            addJson(readConfig(folder / name), folder / name);
    }
}

void ChatTemplate::addGguf(const fs::path& file)
{
    const formats::GgufFile gguf(file);
    for (const auto& [key, value] : gguf.metadata()) {
        const auto* jinja = std::get_if<std::string>(&value.value);
        if (!jinja || !key.starts_with(kGgufTemplate))
            continue;
        if (key.size() == kGgufTemplate.size())
            add("default", *jinja, file.filename().string());
        else if (key[kGgufTemplate.size()] == '.')
            add(key.substr(kGgufTemplate.size() + 1), *jinja, file.filename().string());
    }
}

void ChatTemplate::readTokens(const fs::path& model)
{
    if (!isGguf(model)) {
        const fs::path folder = fs::is_directory(model) ? model : model.parent_path();
        addTokens(readConfig(folder / "tokenizer_config.json"), m_tokens);
        addTokens(readConfig(folder / "special_tokens_map.json"), m_tokens);
        return;
    }
    if (!formats::GgufFile(model).find("tokenizer.ggml.tokens"))
        return;
    const auto tokenizer = loadTokenizer(model);
    const auto add = [&](const char* key, std::optional<TokenId> id) {
        if (id)
            m_tokens[key] = std::string(tokenizer->piece(*id));
    };
    add("bos_token", tokenizer->bos());
    add("eos_token", tokenizer->eos());
    add("unk_token", tokenizer->unknown());
    add("pad_token", tokenizer->padding());
}

ChatTemplate ChatTemplate::load(const fs::path& model)
{
    ChatTemplate chat;
    chat.m_where = model.string();
    std::error_code error;
    if (!fs::exists(model, error))
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no such model or template"), model.string());
    if (fs::is_directory(model, error))
        chat.addFolder(model);
    else if (isGguf(model))
        chat.addGguf(model);
    else if (model.extension() == ".json")
        chat.addJson(readConfig(model), model);
    else if (model.extension() == ".jinja" || model.extension() == ".j2" || model.extension() == ".txt")
        chat.add("default", readFile(model, kMaxFileBytes), model.filename().string());
    else
        chat.addFolder(model.parent_path());
    if (chat.m_entries.empty())
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "the model has no chat template"), model.string(),
                              {CRUCIBLE_TR_NOOP("Problem", "give one, such as %1"), "chatml"});
    chat.readTokens(model);
    return chat;
}

ChatTemplate ChatTemplate::named(std::string_view name)
{
    const LibraryTemplate* found = findLibraryTemplate(name);
    if (!found) {
        std::vector<std::string_view> names;
        for (const LibraryTemplate& entry : templateLibrary())
            names.push_back(entry.name);
        const std::optional<std::string> near = didYouMean(name, std::span<const std::string_view>(names));
        throw Error::notFound(
            CRUCIBLE_TR_NOOP("Problem", "there is no built-in chat template of that name"), std::string(name),
            near ? Sentence(CRUCIBLE_TR_NOOP("Problem", "Did you mean %1?"), *near)
                 : Sentence(CRUCIBLE_TR_NOOP("Problem", "there are %1"), joinWords({names.begin(), names.end()})));
    }
    ChatTemplate chat = fromText(found->jinja, std::string(name));
    if (!found->bos.empty())
        chat.m_tokens["bos_token"] = std::string(found->bos);
    if (!found->eos.empty())
        chat.m_tokens["eos_token"] = std::string(found->eos);
    return chat;
}

ChatTemplate ChatTemplate::fromText(std::string_view jinja, std::string name)
{
    ChatTemplate chat;
    chat.m_where = name;
    chat.add("default", std::string(jinja), name);
    return chat;
}

ChatTemplate ChatTemplate::withTokensOf(const fs::path& model) const
{
    ChatTemplate chat = *this;
    const OrderedJson own = std::exchange(chat.m_tokens, OrderedJson::object());
    chat.readTokens(model);
    addTokens(own, chat.m_tokens);
    return chat;
}

const ChatTemplate::Entry* ChatTemplate::find(std::string_view name) const
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.name == name; });
    return found == m_entries.end() ? nullptr : &*found;
}

const ChatTemplate::Entry& ChatTemplate::entry(std::string_view name) const
{
    if (const Entry* found = find(name))
        return *found;
    throw Error::notFound({CRUCIBLE_TR_NOOP("Problem", "there is no chat template named %1"), name}, m_where,
                          {CRUCIBLE_TR_NOOP("Problem", "there are %1"), joinWords(names())});
}

std::vector<std::string> ChatTemplate::names() const
{
    std::vector<std::string> all;
    for (const Entry& entry : m_entries)
        all.push_back(entry.name);
    return all;
}

const std::string& ChatTemplate::source(std::string_view name) const
{
    return entry(name).jinja;
}

bool ChatTemplate::mentions(std::string_view variable, std::string_view name) const
{
    const Entry& found = entry(name);
    return found.parsed && found.parsed->mentions(variable);
}

std::string ChatTemplate::render(const ChatRequest& request, const jinja::RenderOptions& options) const
{
    std::string name = request.templateName;
    if (name.empty())
        name = !request.tools.is_null() && find("tool_use") ? "tool_use"
               : m_entries.size() == 1                      ? m_entries.front().name
                                                            : "default";
    const Entry& chosen = entry(name);
    if (chosen.problem)
        throw Error(*chosen.problem);
    if (!request.messages.is_array())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the messages are no list"), "messages",
                             CRUCIBLE_TR_NOOP("Problem", "write [{\"role\": \"user\", \"content\": \"...\"}]"));
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        if (!request.messages[i].is_object())
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a message is no object"), fmt::format("messages[{}]", i),
                                 CRUCIBLE_TR_NOOP("Problem", "write {\"role\": \"user\", \"content\": \"...\"}"));
    }
    OrderedJson variables = m_tokens;
    variables["messages"] = request.messages;
    variables["tools"] = request.tools;
    variables["documents"] = request.documents;
    variables["add_generation_prompt"] = request.addGenerationPrompt;
    for (const auto& [key, value] : request.variables.items())
        variables[key] = value;
    return chosen.parsed->render(variables, options);
}

} // namespace crucible::text
