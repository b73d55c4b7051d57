// SPDX-License-Identifier: GPL-3.0-or-later
// template: a conversation as the text that a model is given, by the model's own chat template or another one.
#include "command.h"
#include "context.h"
#include "input.h"
#include "options.h"
#include "output.h"

#include "base/files.h"
#include "text/chat_template.h"
#include "text/template_library.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

namespace crucible::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTemplateBytes = std::size_t(64) << 20;

struct Flags {
    std::string model;
    std::string jinja; // a file or a name of the library
    std::string name;
    std::string messages;
    std::string tools;
    std::string documents;
    std::vector<std::string> variables; // key=value
    std::string now;
    bool addGenerationPrompt = false;
    bool jsonl = false;
    bool list = false;
    bool source = false;
};

void listLibrary(Context& context)
{
    Json result = Json::array();
    Table table({"template", "models"});
    for (const text::LibraryTemplate& entry : text::templateLibrary()) {
        result.push_back({{"name", entry.name}, {"title", entry.title}, {"jinja", entry.jinja}});
        table.add({std::string(entry.name), std::string(entry.title)});
    }
    if (!context.printJson(result))
        context.print(table.toText());
}

text::ChatTemplate openTemplate(const Flags& flags, const Context& context)
{
    if (flags.model.empty() && flags.jinja.empty())
        throw Error::invalid("neither a model nor a template was given", "template",
                             "name a model, or give --template with a file or one of the names that --list shows");
    if (flags.jinja.empty())
        return text::ChatTemplate::load(modelPath(flags.model, context));
    std::error_code error;
    const text::ChatTemplate chat =
        text::findLibraryTemplate(flags.jinja) ? text::ChatTemplate::named(flags.jinja)
        : flags.jinja == "-"                   ? text::ChatTemplate::fromText(readInput(flags.jinja))
        : fs::is_directory(flags.jinja, error) || fs::path(flags.jinja).extension() == ".gguf" ||
                fs::path(flags.jinja).filename() == "tokenizer_config.json"
            ? text::ChatTemplate::load(flags.jinja)
        : fs::exists(flags.jinja, error)
            ? text::ChatTemplate::fromText(readFile(flags.jinja, kMaxTemplateBytes, FileKind::Stream),
                                           fs::path(flags.jinja).filename().string())
            : text::ChatTemplate::named(flags.jinja);
    return flags.model.empty() ? chat : chat.withTokensOf(modelPath(flags.model, context));
}

// "enable_thinking=false": the value is JSON, or else a text.
void addVariable(const std::string& given, OrderedJson& variables)
{
    const std::size_t equals = given.find('=');
    if (equals == std::string::npos || equals == 0)
        throw Error::invalid("a variable is given as name=value", given);
    const std::string value = given.substr(equals + 1);
    try {
        variables[given.substr(0, equals)] = parseOrderedJson(value, "--set");
    } catch (const Error&) {
        variables[given.substr(0, equals)] = value;
    }
}

// What an object with the keys of a request says; other keys are variables of the template. A null token is none at
// all.
void readRequest(const OrderedJson& json, text::ChatRequest& request)
{
    for (const auto& [key, value] : json.items()) {
        if (key == "messages")
            request.messages = value;
        else if (key == "tools")
            request.tools = value;
        else if (key == "documents")
            request.documents = value;
        else if (key == "add_generation_prompt" && value.is_boolean())
            request.addGenerationPrompt = value.get<bool>();
        else if (!(key.ends_with("_token") && value.is_null()))
            request.variables[key] = value;
    }
}

text::jinja::RenderOptions renderOptions(const Flags& flags, const Context& context)
{
    text::jinja::RenderOptions options;
    options.cancel = context.cancel;
    if (!flags.now.empty()) {
        const std::optional<text::jinja::Moment> now = text::jinja::parseMoment(flags.now);
        if (!now)
            throw Error::invalid("that is no date and time", "--now " + flags.now, "write it as 2025-02-20T12:34:56");
        options.clock = [moment = *now] { return moment; };
    }
    return options;
}

// Every line is answered: a line that can not be rendered by its error.
void renderLines(const text::ChatTemplate& chat, const text::ChatRequest& common, const Flags& flags,
                 const Context& context)
{
    const text::jinja::RenderOptions options = renderOptions(flags, context);
    std::ifstream opened;
    const bool fromFile = !flags.messages.empty() && flags.messages != "-";
    if (fromFile) {
        opened.open(flags.messages, std::ios::binary);
        if (!opened)
            throw Error::notFound("the file can not be read", flags.messages);
    }
    std::istream& stream = fromFile ? opened : std::cin;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        context.cancel.check();
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        OrderedJson answer;
        try {
            const std::string place = fmt::format("{}:{}", fromFile ? flags.messages : "standard input", number);
            const OrderedJson json = parseOrderedJson(line, place);
            if (!json.is_object() || !json.contains("messages"))
                throw Error::invalid("the line is no object with \"messages\"", place);
            text::ChatRequest request = common;
            readRequest(json, request);
            answer["text"] = chat.render(request, options);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Cancelled)
                throw;
            answer = OrderedJson{{"error", error.what()}};
        }
        fmt::print("{}\n", toJsonText(answer));
    }
}

void run(const Flags& flags, Context& context)
{
    if (flags.list)
        return listLibrary(context);
    const text::ChatTemplate chat = openTemplate(flags, context);
    if (flags.source) {
        const std::string& jinja = chat.source(flags.name.empty() ? chat.names().front() : flags.name);
        if (!context.printJson({{"template", jinja}}))
            context.print(jinja);
        return;
    }
    text::ChatRequest request;
    request.templateName = flags.name;
    request.addGenerationPrompt = flags.addGenerationPrompt;
    if (!flags.tools.empty())
        request.tools = parseOrderedJson(readInput(flags.tools), flags.tools);
    if (!flags.documents.empty())
        request.documents = parseOrderedJson(readInput(flags.documents), flags.documents);
    for (const std::string& variable : flags.variables)
        addVariable(variable, request.variables);
    if (flags.jsonl)
        return renderLines(chat, request, flags, context);
    const OrderedJson json =
        parseOrderedJson(readInput(flags.messages), flags.messages.empty() ? "standard input" : flags.messages);
    if (json.is_object() && json.contains("messages"))
        readRequest(json, request);
    else
        request.messages = json;
    const std::string rendered = chat.render(request, renderOptions(flags, context));
    if (!context.printJson({{"text", rendered}}))
        fmt::print("{}", rendered); // as it is: no line end is added
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL", flags->model,
                "A model's folder or name, or a .gguf file: its chat template and its special tokens");
    options.add("--template", flags->jinja, "Another template: a file with Jinja text, or a name that --list shows")
        .value("F");
    options.add("--name", flags->name, "Which of the model's templates, where it has several (tool_use, rag)")
        .value("N");
    options
        .add("--messages", flags->messages,
             "The conversation: a JSON list of {\"role\", \"content\"}, or an object with \"messages\"; "
             "without it standard input is read")
        .value("F.json");
    options.add("--tools", flags->tools, "A JSON list of function descriptions").value("F.json");
    options.add("--documents", flags->documents, "A JSON list of documents, for templates that quote them")
        .value("F.json");
    options
        .add("--set", flags->variables,
             "Another variable of the template; the value is JSON or text (enable_thinking=false)")
        .value("NAME=VALUE");
    options.flag("--add-generation-prompt", flags->addGenerationPrompt,
                 "End with what begins an answer of the assistant");
    options.flag(
        "--jsonl", flags->jsonl,
        "One {\"messages\", \"tools\", \"add_generation_prompt\", \"bos_token\", \"eos_token\", ...} per line in, "
        "one {\"text\"} or {\"error\"} per line out");
    options.add("--now", flags->now, "The date and time that the template sees, instead of this machine's")
        .value("ISO-TIME");
    options.flag("--source", flags->source, "Print the template itself");
    options.flag("--list", flags->list, "The templates that are built in");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command template_command;
const Command template_command{.name = "template",
                               .summary = "Write a conversation as a model's chat template does",
                               .setup = &setup,
                               .uses = kOnlyAnswers};

} // namespace crucible::cli
