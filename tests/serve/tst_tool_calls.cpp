// SPDX-License-Identifier: GPL-3.0-or-later
// Calls of tools are found in all ways in which models write them, wherever the text is cut; what is no call stays the
// text that it was, whatever a model writes; a call that must be made is one; templates get conversations with calls as
// they want them.
#include "generate/session.h"
#include "job/sample.h"
#include "serve/api_error.h"
#include "serve/http_server.h"
#include "serve/tool_calls.h"

#include <httplib.h>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <random>
#include <thread>

using namespace crucible;
using serve::ToolCall;
using serve::ToolCallReader;

namespace {

struct Read {
    std::string text;
    std::vector<ToolCall> calls;
};

// In parts of `step` bytes.
Read read(std::string_view answer, std::size_t step)
{
    ToolCallReader reader({"add", "get_weather", "f"});
    Read all;
    const auto take = [&all](ToolCallReader::Piece piece) {
        all.text += piece.text;
        for (ToolCall& call : piece.calls)
            all.calls.push_back(std::move(call));
    };
    for (std::size_t at = 0; at < answer.size(); at += step)
        take(reader.push(answer.substr(at, step)));
    take(reader.finish());
    return all;
}

std::string shown(const Read& read)
{
    std::string text = read.text;
    for (const ToolCall& call : read.calls)
        text += " | " + call.name + " " + call.arguments;
    return text;
}

// JSON that is easier to read in a test: with ' for ".
OrderedJson jsonOf(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return parseOrderedJson(text, "test");
}

OrderedJson tool(const char* name, OrderedJson parameters)
{
    return {{"type", "function"},
            {"function", {{"name", name}, {"description", "d"}, {"parameters", std::move(parameters)}}}};
}

OrderedJson number()
{
    return {{"type", "object"},
            {"properties", {{"n", {{"type", "integer"}, {"minimum", 0}, {"maximum", 9}}}}},
            {"required", {"n"}},
            {"additionalProperties", false}};
}

} // namespace

class TestToolCalls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const char* answer, const char* expected) {
            QTest::newRow(name) << QByteArray(answer) << QByteArray(expected);
        };
        row("text", "Hello there.", "Hello there.");
        row("space is kept", "  a \n\n b \n", "  a \n\n b \n");
        row("empty", "", "");
        row("hermes", "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call>", " | add {\"a\":1}");
        row("hermes, two",
            "<tool_call>{\"name\":\"add\",\"arguments\":{}}</"
            "tool_call>\n<tool_call>{\"name\":\"f\",\"arguments\":{\"x\":[1,2]}}</tool_call>",
            " | add {} | f {\"x\":[1,2]}");
        row("hermes after text", "Let me look.\n\n<tool_call>{\"name\":\"add\",\"arguments\":{}}</tool_call>\n",
            "Let me look. | add {}");
        row("hermes, not closed", "<tool_call>{\"name\":\"add\",\"arguments\":{}}", " | add {}");
        row("hermes, closed in part", "<tool_call>{\"name\":\"add\",\"arguments\":{}}</tool", " | add {}");
        row("hermes, next without an end", "<tool_call>{\"name\":\"add\"}<tool_call>{\"name\":\"f\"}</tool_call>",
            " | add {} | f {}");
        row("hermes, an end inside",
            "<tool_call>{\"name\":\"f\",\"arguments\":{\"t\":\"</tool_call>}\\\"{\"}}</tool_call>",
            " | f {\"t\":\"</tool_call>}\\\"{\"}");
        row("hermes, unknown tool", "<tool_call>{\"name\":\"other\",\"arguments\":{}}</tool_call>", " | other {}");
        row("hermes, text after", "<tool_call>{\"name\":\"f\"}</tool_call>done", "done | f {}");
        row("arguments as text", "<tool_call>{\"name\":\"f\",\"arguments\":\"{\\\"a\\\": 1}\"}</tool_call>",
            " | f {\"a\": 1}");
        row("mistral",
            "[TOOL_CALLS] [{\"name\": \"add\", \"arguments\": {\"a\": 1}}, {\"name\": \"f\", \"arguments\": {}}]",
            " | add {\"a\":1} | f {}");
        row("mistral, new", "[TOOL_CALLS]add[ARGS]{\"a\": 1}[TOOL_CALLS]f{}", " | add {\"a\":1} | f {}");
        row("mistral, new, with id", "[TOOL_CALLS]add[CALL_ID]abc123DEF[ARGS]{\"a\": 1}", " | add {\"a\":1}");
        row("mistral after text", "Sure. [TOOL_CALLS][{\"name\": \"add\", \"arguments\": {}}]", "Sure. | add {}");
        row("llama", "<|python_tag|>{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Köln\"}}",
            " | get_weather {\"city\":\"Köln\"}");
        row("llama, two",
            "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}; {\"name\": \"add\", \"parameters\": {}}",
            " | f {} | add {}");
        row("bare", "{\"name\": \"f\", \"parameters\": {\"x\": null}}", " | f {\"x\":null}");
        row("bare, with a type", "\n{\"type\": \"function\", \"name\": \"f\", \"parameters\": {}}\n", " | f {}");
        row("bare list", "[{\"name\": \"f\", \"arguments\": {}}, {\"name\": \"add\", \"arguments\": {}}]",
            " | f {} | add {}");
        // What is none.
        row("bare, unknown", "{\"name\": \"other\", \"parameters\": {}}", "{\"name\": \"other\", \"parameters\": {}}");
        row("bare, one unknown", "[{\"name\": \"f\"}, {\"name\": \"other\"}]",
            "[{\"name\": \"f\"}, {\"name\": \"other\"}]");
        row("other JSON", "{\"a\": [1, {\"name\": \"f\"}]} \n", "{\"a\": [1, {\"name\": \"f\"}]} \n");
        row("later in a text", "So: {\"name\": \"f\", \"arguments\": {}}", "So: {\"name\": \"f\", \"arguments\": {}}");
        row("cut", "<tool_call>{\"name\": \"f\", \"argu", "<tool_call>{\"name\": \"f\", \"argu");
        row("only a marker", "a <tool_call>", "a <tool_call>");
        row("part of a marker", "a <tool_ca", "a <tool_ca");
        row("not JSON", "<tool_call>{'name': 'f'}</tool_call>", "<tool_call>{'name': 'f'}</tool_call>");
        row("marker twice", "<tool_call><tool_call>{\"name\":\"f\"}</tool_call>", "<tool_call> | f {}");
        row("list of numbers", "[1, 2]", "[1, 2]");
        row("empty list", "[TOOL_CALLS][]", "[TOOL_CALLS][]");
        row("arguments are a list", "<tool_call>{\"name\":\"f\",\"arguments\":[1]}</tool_call>",
            "<tool_call>{\"name\":\"f\",\"arguments\":[1]}</tool_call>");
        row("arguments are bad text", "<tool_call>{\"name\":\"f\",\"arguments\":\"{\"}</tool_call>",
            "<tool_call>{\"name\":\"f\",\"arguments\":\"{\"}</tool_call>");
        row("name is a number", "<tool_call>{\"name\":1}</tool_call>", "<tool_call>{\"name\":1}</tool_call>");
        row("keys twice", "<tool_call>{\"name\":\"f\",\"name\":\"add\"}</tool_call>",
            "<tool_call>{\"name\":\"f\",\"name\":\"add\"}</tool_call>");
        row("python", "<|python_tag|>print(1)", "<|python_tag|>print(1)");
        row("brackets", "[TOOL_CALLS]a b", "[TOOL_CALLS]a b");
        row("html", "<b>bold</b> [link](x)", "<b>bold</b> [link](x)");
        row("bytes", "\xff{\x80}<tool_call>\xfe", "\xff{\x80}<tool_call>\xfe");
    }

    void reads()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QByteArray, expected);
        for (const std::size_t step : {std::size_t(1), std::size_t(2), std::size_t(7), std::size_t(1000)})
            QCOMPARE(QByteArray::fromStdString(shown(read(answer.toStdString(), step))), expected);
    }

    void identifiesCalls()
    {
        const Read result = read("[{\"name\": \"f\"}, {\"name\": \"f\"}]", 5);
        QVERIFY(result.calls.size() == 2 && result.calls[0].id.size() == 9 && result.calls[0].id != result.calls[1].id);
        for (const char c : result.calls[0].id)
            QVERIFY(std::isalnum(static_cast<unsigned char>(c)));
        QCOMPARE(toJsonText(result.calls[0].toJson()["function"]),
                 std::string("{\"name\":\"f\",\"arguments\":\"{}\"}"));
    }

    // Pieces of calls in any order: no crash, the same however it is cut, and nothing is lost where nothing was called.
    void survivesAnything()
    {
        const char* parts[] = {"<tool_call>",
                               "</tool_call>",
                               "[TOOL_CALLS]",
                               "<|python_tag|>",
                               "{",
                               "}",
                               "[",
                               "]",
                               "\"",
                               "\\",
                               "{\"name\":\"f\"}",
                               "f[ARGS]",
                               "<",
                               "tool",
                               " ",
                               "\n",
                               ";",
                               ",",
                               "x",
                               "\"name\":",
                               "{\"name\":\"f\",\"arguments\":{}}"};
        std::mt19937 random(7);
        for (int i = 0; i < 5000; ++i) {
            std::string answer;
            for (unsigned n = random() % 12; n > 0; --n)
                answer += parts[random() % std::size(parts)];
            const Read whole = read(answer, answer.size() + 1);
            const Read cut = read(answer, 1 + random() % 4);
            QCOMPARE(shown(cut), shown(whole));
            if (whole.calls.empty())
                QCOMPARE(whole.text, answer);
        }
    }

    void takesTimeInProportion()
    {
        QElapsedTimer timer;
        timer.start();
        for (const char* part :
             {"<tool_call>{", "{\"", "[TOOL_CALLS]a", "[[", "<|python_tag|> ", "{}; ", "<", "\\\"{"}) {
            std::string answer;
            while (answer.size() < 300'000)
                answer += part;
            read(answer, 3);
        }
        QVERIFY2(timer.elapsed() < 20'000, QByteArray::number(timer.elapsed()).constData());
    }

    void checksTools_data()
    {
        QTest::addColumn<QByteArray>("tools");
        QTest::newRow("no list") << QByteArray("{}");
        QTest::newRow("no object") << QByteArray("[1]");
        QTest::newRow("no function") << QByteArray("[{'type': 'function'}]");
        QTest::newRow("another type") << QByteArray("[{'type': 'web_search', 'function': {'name': 'a'}}]");
        QTest::newRow("no name") << QByteArray("[{'type': 'function', 'function': {}}]");
        QTest::newRow("name is empty") << QByteArray("[{'type': 'function', 'function': {'name': ''}}]");
        QTest::newRow("long name") << QByteArray("[{'type': 'function', 'function': {'name': '") + QByteArray(65, 'a') +
                                          QByteArray("'}}]");
        QTest::newRow("parameters") << QByteArray(
            "[{'type': 'function', 'function': {'name': 'a', 'parameters': []}}]");
        QTest::newRow("twice") << QByteArray(
            "[{'type': 'function', 'function': {'name': 'a'}}, {'type': 'function', 'function': {'name': 'a'}}]");
    }

    void checksTools()
    {
        QFETCH(const QByteArray, tools);
        QVERIFY_THROWS_EXCEPTION(serve::ApiError, serve::toolNames(jsonOf(tools.toStdString())));
    }

    void preparesMessages()
    {
        OrderedJson asked = jsonOf("{'role': 'assistant', 'content': null, 'tool_calls': [{'id': 'c1', 'type': "
                                   "'function', 'function': {'name': 'add', 'arguments': '#'}}]}");
        asked["tool_calls"][0]["function"]["arguments"] = "{\"a\": 1}";
        const OrderedJson called = serve::messageForTemplate(asked, {}, "messages[0]");
        QCOMPARE(called["content"].get<std::string>(), std::string());
        QVERIFY(called["tool_calls"][0]["function"]["arguments"]["a"] == 1);
        const OrderedJson answer =
            serve::messageForTemplate(jsonOf("{'role': 'tool', 'tool_call_id': 'c1', 'content': '2'}"),
                                      OrderedJson::array({called}), "messages[1]");
        QVERIFY(answer["name"] == "add" && answer["content"] == "2");
        const OrderedJson odd = serve::messageForTemplate(
            jsonOf("{'role': 'assistant', 'tool_calls': [{'function': {'name': 'a', 'arguments': '{'}}]}"), {}, "m");
        QVERIFY(odd["tool_calls"][0]["function"]["arguments"] == "{"); // as it was written
        for (const char* wrong : {"{'role': 'assistant', 'tool_calls': 1}", "{'role': 'assistant', 'tool_calls': [1]}",
                                  "{'role': 'assistant', 'tool_calls': [{'function': {}}]}"})
            QVERIFY_THROWS_EXCEPTION(serve::ApiError, serve::messageForTemplate(jsonOf(wrong), {}, "m"));
    }

    // --- over HTTP, with a random model that a grammar leads
    void initTestCase()
    {
        const std::filesystem::path folder = m_folder.path().toStdString();
        job::writeSample(folder, job::sampleShapes().front(), 1, {});
        const std::filesystem::path model = folder / "models" / "tools";
        std::filesystem::copy(folder / "models" / "sample-chat", model);
        QFile chat(QString::fromStdString((model / "chat_template.jinja").string()));
        QVERIFY(chat.open(QIODevice::WriteOnly));
        chat.write("{% if tools %}{% for t in tools %}{{ t.function.name }} {% endfor %}<tool_call>{% endif %}{% for m "
                   "in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}");
        chat.close();
        m_session = std::make_unique<generate::Session>(generate::LanguageModel::load(model),
                                                        generate::SessionOptions{.context = 0, .threads = 1});
        serve::ServerOptions options;
        options.names = {"tiny"};
        m_server = std::make_unique<serve::HttpServer>(*m_session, options);
        m_thread = std::thread([this] { m_server->run(m_cancel); });
    }

    void cleanupTestCase()
    {
        m_cancel.request();
        m_thread.join();
    }

    void callsWhatItMust_data()
    {
        QTest::addColumn<QByteArray>("choice");
        QTest::addColumn<QByteArray>("names");
        QTest::newRow("required") << QByteArray("\"required\"") << QByteArray("add f");
        QTest::newRow("named") << QByteArray("{'type': 'function', 'function': {'name': 'f'}}") << QByteArray("f");
    }

    void callsWhatItMust()
    {
        QFETCH(const QByteArray, choice);
        QFETCH(const QByteArray, names);
        OrderedJson referring = number();
        referring["properties"]["n"] = {{"$ref", "#/$defs/digit"}};
        referring["$defs"] = {{"digit", {{"type", "integer"}, {"minimum", 0}, {"maximum", 9}}}};
        OrderedJson request{{"messages", {{{"role", "user"}, {"content", "x"}}}},
                            {"max_tokens", 200},
                            {"seed", 5},
                            {"tools", {tool("add", number()), tool("f", referring)}},
                            {"tool_choice", jsonOf(choice.toStdString())}};
        const Json json = answer(request, 200);
        const Json& message = json["choices"][0]["message"];
        QVERIFY2(json["choices"][0]["finish_reason"] == "tool_calls", json.dump().c_str());
        QVERIFY(message["content"].is_null() && message["tool_calls"].size() == 1);
        const Json& call = message["tool_calls"][0];
        QVERIFY(names.split(' ').contains(QByteArray::fromStdString(call["function"]["name"].get<std::string>())));
        const Json arguments = parseJson(call["function"]["arguments"].get<std::string>(), "arguments");
        QVERIFY(arguments["n"].get<int>() >= 0 && arguments["n"].get<int>() <= 9);

        // The same as a stream: who speaks, the call in one piece, why it ends.
        request["stream"] = true;
        httplib::Client client("127.0.0.1", m_server->port());
        const auto streamed = client.Post("/v1/chat/completions", request.dump(), "application/json");
        QVERIFY(streamed && streamed->status == 200);
        Json told;
        std::string content, reason;
        for (const QByteArray& line : QByteArray::fromStdString(streamed->body).split('\n')) {
            if (!line.startsWith("data: {"))
                continue;
            const Json choiceOf = parseJson(line.mid(6).toStdString(), "event")["choices"][0];
            content += choiceOf["delta"].value("content", "");
            if (choiceOf["delta"].contains("tool_calls")) {
                QVERIFY(told.is_null() && choiceOf["delta"]["tool_calls"].size() == 1);
                told = choiceOf["delta"]["tool_calls"][0];
            }
            if (!choiceOf["finish_reason"].is_null())
                reason = choiceOf["finish_reason"].get<std::string>();
        }
        QVERIFY(content.empty() && reason == "tool_calls");
        QVERIFY(told["index"] == 0 && told["type"] == "function" && told["function"] == call["function"]);
    }

    void findsCallsInTexts()
    {
        OrderedJson request{
            {"messages", {{{"role", "user"}, {"content", "x"}}}},
            {"max_tokens", 200},
            {"tools", {tool("add", number())}},
            {"grammar", "root ::= \"Well. <tool_call>{\\\"name\\\": \\\"add\\\", \\\"arguments\\\": {\\\"n\\\": \" "
                        "[0-9] \"}}</tool_call>\" [ ] \"<tool_call>{\\\"name\\\": \\\"b\\\"}</tool_call>\""}};
        const Json both = answer(request, 200)["choices"][0];
        QVERIFY2(both["finish_reason"] == "tool_calls" && both["message"]["content"] == "Well.", both.dump().c_str());
        QCOMPARE(both["message"]["tool_calls"].size(), std::size_t(2));
        request["parallel_tool_calls"] = false;
        QCOMPARE(answer(request, 200)["choices"][0]["message"]["tool_calls"].size(), std::size_t(1));
        request["tool_choice"] = "none";
        const Json text = answer(request, 200)["choices"][0];
        QVERIFY(text["finish_reason"] == "stop" && !text["message"].contains("tool_calls"));
        QVERIFY(text["message"]["content"].get<std::string>().starts_with("Well. <tool_call>"));
        request.erase("tool_choice");
        request["max_tokens"] = 20; // in the middle of the call
        const Json cut = answer(request, 200)["choices"][0];
        QVERIFY(cut["finish_reason"] == "length" && cut["message"]["content"] == "Well. <tool_call>{\"n");
    }

    void goesOnAfterCalls()
    {
        const OrderedJson request =
            jsonOf("{'max_tokens': 3, 'tools': [{'type': 'function', 'function': {'name': 'add'}}], 'messages': [ "
                   "{'role': 'user', 'content': '1+1'}, {'role': 'assistant', 'content': null, 'tool_calls': [{'id': "
                   "'abcdefghi', 'type': 'function', 'function': {'name': 'add', 'arguments': '{}'}}]}, {'role': "
                   "'tool', 'tool_call_id': 'abcdefghi', 'content': [{'type': 'text', 'text': '2'}]}]}");
        QVERIFY(answer(request, 200)["usage"]["prompt_tokens"].get<int>() > 20);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("keys");
        QTest::addColumn<QByteArray>("said");
        const QByteArray tools =
            "'tools': [{'type': 'function', 'function': {'name': 'a', 'parameters': {'type': 'object'}}}]";
        QTest::newRow("nothing to call") << QByteArray("'tool_choice': 'required'") << QByteArray("there are no");
        QTest::newRow("unknown name") << tools + ", 'tool_choice': {'type': 'function', 'function': {'name': 'b'}}"
                                      << QByteArray("not among");
        QTest::newRow("choice") << tools + ", 'tool_choice': 'maybe'" << QByteArray("must be");
        QTest::newRow("choice without a name")
            << tools + ", 'tool_choice': {'type': 'function'}" << QByteArray("must be");
        QTest::newRow("two constraints")
            << tools + ", 'tool_choice': 'required', 'response_format': {'type': 'json_object'}"
            << QByteArray("leave out one");
        QTest::newRow("schema") << QByteArray(
                                       "'tool_choice': 'required', 'tools': [{'type': 'function', 'function': {'name': "
                                       "'a', 'parameters': {'type': 'object', 'dependentSchemas': {}}}}]")
                                << QByteArray("dependentSchemas");
        QTest::newRow("parallel") << tools + ", 'parallel_tool_calls': 1" << QByteArray("true or false");
    }

    void refuses()
    {
        QFETCH(const QByteArray, keys);
        QFETCH(const QByteArray, said);
        const Json told =
            answer(jsonOf(("{'messages': [{'role': 'user', 'content': 'x'}], " + keys + "}").toStdString()), 400);
        QVERIFY2(told["error"]["message"].get<std::string>().find(said.toStdString()) != std::string::npos,
                 told.dump().c_str());
    }

private:
    Json answer(const OrderedJson& request, int status)
    {
        httplib::Client client("127.0.0.1", m_server->port());
        client.set_read_timeout(60);
        const auto result = client.Post("/v1/chat/completions", request.dump(), "application/json");
        if (!result || result->status != status)
            qFatal("%d: %s", result ? result->status : 0, result ? result->body.c_str() : "");
        return parseJson(result->body, "answer");
    }

    QTemporaryDir m_folder;
    CancelToken m_cancel;
    std::unique_ptr<generate::Session> m_session;
    std::unique_ptr<serve::HttpServer> m_server;
    std::thread m_thread;
};

QTEST_GUILESS_MAIN(TestToolCalls)
#include "tst_tool_calls.moc"
