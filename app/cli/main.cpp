// SPDX-License-Identifier: GPL-3.0-or-later
// crucible-cli: for people in a shell, and the worker that the window starts. The contract: results on stdout, one line
// `error: <what>: <where>: <what to do>` on stderr, exit status 0 done, 1 the job failed, 2 the request is wrong or the
// system refused it, 130 cancelled.
#include "command.h"
#include "context.h"
#include "help.h"
#include "options.h"
#include "output.h"

#include "base/memory_reserve.h"
#include "base/platform.h"
#include "base/text.h"
#include "base/version.h"
#include "job/worker.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace crucible::cli {
namespace {

enum ExitStatus { kDone = 0, kFailed = 1, kWrongRequest = 2, kCancelled = 130 };

int exitStatus(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidInput:
    case ErrorKind::NotFound:
    case ErrorKind::CorruptFile:
    case ErrorKind::Unsupported:
    case ErrorKind::Io: return kWrongRequest;
    case ErrorKind::OutOfMemory:
    case ErrorKind::Internal: return kFailed;
    case ErrorKind::Cancelled: return kCancelled;
    }
    return kFailed;
}

int report(const Error& error)
{
    if (error.kind() == ErrorKind::Cancelled)
        printTo(stderr, "cancelled\n");
    else
        printTo(stderr, fmt::format("error: {}\n", error.what()));
    return exitStatus(error.kind());
}

std::vector<std::string> optionNames(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
        for (const std::string& name : option->get_fnames())
            names.push_back("--" + name);
    }
    return names;
}

// What CLI11 found wrong, in our words: with the nearest option or command, and where help is.
Error commandLineError(const CLI::App& app, const CLI::ParseError& problem)
{
    const CLI::App* used = &app;
    while (!used->get_subcommands().empty())
        used = used->get_subcommands().front();
    std::string program = used->get_name();
    for (const CLI::App* parent = used->get_parent(); parent; parent = parent->get_parent())
        program = parent->get_name() + " " + program;
    const std::string help = fmt::format("see {} --help", program);

    const bool noCommand = dynamic_cast<const CLI::RequiredError*>(&problem) && used == &app;
    if (dynamic_cast<const CLI::ExtrasError*>(&problem) || noCommand) {
        const std::vector<std::string> extras =
            used->remaining(true).empty() ? app.remaining(true) : used->remaining(true);
        if (!extras.empty()) {
            const std::string& word = extras.front();
            const bool isOption = word.starts_with('-');
            std::vector<std::string> known;
            if (isOption) {
                known = optionNames(*used);
            } else if (used == &app) {
                for (const CLI::App* sub : app.get_subcommands({}))
                    known.push_back(sub->get_name());
            }
            const std::string plain = word.substr(0, word.find('='));
            const std::optional<std::string> near = didYouMean(plain, known);
            const std::string_view what = isOption       ? "there is no such option"
                                          : used == &app ? "there is no such command"
                                                         : "one argument too many";
            return Error::invalid(std::string(what), plain, near ? fmt::format("did you mean {}?", *near) : help);
        }
    }
    if (noCommand)
        return Error::invalid("no command was given", app.get_name(), help);
    std::string message = problem.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return Error::invalid(message, program, help);
}

CancelToken& cancelToken()
{
    static CancelToken token;
    return token;
}

// Says whether everything that was printed arrived. A reader that closed its end early wanted no more.
int finishOutput(int status)
{
    const int failure = finishStdout();
    if (failure != 0 && failure != EPIPE && status == kDone)
        return report(Error::io("cannot write the result", "stdout", failure));
    return status;
}

// A common option that the command has no use for is never passed over in silence.
void noteUnused(const Command& command, Context& context)
{
    const auto note = [&](bool given, bool used, std::string_view option, std::string_view why) {
        if (given && !used)
            context.note(fmt::format("{} has no effect on {}: {}", option, command.name, why));
    };
    note(!context.project.empty(), command.uses.project, "--project", "it leaves no run behind");
    note(context.dryRun, command.uses.dryRun, "--dry-run", "it writes nothing that could be left out");
    note(context.events, command.uses.events, "--events", "it tells its result and nothing on the way");
    if (!command.uses.events)
        context.events = false;
}

int run(int argc, char** argv)
{
    Context context;
    context.cancel = cancelToken();
    context.commandLine.assign(argv, argv + argc);
    if (!context.commandLine.empty())
        context.commandLine.front() = "crucible-cli";

    CLI::App app("Merges, inspects and compares language models, and keeps track of every run.", "crucible-cli");
    app.set_help_flag("-h,--help", "Print this and do nothing");
    app.set_version_flag("--version", std::string("crucible-cli ") + kVersion, "Print the version");
    app.require_subcommand(1);
    app.formatter(helpFormatter());
    app.footer("`crucible-cli COMMAND --help` tells about one command.");
    Options common(app);
    context.addCommonOptions(common);

    Action action;
    const Command* chosenCommand = nullptr;
    for (const Command* command : commands()) {
        CLI::App* sub = app.add_subcommand(std::string(command->name), std::string(command->summary));
        Options options(*sub);
        const Action chosen = command->setup(options);
        context.addCommonOptions(options);
        sub->final_callback([&action, &chosenCommand, chosen, command] {
            action = chosen;
            chosenCommand = command;
        });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& request) { // --help, --version
        app.exit(request);
        return finishOutput(kDone);
    } catch (const CLI::ParseError& problem) {
        return report(commandLineError(app, problem));
    }
    platform::onInterrupt([] { cancelToken().request(); });
    noteUnused(*chosenCommand, context);
    action(context);
    return finishOutput(context.hasFailed() ? kFailed : kDone);
}

} // namespace
} // namespace crucible::cli

int main(int argc, char** argv)
{
    crucible::holdMemoryReserve();
    try {
        return crucible::cli::run(argc, argv);
    } catch (...) {
        std::fflush(stdout);
        return crucible::cli::report(crucible::job::asError(std::current_exception()));
    }
}
