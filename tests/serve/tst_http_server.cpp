// SPDX-License-Identifier: GPL-3.0-or-later
// Clients of OpenAI's API get what they ask for, whole and as a stream; what is wrong is told in its shape; strangers' pages
// are kept out; a client that goes away frees the model for the next.
#include "generate/session.h"
#include "job/sample.h"
#include "serve/http_server.h"

#include <httplib.h>

#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <thread>

using namespace crucible;

namespace {

// A server in this process, with the random model of the sample that has a chat template.
class Running {
public:
    explicit Running(const std::filesystem::path& model, serve::ServerOptions options = {})
        : m_session(generate::LanguageModel::load(model), {.context = 0, .threads = 1}), m_server(m_session, withName(std::move(options))),
          m_thread([this] { m_server.run(m_cancel); })
    {
    }
    ~Running() { stop(); }
    void stop()
    {
        m_cancel.request();
        if (m_thread.joinable())
            m_thread.join();
    }

    httplib::Client client() const
    {
        httplib::Client client("127.0.0.1", m_server.port());
        client.set_read_timeout(60);
        return client;
    }
    int port() const { return m_server.port(); }
    generate::Session& session() { return m_session; }

private:
    static serve::ServerOptions withName(serve::ServerOptions options)
    {
        options.names.push_back("tiny");
        return options;
    }

    CancelToken m_cancel;
    generate::Session m_session;
    serve::HttpServer m_server;
    std::thread m_thread;
};

httplib::Result post(httplib::Client& client, const char* path, const Json& body)
{
    return client.Post(path, body.dump(), "application/json");
}

// The JSON of every event of a stream; the last one must be [DONE].
std::vector<Json> events(const std::string& body)
{
    std::vector<Json> all;
    bool done = false;
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = body.find("\n\n", at);
        if (end == std::string::npos || body.compare(at, 6, "data: ") != 0)
            return {};
        const std::string data = body.substr(at + 6, end - at - 6);
        at = end + 2;
        if (data == "[DONE]")
            done = at == body.size();
        else
            all.push_back(Json::parse(data));
    }
    return done ? all : std::vector<Json>();
}

const Json kHello = {{"messages", {{{"role", "user"}, {"content", "Hello"}}}}, {"max_tokens", 12}, {"temperature", 0}, {"ignore_eos", true}};

} // namespace

class TestHttpServer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const std::filesystem::path folder = m_folder.path().toStdString();
        job::writeSample(folder, job::sampleShapes().front(), 1, {});
        m_model = folder / "models" / "sample-chat";
        m_running = std::make_unique<Running>(m_model);
    }

    void cleanupTestCase() { m_running.reset(); }

    void modelsAreListed()
    {
        httplib::Client client = m_running->client();
        const auto list = client.Get("/v1/models");
        QVERIFY(list);
        QCOMPARE(list->status, 200);
        const Json json = Json::parse(list->body);
        QCOMPARE(json["data"][0]["id"].get<std::string>(), std::string("tiny"));
        QCOMPARE(client.Get("/v1/models/tiny")->status, 200);
        QCOMPARE(client.Get("/v1/models/other")->status, 404);
        QCOMPARE(client.Get("/health")->status, 200);
    }

    // The same text comes whole, as a stream, and from the session itself.
    void chatIsTheSameWholeAndStreamed()
    {
        httplib::Client client = m_running->client();
        const auto whole = post(client, "/v1/chat/completions", kHello);
        QVERIFY(whole);
        QCOMPARE(whole->status, 200);
        const Json json = Json::parse(whole->body);
        QCOMPARE(json["object"].get<std::string>(), std::string("chat.completion"));
        const std::string text = json["choices"][0]["message"]["content"];
        QVERIFY(!text.empty());
        QCOMPARE(json["choices"][0]["finish_reason"].get<std::string>(), std::string("length"));
        QCOMPARE(json["usage"]["completion_tokens"].get<int>(), 12);
        QCOMPARE(json["usage"]["total_tokens"].get<int>(), json["usage"]["prompt_tokens"].get<int>() + 12);

        Json request = kHello;
        request["stream"] = true;
        request["stream_options"] = {{"include_usage", true}};
        const auto streamed = post(client, "/v1/chat/completions", request);
        QVERIFY(streamed);
        QCOMPARE(streamed->get_header_value("Content-Type"), std::string("text/event-stream"));
        const std::vector<Json> chunks = events(streamed->body);
        QVERIFY(chunks.size() > 3);
        QCOMPARE(chunks.front()["choices"][0]["delta"]["role"].get<std::string>(), std::string("assistant"));
        std::string joined;
        std::string reason;
        for (const Json& chunk : chunks) {
            QVERIFY(chunk["id"] == chunks.front()["id"]);
            for (const Json& choice : chunk["choices"]) {
                joined += choice["delta"].value("content", "");
                if (!choice["finish_reason"].is_null())
                    reason = choice["finish_reason"];
            }
        }
        QCOMPARE(joined, text);
        QCOMPARE(reason, std::string("length"));
        QCOMPARE(chunks.back()["usage"]["completion_tokens"].get<int>(), 12);
        QVERIFY(chunks.back()["usage"]["prompt_tokens_details"]["cached_tokens"].get<int>() > 0);
    }

    void anotherTemplateIsUsed()
    {
        const Running running(m_model, {.chatTemplate = "alpaca"});
        httplib::Client own = m_running->client(), other = running.client();
        const auto tokens = [](httplib::Client& client) {
            return Json::parse(post(client, "/v1/chat/completions", kHello)->body)["usage"]["prompt_tokens"].get<int>();
        };
        QVERIFY(tokens(own) != tokens(other));
    }

    void severalChoicesStandByThemselves()
    {
        httplib::Client client = m_running->client();
        Json request = kHello;
        request["n"] = 3;
        const Json json = Json::parse(post(client, "/v1/chat/completions", request)->body);
        QCOMPARE(json["choices"].size(), std::size_t(3));
        for (int i = 0; i < 3; ++i) { // greedy: all alike
            QCOMPARE(json["choices"][static_cast<std::size_t>(i)]["index"].get<int>(), i);
            QVERIFY(json["choices"][static_cast<std::size_t>(i)]["message"] == json["choices"][0]["message"]);
        }
        request["temperature"] = 1.5;
        request["seed"] = 5;
        const Json drawn = Json::parse(post(client, "/v1/chat/completions", request)->body);
        QVERIFY(drawn["choices"][0]["message"] != drawn["choices"][1]["message"]);
        const Json again = Json::parse(post(client, "/v1/chat/completions", request)->body);
        QVERIFY(again["choices"] == drawn["choices"]);
    }

    void textCompletionsEchoAndCount()
    {
        httplib::Client client = m_running->client();
        const Json request = {{"prompt", {"abc", Json::array({97, 98})}}, {"max_tokens", 4}, {"temperature", 0}, {"echo", true}, {"ignore_eos", true}};
        // A list holds texts or lists of ids.
        const auto answer = post(client, "/v1/completions", request);
        QCOMPARE(answer->status, 200);
        const Json json = Json::parse(answer->body);
        QCOMPARE(json["choices"].size(), std::size_t(2));
        QVERIFY(json["choices"][0]["text"].get<std::string>().starts_with("abc"));
        QCOMPARE(json["usage"]["completion_tokens"].get<int>(), 8);
    }

    // What programs that measure models ask for: the probabilities of the prompt's own tokens, and nothing written.
    void promptsAreScored()
    {
        httplib::Client client = m_running->client();
        const auto answer = post(client, "/v1/completions", {{"prompt", "hello"}, {"max_tokens", 0}, {"echo", true}, {"logprobs", 2}});
        QCOMPARE(answer->status, 200);
        const Json choice = Json::parse(answer->body)["choices"][0];
        QCOMPARE(choice["text"].get<std::string>(), std::string("hello"));
        const Json& logprobs = choice["logprobs"];
        const std::size_t count = logprobs["tokens"].size();
        QVERIFY(count >= 5);
        QVERIFY(logprobs["token_logprobs"][0].is_null());
        for (std::size_t i = 1; i < count; ++i) {
            QVERIFY(logprobs["token_logprobs"][i].get<double>() <= 0);
            QVERIFY(logprobs["top_logprobs"][i].size() >= 2);
        }
        QCOMPARE(logprobs["text_offset"].size(), count);
    }

    void chatLogprobsHaveBytesAndAlternatives()
    {
        httplib::Client client = m_running->client();
        Json request = kHello;
        request["logprobs"] = true;
        request["top_logprobs"] = 3;
        const Json json = Json::parse(post(client, "/v1/chat/completions", request)->body);
        const Json& content = json["choices"][0]["logprobs"]["content"];
        QCOMPARE(content.size(), std::size_t(12));
        for (const Json& token : content) {
            QCOMPARE(token["top_logprobs"].size(), std::size_t(3));
            QVERIFY(token["bytes"].is_array());
            // Greedy: the token is the most probable one.
            QCOMPARE(token["top_logprobs"][0]["logprob"].get<double>(), token["logprob"].get<double>());
        }
    }

    // A random model says nothing on its own that a schema would allow.
    void answersKeepToASchema()
    {
        httplib::Client client = m_running->client();
        Json request = kHello;
        request["ignore_eos"] = false;
        request["max_tokens"] = 200;
        request["response_format"] = {{"type", "json_schema"},
                                      {"json_schema", {{"name", "mood"}, {"schema", {{"enum", {"glad", "sad"}}}}}}};
        const Json json = Json::parse(post(client, "/v1/chat/completions", request)->body);
        const std::string text = json["choices"][0]["message"]["content"];
        QVERIFY2(text == "\"glad\"" || text == "\"sad\"", text.c_str());
        QCOMPARE(json["choices"][0]["finish_reason"].get<std::string>(), std::string("stop"));
        request.erase("response_format");
        request["grammar"] = "root ::= \"a\"{3}";
        const Json counted = Json::parse(post(client, "/v1/chat/completions", request)->body);
        QCOMPARE(counted["choices"][0]["message"]["content"].get<std::string>(), std::string("aaa"));
    }

    void stopStringsEndAnAnswer()
    {
        httplib::Client client = m_running->client();
        const std::string text = Json::parse(post(client, "/v1/chat/completions", kHello)->body)["choices"][0]["message"]["content"];
        // Three whole characters from the middle.
        QString all = QString::fromStdString(text);
        const QString stop = all.mid(3, 3);
        Json request = kHello;
        request["stop"] = stop.toStdString();
        const Json json = Json::parse(post(client, "/v1/chat/completions", request)->body);
        QCOMPARE(QString::fromStdString(json["choices"][0]["message"]["content"]), all.left(all.indexOf(stop)));
        QCOMPARE(json["choices"][0]["finish_reason"].get<std::string>(), std::string("stop"));
    }

    void wrongRequestsAreToldWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("parameter");
        const auto row = [](const char* name, const char* path, const char* body, int status, const char* parameter) {
            QTest::newRow(name) << QByteArray(path) << QByteArray(body) << status << QByteArray(parameter);
        };
        const char* chat = "/v1/chat/completions";
        const char* text = "/v1/completions";
        row("no JSON", chat, "{", 400, "");
        row("no object", chat, "[]", 400, "");
        row("no messages", chat, "{}", 400, "messages");
        row("empty messages", chat, R"({"messages": []})", 400, "messages");
        row("message without role", chat, R"({"messages": [{"content": "x"}]})", 400, "messages[0].role");
        row("a picture", chat, R"({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]})", 400, "messages[0].content");
        row("another model", chat, R"({"model": "gpt-4", "messages": [{"role": "user", "content": "x"}]})", 404, "model");
        row("misspelt key", text, R"({"prompt": "x", "temprature": 1})", 400, "temprature");
        row("temperature of another type", text, R"({"prompt": "x", "temperature": "hot"})", 400, "temperature");
        row("negative count", text, R"({"prompt": "x", "max_tokens": -1})", 400, "max_tokens");
        row("too many choices", text, R"({"prompt": "x", "n": 1000000})", 400, "n");
        row("no prompt", text, "{}", 400, "prompt");
        row("empty prompts", text, R"({"prompt": {}})", 400, "prompt");
        row("ids that do not exist", text, R"({"prompt": [99999999], "max_tokens": 1})", 400, "prompt");
        row("bias of no token", text, R"({"prompt": "x", "logit_bias": {"no such token": 1}})", 400, "logit_bias");
        row("no grammar", text, R"({"prompt": "x", "grammar": "root"})", 400, "grammar");
        row("format of no kind", chat, R"({"messages": [{"role": "user", "content": "x"}], "response_format": "json"})", 400, "response_format");
        row("two constraints", text, R"({"prompt": "x", "grammar": "root ::= [a]", "json_schema": {}})", 400, "json_schema");
        row("best of more than n", text, R"({"prompt": "x", "n": 1, "best_of": 4})", 400, "best_of");
        row("no such address", "/v1/embeddings", "{}", 404, "");
    }

    void wrongRequestsAreToldWhatIsWrong()
    {
        QFETCH(const QByteArray, path);
        QFETCH(const QByteArray, body);
        QFETCH(const int, status);
        QFETCH(const QByteArray, parameter);
        httplib::Client client = m_running->client();
        const auto answer = client.Post(path.toStdString(), body.toStdString(), "application/json");
        QVERIFY(answer);
        QCOMPARE(answer->status, status);
        const Json error = Json::parse(answer->body).at("error");
        QVERIFY(!error["message"].get<std::string>().empty());
        if (!parameter.isEmpty())
            QCOMPARE(QByteArray::fromStdString(error["param"].get<std::string>()), parameter);
    }

    void promptsBeyondTheContextAreRefused()
    {
        httplib::Client client = m_running->client();
        const std::string prompt(m_running->session().context() * 2, 'a');
        const auto answer = post(client, "/v1/completions", {{"prompt", prompt}, {"max_tokens", 1}});
        QCOMPARE(answer->status, 400);
        QCOMPARE(Json::parse(answer->body)["error"]["code"].get<std::string>(), std::string("context_length_exceeded"));
    }

    // Pages of strangers: a foreign Origin, a name that was made to point here, and the plain text that browsers let anybody send.
    void strangersPagesAreKeptOut()
    {
        httplib::Client client = m_running->client();
        QCOMPARE(client.Get("/v1/models", {{"Origin", "https://evil.example"}})->status, 403);
        QCOMPARE(client.Get("/v1/models", {{"Host", "evil.example"}})->status, 403);
        QCOMPARE(client.Post("/v1/completions", R"({"prompt": "x"})", "text/plain")->status, 415);
        QCOMPARE(client.Get("/v1/models", {{"Host", "localhost:1"}})->status, 200);
    }

    void pagesThatAreAllowedGetIn()
    {
        const Running running(m_model, {.origins = {"http://localhost:3000"}});
        httplib::Client client = running.client();
        const auto answer = client.Get("/v1/models", {{"Origin", "http://localhost:3000"}});
        QCOMPARE(answer->status, 200);
        QCOMPARE(answer->get_header_value("Access-Control-Allow-Origin"), std::string("http://localhost:3000"));
        QCOMPARE(client.Options("/v1/completions", {{"Origin", "http://localhost:3000"}})->status, 204);
    }

    void theKeyIsNeeded()
    {
        const Running running(m_model, {.apiKey = "secret"});
        httplib::Client client = running.client();
        QCOMPARE(client.Get("/v1/models")->status, 401);
        QCOMPARE(client.Get("/v1/models", {{"Authorization", "Bearer secrets"}})->status, 401);
        QCOMPARE(client.Get("/v1/models", {{"Authorization", "Bearer secret"}})->status, 200);
        QCOMPARE(client.Get("/health")->status, 200);
    }

    void withoutKeyOnlyThisMachineIsServed()
    {
        generate::Session session(generate::LanguageModel::load(m_model), {});
        serve::ServerOptions options{.host = "0.0.0.0", .names = {"tiny"}};
        QVERIFY_THROWS_EXCEPTION(Error, serve::HttpServer(session, options));
    }

    // A long answer ends when nobody reads it any more, and the next one gets the model.
    void aClientThatGoesAwayFreesTheModel()
    {
        Running running(m_model);
        Json endless = kHello;
        endless["max_tokens"] = 100000; // up to the end of the context
        endless["stream"] = true;
        httplib::Request request;
        request.method = "POST";
        request.path = "/v1/chat/completions";
        request.set_header("Content-Type", "application/json");
        request.body = endless.dump();
        int pieces = 0;
        request.content_receiver = [&](const char*, std::size_t, std::uint64_t, std::uint64_t) { return ++pieces < 4; };
        {
            httplib::Client client = running.client();
            QVERIFY(!client.send(request));
        }
        // Several choices at once leave what the session remembers as it is.
        Json next = kHello;
        next["n"] = 2;
        httplib::Client client = running.client();
        QCOMPARE(post(client, "/v1/chat/completions", next)->status, 200);
        running.stop();
        QVERIFY(running.session().remembered() > 0);
        QVERIFY(running.session().remembered() < running.session().context() - 50);
    }

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_model;
    std::unique_ptr<Running> m_running;
};

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_http_server.moc"
