// SPDX-License-Identifier: GPL-3.0-or-later
// serve: a model for other programs, over OpenAI's API.
#include "command.h"
#include "context.h"
#include "model_run.h"
#include "options.h"
#include "output.h"

#include "base/units.h"
#include "generate/prompt.h"
#include "generate/session.h"
#include "serve/http_server.h"

#include <fmt/format.h>

#include <cstdlib>
#include <mutex>

namespace crucible::cli {
namespace {

struct Flags : ModelFlags {
    std::string alias;
    std::size_t contextTokens = 0;
    serve::ServerOptions server;
};

void showPlan(const Flags& flags, const generate::Session& session, Context& context)
{
    const generate::LanguageModel& model = session.model();
    const generate::MemoryEstimate memory = generate::estimateMemory(model, {.tokens = session.context()});
    if (context.printJson({{"model", toJson(model)},
                           {"memory", toJson(memory, model.device)},
                           {"context", session.context()},
                           {"host", flags.server.host},
                           {"port", flags.server.port}}))
        return;
    context.print(toText(model));
    context.print(fmt::format("context     {} tokens\naddress     {}:{}", session.context(), flags.server.host,
                              flags.server.port));
    context.print(toText(memory, model.device));
}

void run(const Flags& flags, Context& context)
{
    const auto model = loadModel(chooseModel(flags, context), context);
    model->needTokenizer();
    if (!flags.server.chatTemplate.empty())
        generate::chooseTemplate(*model, flags.server.chatTemplate, {}); // says now that there is no such template
    generate::Session session(model, {.context = flags.contextTokens, .threads = context.threads});

    if (context.dryRun)
        return showPlan(flags, session, context);

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
    const Json started{{"url", server.url()},
                       {"model", options.names.front()},
                       {"context", session.context()},
                       {"needs_key", !options.apiKey.empty()}};
    if (!context.printJson(started))
        context.print(fmt::format("{} answers at {}/v1; Ctrl+C ends it", options.names.front(), server.url()));
    std::fflush(stdout);
    if (!model->chat && options.chatTemplate.empty())
        context.note("the model has no chat template: /v1/completions works, /v1/chat/completions needs one of the "
                     "library (--template)");
    server.run(context.cancel);
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    flags->server.port = 8080;
    addModelOptions(options, *flags);
    options.add("--port", flags->server.port, "Where to listen (default: 8080); 0 takes any that is free and tells it")
        .range(0, 65535)
        .value("N");
    options
        .add("--host", flags->server.host,
             "The address to listen on (default: 127.0.0.1, this machine alone); others need a key")
        .value("ADDRESS");
    options
        .add("--api-key", flags->server.apiKey,
             "What clients must send as their key (default: the environment's CRUCIBLE_API_KEY, else none)")
        .value("KEY");
    options
        .add("--allow-origin", flags->server.origins,
             "A web page that may use the server, such as http://localhost:3000; may be given several times")
        .value("ORIGIN");
    options.add("--alias", flags->alias, "What the model is called (default: the name of its folder)").value("NAME");
    options.add("--template", flags->server.chatTemplate, "Another chat template than the model's, by its name")
        .value("NAME");
    options
        .add("--context", flags->contextTokens,
             "Tokens of prompt and answer together (default: what the model was made for)")
        .value("N");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command serve_command;
const Command serve_command{.name = "serve",
                            .summary = "Answer other programs over HTTP, as OpenAI's API does",
                            .setup = &setup,
                            .uses = {.project = false, .events = false}};

} // namespace crucible::cli
