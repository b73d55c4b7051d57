// SPDX-License-Identifier: GPL-3.0-or-later
// Model folders: what is read from them, and how they are found.
#include "base/error.h"
#include "base/files.h"
#include "formats/model_folder.h"
#include "formats/safetensors.h"

#include <QtTest>

#include <filesystem>
#include <functional>

using namespace crucible;
using namespace crucible::formats;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, std::string_view content)
{
    fs::create_directories(file.parent_path());
    writeFileAtomically(file, content);
}

void writeWeights(const fs::path& folder, const std::vector<std::string>& names, DType dtype = DType::BF16)
{
    const std::vector<std::byte> zeros(4 * sizeOf(dtype));
    std::vector<TensorBytes> tensors;
    for (const std::string& name : names)
        tensors.push_back({{.name = name, .dtype = dtype, .shape = {2, 2}, .bytes = zeros.size()}, zeros});
    fs::create_directories(folder);
    writeSafetensors(folder / "model.safetensors", tensors);
}

std::vector<std::string> llamaNames(int layers)
{
    std::vector<std::string> names = {"model.embed_tokens.weight", "model.norm.weight"};
    for (int l = 0; l < layers; ++l)
        for (const char* part :
             {"input_layernorm", "post_attention_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
              "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
            names.push_back("model.layers." + std::to_string(l) + "." + part + ".weight");
    return names;
}

constexpr const char* kLlamaConfig =
    R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_hidden_layers": 2, "vocab_size": 2,
        "torch_dtype": "bfloat16", "tie_word_embeddings": true, "layer_types": ["a", "b"], "text_config": {"depth": 3}})";

// What an error says, or an empty text when there was none.
QString failure(const std::function<void()>& action, ErrorKind kind)
{
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == kind ? QString(error.what()) : QStringLiteral("wrong kind: %1").arg(error.what());
    }
    return {};
}

} // namespace

class TestModelFolder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder.reset(new QTemporaryDir); }

    void tellsWhatTheHeadersTell();
    void configAnswersDottedQuestions();
    void fileInsideMeansItsFolder();
    void foldersThatAreNoModels();
    void fallsBackToNames_data();
    void fallsBackToNames();
    void derivedBuffersFitTheTable();
    void companionsAndTemplates();
    void namedTemplatesGiveTheDefault();

    void pathsComeFirst();
    void modelsFoldersByBothNames();
    void cacheRevisions_data();
    void cacheRevisions();
    void cacheWithoutMain();
    void namesCanNotEscape();
    void nearNamesAreSuggested();
    void searchFollowsTheEnvironment();

private:
    fs::path root() const { return m_folder->path().toStdString(); }
    fs::path makeModel(const fs::path& folder, std::string_view config = kLlamaConfig)
    {
        writeWeights(folder, llamaNames(2));
        write(folder / "config.json", config);
        return folder;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestModelFolder::tellsWhatTheHeadersTell()
{
    const auto model = ModelFolder::open(makeModel(root() / "m"));
    QCOMPARE(model->layout().family, std::string("llama"));
    QVERIFY(model->layoutNote().empty());
    QCOMPARE(model->layout().modules.front().layers, 2);
    QCOMPARE(model->layout().perLayerLists, std::vector<std::string>{"layer_types"});
    QVERIFY(model->mainDType() == DType::BF16);
    QCOMPARE(model->parameters(), std::uint64_t(20 * 4));
    QCOMPARE(model->config().modelType(), std::string("llama"));
    QVERIFY(model->config().dtype() == DType::BF16);
    QVERIFY(!model->hasTokenizer());
}

void TestModelFolder::configAnswersDottedQuestions()
{
    const ModelConfig config(OrderedJson::parse(kLlamaConfig));
    QCOMPARE(config.integer("text_config.depth"), std::optional<std::int64_t>(3));
    QVERIFY(!config.integer("text_config.width"));
    QVERIFY(!config.integer("vocab_size.depth"));
    QVERIFY(!config.integer("model_type"));
    QVERIFY(!config.integer("layer_types"));
    QCOMPARE(config.count("layer_types"), std::optional<std::int64_t>(2));
    QCOMPARE(config.boolean("tie_word_embeddings"), std::optional(true));
    QVERIFY(!config.boolean("vocab_size"));
    QCOMPARE(config.architectures(), std::vector<std::string>{"LlamaForCausalLM"});
    const ModelConfig odd(
        OrderedJson::parse(R"({"architectures": [1, "X"], "dtype": "float16", "n": 18446744073709551615})"));
    QCOMPARE(odd.architectures(), std::vector<std::string>{"X"});
    QVERIFY(odd.dtype() == DType::F16);
    QVERIFY(!odd.integer("n"));
}

void TestModelFolder::fileInsideMeansItsFolder()
{
    const fs::path folder = makeModel(root() / "m");
    QCOMPARE(ModelFolder::open(folder / "model.safetensors")->path().string(), folder.string());
}

void TestModelFolder::foldersThatAreNoModels()
{
    const auto open = [](const fs::path& path) { return [path] { ModelFolder::open(path); }; };
    QVERIFY(failure(open(root() / "absent"), ErrorKind::NotFound).contains("absent"));
    writeWeights(root() / "bare", llamaNames(1));
    QVERIFY(failure(open(root() / "bare"), ErrorKind::NotFound).contains("config.json"));
    write(root() / "empty/config.json", kLlamaConfig);
    QVERIFY(!failure(open(root() / "empty"), ErrorKind::NotFound).startsWith("wrong"));
    makeModel(root() / "list", "[1]");
    QVERIFY(failure(open(root() / "list"), ErrorKind::CorruptFile).contains("object"));
    makeModel(root() / "broken", "{\"a\": ");
    QVERIFY(!failure(open(root() / "broken"), ErrorKind::CorruptFile).isEmpty());
    write(root() / "lora/adapter_config.json", "{}");
    write(root() / "lora/adapter_model.safetensors", "");
    QVERIFY(isAdapterFolder(root() / "lora"));
    QVERIFY(failure(open(root() / "lora"), ErrorKind::Unsupported).contains("adapter"));
}

void TestModelFolder::fallsBackToNames_data()
{
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("without"); // a tensor that is left out
    QTest::addColumn<QString>("with");    // one that is added
    QTest::addColumn<QString>("note");
    const QString llama = kLlamaConfig;
    QTest::newRow("unknown class") << QString(llama).replace("LlamaForCausalLM", "OddForCausalLM") << ""
                                   << ""
                                   << "OddForCausalLM";
    QTest::newRow("no class") << R"({"num_hidden_layers": 2})"
                              << ""
                              << ""
                              << "names no architecture";
    QTest::newRow("two classes") << R"({"architectures": ["LlamaForCausalLM", "MistralForCausalLM"]})"
                                 << ""
                                 << ""
                                 << "2";
    QTest::newRow("no layer count") << R"({"architectures": ["LlamaForCausalLM"]})"
                                    << ""
                                    << ""
                                    << "number of layers";
    QTest::newRow("missing weight") << llama << "model.layers.1.mlp.up_proj.weight"
                                    << ""
                                    << "model.layers.1.mlp.up_proj.weight";
    QTest::newRow("stranger in a layer") << llama << ""
                                         << "model.layers.1.self_attn.gate.weight"
                                         << "model.layers.1.self_attn.gate.weight";
}

// An odd checkpoint still merges, and the reason is told.
void TestModelFolder::fallsBackToNames()
{
    QFETCH(QString, config);
    QFETCH(QString, without);
    QFETCH(QString, with);
    QFETCH(QString, note);
    std::vector<std::string> names = llamaNames(2);
    std::erase(names, without.toStdString());
    if (!with.isEmpty())
        names.push_back(with.toStdString());
    writeWeights(root() / "m", names);
    write(root() / "m/config.json", config.toStdString());
    const auto model = ModelFolder::open(root() / "m");
    QVERIFY(model->layout().isGeneric());
    QVERIFY2(QString::fromStdString(model->layoutNote()).contains(note), model->layoutNote().c_str());
    QCOMPARE(model->layout().modules.front().layers, 2);
    QVERIFY(unknownTensors(model->layout(), model->checkpoint()).empty());
}

// Old files carry rotary frequencies, and some a head of their own: neither makes the model a stranger.
void TestModelFolder::derivedBuffersFitTheTable()
{
    std::vector<std::string> names = llamaNames(2);
    names.insert(names.end(), {"model.layers.0.self_attn.rotary_emb.inv_freq", "v_head.summary.weight",
                               "model.layers.2.eh_proj.weight"});
    writeWeights(root() / "m", names);
    write(root() / "m/config.json", kLlamaConfig);
    const auto model = ModelFolder::open(root() / "m");
    QVERIFY2(!model->layout().isGeneric(), model->layoutNote().c_str());
    QCOMPARE(unknownTensors(model->layout(), model->checkpoint()).size(), std::size_t(3));
}

void TestModelFolder::companionsAndTemplates()
{
    const fs::path folder = makeModel(root() / "m");
    QVERIFY(!ModelFolder::open(folder)->chatTemplate());
    write(folder / "tokenizer_config.json", R"({"chat_template": "from the config"})");
    write(folder / "tokenizer.json", "{}");
    write(folder / "generation_config.json", "{}");
    write(folder / "notes.txt", "not ours");
    QCOMPARE(ModelFolder::open(folder)->companionFiles(),
             (std::vector<std::string>{"tokenizer.json", "tokenizer_config.json", "generation_config.json"}));
    QVERIFY(ModelFolder::open(folder)->hasTokenizer());
    QCOMPARE(ModelFolder::open(folder)->chatTemplate(), std::optional<std::string>("from the config"));
    write(folder / "chat_template.jinja", "from the file");
    QCOMPARE(ModelFolder::open(folder)->chatTemplate(), std::optional<std::string>("from the file"));
}

void TestModelFolder::namedTemplatesGiveTheDefault()
{
    const fs::path folder = makeModel(root() / "m");
    write(folder / "tokenizer_config.json", R"({"chat_template": [{"name": "tools", "template": "t"}, 7,
                                                {"name": "default", "template": "d"}]})");
    QCOMPARE(ModelFolder::open(folder)->chatTemplate(), std::optional<std::string>("d"));
    write(folder / "tokenizer_config.json", R"({"chat_template": 3})");
    QVERIFY(!ModelFolder::open(folder)->chatTemplate());
}

void TestModelFolder::pathsComeFirst()
{
    fs::create_directories(root() / "here/m");
    fs::create_directories(root() / "models/m");
    ModelSearch search;
    search.relativeTo = root() / "here";
    search.modelFolders = {root() / "models"};
    QCOMPARE(locateModel("m", {}, search).string(), (root() / "here/m").string());
    QCOMPARE(locateModel((root() / "models/m").string(), {}, search).string(), (root() / "models/m").string());
    QVERIFY(!failure([&] { locateModel("", {}, search); }, ErrorKind::InvalidInput).isEmpty());
}

void TestModelFolder::modelsFoldersByBothNames()
{
    fs::create_directories(root() / "models/org/one");
    fs::create_directories(root() / "models/two");
    ModelSearch search;
    search.relativeTo = root();
    search.modelFolders = {root() / "models"};
    QCOMPARE(locateModel("org/one", {}, search).string(), (root() / "models/org/one").string());
    QCOMPARE(locateModel("org/two", {}, search).string(), (root() / "models/two").string());
    QCOMPARE(locateModel("two", {}, search).string(), (root() / "models/two").string());
}

void TestModelFolder::cacheRevisions_data()
{
    QTest::addColumn<QString>("revision");
    QTest::addColumn<QString>("commit"); // empty: not found
    QTest::newRow("default branch") << ""
                                    << "aaaa1111";
    QTest::newRow("branch") << "main"
                            << "aaaa1111";
    QTest::newRow("branch with a slash") << "refs/pr/1"
                                         << "bbbb2222";
    QTest::newRow("tag") << "v1.0"
                         << "bbbb2222";
    QTest::newRow("commit") << "bbbb2222"
                            << "bbbb2222";
    QTest::newRow("commit prefix") << "bbbb"
                                   << "bbbb2222";
    QTest::newRow("too short a prefix") << "b"
                                        << "";
    QTest::newRow("ambiguous prefix") << "cccc"
                                      << "";
    QTest::newRow("unknown") << "v9"
                             << "";
    QTest::newRow("branch without snapshot") << "gone"
                                             << "";
    QTest::newRow("way out") << "../../secret"
                             << "";
}

void TestModelFolder::cacheRevisions()
{
    QFETCH(QString, revision);
    QFETCH(QString, commit);
    const fs::path cached = root() / "hub/models--org--name";
    for (const char* snapshot : {"aaaa1111", "bbbb2222", "cccc3333", "cccc4444"})
        fs::create_directories(cached / "snapshots" / snapshot);
    write(cached / "refs/main", "aaaa1111\n");
    write(cached / "refs/v1.0", "bbbb2222");
    write(cached / "refs/refs/pr/1", "bbbb2222");
    write(cached / "refs/gone", "dddd5555");
    write(root() / "hub/secret", "aaaa1111");
    ModelSearch search;
    search.relativeTo = root();
    search.caches = {root() / "hub"};
    const auto locate = [&] { return locateModel("org/name", revision.toStdString(), search); };
    if (!commit.isEmpty()) {
        QCOMPARE(locate().string(), (cached / "snapshots" / commit.toStdString()).string());
        return;
    }
    const QString text = failure([&] { locate(); }, ErrorKind::NotFound);
    QVERIFY2(text.contains(revision) && text.contains("v1.0"), qPrintable(text));
}

void TestModelFolder::cacheWithoutMain()
{
    fs::create_directories(root() / "hub/models--org--name/snapshots/aaaa1111");
    fs::create_directories(root() / "hub/models--org--nothing/snapshots");
    ModelSearch search;
    search.relativeTo = root();
    search.caches = {root() / "hub"};
    QCOMPARE(locateModel("org/name", {}, search).filename().string(), std::string("aaaa1111"));
    QVERIFY(failure([&] { locateModel("org/nothing", {}, search); }, ErrorKind::NotFound).contains("nothing of it"));
}

// A name from a recipe is not a way around the folders that were given.
void TestModelFolder::namesCanNotEscape()
{
    fs::create_directories(root() / "models");
    fs::create_directories(root() / "outside");
    ModelSearch search;
    search.relativeTo = root() / "models/deep";
    search.modelFolders = {root() / "models"};
    QVERIFY(!failure([&] { locateModel("../outside", {}, search); }, ErrorKind::NotFound).isEmpty());
}

void TestModelFolder::nearNamesAreSuggested()
{
    makeModel(root() / "models/tiny-llama");
    makeModel(root() / "models/org/Mistral-7B");
    fs::create_directories(root() / "hub/models--other--Qwen2-0.5B/snapshots/a");
    ModelSearch search;
    search.relativeTo = root();
    search.modelFolders = {root() / "models"};
    search.caches = {root() / "hub"};
    const auto hint = [&](const char* name) {
        return failure([&] { locateModel(name, {}, search); }, ErrorKind::NotFound);
    };
    QVERIFY(hint("tiny-lama").contains("did you mean tiny-llama?"));
    QVERIFY(hint("org/Mistral-7b-").contains("did you mean org/Mistral-7B?"));
    QVERIFY(hint("else/Qwen2-0.5B").contains("did you mean other/Qwen2-0.5B?"));
    QVERIFY(hint("nothing-like-it").contains("--models-dir"));
    QVERIFY(hint("nothing-like-it").contains("hub"));
}

void TestModelFolder::searchFollowsTheEnvironment()
{
    const QByteArray oldCache = qgetenv("HF_HUB_CACHE");
    const QByteArray oldHome = qgetenv("HF_HOME");
    qputenv("HF_HOME", "/some/home");
    qputenv("HF_HUB_CACHE", "/some/cache");
    QCOMPARE(ModelSearch::fromEnvironment().caches, std::vector<fs::path>{"/some/cache"});
    qunsetenv("HF_HUB_CACHE");
    QCOMPARE(ModelSearch::fromEnvironment().caches, std::vector<fs::path>{"/some/home/hub"});
    qunsetenv("HF_HOME");
    const auto caches = ModelSearch::fromEnvironment().caches;
    QVERIFY(caches.empty() || caches.front().filename() == "hub");
    qputenv("HF_HUB_CACHE", oldCache);
    qputenv("HF_HOME", oldHome);
}

QTEST_GUILESS_MAIN(TestModelFolder)
#include "tst_model_folder.moc"
