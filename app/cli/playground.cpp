// SPDX-License-Identifier: GPL-3.0-or-later
// playground: a process that holds a model and answers the window, one JSON object per line on stdin and stdout. It
// ends with {"op": "quit"}, or when its input ends.
#include "command.h"
#include "context.h"
#include "model_run.h"
#include "options.h"
#include "output.h"
#include "playground_worker.h"

#include "base/memory_reserve.h"
#include "base/progress.h"
#include "base/sentence_json.h"
#include "job/worker.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <limits>
#include <new>
#include <optional>
#include <thread>

namespace crucible::cli {
namespace {

constexpr std::chrono::milliseconds kInterruptLook{50};

struct Flags : ModelFlags {
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
    const ModelChoice choice = chooseModel(flags, context);
    Loading loading;
    return generate::LanguageModel::load(choice.model, choice.adapter, {choice.compute, choice.device, &loading});
}

// Lines of stdin into the queue, until it ends or the program is interrupted. The reader may wait for a line when the
// process ends, so nobody waits for it, nor for who looks for an interruption.
void listen(const std::shared_ptr<RequestQueue>& queue, const CancelToken& interruption)
{
    std::thread([queue] {
        const auto readInto = [](std::string& line) {
            try {
                return static_cast<bool>(std::getline(std::cin, line));
            } catch (const std::bad_alloc&) {
                return false;
            }
        };
        const auto offer = [&queue](const std::string& line) {
            try {
                queue->add(line);
            } catch (const std::bad_alloc&) {
                queue->addUnread();
            }
        };
        std::string line;
        while (!std::cin.eof()) {
            if (readInto(line)) {
                if (line.find_first_not_of(" \t\r") != std::string::npos)
                    offer(line);
                continue;
            }
            if (std::cin.eof())
                break;
            // Memory ran out in the middle of a line: without the rest of it, others can be read again.
            line = {};
            std::cin.clear();
            std::cin.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
            queue->addUnread();
            if (std::cin.bad())
                break;
        }
        queue->close();
    }).detach();
    std::thread([queue, interruption] {
        while (!interruption.requested())
            std::this_thread::sleep_for(kInterruptLook);
        queue->close();
    }).detach();
}

void run(const Flags& flags, Context& context)
{
    std::unique_ptr<generate::Session> session;
    std::optional<PlaygroundWorker> worker;
    const auto queue = std::make_shared<RequestQueue>();
    try {
        session = std::make_unique<generate::Session>(
            load(flags, context), generate::SessionOptions{.context = flags.contextTokens, .threads = context.threads});
        worker.emplace(*session, &send);
        listen(queue, context.cancel);
        send(worker->readyEvent());
    } catch (...) {
        const Error error = job::asError(std::current_exception());
        send({{"event", "failed"},
              {"kind", toString(error.kind())},
              {"what", error.message()},
              {"what_said", toJson(error.said())},
              {"where", error.where()},
              {"remedy", error.hint()},
              {"remedy_said", toJson(error.advice())}});
        throw error;
    }
    std::string line;
    CancelToken cancel;
    while (queue->take(line, cancel)) {
        worker->handle(line, cancel);
        holdMemoryReserve(); // anew, when this answer needed it
        queue->finished();
    }
    context.cancel.check();
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    addModelOptions(options, *flags);
    options
        .add("--context", flags->contextTokens,
             "Tokens of prompt and text together (default: what the model was made for)")
        .value("N");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command playground_command;
const Command playground_command{.name = "playground",
                                 .summary = "Hold a model and answer requests, one JSON object per line",
                                 .setup = &setup,
                                 .uses = {.project = false, .dryRun = false}};

} // namespace crucible::cli
