// SPDX-License-Identifier: GPL-3.0-or-later
// serve: a model for other programs, over OpenAI's API.
#include "command.h"
#include "context.h"
#include "input.h"
#include "output.h"

#include "base/units.h"
#include "generate/prompt.h"
#include "generate/session.h"
#include "serve/http_server.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <mutex>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    std::string adapter;
    std::string alias;
    std::size_t contextTokens = 0;
    serve::ServerOptions server;
};

void run(const Flags& flags, Context& context)
{
    const generate::ModelReference reference = generate::splitReference(flags.model);
    const std::string adapter = flags.adapter.empty() ? reference.adapter : flags.adapter;
    const auto model = generate::LanguageModel::load(modelPath(reference.model, context),
                                                     adapter.empty() ? std::filesystem::path() : modelPath(adapter, context));
    model->needTokenizer();
    if (!flags.server.chatTemplate.empty())
        generate::chooseTemplate(*model, flags.server.chatTemplate, {}); // says now that there is no such template
    generate::Session session(model, {.context = flags.contextTokens, .threads = context.threads});

    serve::ServerOptions options = flags.server;
    if (!flags.alias.empty())
        options.names.push_back(flags.alias);
    options.names.push_back(model->name);
    if (options.apiKey.empty()) {
        if (const char* key = std::getenv("CRUCIBLE_API_KEY"))
            options.apiKey = key;
    }
    serve::HttpServer server(session, options);

    std::mutex printing;
    server.setLog([&](const serve::RequestRecord& record) {
        if (context.quiet || context.verbosity == 0)
            return;
        const std::lock_guard lock(printing);
        printTo(stderr, fmt::format("{} {} {}\n", record.status, record.method, record.path));
    });
    const Json started{{"url", server.url()}, {"model", options.names.front()}, {"context", session.context()}, {"needs_key", !options.apiKey.empty()}};
    if (!context.printJson(started))
        context.print(fmt::format("{} answers at {}/v1; Ctrl+C ends it", options.names.front(), server.url()));
    std::fflush(stdout);
    if (!model->chat && options.chatTemplate.empty())
        context.note("the model has no chat template: /v1/completions works, /v1/chat/completions needs one of the library (--template)");
    server.run(context.cancel);
}

Action setup(CLI::App& sub)
{
    auto flags = std::make_shared<Flags>();
    flags->server.port = 8080;
    sub.add_option("MODEL", flags->model, "A model's folder or name, or a .gguf file; model+adapter applies a LoRA")->required();
    sub.add_option("--adapter", flags->adapter, "A LoRA adapter's folder to apply")->option_text("DIR");
    sub.add_option("--port", flags->server.port, "Where to listen (default: 8080); 0 takes any that is free and tells it")->check(CLI::Range(0, 65535))->option_text("N");
    sub.add_option("--host", flags->server.host, "The address to listen on (default: 127.0.0.1, this machine alone); others need a key")->option_text("ADDRESS");
    sub.add_option("--api-key", flags->server.apiKey, "What clients must send as their key (default: the environment's CRUCIBLE_API_KEY, else none)")->option_text("KEY");
    sub.add_option("--allow-origin", flags->server.origins, "A web page that may use the server, such as http://localhost:3000; may be given several times")
        ->option_text("ORIGIN")
        ->expected(1)
        ->take_all();
    sub.add_option("--alias", flags->alias, "What the model is called (default: the name of its folder)")->option_text("NAME");
    sub.add_option("--template", flags->server.chatTemplate, "Another chat template than the model's, by its name")->option_text("NAME");
    sub.add_option("--context", flags->contextTokens, "Tokens of prompt and answer together (default: what the model was made for)")->option_text("N");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command serve_command;
const Command serve_command{.name = "serve", .summary = "Answer other programs over HTTP, as OpenAI's API does", .setup = &setup};

} // namespace crucible::cli
