// SPDX-License-Identifier: GPL-3.0-or-later
// playground: a process that holds a model and answers the window, one JSON object per line on stdin and stdout. It
// ends with {"op": "quit"}, or when its input ends.
#include "command.h"
#include "context.h"
#include "input.h"
#include "options.h"
#include "output.h"
#include "playground_worker.h"

#include "base/progress.h"
#include "job/worker.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <thread>

namespace crucible::cli {
namespace {

constexpr std::chrono::milliseconds kInterruptLook{50};

struct Flags {
    std::string model;
    std::string adapter;
    std::size_t contextTokens = 0;
};

void send(const Json& event)
{
    printTo(stdout, toJsonText(event) + "\n");
    std::fflush(stdout);
}

class Loading final : public Progress {
public:
    void stage(std::string_view name) override { send({{"event", "loading"}, {"what", name}}); }
};

std::shared_ptr<const generate::LanguageModel> load(const Flags& flags, Context& context)
{
    const generate::ModelReference reference = generate::splitReference(flags.model);
    const std::string adapter = flags.adapter.empty() ? reference.adapter : flags.adapter;
    Loading loading;
    return generate::LanguageModel::load(modelPath(reference.model, context),
                                         adapter.empty() ? std::filesystem::path() : modelPath(adapter, context),
                                         &loading);
}

void run(const Flags& flags, Context& context)
{
    std::unique_ptr<generate::Session> session;
    try {
        session = std::make_unique<generate::Session>(
            load(flags, context), generate::SessionOptions{.context = flags.contextTokens, .threads = context.threads});
    } catch (...) {
        const Error error = job::asError(std::current_exception());
        send({{"event", "failed"},
              {"kind", toString(error.kind())},
              {"what", error.message()},
              {"where", error.where()},
              {"remedy", error.hint()}});
        throw error;
    }
    PlaygroundWorker worker(*session, &send);
    send(worker.readyEvent());
    // The reader may wait for a line when the process ends, so nobody waits for it, nor for who looks for an
    // interruption.
    const auto queue = std::make_shared<RequestQueue>();
    std::thread([queue] {
        std::string line;
        while (std::getline(std::cin, line)) {
            if (line.find_first_not_of(" \t\r") != std::string::npos)
                queue->add(line);
        }
        queue->close();
    }).detach();
    std::thread([queue, interrupted = context.cancel] {
        while (!interrupted.requested())
            std::this_thread::sleep_for(kInterruptLook);
        queue->close();
    }).detach();
    std::string line;
    CancelToken cancel;
    while (queue->take(line, cancel)) {
        worker.handle(line, cancel);
        queue->finished();
    }
    context.cancel.check();
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL", flags->model, "A model's folder or name, or a .gguf file; model+adapter applies a LoRA")
        .required();
    options.add("--adapter", flags->adapter, "A LoRA adapter's folder to apply").value("DIR");
    options
        .add("--context", flags->contextTokens,
             "Tokens of prompt and text together (default: what the model was made for)")
        .value("N");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command playground_command;
const Command playground_command{
    .name = "playground", .summary = "Hold a model and answer requests, one JSON object per line", .setup = &setup};

} // namespace crucible::cli
