// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground_worker.h"

#include "generate_json.h"

#include "base/units.h"
#include "generate/prompt.h"
#include "generate/read_constraint.h"
#include "generate/score.h"
#include "job/worker.h"

#include <fmt/format.h>

#include <chrono>

namespace crucible::cli {
namespace {

constexpr std::size_t kUsualMaxTokens = 512;
constexpr std::size_t kMostAlternatives = 1000;

const OrderedJson* find(const OrderedJson& request, const char* key)
{
    const auto found = request.find(key);
    return found == request.end() || found->is_null() ? nullptr : &*found;
}

std::size_t countOf(const OrderedJson& request, const char* key, std::size_t absent)
{
    const OrderedJson* value = find(request, key);
    if (!value)
        return absent;
    if (!value->is_number_unsigned())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a whole number that is not negative"), key}, key);
    return value->get<std::size_t>();
}

std::vector<std::string> textsOf(const OrderedJson& request, const char* key)
{
    const OrderedJson* value = find(request, key);
    if (!value)
        return {};
    std::vector<std::string> texts;
    const auto take = [&](const OrderedJson& one) {
        if (!one.is_string())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list of texts"), key}, key);
        texts.push_back(one.get<std::string>());
    };
    if (value->is_array()) {
        for (const OrderedJson& one : *value)
            take(one);
    } else {
        take(*value);
    }
    return texts;
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
    const generate::LanguageModel& model = m_session.model();
    const model::DecoderConfig& config = model.decoder->config();
    Json names = Json::array();
    if (model.chat)
        names = model.chat->names();
    return {{"event", "ready"},
            {"model",
             {{"path", model.path.string()},
              {"adapter", model.adapter.string()},
              {"name", model.name},
              {"family", config.family},
              {"parameters", model.folder->parameters()},
              {"dtype", toString(model.folder->mainDType())},
              {"weight_bytes", model.folder->checkpoint().totalBytes()},
              {"context", m_session.context()},
              {"vocabulary", config.vocabulary},
              {"has_tokenizer", model.tokenizer != nullptr},
              {"has_template", model.chat != nullptr},
              {"template_names", names},
              {"load_seconds", model.loadSeconds}}}};
}

void PlaygroundWorker::handle(const std::string& line, const CancelToken& cancel)
{
    Json id;
    try {
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
            throw Error::invalid(fmt::format("there is no operation \"{}\"", name), "request", "there are generate, stop, render, count, score and quit");
    } catch (...) {
        const Error error = job::asError(std::current_exception());
        m_send(withId({{"event", "error"}, {"kind", toString(error.kind())}, {"what", error.message()}, {"where", error.where()}, {"remedy", error.hint()}}, id));
    }
}

std::shared_ptr<const generate::Constraint> PlaygroundWorker::constraintOf(const OrderedJson& request)
{
    const OrderedJson* constraint = find(request, "constraint");
    if (!constraint)
        return nullptr;
    if (!m_constraint || m_constraintKey != *constraint) {
        m_constraint = generate::readConstraint(m_session.model(), *constraint);
        m_constraintKey = *constraint;
    }
    return m_constraint;
}

void PlaygroundWorker::generate(const OrderedJson& request, const Json& id, const CancelToken& cancel)
{
    const generate::LanguageModel& model = m_session.model();
    generate::Prompt prompt = generate::readPrompt(model, request);
    generate::GenerateRequest work;
    work.prompt = std::move(prompt.ids);
    work.continuesText = prompt.continuesText;
    if (const OrderedJson* sampling = find(request, "sampling"))
        work.sampling = generate::SamplingSettings::fromJson(parseJson(toJsonText(*sampling), "sampling"));
    if (const OrderedJson* seed = find(request, "seed"))
        work.sampling.set("seed", parseJson(toJsonText(*seed), "seed"), "request");
    work.maxTokens = countOf(request, "max_tokens", kUsualMaxTokens);
    work.stop = textsOf(request, "stop");
    work.constraint = constraintOf(request);
    work.alternatives = std::min(countOf(request, "alternatives", 0), kMostAlternatives);
    const auto onToken = [&](const generate::GeneratedToken& token) {
        Json event = toJson(token, model);
        event["event"] = "token";
        m_send(withId(std::move(event), id));
    };
    const auto onPrompt = [&](const generate::PromptProgress& progress) {
        m_send(withId({{"event", "prompt"}, {"tokens", progress.tokens}, {"reused", progress.reused}, {"done", progress.done}}, id));
    };
    const generate::Generated result = m_session.generate(std::move(work), onToken, onPrompt, cancel);
    Json event = toJson(result);
    event["event"] = "finished";
    m_send(withId(std::move(event), id));
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
        const text::EncodeOptions options = plain ? text::EncodeOptions{} : text::EncodeOptions{.addSpecial = false, .parseSpecial = true};
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
    const std::vector<text::TokenId> ids = m_session.model().needTokenizer().encode(text->get<std::string>(), {.addSpecial = false});
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
    const std::size_t alternatives = std::min(countOf(request, "alternatives", 0), kMostAlternatives);
    const auto onToken = [&](const generate::ScoredToken& token) {
        Json event = toJson(token.id, token.expectation ? &*token.expectation : nullptr, model);
        event["event"] = "token";
        event["text"] = token.text;
        m_send(withId(std::move(event), id));
    };
    const generate::TextScore result = generate::scoreText(m_session, tokens, alternatives, onToken, cancel);
    Json event{{"event", "scored"}, {"tokens", tokens.size()}, {"loss", finite(result.meanLoss())}, {"perplexity", finite(result.perplexity())}, {"cancelled", result.cancelled}};
    event["bits_per_byte"] = finite(result.bitsPerByte());
    m_send(withId(std::move(event), id));
}

} // namespace crucible::cli
