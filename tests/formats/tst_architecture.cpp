// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of model families, and what is told from names alone.
#include "base/error.h"
#include "formats/architecture.h"
#include "formats/model_folder.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace crucible;
using namespace crucible::formats;
namespace fs = std::filesystem;

namespace {

// A checkpoint that has names and shapes and no data.
class NamedTensors final : public TensorSource {
public:
    explicit NamedTensors(std::vector<TensorInfo> tensors) : m_tensors(std::move(tensors)) {}
    const fs::path& path() const override { return m_path; }
    const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
    TensorData read(std::size_t) const override { throw Error::invalid("these tensors have no data"); }

private:
    fs::path m_path = "names";
    std::vector<TensorInfo> m_tensors;
};

Checkpoint checkpointOf(const std::vector<std::string>& names)
{
    std::vector<TensorInfo> tensors;
    for (const std::string& name : names)
        tensors.push_back({.name = name, .dtype = DType::F32, .shape = {2, 2}, .bytes = 16});
    std::vector<std::unique_ptr<TensorSource>> sources;
    sources.push_back(std::make_unique<NamedTensors>(std::move(tensors)));
    return Checkpoint("names", std::move(sources));
}

// A config that answers every question a table may ask.
ModelConfig configFor(const Architecture& architecture, int layers, int experts)
{
    OrderedJson json = OrderedJson::object();
    const auto put = [&](std::string_view alternatives, const OrderedJson& value) {
        const std::string key(alternatives.substr(0, alternatives.find('|')));
        if (key.empty())
            return;
        const std::size_t dot = key.find('.');
        if (dot == std::string::npos)
            json[key] = value;
        else
            json[key.substr(0, dot)][key.substr(dot + 1)] = value;
    };
    for (const ModuleSpec& module : architecture.modules)
        put(module.layersKey, layers);
    put(architecture.expertsKey, experts);
    put(architecture.vocabSizeKey, 100);
    return ModelConfig(json, "config.json");
}

std::vector<std::string> namesOf(const std::vector<Weight>& weights)
{
    std::vector<std::string> names;
    for (const Weight& weight : weights)
        names.push_back(weight.name);
    return names;
}

fs::path goldenFolder()
{
    const QByteArray given = qgetenv("CRUCIBLE_GOLDEN");
    return (given.isEmpty() ? fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden"
                            : fs::path(given.toStdString())) /
           "forward";
}

void addGoldenRows()
{
    QTest::addColumn<QString>("folder");
    std::vector<fs::path> folders;
    if (fs::is_directory(goldenFolder()))
        for (const auto& entry : fs::directory_iterator(goldenFolder()))
            if (fs::exists(entry.path() / "config.json"))
                folders.push_back(entry.path());
    std::ranges::sort(folders);
    for (const fs::path& folder : folders)
        QTest::newRow(folder.filename().string().c_str()) << QString::fromStdString(folder.string());
    if (folders.empty())
        QTest::newRow("absent") << QString();
}

const std::vector<std::string> kTinyLlama = {"model.embed_tokens.weight",
                                             "model.layers.0.self_attn.q_proj.weight",
                                             "model.layers.0.mlp.up_proj.weight",
                                             "model.layers.1.self_attn.q_proj.weight",
                                             "model.layers.1.mlp.up_proj.weight",
                                             "model.norm.weight",
                                             "lm_head.weight"};

} // namespace

class TestArchitecture : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tableIsConsistent_data();
    void tableIsConsistent();
    void classNamesAreClaimedOnce();
    void layersAndExpertsAreNumbered();
    void missingLayerCountIsAnError();
    void renamesGiveEverySpelling();
    void tiedHeadIsFoundUnderOtherSpellings();
    void namesGiveLayersAndOrder();
    void absentWeightsBecomeOptional();
    void disagreeingLayersAreRefused();
    void numberedPartsAreNoLayers();
    void severalStacksAreSeveralModules();
    void kinds_data();
    void kinds();
    void goldenMatchesItsTable_data() { addGoldenRows(); }
    void goldenMatchesItsTable();
    void namesAgreeWithTables_data() { addGoldenRows(); }
    void namesAgreeWithTables();
};

void TestArchitecture::tableIsConsistent_data()
{
    QTest::addColumn<int>("index");
    const auto all = architectures();
    for (std::size_t i = 0; i < all.size(); ++i)
        QTest::newRow(std::string(all[i]->id).c_str()) << static_cast<int>(i);
}

// A slip of the pen in a table would drop or double a tensor of every merge of its family.
void TestArchitecture::tableIsConsistent()
{
    QFETCH(int, index);
    const Architecture& architecture = *architectures()[static_cast<std::size_t>(index)];
    QVERIFY(!architecture.title.empty());
    QVERIFY(!architecture.classNames.empty());
    QVERIFY(!architecture.modules.empty());

    const Layout layout = layoutFromTable(architecture, configFor(architecture, 3, 2));
    std::set<std::string> names;
    std::set<std::string> aliases;
    std::set<std::string> moduleNames;
    bool hasEmbedding = false;
    for (const Layout::Module& module : layout.modules) {
        QVERIFY2(moduleNames.insert(module.name).second, module.name.c_str());
        QVERIFY(!module.pre.empty() || !module.layerTemplates.empty());
        QCOMPARE(module.layers > 0, !module.layerTemplates.empty());
        for (const auto* part : {&module.pre, &module.post})
            for (const Weight& weight : *part) {
                QVERIFY2(weight.name.find('{') == std::string::npos, weight.name.c_str());
                hasEmbedding |= (weight.flags & kEmbedding) && !(weight.flags & kOutputHead);
            }
        for (const Weight& weight : module.layerTemplates) {
            const std::size_t mark = weight.name.find("{l}");
            QVERIFY2(mark != std::string::npos && weight.name.find('{', mark + 1) == std::string::npos,
                     weight.name.c_str());
            QVERIFY2(mark > 0 && weight.name[mark - 1] == '.' && weight.name[mark + 3] == '.', weight.name.c_str());
            for (const std::string& alias : weight.aliases)
                QVERIFY2(alias.find("{l}") != std::string::npos, alias.c_str());
        }
    }
    QVERIFY(hasEmbedding);
    for (const Weight& weight : layout.allWeights()) {
        QVERIFY2(names.insert(weight.name).second, weight.name.c_str());
        QVERIFY2(!weight.name.starts_with('.') && !weight.name.ends_with('.') &&
                     weight.name.find("..") == std::string::npos && weight.name.find('^') == std::string::npos,
                 weight.name.c_str());
        QVERIFY2(!(weight.flags & (kBias | kOptionalBias)), weight.name.c_str());
        QCOMPARE(bool(weight.flags & kOutputHead),
                 !weight.tiedTo.empty() && weight.name.find("embed_tokens") == std::string::npos);
        if (weight.flags & kOutputHead)
            QVERIFY2(weight.optional() && (weight.flags & kEmbedding), weight.name.c_str());
        for (const std::string& alias : weight.aliases)
            QVERIFY2(aliases.insert(alias).second && alias != weight.name, alias.c_str());
    }
    for (const std::string& alias : aliases)
        QVERIFY2(!names.contains(alias), alias.c_str());
    for (const Weight& weight : layout.allWeights())
        if (!weight.tiedTo.empty())
            QVERIFY2(names.contains(weight.tiedTo), weight.tiedTo.c_str());
}

// Only Phi-2 was published in two layouts under one class name; any other double claim is a mistake.
void TestArchitecture::classNamesAreClaimedOnce()
{
    for (const Architecture* architecture : architectures())
        for (const std::string_view className : architecture->classNames)
            QCOMPARE(findArchitectures(className).size(),
                     className == "PhiForCausalLM" ? std::size_t(2) : std::size_t(1));
    QCOMPARE(findArchitecture("LlamaForCausalLM")->id, std::string_view("llama"));
    QVERIFY(!findArchitecture("NoSuchModel"));
}

void TestArchitecture::layersAndExpertsAreNumbered()
{
    const Architecture& mixtral = *findArchitecture("MixtralForCausalLM");
    const Layout layout = layoutFromTable(mixtral, configFor(mixtral, 2, 3));
    const Layout::Module& module = layout.modules.front();
    QCOMPARE(module.name, std::string("default"));
    QCOMPARE(module.layersKey, std::string("num_hidden_layers"));
    const auto names = namesOf(module.layerWeights(17));
    QVERIFY(std::ranges::count(names, "model.layers.17.block_sparse_moe.experts.2.w3.weight") == 1);
    QCOMPARE(std::ranges::count_if(names, [](const auto& name) { return name.find(".experts.") != std::string::npos; }),
             9);
}

void TestArchitecture::missingLayerCountIsAnError()
{
    const ModelConfig config(OrderedJson::parse(R"({"num_hidden_layers": "two"})"), "config.json");
    try {
        layoutFromTable(*findArchitecture("LlamaForCausalLM"), config);
        QFAIL("a config without a number of layers was accepted");
    } catch (const Error& error) {
        QVERIFY(error.kind() == ErrorKind::InvalidInput);
        QVERIFY(QString(error.what()).contains("num_hidden_layers"));
    }
    const ModelConfig hostile(OrderedJson::parse(R"({"num_hidden_layers": 99999999999})"), "config.json");
    QVERIFY_THROWS_EXCEPTION(Error, layoutFromTable(*findArchitecture("LlamaForCausalLM"), hostile));
}

void TestArchitecture::renamesGiveEverySpelling()
{
    const Architecture& bert = *findArchitecture("BertModel");
    const Layout layout = layoutFromTable(bert, configFor(bert, 1, 0));
    const auto& pre = layout.modules.front().pre;
    const auto norm = std::ranges::find(pre, "embeddings.LayerNorm.weight", &Weight::name);
    QVERIFY(norm != pre.end());
    const std::set<std::string> aliases(norm->aliases.begin(), norm->aliases.end());
    QCOMPARE(aliases, (std::set<std::string>{"embeddings.LayerNorm.gamma", "bert.embeddings.LayerNorm.weight",
                                             "bert.embeddings.LayerNorm.gamma"}));
    const auto ids = std::ranges::find(pre, "embeddings.position_ids", &Weight::name);
    QCOMPARE(ids->flags, unsigned(kOptional | kInteger | kConstant));
}

void TestArchitecture::tiedHeadIsFoundUnderOtherSpellings()
{
    const Architecture& gpt2 = *findArchitecture("GPT2LMHeadModel");
    const Layout layout = layoutFromTable(gpt2, configFor(gpt2, 1, 0));
    const Checkpoint bare = checkpointOf({"wte.weight", "h.0.ln_1.weight"});
    const Weight& head = layout.modules.front().post.back();
    QCOMPARE(head.name, std::string("lm_head.weight"));
    QVERIFY(!findWeight(bare, head));
    QVERIFY(findStandIn(bare, head));
    QCOMPARE(findStandIn(bare, head)->info.name, std::string("wte.weight"));
    QCOMPARE(findWeight(bare, layout.modules.front().layerWeights(0).front())->info.name,
             std::string("h.0.ln_1.weight"));
}

void TestArchitecture::namesGiveLayersAndOrder()
{
    const Checkpoint checkpoint = checkpointOf(kTinyLlama);
    const Checkpoint* const one[] = {&checkpoint};
    const Layout layout = layoutFromNames(one);
    QVERIFY(layout.isGeneric());
    QCOMPARE(layout.modules.size(), std::size_t(1));
    const Layout::Module& module = layout.modules.front();
    QCOMPARE(module.name, std::string("default"));
    QCOMPARE(module.layers, 2);
    QCOMPARE(namesOf(module.pre), std::vector<std::string>{"model.embed_tokens.weight"});
    QCOMPARE(namesOf(module.post), (std::vector<std::string>{"lm_head.weight", "model.norm.weight"}));
    QCOMPARE(module.pre.front().flags, unsigned(kEmbedding));
    QCOMPARE(module.post.front().flags, unsigned(kEmbedding | kOutputHead | kOptional));
    QCOMPARE(module.post.front().tiedTo, std::string("model.embed_tokens.weight"));
    QVERIFY(unknownTensors(layout, checkpoint).empty());
    QVERIFY(missingWeights(layout, checkpoint).empty());
}

void TestArchitecture::absentWeightsBecomeOptional()
{
    std::vector<std::string> more = kTinyLlama;
    more.push_back("model.layers.1.mlp.up_proj.bias");
    more.push_back("model.extra.weight");
    const Checkpoint a = checkpointOf(kTinyLlama);
    const Checkpoint b = checkpointOf(more);
    const Checkpoint* const both[] = {&a, &b};
    const Layout layout = layoutFromNames(both);
    for (const Weight& weight : layout.modules.front().layerTemplates)
        QCOMPARE(weight.optional(), weight.name == "model.layers.{l}.mlp.up_proj.bias");
    const auto& pre = layout.modules.front().pre;
    QVERIFY(std::ranges::find(pre, "model.extra.weight", &Weight::name)->optional());
    QVERIFY(missingWeights(layout, a).empty());
}

void TestArchitecture::disagreeingLayersAreRefused()
{
    std::vector<std::string> deeper = kTinyLlama;
    deeper.push_back("model.layers.2.mlp.up_proj.weight");
    const Checkpoint a = checkpointOf(kTinyLlama);
    const Checkpoint b = checkpointOf(deeper);
    const Checkpoint* const both[] = {&a, &b};
    QVERIFY_THROWS_EXCEPTION(Error, layoutFromNames(both));
}

// A classifier made of steps 0 and 3 is no stack of layers, nor is a list of single tensors.
void TestArchitecture::numberedPartsAreNoLayers()
{
    std::vector<std::string> names = kTinyLlama;
    names.insert(names.end(),
                 {"classifier.0.dense.weight", "classifier.3.dense.weight", "merger.0.weight", "merger.1.weight"});
    const Checkpoint checkpoint = checkpointOf(names);
    const Checkpoint* const one[] = {&checkpoint};
    const Layout layout = layoutFromNames(one);
    QCOMPARE(layout.modules.size(), std::size_t(1));
    QCOMPARE(layout.modules.front().layers, 2);
    QVERIFY(unknownTensors(layout, checkpoint).empty());
}

void TestArchitecture::severalStacksAreSeveralModules()
{
    std::vector<std::string> names;
    for (int l = 0; l < 3; ++l)
        for (const char* part : {"attn.q.weight", "mlp.up.weight"})
            names.push_back("language_model.model.layers." + std::to_string(l) + "." + part);
    for (int l = 0; l < 2; ++l)
        names.push_back("vision_tower.encoder.layers." + std::to_string(l) + ".mlp.fc1.weight");
    names.insert(names.end(), {"language_model.model.embed_tokens.weight", "vision_tower.patch.weight"});
    const Checkpoint checkpoint = checkpointOf(names);
    const Checkpoint* const one[] = {&checkpoint};
    const ModelConfig config(OrderedJson::parse(R"({"text_config": {"num_hidden_layers": 3, "vocab_size": 8},
                                                    "vision_config": {"depth": 2}})"));
    const Layout layout = layoutFromNames(one, &config);
    QCOMPARE(layout.modules.size(), std::size_t(2));
    QCOMPARE(layout.modules[0].name, std::string("language_model"));
    QCOMPARE(layout.modules[0].layersKey, std::string("text_config.num_hidden_layers"));
    QCOMPARE(layout.modules[1].name, std::string("vision_tower"));
    QCOMPARE(layout.modules[1].layersKey, std::string("vision_config.depth"));
    QCOMPARE(namesOf(layout.modules[1].pre), std::vector<std::string>{"vision_tower.patch.weight"});
    QCOMPARE(layout.vocabSizeKey, std::string("text_config.vocab_size"));
}

void TestArchitecture::kinds_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("layer");
    QTest::newRow("projection") << "model.layers.12.self_attn.q_proj.weight"
                                << "self_attn.q_proj" << 12;
    QTest::newRow("bias") << "model.layers.0.self_attn.q_proj.bias"
                          << "self_attn.q_proj.bias" << 0;
    QTest::newRow("gpt2") << "transformer.h.3.attn.c_attn.weight"
                          << "attn.c_attn" << 3;
    QTest::newRow("gpt2 bare") << "h.3.attn.c_attn.weight"
                               << "attn.c_attn" << 3;
    QTest::newRow("embedding") << "model.embed_tokens.weight"
                               << "embed_tokens" << -1;
    QTest::newRow("head") << "lm_head.weight"
                          << "lm_head" << -1;
    QTest::newRow("norm") << "model.norm.weight"
                          << "norm" << -1;
    QTest::newRow("expert") << "model.layers.4.mlp.experts.31.up_proj.weight"
                            << "mlp.experts.*.up_proj" << 4;
    QTest::newRow("encoder") << "encoder.block.2.layer.0.SelfAttention.q.weight"
                             << "encoder.layer.0.SelfAttention.q" << 2;
    QTest::newRow("decoder") << "decoder.block.2.layer.1.EncDecAttention.q.weight"
                             << "layer.1.EncDecAttention.q" << 2;
    QTest::newRow("bert") << "bert.encoder.layer.1.attention.self.query.weight"
                          << "attention.self.query" << 1;
    QTest::newRow("vision") << "visual.blocks.5.attn.qkv.weight"
                            << "visual.attn.qkv" << 5;
    QTest::newRow("step") << "visual.merger.mlp.0.weight"
                          << "visual.merger.mlp.0" << -1;
    QTest::newRow("no dots") << "weight"
                             << "weight" << -1;
    QTest::newRow("huge number") << "a.99999999999999999999.b.c"
                                 << "a.99999999999999999999.b.c" << -1;
}

void TestArchitecture::kinds()
{
    QFETCH(QString, name);
    QFETCH(QString, kind);
    QFETCH(int, layer);
    const TensorKind found = kindOf(name.toStdString());
    QCOMPARE(QString::fromStdString(found.kind), kind);
    QCOMPARE(found.layer, layer);
}

// Models that the families' own code wrote: all that a table demands is there, and nothing else is.
void TestArchitecture::goldenMatchesItsTable()
{
    QFETCH(QString, folder);
    if (folder.isEmpty())
        QSKIP("the golden models are not on this machine");
    const auto model = ModelFolder::open(folder.toStdString());
    if (!model->checkpoint().find("transformer.h.0.attn.c_attn.bias") && model->config().modelType() == "gpt2") {
        // This file was written without the biases of its fused attention, which every published GPT-2 has.
        QVERIFY(model->layout().isGeneric());
        QVERIFY2(model->layoutNote().find("c_attn.bias") != std::string::npos, model->layoutNote().c_str());
        QCOMPARE(unknownTensors(model->layout(), model->checkpoint()), std::vector<std::string>{});
        return;
    }
    QVERIFY2(!model->layout().isGeneric(), model->layoutNote().c_str());
    QCOMPARE(missingWeights(model->layout(), model->checkpoint()), std::vector<std::string>{});
    QCOMPARE(unknownTensors(model->layout(), model->checkpoint()), std::vector<std::string>{});
}

void TestArchitecture::namesAgreeWithTables()
{
    QFETCH(QString, folder);
    if (folder.isEmpty())
        QSKIP("the golden models are not on this machine");
    const auto model = ModelFolder::open(folder.toStdString());
    const Checkpoint* const one[] = {&model->checkpoint()};
    const Layout byNames = layoutFromNames(one, &model->config());
    QCOMPARE(byNames.modules.size(), model->layout().modules.size());
    const Layout::Module& inferred = byNames.modules.front();
    const Layout::Module& known = model->layout().modules.front();
    QCOMPARE(inferred.layers, known.layers);
    QCOMPARE(inferred.layersKey, known.layersKey);
    const auto present = [&](const std::vector<Weight>& weights, auto withLayer) {
        std::set<std::string> names;
        for (const Weight& weight : weights)
            if (const auto* entry = findWeight(model->checkpoint(), withLayer(weight)))
                names.insert(entry->info.name);
        return names;
    };
    const auto same = [](const Weight& weight) { return weight; };
    QCOMPARE(present(inferred.layerWeights(0), same), present(known.layerWeights(0), same));
    QCOMPARE(present(inferred.pre, same), present(known.pre, same));
    QCOMPARE(present(inferred.post, same), present(known.post, same));
    const auto embeddings = [&](const Layout::Module& module) {
        std::set<std::string> names;
        for (const auto* part : {&module.pre, &module.post})
            for (const Weight& weight : *part)
                if ((weight.flags & kEmbedding) && weight.name.ends_with(".weight") &&
                    findWeight(model->checkpoint(), weight))
                    names.insert(weight.name);
        return names;
    };
    QCOMPARE(embeddings(inferred), embeddings(known));
}

QTEST_GUILESS_MAIN(TestArchitecture)
#include "tst_architecture.moc"
