// SPDX-License-Identifier: GPL-3.0-or-later
// generate: a model writes on.
#include "command.h"
#include "context.h"
#include "generate_json.h"
#include "input.h"
#include "options.h"
#include "output.h"
#include "sampling_flags.h"

#include "generate/beam_search.h"
#include "generate/prompt.h"
#include "generate/read_constraint.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    std::string adapter;
    std::string prompt;
    bool hasPrompt = false;
    std::string ids;
    std::string messages;
    std::string chatTemplate;
    std::string lines;
    std::size_t maxTokens = 256;
    std::vector<std::string> stop;
    bool ignoreEnd = false;
    int logprobs = -1;
    std::size_t contextTokens = 0;
    std::size_t count = 1;
    std::size_t parallel = 8;
    std::string grammar;
    std::string jsonSchema;
    bool jsonObject = false;
    std::size_t beams = 0;
    double lengthPenalty = 1;
    std::string earlyStopping = "false";
    SamplingFlags sampling;
};

std::shared_ptr<const generate::Constraint> constraintOf(const Flags& flags, const generate::LanguageModel& model)
{
    const int given = !flags.grammar.empty() + !flags.jsonSchema.empty() + flags.jsonObject;
    if (given == 0)
        return nullptr;
    if (given > 1)
        throw Error::invalid("only one of --grammar, --json-schema and --json-object can be obeyed", "generate");
    OrderedJson constraint = OrderedJson::object();
    if (!flags.grammar.empty())
        constraint["grammar"] = readInput(flags.grammar);
    else if (flags.jsonObject)
        constraint["json_object"] = true;
    else
        constraint["json_schema"] = parseOrderedJson(readInput(flags.jsonSchema), flags.jsonSchema);
    return generate::readConstraint(model, constraint);
}

// What the flags ask for, in the keys of a request.
OrderedJson requestOf(const Flags& flags)
{
    OrderedJson request = OrderedJson::object();
    if (!flags.messages.empty()) {
        const OrderedJson given = parseOrderedJson(readInput(flags.messages), flags.messages);
        if (given.is_object() && given.contains("messages"))
            request = given;
        else
            request["messages"] = given;
    }
    if (flags.hasPrompt)
        request["prompt"] = flags.prompt == "-" ? readInput("-") : flags.prompt;
    if (!flags.ids.empty())
        request["ids"] = generate::readIds(flags.ids, "--ids");
    if (request.empty())
        throw Error::invalid("there is nothing to go on with", "generate", "give --prompt, --ids or --messages");
    if (!flags.chatTemplate.empty())
        request["template"] = flags.chatTemplate;
    return request;
}

generate::GenerateRequest prepare(const Flags& flags, const generate::LanguageModel& model, const OrderedJson& request,
                                  const std::shared_ptr<const generate::Constraint>& constraint)
{
    generate::Prompt prompt = generate::readPrompt(model, request);
    generate::GenerateRequest result;
    result.prompt = std::move(prompt.ids);
    result.continuesText = prompt.continuesText;
    result.sampling = flags.sampling.settings();
    result.maxTokens = flags.maxTokens;
    result.stop = flags.stop;
    result.ignoreEnd = flags.ignoreEnd;
    if (flags.logprobs >= 0)
        result.alternatives = static_cast<std::size_t>(flags.logprobs);
    result.constraint = constraint;
    return result;
}

Json describe(const generate::Generated& result)
{
    Json json = toJson(result);
    json["ids"] = result.ids;
    return json;
}

std::string summaryOf(const generate::Generated& result)
{
    const double speed = result.decodeSeconds > 0 ? static_cast<double>(result.ids.size()) / result.decodeSeconds : 0;
    return fmt::format("{} tokens after {}, {:.1f} tokens per second, ended by {}; seed {}", result.ids.size(),
                       result.promptTokens, speed, toString(result.reason), result.seed);
}

// A line of --events.
void tell(const char* event, Json body)
{
    body["event"] = event;
    printTo(stdout, toJsonText(body) + "\n");
    std::fflush(stdout);
}

void runOne(const Flags& flags, generate::Session& session, Context& context)
{
    const generate::GenerateRequest request =
        prepare(flags, session.model(), requestOf(flags), constraintOf(flags, session.model()));
    const bool isText = !context.json && !context.events;
    Json tokens = Json::array();
    const auto onToken = [&](const generate::GeneratedToken& token) {
        if (isText && session.model().tokenizer) {
            printTo(stdout, token.text);
            std::fflush(stdout);
        }
        if (context.events)
            tell("token", toJson(token, session.model()));
        else if (request.alternatives)
            tokens.push_back(toJson(token, session.model()));
    };
    const auto onPrompt = [&](const generate::PromptProgress& progress) {
        if (context.events)
            tell("prompt", {{"tokens", progress.tokens}, {"reused", progress.reused}, {"done", progress.done}});
    };
    const generate::Generated result = session.generate(request, onToken, onPrompt, context.cancel);
    if (context.events)
        tell("finished", describe(result));
    Json json = describe(result);
    if (request.alternatives)
        json["tokens"] = std::move(tokens);
    if (!context.printJson(json) && isText) {
        if (!session.model().tokenizer)
            printTo(stdout, fmt::format("{}", fmt::join(result.ids, " ")));
        printTo(stdout, "\n");
        context.note(summaryOf(result));
    }
    if (result.reason == generate::StopReason::Cancelled)
        throw Error::cancelled();
}

void runBeams(const Flags& flags, generate::Session& session, Context& context)
{
    if (flags.sampling.areGiven() || !flags.stop.empty() || !flags.grammar.empty() || !flags.jsonSchema.empty() ||
        flags.jsonObject || !flags.lines.empty())
        throw Error::invalid("beam search takes no samplers, no stop strings, no grammar and one prompt",
                             "--num-beams");
    const generate::Prompt prompt = generate::readPrompt(session.model(), requestOf(flags));
    generate::BeamRequest request{.prompt = prompt.ids,
                                  .beams = flags.beams,
                                  .results = flags.count,
                                  .maxTokens = flags.maxTokens,
                                  .lengthPenalty = flags.lengthPenalty,
                                  .continuesText = prompt.continuesText};
    request.earlyStopping = flags.earlyStopping == "true"    ? generate::EarlyStopping::Yes
                            : flags.earlyStopping == "never" ? generate::EarlyStopping::Never
                                                             : generate::EarlyStopping::No;
    Json all = Json::array();
    for (const generate::BeamResult& result : generate::beamSearch(session, request, context.cancel)) {
        all.push_back({{"text", result.text},
                       {"ids", result.ids},
                       {"logprob", result.logprob},
                       {"score", result.score},
                       {"reason", toString(result.reason)}});
        if (!context.json)
            context.print(session.model().tokenizer ? result.text : fmt::format("{}", fmt::join(result.ids, " ")));
    }
    context.printJson(all);
}

// Several texts at once: as many as --parallel, each as it would be alone.
void runMany(const Flags& flags, generate::Session& session, Context& context)
{
    struct Line {
        OrderedJson request;
        std::string place;
        std::size_t sequence = 0;
    };
    std::vector<Line> lines;
    if (flags.lines.empty()) {
        for (std::size_t i = 0; i < flags.count; ++i)
            lines.push_back({i == 0 ? requestOf(flags) : lines.front().request, "generate", i});
    } else {
        forEachJsonLine(flags.lines, [&](const Json& line, const std::string& place) {
            if (!line.is_object())
                throw Error::invalid("the line is no object", place,
                                     "write one {\"prompt\": ...}, {\"ids\": [...]} or {\"messages\": [...]} per line");
            lines.push_back({parseOrderedJson(toJsonText(line), place), place, 0});
        });
    }
    const std::shared_ptr<const generate::Constraint> constraint = constraintOf(flags, session.model());
    Json all = Json::array();
    for (std::size_t begin = 0; begin < lines.size(); begin += flags.parallel) {
        const std::size_t end = std::min(begin + flags.parallel, lines.size());
        std::vector<generate::GenerateRequest> requests;
        for (std::size_t i = begin; i < end; ++i) {
            try {
                requests.push_back(prepare(flags, session.model(), lines[i].request, constraint));
            } catch (const Error& error) {
                throw Error(error.kind(), error.said(),
                            error.where().empty() ? lines[i].place
                                                  : fmt::format("{}: {}", lines[i].place, error.where()),
                            error.advice());
            }
            requests.back().sequence = lines[i].sequence;
        }
        for (const generate::Generated& result : session.generateAll(std::move(requests), {}, context.cancel)) {
            if (result.reason == generate::StopReason::Cancelled)
                throw Error::cancelled();
            const Json json = describe(result);
            if (context.json)
                all.push_back(json);
            else
                printTo(stdout, toJsonText(json) + "\n");
        }
        std::fflush(stdout);
    }
    context.printJson(all);
}

void run(const Flags& flags, Context& context)
{
    const generate::ModelReference reference = generate::splitReference(flags.model);
    const std::string adapter = flags.adapter.empty() ? reference.adapter : flags.adapter;
    const auto model = generate::LanguageModel::load(
        modelPath(reference.model, context), adapter.empty() ? std::filesystem::path() : modelPath(adapter, context));
    generate::Session session(model, {.context = flags.contextTokens, .threads = context.threads});
    if (flags.beams > 0)
        runBeams(flags, session, context);
    else if (flags.lines.empty() && flags.count == 1)
        runOne(flags, session, context);
    else
        runMany(flags, session, context);
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL", flags->model, "A model's folder or name, or a .gguf file; model+adapter applies a LoRA")
        .required();
    options.add("--prompt", flags->prompt, "The text to go on with; - reads it from standard input")
        .value("TEXT")
        .whenGiven([raw = flags.get()] { raw->hasPrompt = true; });
    options.add("--ids", flags->ids, "The same as token ids").value("\"1 2 3\"");
    options
        .add("--messages", flags->messages,
             "A conversation to answer: a JSON list of {\"role\", \"content\"}, or an object with \"messages\"")
        .value("F.json");
    options.add("--template", flags->chatTemplate, "Another chat template than the model's, by its name").value("NAME");
    options
        .add("--jsonl", flags->lines,
             "One request per line ({\"prompt\"}, {\"ids\"} or {\"messages\"}), one result per line")
        .value("F");
    options.add("--adapter", flags->adapter, "A LoRA adapter's folder to apply").value("DIR");
    options.add("--max-tokens", flags->maxTokens, "Write at most so many tokens (default: 256)").value("N");
    options.add("--stop", flags->stop, "End before this text; may be given several times").value("TEXT");
    options.flag("--ignore-eos", flags->ignoreEnd, "Go on after a token that ends an answer");
    options
        .add("--context", flags->contextTokens,
             "Tokens of prompt and text together (default: what the model was made for)")
        .value("N");
    options.add("--num-sequences", flags->count, "Write so many texts (default: 1)").range(1, 4096).value("N");
    options.add("--parallel", flags->parallel, "Texts that are written at once (default: 8)").range(1, 256).value("N");
    options
        .add("--logprobs", flags->logprobs,
             "With --json: tell every token's logarithmic probability and so many alternatives")
        .range(0, 1000)
        .value("N");
    options.add("--grammar", flags->grammar, "Write only what this grammar has: a file in GBNF").value("F");
    options.add("--json-schema", flags->jsonSchema, "Write only JSON that this schema accepts").value("F.json");
    options.flag("--json-object", flags->jsonObject, "Write only a JSON object");
    options
        .add("--num-beams", flags->beams,
             "Beam search with so many beams; --num-sequences says how many texts are told")
        .range(1, 1024)
        .value("N");
    options
        .add("--length-penalty", flags->lengthPenalty,
             "Of beams: above 0 favours long texts, below 0 short ones (default: 1)")
        .value("X");
    options
        .add("--early-stopping", flags->earlyStopping,
             "Of beams: true stops when enough are finished, never when none can become better (default: false)")
        .oneOf({"false", "true", "never"})
        .value("WHEN");
    flags->sampling.declare(options);
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command generate_command;
const Command generate_command{
    .name = "generate", .summary = "Let a model write on from a prompt or answer a conversation", .setup = &setup};

} // namespace crucible::cli
