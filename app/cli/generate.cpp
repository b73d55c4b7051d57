// SPDX-License-Identifier: GPL-3.0-or-later
// generate: a model writes on.
#include "command.h"
#include "context.h"
#include "generate_batch.h"
#include "generate_json.h"
#include "input.h"
#include "merge_job.h"
#include "model_run.h"
#include "options.h"
#include "output.h"
#include "sampling_flags.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/units.h"
#include "generate/prompt.h"
#include "generate/sampler_chain.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags : ModelFlags {
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
    std::string name;
};

// {"grammar"}, {"json_schema"} or {"json_object"}; null when none was given.
OrderedJson constraintOf(const Flags& flags)
{
    const int given = !flags.grammar.empty() + !flags.jsonSchema.empty() + flags.jsonObject;
    if (given > 1)
        throw Error::invalid("only one of --grammar, --json-schema and --json-object can be obeyed", "generate");
    if (!flags.grammar.empty())
        return {{"grammar", readInput(flags.grammar)}};
    if (!flags.jsonSchema.empty())
        return {{"json_schema", parseOrderedJson(readInput(flags.jsonSchema), flags.jsonSchema)}};
    return flags.jsonObject ? OrderedJson{{"json_object", true}} : OrderedJson();
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

// All that is to be written, understood and checked, before any of it is.
struct Work {
    ModelChoice choice;
    std::shared_ptr<const generate::LanguageModel> model;
    std::unique_ptr<generate::Session> session;
    generate::GenerateRequest usual;
    OrderedJson asked;      // null with --jsonl
    OrderedJson constraint; // null: none
    std::vector<BatchText> texts;
    std::optional<generate::BeamRequest> beams;
    bool isBatch = false;

    std::size_t promptTokens() const
    {
        std::size_t sum = beams ? beams->prompt.size() : 0;
        for (const BatchText& text : texts)
            sum += text.ready ? text.ready->prompt.size() : 0;
        return sum;
    }
    // Tokens of the text that may become the longest.
    std::size_t longest() const
    {
        const std::size_t most = session->context();
        const auto whole = [most](std::size_t prompt, std::size_t written) {
            return written >= most - prompt ? most : prompt + written;
        };
        std::size_t longest = beams ? whole(beams->prompt.size(), beams->maxTokens) : 0;
        for (const BatchText& text : texts) {
            if (text.ready)
                longest = std::max(longest, whole(text.ready->prompt.size(), text.ready->maxTokens));
        }
        return longest;
    }
    std::size_t failed() const
    {
        return static_cast<std::size_t>(
            std::count_if(texts.begin(), texts.end(), [](const BatchText& text) { return !text.ready; }));
    }
};

void readBeams(const Flags& flags, Work& work)
{
    if (flags.sampling.areGiven() || !flags.stop.empty() || !work.constraint.is_null() || !flags.lines.empty())
        throw Error::invalid("beam search takes no samplers, no stop strings, no grammar and one prompt",
                             "--num-beams");
    OrderedJson request = work.asked;
    request["num_beams"] = flags.beams;
    request["num_sequences"] = flags.count;
    request["length_penalty"] = flags.lengthPenalty;
    request["early_stopping"] =
        flags.earlyStopping == "never" ? OrderedJson("never") : OrderedJson(flags.earlyStopping == "true");
    work.beams = generate::readBeamRequest(*work.model, request, flags.maxTokens);
    generate::checkBeams(*work.session, *work.beams);
}

void readTexts(const Flags& flags, Work& work, Context& context)
{
    generate::ConstraintCache constraints;
    if (!work.constraint.is_null())
        work.usual.constraint = constraints.get(*work.model, work.constraint);
    if (work.isBatch) {
        work.texts = readBatch(flags.lines, work.usual, flags.chatTemplate, *work.session, context);
        return;
    }
    if (!work.usual.sampling.seed())
        work.usual.sampling.set("seed", generate::seedByChance());
    generate::GenerateRequest request = generate::readRequest(*work.model, work.asked, work.usual, constraints);
    generate::Sequence(work.model, request, work.session->context()); // says what can not be
    for (std::size_t i = 0; i < flags.count; ++i) {
        request.sequence = i;
        work.texts.push_back({"generate", work.asked, request, {}});
    }
}

Work read(const Flags& flags, Context& context)
{
    Work work;
    work.choice = chooseModel(flags, context);
    work.isBatch = !flags.lines.empty();
    if (!work.isBatch)
        work.asked = requestOf(flags);
    else if (flags.hasPrompt || !flags.ids.empty() || !flags.messages.empty())
        throw Error::invalid("--jsonl holds the prompts", "--jsonl", "leave out --prompt, --ids and --messages");
    else if (flags.count > 1)
        throw Error::invalid("every line of --jsonl is answered once", "--num-sequences",
                             "repeat the lines that are to be answered several times");
    work.constraint = constraintOf(flags);
    work.usual.sampling = flags.sampling.settings();
    work.usual.maxTokens = flags.maxTokens;
    work.usual.stop = flags.stop;
    work.usual.ignoreEnd = flags.ignoreEnd;
    if (flags.logprobs >= 0)
        work.usual.alternatives = static_cast<std::size_t>(flags.logprobs);
    work.model = loadModel(work.choice, context);
    work.session = std::make_unique<generate::Session>(
        work.model, generate::SessionOptions{.context = flags.contextTokens, .threads = context.threads});
    if (flags.beams > 0)
        readBeams(flags, work);
    else
        readTexts(flags, work, context);
    return work;
}

// The samplers that are on, with their parameters, and what is drawn with.
OrderedJson samplingOf(const Work& work)
{
    const generate::SamplingSettings& settings = work.usual.sampling;
    const generate::SamplerChain chain(settings, {.texts = work.model->texts.get()});
    OrderedJson samplers = OrderedJson::array();
    for (const generate::SamplerKind* kind : chain.active()) {
        OrderedJson one{{"sampler", kind->id}};
        for (const ParamSpec& param : kind->params) {
            const Json value = settings.value(param.name);
            if (!value.is_null() || param.hasDefault)
                one[std::string(param.name)] = value.is_null() ? OrderedJson(settings.number(param.name))
                                                               : parseOrderedJson(toJsonText(value), "sampling");
        }
        samplers.push_back(std::move(one));
    }
    OrderedJson sampling{{"samplers", samplers}, {"greedy", chain.isGreedy()}};
    sampling["seed"] = settings.seed() ? OrderedJson(*settings.seed()) : OrderedJson();
    return sampling;
}

generate::Workload workloadOf(const Flags& flags, const Work& work)
{
    const std::size_t atOnce =
        work.beams ? work.beams->beams : std::min(work.texts.size() - work.failed(), flags.parallel);
    return {.tokens = work.longest(), .sequences = std::max<std::size_t>(1, atOnce)};
}

Json planOf(const Flags& flags, const Work& work)
{
    const generate::Workload load = workloadOf(flags, work);
    Json plan{{"model", toJson(*work.model)},
              {"memory", toJson(generate::estimateMemory(*work.model, load), work.model->device)},
              {"texts", work.beams ? work.beams->results : work.texts.size()},
              {"prompt_tokens", work.promptTokens()},
              {"max_tokens", flags.maxTokens},
              {"context", work.session->context()},
              {"longest", load.tokens},
              {"at_once", load.sequences},
              {"stop_tokens", work.model->stopTokens}};
    if (work.beams)
        plan["beams"] = work.beams->beams;
    else
        plan["sampling"] = parseJson(toJsonText(samplingOf(work)), "sampling");
    Json refused = Json::array();
    for (const BatchText& text : work.texts) {
        if (!text.ready)
            refused.push_back({{"where", text.place}, {"error", text.error}});
    }
    if (!refused.empty())
        plan["refused"] = std::move(refused);
    return plan;
}

std::string samplingText(const Work& work)
{
    if (work.beams)
        return fmt::format("{} beams", work.beams->beams);
    const OrderedJson sampling = samplingOf(work);
    std::string text;
    for (const OrderedJson& sampler : sampling["samplers"]) {
        text += (text.empty() ? "" : ", ") + sampler["sampler"].get<std::string>();
        std::string values;
        for (const auto& [name, value] : sampler.items()) {
            if (name != "sampler")
                values += (values.empty() ? "" : " ") + name + "=" +
                          (value.is_number_float() ? formatNumber(value.get<double>()) : toJsonText(value));
        }
        text += values.empty() ? "" : " (" + values + ")";
    }
    if (sampling["greedy"].get<bool>())
        return text.empty() ? std::string("the most probable token") : text + ", then the most probable token";
    return fmt::format("{}{}", text.empty() ? "every token may come" : text,
                       sampling["seed"].is_null() ? std::string()
                                                  : fmt::format("; seed {}", toJsonText(sampling["seed"])));
}

void showPlan(const Flags& flags, const Work& work, Context& context)
{
    const Json plan = planOf(flags, work);
    if (!context.printPlan(plan, {})) {
        const generate::Workload load = workloadOf(flags, work);
        context.print(toText(*work.model));
        context.print(fmt::format(
            "prompt      {} tokens{}\ncontext     {} of {} tokens at most\nsampling    {}", work.promptTokens(),
            work.texts.size() > 1 ? fmt::format(" of {} texts, {} at once", work.texts.size(), load.sequences)
                                  : std::string(),
            load.tokens, work.session->context(), samplingText(work)));
        context.print(toText(generate::estimateMemory(*work.model, load), work.model->device));
        for (const BatchText& text : work.texts) {
            if (!text.ready)
                context.print(fmt::format("refused     {}: {}", text.place, text.error));
        }
    }
    if (work.failed() > 0)
        context.fail(fmt::format("{} of {} requests can not be met", work.failed(), work.texts.size()));
}

// What the run is to remember, so that it can be done again.
std::string recipeOf(const Flags& flags, const Work& work)
{
    OrderedJson recipe{{"model", work.choice.model.string()}};
    if (!work.choice.adapter.empty())
        recipe["adapter"] = work.choice.adapter.string();
    recipe["dtype"] = toString(work.model->compute);
    recipe["device"] = toString(work.model->device);
    if (work.isBatch)
        recipe["requests"] = flags.lines;
    else
        recipe["request"] = work.asked;
    recipe["max_tokens"] = flags.maxTokens;
    recipe["context"] = work.session->context();
    recipe["num_sequences"] = flags.count;
    if (work.beams) {
        recipe["num_beams"] = flags.beams;
        recipe["length_penalty"] = flags.lengthPenalty;
        recipe["early_stopping"] = flags.earlyStopping;
    } else {
        recipe["sampling"] = parseOrderedJson(toJsonText(work.usual.sampling.toJson()), "sampling");
        recipe["stop"] = flags.stop;
        recipe["ignore_eos"] = flags.ignoreEnd;
        if (!work.constraint.is_null())
            recipe["constraint"] = work.constraint;
    }
    return toJsonText(recipe, 2) + "\n";
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

// What a project keeps of the answers: a line for each, also of work that did not come to its end.
class Answers {
public:
    Answers(job::Job& job, const Context& context) : m_job(job)
    {
        if (!job.runId().empty())
            m_file = std::filesystem::absolute(context.project) / "runs" / job.runId() / "answers.jsonl";
    }
    void add(const OrderedJson& asked, const Json& answer)
    {
        if (!m_file.empty())
            m_lines += toJsonText(OrderedJson{{"request", asked},
                                              {"answer", parseOrderedJson(toJsonText(answer), "answer")}}) +
                       "\n";
    }
    void save()
    {
        if (m_file.empty() || m_lines.empty())
            return;
        writeFileAtomically(m_file, m_lines);
        m_job.addArtifact("answers", m_file, sha256(m_lines));
    }

private:
    job::Job& m_job;
    std::filesystem::path m_file; // empty: nobody keeps them
    std::string m_lines;
};

Json runOne(Work& work, job::Job& job, Answers& answers, Context& context)
{
    const generate::GenerateRequest request = *work.texts.front().ready;
    const bool isText = !context.json && !context.events;
    const std::size_t most = std::min(request.maxTokens, work.session->context() - request.prompt.size());
    Json tokens = Json::array();
    std::size_t written = 0;
    const auto onToken = [&](const generate::GeneratedToken& token) {
        if (isText && work.model->tokenizer) {
            printTo(stdout, token.text);
            std::fflush(stdout);
        }
        if (context.events)
            tell("token", toJson(token, *work.model));
        else if (request.alternatives)
            tokens.push_back(toJson(token, *work.model));
        job.progress().advance(++written, most, "tokens", {});
    };
    const auto onPrompt = [&](const generate::PromptProgress& progress) {
        if (context.events)
            tell("prompt", {{"tokens", progress.tokens}, {"reused", progress.reused}, {"done", progress.done}});
    };
    const generate::Generated result = work.session->generate(request, onToken, onPrompt, job.cancel());
    Json json = describe(result);
    answers.add(work.asked, json);
    if (request.alternatives)
        json["tokens"] = std::move(tokens);
    if (isText) {
        if (!work.model->tokenizer)
            printTo(stdout, fmt::format("{}", fmt::join(result.ids, " ")));
        printTo(stdout, "\n");
        context.note(summaryOf(result));
    }
    if (result.reason == generate::StopReason::Cancelled) {
        context.printJson(json);
        throw Error::cancelled();
    }
    return json;
}

Json runBeams(Work& work, job::Job& job, Answers& answers, Context& context)
{
    Json all = Json::array();
    const auto onStep = [&](std::size_t done, std::size_t most) { job.progress().advance(done, most, "tokens", {}); };
    for (const generate::BeamResult& result : generate::beamSearch(*work.session, *work.beams, job.cancel(), onStep)) {
        all.push_back(toJson(result));
        answers.add(work.asked, all.back());
        context.print(work.model->tokenizer ? result.text : fmt::format("{}", fmt::join(result.ids, " ")));
    }
    return all;
}

// The totals; `all` gets the answers when they are wanted as one list.
Json runMany(const Flags& flags, Work& work, job::Job& job, Answers& answers, Context& context, Json& all)
{
    const BatchTotals totals =
        runBatch(work.texts, *work.session, flags.parallel, job, [&](const BatchText& text, const Json& answer) {
            answers.add(text.asked, answer);
            if (context.events)
                tell("answer", answer);
            else if (context.json)
                all.push_back(answer);
            else
                printTo(stdout, toJsonText(answer) + "\n");
            std::fflush(stdout);
        });
    return toJson(totals);
}

void run(const Flags& flags, Context& context)
{
    Work work = read(flags, context);
    if (context.dryRun)
        return showPlan(flags, work, context);
    job::JobRequest request;
    request.kind = "generate";
    request.name = flags.name.empty() ? work.model->name : flags.name;
    request.recipe = recipeOf(flags, work);
    request.recipeFormat = "generate-json";
    request.seed = work.usual.sampling.seed().value_or(0);
    const bool isOne = !work.beams && !work.isBatch && flags.count == 1;
    Json list;
    const Json result = runWithDisplay(
        std::move(request), context,
        [&](job::Job& job) {
            const bool records = !job.runId().empty();
            job.setPlan(planOf(flags, work));
            addInputs(job, work.choice, *work.model, records);
            if (work.isBatch && records)
                job.addInput({"requests", flags.lines, std::filesystem::absolute(flags.lines), {}});
            Answers answers(job, context);
            Json told;
            try {
                if (work.beams)
                    told = {{"texts", list = runBeams(work, job, answers, context)}};
                else if (isOne)
                    told = runOne(work, job, answers, context);
                else
                    told = runMany(flags, work, job, answers, context, list = Json::array());
            } catch (...) {
                answers.save();
                throw;
            }
            answers.save();
            if (records)
                told["run"] = job.runId();
            return told;
        },
        isOne && !context.json);
    context.printJson(isOne ? result : list);
    if (const std::size_t failed = isOne || work.beams ? 0 : result["failed"].get<std::size_t>(); failed > 0)
        context.fail(fmt::format("{} of {} requests could not be met: {}: see \"error\" in their answers", failed,
                                 work.texts.size(), flags.lines));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    addModelOptions(options, *flags);
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
             "One request per line ({\"prompt\"}, {\"ids\"} or {\"messages\"}), one result or {\"error\"} per line")
        .value("F");
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
    options.add("--name", flags->name, "What the run is called in the project").value("TEXT");
    flags->sampling.declare(options);
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command generate_command;
const Command generate_command{
    .name = "generate", .summary = "Let a model write on from a prompt or answer a conversation", .setup = &setup};

} // namespace crucible::cli
