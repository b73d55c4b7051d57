// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: the chat template that a model's files mean is found, with its special tokens, and the built-in ones write the
// formats of their families.
#include "base/error.h"
#include "base/files.h"
#include "text/chat_template.h"
#include "text/template_library.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace crucible;
using text::ChatTemplate;
namespace fs = std::filesystem;

namespace {

const OrderedJson kTalk = {{{"role", "system"}, {"content", "Be brief."}},
                           {{"role", "user"}, {"content", "Hi"}},
                           {{"role", "assistant"}, {"content", "Hello"}},
                           {{"role", "user"}, {"content", "Who?"}}};
const OrderedJson kTools = {{{"type", "function"}, {"function", {{"name", "add"}, {"parameters", {{"zeta", 1}, {"alpha", 2}}}}}}};

class Folder {
public:
    fs::path path() const { return m_dir.path().toStdString(); }
    const Folder& write(const char* name, std::string_view text) const
    {
        fs::create_directories((path() / name).parent_path());
        writeFileAtomically(path() / name, text);
        return *this;
    }

private:
    QTemporaryDir m_dir;
};

// JSON written with single quotation marks.
std::string json(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

template<class T>
void put(std::string& to, T value)
{
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void putText(std::string& to, std::string_view text)
{
    put(to, std::uint64_t(text.size()));
    to += text;
}

// Keys and texts, and no tensors.
std::string gguf(const std::vector<std::pair<std::string, std::string>>& texts)
{
    std::string file = "GGUF";
    put(file, std::uint32_t(3));
    put(file, std::uint64_t(0));
    put(file, std::uint64_t(texts.size()));
    for (const auto& [key, value] : texts) {
        putText(file, key);
        put(file, std::uint32_t(8));
        putText(file, value);
    }
    return file;
}

QString problemOf(const std::function<void()>& what)
{
    try {
        what();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

} // namespace

class TestChatTemplate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tokenizerConfigHasTemplateAndTokens()
    {
        const Folder folder;
        folder.write("tokenizer_config.json", json("{'chat_template': '{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ image_token }}{{ pad_token }}', 'bos_token': {'content': '<s>', 'lstrip': false}, 'eos_token': '</s>', 'pad_token': null, 'extra_special_tokens': {'image_token': '<img>'}}"));
        QCOMPARE(ChatTemplate::load(folder.path()).render({.messages = kTalk}), std::string("<s>Be brief.</s><img>"));
        QCOMPARE(ChatTemplate::load(folder.path() / "tokenizer_config.json").render({.messages = kTalk}), std::string("<s>Be brief.</s><img>"));
        QCOMPARE(ChatTemplate::load(folder.path()).render({.messages = kTalk, .variables = {{"eos_token", "!"}}}), std::string("<s>Be brief.!<img>"));
    }
    void templateFileWins()
    {
        const Folder folder;
        folder.write("tokenizer_config.json", json("{'chat_template': 'config', 'bos_token': '<s>'}")).write("chat_template.json", json("{'chat_template': 'json'}"));
        QCOMPARE(ChatTemplate::load(folder.path()).render({}), std::string("json"));
        folder.write("chat_template.jinja", "file {{ bos_token }}\n").write("additional_chat_templates/rag.jinja", "rag");
        const ChatTemplate chat = ChatTemplate::load(folder.path());
        QCOMPARE(chat.render({}), std::string("file <s>"));
        QCOMPARE(chat.names(), (std::vector<std::string>{"default", "rag"}));
        QCOMPARE(chat.render({.templateName = "rag"}), std::string("rag"));
    }
    void toolsChooseTheirTemplate()
    {
        const Folder folder;
        folder.write("tokenizer_config.json", json("{'chat_template': [{'name': 'tool_use', 'template': '{{ tools | tojson }}'}, {'name': 'default', 'template': 'plain'}]}"));
        const ChatTemplate chat = ChatTemplate::load(folder.path());
        QCOMPARE(chat.render({}), std::string("plain"));
        QCOMPARE(chat.render({.tools = {{{"b", 1}, {"a", "é"}}}}), std::string("[{\"b\": 1, \"a\": \"é\"}]"));
        QVERIFY(problemOf([&] { chat.render({.templateName = "rag"}); }).contains("there is no chat template named rag"));
    }
    void aBrokenTemplateHarmsNoOther()
    {
        const Folder folder;
        folder.write("tokenizer_config.json", json("{'chat_template': [{'name': 'rag', 'template': '{{ 1 + '}, {'name': 'default', 'template': 'plain'}]}"));
        const ChatTemplate chat = ChatTemplate::load(folder.path());
        QCOMPARE(chat.render({}), std::string("plain"));
        const QString problem = problemOf([&] { chat.render({.templateName = "rag"}); });
        QVERIFY2(problem.contains("tokenizer_config.json (rag):1:1"), qPrintable(problem));
    }
    void ggufMetadataHasTemplates()
    {
        const Folder folder;
        folder.write("m.gguf", gguf({{"general.architecture", "llama"}, {"tokenizer.chat_template.tool_use", "tools"}, {"tokenizer.chat_template", "one {{ messages | length }}"}}));
        const ChatTemplate chat = ChatTemplate::load(folder.path() / "m.gguf");
        QCOMPARE(chat.render({.messages = kTalk}), std::string("one 4"));
        QCOMPARE(chat.render({.tools = kTools}), std::string("tools"));
    }
    void whatIsNotThereIsSaid()
    {
        const Folder folder;
        QVERIFY(problemOf([&] { ChatTemplate::load(folder.path()); }).startsWith("the model has no chat template"));
        QVERIFY(problemOf([&] { ChatTemplate::load(folder.path() / "x"); }).startsWith("there is no such model"));
        folder.write("tokenizer_config.json", json("{'chat_template': 5}"));
        QVERIFY(problemOf([&] { ChatTemplate::load(folder.path()); }).contains("neither a text nor a list"));
        QVERIFY(problemOf([] { ChatTemplate::named("chatlm"); }).contains("chatml"));
        QVERIFY(problemOf([] { ChatTemplate::named("chatml").render({.messages = {{"role", "user"}}}); }).contains("no list"));
        QVERIFY(problemOf([] { ChatTemplate::named("chatml").render({.messages = {1}}); }).contains("messages[0]"));
        QVERIFY(problemOf([] { ChatTemplate::named("gemma").render({.messages = {{{"role", "tool"}, {"content", ""}}}}); }).contains("no role 'tool'"));
    }

    void libraryWritesTheFormat_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const char* text) { QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(text); };
        row("alpaca", "Be brief.\n\n### Instruction:\nHi\n\n### Response:\nHello</s>\n\n### Instruction:\nWho?\n\n### Response:\n");
        row("chatml", "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n"
                      "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n");
        row("deepseek", "<｜begin▁of▁sentence｜>Be brief.<｜User｜>Hi<｜Assistant｜>Hello<｜end▁of▁sentence｜><｜User｜>Who?<｜Assistant｜>");
        row("gemma", "<bos><start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello<end_of_turn>\n"
                     "<start_of_turn>user\nWho?<end_of_turn>\n<start_of_turn>model\n");
        row("internlm2", "<s><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n"
                         "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n");
        row("llama2", "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello </s><s>[INST] Who? [/INST]");
        row("llama3", "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
                      "Hi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
                      "Who?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
        row("mistral", "<s>[INST] Be brief.\n\nHi [/INST] Hello</s>[INST] Who? [/INST]");
        row("phi3", "<|system|>\nBe brief.<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\nHello<|end|>\n<|user|>\nWho?<|end|>\n<|assistant|>\n");
        row("qwen", "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n"
                    "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\n");
        row("vicuna", "<s>Be brief. USER: Hi ASSISTANT: Hello</s>USER: Who? ASSISTANT:");
    }
    void libraryWritesTheFormat()
    {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(ChatTemplate::named(name.toStdString()).render({.messages = kTalk, .addGenerationPrompt = true})), text);
    }
    void everyLibraryTemplateIsTested()
    {
        for (const text::LibraryTemplate& entry : text::templateLibrary()) {
            const std::string text = ChatTemplate::named(entry.name).render({.messages = kTalk, .addGenerationPrompt = true});
            QVERIFY2(text.find("Who?") != std::string::npos && text.find("None") == std::string::npos, text.c_str());
        }
        QCOMPARE(text::templateLibrary().size(), std::size_t(11));
    }
    void libraryShowsTools()
    {
        OrderedJson talk = kTalk;
        talk.push_back({{"role", "assistant"}, {"content", ""}, {"tool_calls", {{{"function", {{"name", "add"}, {"arguments", {{"x", 1}}}}}}}}});
        talk.push_back({{"role", "tool"}, {"content", "42"}});
        const std::string qwen = ChatTemplate::named("qwen").render({.messages = talk, .tools = kTools});
        QVERIFY2(qwen.find("<tools>\n{\"type\": \"function\", \"function\": {\"name\": \"add\", \"parameters\": {\"zeta\": 1, \"alpha\": 2}}}\n</tools>") != std::string::npos, qwen.c_str());
        QVERIFY2(qwen.ends_with("<|im_start|>assistant\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"x\": 1}}\n</tool_call><|im_end|>\n"
                                "<|im_start|>user\n<tool_response>\n42\n</tool_response><|im_end|>\n"), qwen.c_str());
        const std::string llama = ChatTemplate::named("llama3").render({.messages = talk, .tools = kTools});
        QVERIFY2(llama.ends_with("<|start_header_id|>assistant<|end_header_id|>\n\n{\"name\": \"add\", \"parameters\": {\"x\": 1}}<|eot_id|>"
                                 "<|start_header_id|>ipython<|end_header_id|>\n\n42<|eot_id|>"), llama.c_str());
    }
    void thoughtsOfOldAnswersGo()
    {
        const OrderedJson talk = {{{"role", "user"}, {"content", "a"}}, {{"role", "assistant"}, {"content", "<think>\nhm\n</think>\n\nb"}}, {{"role", "user"}, {"content", "a"}}};
        const ChatTemplate qwen = ChatTemplate::named("qwen");
        QCOMPARE(qwen.render({.messages = talk, .addGenerationPrompt = true, .variables = {{"enable_thinking", false}}}),
                 std::string("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"));
        QVERIFY(qwen.mentions("enable_thinking"));
        QVERIFY(!qwen.mentions("documents"));
    }
    void tokensOfAModelFitAnotherTemplate()
    {
        const Folder folder;
        folder.write("tokenizer_config.json", json("{'bos_token': '<B>'}")).write("special_tokens_map.json", json("{'eos_token': {'content': '<E>'}, 'bos_token': '<no>'}"));
        const ChatTemplate chat = ChatTemplate::named("llama2").withTokensOf(folder.path());
        QCOMPARE(chat.render({.messages = {{{"role", "user"}, {"content", "x"}}, {{"role", "assistant"}, {"content", "y"}}}}), std::string("<B>[INST] x [/INST] y <E>"));
    }
};

QTEST_GUILESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"
