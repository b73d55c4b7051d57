// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/http_server.h"

#include "serve/api_error.h"
#include "serve/completion_answer.h"
#include "serve/turns.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace crucible::serve {
namespace {

constexpr std::size_t kMostBytes = std::size_t(64) << 20; // of a request
constexpr std::size_t kConnections = 64;                  // each holds a thread
constexpr auto kGlance = std::chrono::milliseconds(100);

bool isLoopback(const std::string& host)
{
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// Without the port: "localhost:8080", "[::1]:8080".
std::string hostName(const std::string& host)
{
    if (host.starts_with('['))
        return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

// Takes as long wherever the two begin to differ.
bool equalInConstantTime(const std::string& a, const std::string& b)
{
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i])) ^
                      static_cast<unsigned char>(b.empty() ? 0 : b[i % b.size()]);
    return difference == 0;
}

std::string randomId(std::string_view prefix)
{
    std::random_device random;
    return fmt::format("{}-{:08x}{:08x}{:08x}", prefix, random(), random(), random());
}

void setJson(httplib::Response& response, int status, const OrderedJson& json)
{
    response.status = status;
    response.set_content(toJsonText(json), "application/json");
}

} // namespace

class HttpServer::Implementation {
public:
    Implementation(generate::Session& session, ServerOptions options)
        : m_session(session), m_options(std::move(options)), m_turns(m_options.mostWaiting),
          m_started(std::time(nullptr))
    {
        if (m_options.apiKey.empty() && !isLoopback(m_options.host))
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 can be reached from other machines"), m_options.host},
                                 "--host", CRUCIBLE_TR_NOOP("Problem", "give an --api-key, or listen on 127.0.0.1"));
        m_server.new_task_queue = [] { return new httplib::ThreadPool(kConnections); };
        m_server.set_payload_max_length(kMostBytes);
        m_server.set_read_timeout(30);
        m_server.set_tcp_nodelay(true);
        m_server.set_pre_routing_handler(
            [this](const httplib::Request& request, httplib::Response& response) { return admit(request, response); });
        m_server.set_error_handler(
            [](const httplib::Request& request, httplib::Response& response) { describeError(request, response); });
        m_server.set_logger(
            [this](const httplib::Request& request, const httplib::Response& response) { record(request, response); });
        m_server.Get("/health", [](const httplib::Request&, httplib::Response& response) {
            setJson(response, 200, {{"status", "ok"}});
        });
        m_server.Get("/v1/models", [this](const httplib::Request&, httplib::Response& response) {
            setJson(response, 200, {{"object", "list"}, {"data", OrderedJson::array({describeModel()})}});
        });
        m_server.Get(R"(/v1/models/(.+))", [this](const httplib::Request& request, httplib::Response& response) {
            const std::string name = request.matches[1];
            if (std::find(m_options.names.begin(), m_options.names.end(), name) == m_options.names.end())
                return setJson(
                    response, 404,
                    ApiError(404, fmt::format("there is no model \"{}\" here", name), "model", "model_not_found")
                        .toJson());
            setJson(response, 200, describeModel());
        });
        m_server.Post("/v1/chat/completions", [this](const httplib::Request& request, httplib::Response& response) {
            complete(request, response, true);
        });
        m_server.Post("/v1/completions", [this](const httplib::Request& request, httplib::Response& response) {
            complete(request, response, false);
        });
        // The answer to a browser that asks whether a page may; admit() has put in for whom.
        m_server.Options(".*", [](const httplib::Request&, httplib::Response& response) { response.status = 204; });
        listen();
    }

    int port() const { return m_port; }
    const ServerOptions& options() const { return m_options; }
    std::function<void(const RequestRecord&)> log;

    void run(const CancelToken& cancel)
    {
        std::thread watch([&] {
            while (!cancel.requested() && !m_ended.load())
                std::this_thread::sleep_for(kGlance);
            m_stopping.store(true);
            m_turns.cancelAll();
            m_server.stop();
        });
        const bool listened = m_server.listen_after_bind();
        m_ended.store(true);
        watch.join();
        if (!listened && !cancel.requested())
            throw Error(ErrorKind::Io,
                        CRUCIBLE_TR_NOOP("Problem", "the server ended, since it could not accept connections"),
                        fmt::format("{}:{}", m_options.host, m_port));
    }

private:
    void listen()
    {
        if (m_options.port == 0) {
            m_port = m_server.bind_to_any_port(m_options.host);
        } else {
            m_port = m_options.port;
            if (!m_server.bind_to_port(m_options.host, m_port))
                m_port = -1;
        }
        if (m_port <= 0)
            throw Error(
                ErrorKind::Io, CRUCIBLE_TR_NOOP("Problem", "the server cannot listen there"),
                fmt::format("{}:{}", m_options.host, m_options.port),
                CRUCIBLE_TR_NOOP(
                    "Problem",
                    "another program may use this port; choose another one with --port, or 0 for any that is free"));
    }

    OrderedJson describeModel() const
    {
        return {{"id", m_options.names.front()},
                {"object", "model"},
                {"created", m_started},
                {"owned_by", "local"},
                {"context_length", m_session.context()},
                {"parameters", m_session.model().folder->parameters()}};
    }

    // What comes before any address: pages of strangers may not use the server, nor whoever lacks the key.
    httplib::Server::HandlerResponse admit(const httplib::Request& request, httplib::Response& response) const
    {
        const auto refuse = [&](int status, const std::string& why, const std::string& code) {
            setJson(response, status, ApiError(status, why, {}, code).toJson());
            return httplib::Server::HandlerResponse::Handled;
        };
        // A name that a stranger lets point here would make his page a local one.
        const std::string host = hostName(request.get_header_value("Host"));
        if (m_options.apiKey.empty() && !host.empty() && !isLoopback(host) && host != m_options.host)
            return refuse(403, fmt::format("this server is not called \"{}\"", host), "host_not_allowed");
        const std::string origin = request.get_header_value("Origin");
        if (!origin.empty()) {
            const auto& known = m_options.origins;
            if (std::find(known.begin(), known.end(), origin) == known.end())
                return refuse(
                    403,
                    fmt::format("pages of {} may not use this server: start it with --allow-origin {}", origin, origin),
                    "origin_not_allowed");
            response.set_header("Access-Control-Allow-Origin", origin);
            response.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type");
            response.set_header("Access-Control-Allow-Methods", "GET, POST");
            response.set_header("Vary", "Origin");
        }
        if (request.method != "OPTIONS" && request.path != "/health" && !m_options.apiKey.empty() &&
            !equalInConstantTime(request.get_header_value("Authorization"), "Bearer " + m_options.apiKey))
            return refuse(401, "the key is missing or wrong: send the header \"Authorization: Bearer KEY\"",
                          "invalid_api_key");
        return httplib::Server::HandlerResponse::Unhandled;
    }

    static void describeError(const httplib::Request& request, httplib::Response& response)
    {
        if (!response.body.empty())
            return;
        const int status = response.status;
        std::string why = fmt::format("the request could not be met ({})", status);
        if (status == 404)
            why = fmt::format(
                "there is no {} {} here; there are /v1/chat/completions, /v1/completions, /v1/models and /health",
                request.method, request.path);
        else if (status == 413)
            why = fmt::format("the request is larger than {} MB", kMostBytes >> 20);
        else if (status == 400)
            why = "the request is not one of HTTP, or its body did not arrive";
        setJson(response, status, ApiError(status, why).toJson());
    }

    void record(const httplib::Request& request, const httplib::Response& response) const
    {
        if (log)
            log({request.method, request.path, response.status});
    }

    void complete(const httplib::Request& request, httplib::Response& response, bool isChat)
    {
        try {
            // Also what keeps pages of strangers out that browsers let send plain text.
            if (!request.get_header_value("Content-Type").starts_with("application/json"))
                throw ApiError(415, "the request must have the header \"Content-Type: application/json\"");
            const OrderedJson json =
                parseOrderedJson(request.body, "request", {.maxBytes = kMostBytes, .maxDepth = 64});
            const CallSettings settings{m_options.names, m_options.chatTemplate, m_session.context()};
            auto call =
                std::make_shared<CompletionCall>(isChat ? readChatCall(json, m_session.sharedModel(), settings)
                                                        : readTextCall(json, m_session.sharedModel(), settings));
            auto place = m_turns.queue();
            if (!place)
                throw ApiError(429,
                               fmt::format("{} requests are waiting already; try again later", m_options.mostWaiting),
                               {}, "queue_full");
            // The answer is written by a provider even when it comes in one piece: it alone can see that the client has
            // gone.
            response.set_chunked_content_provider(
                call->stream ? "text/event-stream" : "application/json",
                [this, call, place](std::size_t, httplib::DataSink& sink) { return answer(*call, *place, sink); });
            if (call->stream)
                response.set_header("Cache-Control", "no-cache");
        } catch (const ApiError& error) {
            setJson(response, error.status(), error.toJson());
        } catch (const Error& error) {
            const ApiError told(error);
            setJson(response, told.status(), told.toJson());
        } catch (const std::exception& error) {
            setJson(response, 500, ApiError(500, error.what()).toJson());
        }
    }

    // Writes the whole answer; false when the client has gone or the answer ended in the middle.
    bool answer(const CompletionCall& call, Turns::Place& place, httplib::DataSink& sink)
    {
        const auto wanted = [&] { return sink.is_writable() && !m_stopping.load(); };
        const auto write = [&](const std::string& text) {
            if (!sink.write(text.data(), text.size()))
                place.cancel().request();
        };
        const auto event = [&](const OrderedJson& json) { write("data: " + toJsonText(json) + "\n\n"); };
        const auto fail = [&](const ApiError& error) {
            if (call.stream)
                event(error.toJson());
            else
                write(toJsonText(error.toJson()));
            return false;
        };
        try {
            if (!place.wait(wanted))
                return false;
            CompletionAnswer answer(call, m_session.model(), m_options.names.front(),
                                    randomId(call.isChat ? "chatcmpl" : "cmpl"), std::time(nullptr));
            if (call.stream) {
                for (const OrderedJson& chunk : answer.begin())
                    event(chunk);
            }
            const auto look = [&] {
                if (!wanted())
                    place.cancel().request();
            };
            const std::vector<generate::Generated> results = compute(call, answer, place.cancel(), look, event);
            if (place.cancel().requested())
                return false;
            if (call.stream) {
                for (const OrderedJson& chunk : answer.end(results))
                    event(chunk);
                write("data: [DONE]\n\n");
            } else {
                write(toJsonText(answer.whole(results)));
            }
            sink.done();
            return true;
        } catch (const Error& error) {
            return fail(ApiError(error));
        } catch (const std::exception& error) {
            return fail(ApiError(500, error.what()));
        }
    }

    std::vector<generate::Generated> compute(const CompletionCall& call, CompletionAnswer& answer,
                                             const CancelToken& cancel, const std::function<void()>& look,
                                             const std::function<void(const OrderedJson&)>& event)
    {
        if (!call.echo.empty() && call.logprobs) {
            for (std::size_t i = 0; i < call.requests.size(); ++i)
                generate::scoreText(
                    m_session, call.requests[i].prompt, *call.logprobs,
                    [&](const generate::ScoredToken& token) {
                        look();
                        answer.addEchoed(i, token);
                    },
                    cancel);
        }
        if (!call.writes) {
            generate::Generated nothing;
            nothing.reason = generate::StopReason::Length;
            return std::vector<generate::Generated>(call.requests.size(), nothing);
        }
        const auto onToken = [&](std::size_t choice, const generate::GeneratedToken& token) {
            look();
            const std::vector<OrderedJson> chunks = answer.add(choice, token);
            if (!call.stream || (!call.isChat && token.text.empty()))
                return;
            for (const OrderedJson& chunk : chunks)
                event(chunk);
        };
        if (call.requests.size() > 1)
            return m_session.generateAll(call.requests, onToken, cancel);
        return {m_session.generate(
            call.requests.front(), [&](const generate::GeneratedToken& token) { onToken(0, token); },
            [&](const generate::PromptProgress&) { look(); }, cancel)};
    }

    generate::Session& m_session;
    ServerOptions m_options;
    Turns m_turns;
    std::int64_t m_started;
    httplib::Server m_server;
    int m_port = -1;
    std::atomic<bool> m_stopping{false};
    std::atomic<bool> m_ended{false};
};

HttpServer::HttpServer(generate::Session& session, ServerOptions options)
    : m_implementation(std::make_unique<Implementation>(session, std::move(options)))
{
}

HttpServer::~HttpServer() = default;

int HttpServer::port() const
{
    return m_implementation->port();
}

std::string HttpServer::url() const
{
    const std::string& host = m_implementation->options().host;
    return fmt::format("http://{}:{}", host.find(':') == std::string::npos ? host : "[" + host + "]", port());
}

void HttpServer::setLog(std::function<void(const RequestRecord&)> log)
{
    m_implementation->log = std::move(log);
}

void HttpServer::run(const CancelToken& cancel)
{
    m_implementation->run(cancel);
}

} // namespace crucible::serve
