// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground_worker.h"

#include "generate_json.h"
#include "model_run.h"

#include "base/sentence_json.h"
#include "base/units.h"
#include "generate/prompt.h"
#include "generate/score.h"
#include "job/worker.h"

#include <fmt/format.h>

#include <chrono>

namespace crucible::cli {
namespace {

constexpr std::size_t kUsualMaxTokens = 512;
constexpr std::size_t kMostAlternatives = 1000;
constexpr std::string_view kUnread = "\n"; // no line holds this

const OrderedJson* find(const OrderedJson& request, const char* key)
{
    const auto found = request.find(key);
    return found == request.end() || found->is_null() ? nullptr : &*found;
}

Json withId(Json event, const Json& id)
{
    event["id"] = id;
    return event;
}

} // namespace

void RequestQueue::add(const std::string& line)
{
    std::string op;
    try {
        const Json request = parseJson(line, "request");
        if (request.is_object() && request.contains("op") && request["op"].is_string())
            op = request["op"].get<std::string>();
    } catch (const Error&) { // answered when its turn comes
    }
    const std::lock_guard lock(m_mutex);
    if (op == "stop") {
        if (m_isRunning)
            m_running.request();
    } else if (op == "quit") {
        m_closed = true;
        m_lines.clear();
        m_running.request();
    } else if (!m_closed) {
        m_lines.push_back(line);
    }
    m_changed.notify_all();
}

void RequestQueue::addUnread()
{
    const std::lock_guard lock(m_mutex);
    m_lines.emplace_back(kUnread);
    m_changed.notify_all();
}

void RequestQueue::close()
{
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    m_lines.clear();
    m_running.request();
    m_changed.notify_all();
}

bool RequestQueue::take(std::string& line, CancelToken& cancel)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_closed || !m_lines.empty(); });
    if (m_closed)
        return false;
    line = std::move(m_lines.front());
    m_lines.pop_front();
    m_running = CancelToken();
    m_isRunning = true;
    cancel = m_running;
    return true;
}

void RequestQueue::finished()
{
    const std::lock_guard lock(m_mutex);
    m_isRunning = false;
}

Json PlaygroundWorker::readyEvent() const
{
    Json model = toJson(m_session.model());
    model["context"] = m_session.context();
    model["load_seconds"] = m_session.model().loadSeconds;
    return {{"event", "ready"}, {"model", model}};
}

void PlaygroundWorker::handle(const std::string& line, const CancelToken& cancel)
{
    Json id;
    try {
        if (line == kUnread)
            throw std::bad_alloc();
        const OrderedJson request = parseOrderedJson(line, "request");
        if (!request.is_object())
            throw Error::invalid("the request is no object", "request");
        if (const OrderedJson* given = find(request, "id"); given && given->is_number_integer())
            id = given->get<std::int64_t>();
        const OrderedJson* op = find(request, "op");
        const std::string name = op && op->is_string() ? op->get<std::string>() : std::string();
        if (name == "generate")
            generate(request, id, cancel);
        else if (name == "render")
            render(request, id);
        else if (name == "count")
            count(request, id);
        else if (name == "score")
            score(request, id, cancel);
        else
            throw Error::invalid(fmt::format("there is no operation \"{}\"", name), "request",
                                 "there are generate, stop, render, count, score and quit");
    } catch (...) {
        const Error error = job::asError(std::current_exception());
        m_send(withId({{"event", "error"},
                       {"kind", toString(error.kind())},
                       {"what", error.message()},
                       {"what_said", toJson(error.said())},
                       {"where", error.where()},
                       {"remedy", error.hint()},
                       {"remedy_said", toJson(error.advice())}},
                      id));
    }
}

void PlaygroundWorker::generate(const OrderedJson& request, const Json& id, const CancelToken& cancel)
{
    const generate::LanguageModel& model = m_session.model();
    if (const std::optional<generate::BeamRequest> beams = generate::readBeamRequest(model, request, kUsualMaxTokens))
        return search(*beams, id, cancel);
    generate::GenerateRequest usual;
    usual.maxTokens = kUsualMaxTokens;
    usual.alternatives = 0;
    generate::GenerateRequest work = generate::readRequest(model, request, std::move(usual), m_constraints);
    const auto onToken = [&](const generate::GeneratedToken& token) {
        Json event = toJson(token, model);
        event["event"] = "token";
        m_send(withId(std::move(event), id));
    };
    const auto onPrompt = [&](const generate::PromptProgress& progress) {
        m_send(withId(
            {{"event", "prompt"}, {"tokens", progress.tokens}, {"reused", progress.reused}, {"done", progress.done}},
            id));
    };
    const generate::Generated result = m_session.generate(std::move(work), onToken, onPrompt, cancel);
    Json event = toJson(result);
    event["event"] = "finished";
    m_send(withId(std::move(event), id));
}

// Nothing is certain before the end, so there are no tokens to tell: "searching" says how far it is.
void PlaygroundWorker::search(const generate::BeamRequest& request, const Json& id, const CancelToken& cancel)
{
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    Json finished{{"event", "finished"},
                  {"text", ""},
                  {"reason", toString(generate::StopReason::Cancelled)},
                  {"prompt_tokens", request.prompt.size()},
                  {"completion_tokens", 0},
                  {"context", m_session.context()},
                  {"sequences", Json::array()}};
    try {
        const auto onStep = [&](std::size_t done, std::size_t most) {
            m_send(withId({{"event", "searching"}, {"done", done}, {"most", most}}, id));
        };
        for (const generate::BeamResult& result : generate::beamSearch(m_session, request, cancel, onStep)) {
            Json one = toJson(result);
            if (finished["sequences"].empty()) {
                finished["text"] = result.text;
                finished["reason"] = toString(result.reason);
                finished["completion_tokens"] = result.ids.size();
            }
            finished["sequences"].push_back(std::move(one));
        }
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Cancelled)
            throw;
    }
    finished["seconds"] = seconds();
    m_send(withId(std::move(finished), id));
}

void PlaygroundWorker::render(const OrderedJson& request, const Json& id)
{
    const generate::LanguageModel& model = m_session.model();
    const OrderedJson* plain = find(request, "prompt");
    if (plain && !plain->is_string())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a text"), "prompt"}, "prompt");
    const std::string text = plain ? plain->get<std::string>() : generate::renderChat(model, request);
    Json tokens = Json::array();
    if (model.tokenizer) {
        const text::EncodeOptions options =
            plain ? text::EncodeOptions{} : text::EncodeOptions{.addSpecial = false, .parseSpecial = true};
        const text::Encoding encoding = model.tokenizer->encodeWithOffsets(text, options);
        for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
            Json token = toJson(encoding.ids[i], nullptr, model);
            token["special"] = model.tokenizer->isSpecial(encoding.ids[i]);
            token["begin"] = encoding.offsets[i].begin;
            token["end"] = encoding.offsets[i].end;
            tokens.push_back(std::move(token));
        }
    }
    m_send(withId({{"event", "rendered"}, {"text", text}, {"tokens", tokens}}, id));
}

void PlaygroundWorker::count(const OrderedJson& request, const Json& id)
{
    const OrderedJson* text = find(request, "text");
    if (!text || !text->is_string())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a text"), "text"}, "text");
    const std::vector<text::TokenId> ids =
        m_session.model().needTokenizer().encode(text->get<std::string>(), {.addSpecial = false});
    m_send(withId({{"event", "counted"}, {"tokens", ids.size()}}, id));
}

void PlaygroundWorker::score(const OrderedJson& request, const Json& id, const CancelToken& cancel)
{
    const generate::LanguageModel& model = m_session.model();
    const OrderedJson* ids = find(request, "ids");
    const OrderedJson* text = find(request, "text");
    if (!ids && !(text && text->is_string()))
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a text"), "text"}, "text");
    const std::string given = text && !ids ? text->get<std::string>() : std::string();
    const std::vector<generate::TokenId> tokens = ids ? generate::readIdList(*ids, "ids") : model.encodePrompt(given);
    const std::size_t alternatives = std::min(generate::countOf(request, "alternatives", 0), kMostAlternatives);
    const auto onToken = [&](const generate::ScoredToken& token) {
        Json event = toJson(token.id, token.expectation ? &*token.expectation : nullptr, model);
        event["event"] = "token";
        event["text"] = token.text;
        m_send(withId(std::move(event), id));
    };
    const generate::TextScore result = generate::scoreText(m_session, tokens, alternatives, onToken, cancel);
    Json event{{"event", "scored"},
               {"tokens", tokens.size()},
               {"loss", finite(result.meanLoss())},
               {"perplexity", finite(result.perplexity())},
               {"cancelled", result.cancelled}};
    event["bits_per_byte"] = finite(result.bitsPerByte());
    m_send(withId(std::move(event), id));
}

} // namespace crucible::cli
