// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: a mixture has the names and the config.json that loaders of its family expect, takes each tensor from the right
// model, draws the same numbers on any number of threads, and refuses what can not work before anything is written.
#include "tiny_llama.h"

#include "merge/moe.h"

#include <QtTest>

#include <cmath>

using namespace crucible;
using namespace crucible::tests;
namespace fs = std::filesystem;

namespace {

merge::Plan planIn(const fs::path& folder, const std::string& yaml, int threads = 2, std::uint64_t seed = 0,
                   const merge::PromptStates& states = {})
{
    Problems problems;
    const recipe::MoeRecipe recipe = recipe::parseMoeRecipe(yaml, "moe.yml", problems);
    problems.throwIfErrors();
    merge::MergeOptions options;
    options.output = folder / "out";
    options.search.relativeTo = folder;
    options.search.modelFolders = {folder};
    options.threads = threads;
    options.randomSeed = seed;
    options.overwrite = true;
    return merge::planMoe(recipe, options, states);
}

std::shared_ptr<const formats::Checkpoint> compose(const fs::path& folder, const std::string& yaml, int threads = 2,
                                                   std::uint64_t seed = 0, const merge::PromptStates& states = {})
{
    const merge::Plan plan = planIn(folder, yaml, threads, seed, states);
    Progress progress;
    merge::executeMerge(plan, progress, {});
    return formats::openCheckpoint(folder / "out");
}

const std::string kTwo = "base_model: base\ngate_mode: random\nexperts:\n  - source_model: a\n  - source_model: b\n";

double meanOf(const std::vector<float>& values)
{
    double sum = 0;
    for (const float value : values)
        sum += static_cast<double>(value);
    return sum / static_cast<double>(values.size());
}

double deviationOf(const std::vector<float>& values)
{
    const double mean = meanOf(values);
    double sum = 0;
    for (const float value : values)
        sum += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
    return std::sqrt(sum / static_cast<double>(values.size()));
}

} // namespace

class TestMoe : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_temporary;
    fs::path m_folder;
    std::map<std::string, TinyLlama> m_models;

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = m_temporary.path().toStdString();
        unsigned seed = 1;
        for (const char* name : {"base", "a", "b"})
            m_models.emplace(name, TinyLlama(seed++, 2, 64, 96)).first->second.write(m_folder / name);
        TinyLlama(9, 3, 64, 96).write(m_folder / "deeper");
        TinyLlama(9, 2, 64, 128).write(m_folder / "wider");
        m_models.emplace("spoken", TinyLlama(7, 2, 64, 96, 96)).first->second.write(m_folder / "spoken");
        std::ofstream(m_folder / "spoken" / "tokenizer.json")
            << R"({"model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "<s>": 1, "code": 2, "chat": 3, "loops": 4, "beyond": 96}},
                   "pre_tokenizer": {"type": "Whitespace"}, "added_tokens": [{"id": 1, "content": "<s>", "special": true, "normalized": false}]})";
        std::ofstream(m_folder / "spoken" / "tokenizer_config.json") << R"({"bos_token": "<s>"})";
        TinyLlama other(9, 2, 64, 96);
        other.config["model_type"] = "mistral";
        other.config["architectures"] = {"MistralForCausalLM"};
        other.write(m_folder / "mistral");
    }

    void cleanup() { fs::remove_all(m_folder / "out"); }

    void mixtralTakesEachTensorFromItsModel()
    {
        const auto out = compose(m_folder, kTwo);
        const auto& tensors = m_models.at("base").tensors;
        for (const std::string name : {"model.embed_tokens.weight", "model.layers.1.self_attn.k_proj.weight",
                                       "model.layers.0.input_layernorm.weight", "lm_head.weight"})
            QVERIFY2(valuesOf(*out, name) == tensors.at(name).values, name.c_str());
        const std::pair<std::string, std::string> kNames[] = {{"w1", "gate_proj"}, {"w2", "down_proj"}, {"w3", "up_proj"}};
        for (const auto& [there, here] : kNames) {
            for (const int expert : {0, 1}) {
                const std::string name = "model.layers.1.block_sparse_moe.experts." + std::to_string(expert) + "." + there + ".weight";
                QVERIFY2(valuesOf(*out, name) ==
                             m_models.at(expert == 0 ? "a" : "b").tensors.at("model.layers.1.mlp." + here + ".weight").values,
                         name.c_str());
            }
        }
        QCOMPARE(out->find("model.layers.0.block_sparse_moe.gate.weight")->info.shape, (Shape{2, 64}));
        const auto model = formats::ModelFolder::open(m_folder / "out");
        QCOMPARE(model->layout().family, std::string("mixtral"));
        QVERIFY(formats::missingWeights(model->layout(), model->checkpoint()).empty());
        QVERIFY(formats::unknownTensors(model->layout(), model->checkpoint()).empty());
        const Json config = readJson(m_folder / "out" / "config.json");
        QCOMPARE(config["model_type"], Json("mixtral"));
        QCOMPARE(config["num_local_experts"], Json(2));
        QCOMPARE(config["num_experts_per_tok"], Json(2));
        // Llama's defaults are not Mixtral's, so they are said.
        QCOMPARE(config["num_key_value_heads"], Json(4));
        QCOMPARE(config["rope_theta"], Json(10000.0));
        QCOMPARE(config["rms_norm_eps"], Json(1e-6));
        QVERIFY(fs::exists(m_folder / "out" / "mergekit_moe_config.yml"));
        QVERIFY(!fs::exists(m_folder / "out" / "mergekit_config.yml"));
    }

    void gatesFollowTheirMode()
    {
        const std::string gate = "model.layers.1.block_sparse_moe.gate.weight";
        const auto normal = valuesOf(*compose(m_folder, kTwo), gate);
        QVERIFY(std::abs(meanOf(normal)) < 0.3);
        QVERIFY(std::abs(deviationOf(normal) - 1) < 0.25);
        QVERIFY(valuesOf(*formats::openCheckpoint(m_folder / "out"), "model.layers.0.block_sparse_moe.gate.weight") != normal);
        QVERIFY(valuesOf(*compose(m_folder, kTwo, 1), gate) == normal);
        QVERIFY(valuesOf(*compose(m_folder, kTwo, 2, 5), gate) != normal);
        std::string uniform = kTwo;
        uniform.replace(uniform.find("random"), 6, "uniform_random");
        const auto flat = valuesOf(*compose(m_folder, uniform), gate);
        for (const float value : flat)
            QVERIFY(std::abs(value) <= 0.125f); // 1 / sqrt(64)
        QVERIFY(std::abs(deviationOf(flat) - 0.125 / std::sqrt(3.0)) < 0.02);
    }

    // The numbers that mergekit's formula gives: normalized sums of embedding rows, BOS in front of every prompt.
    void cheapGatesPointToThePrompts()
    {
        const std::string yaml = "base_model: spoken\ngate_mode: cheap_embed\nexperts:\n"
                                 "  - {source_model: a, positive_prompts: [code code, loops], negative_prompts: [chat]}\n"
                                 "  - {source_model: b, positive_prompts: [chat]}\n";
        const auto out = compose(m_folder, yaml);
        const auto& embedding = m_models.at("spoken").tensors.at("model.embed_tokens.weight").values;
        const auto direction = [&](const std::vector<std::size_t>& ids) {
            std::vector<double> sum(64, 0);
            double length = 0;
            for (const std::size_t id : ids) {
                for (std::size_t i = 0; i < 64; ++i)
                    sum[i] += static_cast<double>(embedding[64 * id + i]);
            }
            for (const double value : sum)
                length += value * value;
            for (double& value : sum)
                value /= std::sqrt(length);
            return sum;
        };
        // <s>: 1, code: 2, chat: 3, loops: 4
        std::vector<double> first = direction({1, 2, 2, 1, 4});
        const std::vector<double> second = direction({1, 3});
        double length = 0;
        for (std::size_t i = 0; i < 64; ++i) {
            first[i] -= second[i];
            length += first[i] * first[i];
        }
        for (const int layer : {0, 1}) {
            const auto gate = valuesOf(*out, "model.layers." + std::to_string(layer) + ".block_sparse_moe.gate.weight");
            QCOMPARE(gate.size(), std::size_t(128));
            for (std::size_t i = 0; i < 64; ++i) {
                QVERIFY(std::abs(static_cast<double>(gate[i]) - first[i] / std::sqrt(length)) < 1e-6);
                QVERIFY(std::abs(static_cast<double>(gate[64 + i]) - second[i]) < 1e-6);
            }
        }
    }

    // Layer by layer what the prompts are, less what the negative ones are, of length 1.
    void hiddenGatesComeFromTheStatesOfPrompts()
    {
        const auto stateOf = [](const std::vector<std::string>& prompts, bool average) {
            std::vector<float> states(2 * 64);
            for (std::size_t i = 0; i < states.size(); ++i)
                states[i] = std::sin(static_cast<float>(i * (1 + prompts.front().size()) + (average ? 7 : 0)));
            return states;
        };
        const merge::PromptStates states = [&](const formats::ModelFolder&, const std::vector<std::string>& prompts, bool average) { return stateOf(prompts, average); };
        for (const char* mode : {"hidden", "hidden_avg", "hidden_last"}) {
            const std::string yaml = std::string("base_model: base\ngate_mode: ") + mode + "\nexperts:\n"
                                     "  - {source_model: a, positive_prompts: [code], negative_prompts: [chatter]}\n"
                                     "  - {source_model: b, positive_prompts: [chat no more]}\n";
            const auto out = compose(m_folder, yaml, 1, 0, states);
            const bool average = std::string_view(mode) == "hidden_avg";
            const std::vector<float> positive = stateOf({"code"}, average), negative = stateOf({"chatter"}, average), other = stateOf({"chat no more"}, average);
            for (std::size_t layer = 0; layer < 2; ++layer) {
                const auto gate = valuesOf(*out, "model.layers." + std::to_string(layer) + ".block_sparse_moe.gate.weight");
                double first = 0, second = 0;
                for (std::size_t i = layer * 64; i < (layer + 1) * 64; ++i) {
                    first += std::pow(double(positive[i]) - double(negative[i]), 2);
                    second += std::pow(double(other[i]), 2);
                }
                for (std::size_t i = 0; i < 64; ++i) {
                    const std::size_t at = layer * 64 + i;
                    QVERIFY(std::abs(double(gate[i]) - (double(positive[at]) - double(negative[at])) / std::sqrt(first)) < 1e-6);
                    QVERIFY(std::abs(double(gate[64 + i]) - double(other[at]) / std::sqrt(second)) < 1e-6);
                }
            }
        }
    }

    void hiddenGatesCanBePlannedWithoutRunningTheModel()
    {
        const merge::Plan plan = planIn(m_folder, "base_model: base\nexperts:\n"
                                                  "  - {source_model: a, positive_prompts: [code]}\n"
                                                  "  - {source_model: b, positive_prompts: [chat]}\n");
        QVERIFY(plan.sound());
    }

    void likePromptsAreWarnedOf()
    {
        const merge::Plan plan = planIn(m_folder, "base_model: spoken\ngate_mode: cheap_embed\nexperts:\n"
                                                  "  - {source_model: a, positive_prompts: [chat chat chat chat loops]}\n"
                                                  "  - {source_model: b, positive_prompts: [chat chat chat chat]}\n");
        QVERIFY(plan.sound());
        const auto& all = plan.problems.all();
        QVERIFY(std::any_of(all.begin(), all.end(), [](const Problem& problem) {
            return problem.severity == Severity::Warning && problem.message.find("experts 0 and 1") != std::string::npos;
        }));
    }

    void noiseAndResidualScale()
    {
        const std::string yaml = kTwo + "    noise_scale: 0.01\n    residual_scale: 0.5\n";
        const auto out = compose(m_folder, yaml);
        const std::string prefix = "model.layers.0.block_sparse_moe.experts.";
        const auto& b = m_models.at("b").tensors;
        QVERIFY(valuesOf(*out, prefix + "0.w2.weight") == m_models.at("a").tensors.at("model.layers.0.mlp.down_proj.weight").values);
        std::vector<float> noise = valuesOf(*out, prefix + "1.w1.weight");
        const auto& gateProjection = b.at("model.layers.0.mlp.gate_proj.weight").values;
        for (std::size_t i = 0; i < noise.size(); ++i)
            noise[i] -= gateProjection[i];
        QVERIFY(std::abs(meanOf(noise)) < 5e-4);
        QVERIFY(std::abs(deviationOf(noise) - 0.01) < 5e-4);
        std::vector<float> down = valuesOf(*out, prefix + "1.w2.weight");
        const auto& downProjection = b.at("model.layers.0.mlp.down_proj.weight").values;
        for (std::size_t i = 0; i < down.size(); ++i)
            down[i] -= 0.5f * downProjection[i];
        QVERIFY(std::abs(deviationOf(down) - 0.005) < 5e-4);
    }

    void otherFamilies_data()
    {
        QTest::addColumn<QString>("shared");
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("modelType");
        QTest::addColumn<QString>("tensor");
        QTest::newRow("qwen2") << "shared_experts:\n  - source_model: base\n" << "qwen" << "qwen2_moe"
                               << "model.layers.0.mlp.shared_expert.up_proj.weight";
        QTest::newRow("deepseek") << "shared_experts:\n  - source_model: base\n" << "deepseek" << "deepseek"
                                  << "model.layers.0.mlp.shared_experts.up_proj.weight";
        QTest::newRow("deepseek without a shared expert") << "" << "DeepSeek" << "deepseek"
                                                          << "model.layers.1.mlp.experts.1.down_proj.weight";
    }

    void otherFamilies()
    {
        QFETCH(QString, shared);
        QFETCH(QString, architecture);
        QFETCH(QString, modelType);
        QFETCH(QString, tensor);
        const auto out = compose(m_folder, kTwo + shared.toStdString() + "architecture: " + architecture.toStdString() + "\n");
        QVERIFY(out->find(tensor.toStdString()));
        QCOMPARE(readJson(m_folder / "out" / "config.json")["model_type"], Json(modelType.toStdString()));
        QCOMPARE(out->find("model.layers.0.mlp.gate.weight")->info.shape, (Shape{2, 64}));
        if (modelType == "qwen2_moe") {
            // Qwen's attention has biases, Llama's has none.
            QCOMPARE(valuesOf(*out, "model.layers.0.self_attn.q_proj.bias"), std::vector<float>(64, 0.0f));
            QCOMPARE(out->find("model.layers.0.mlp.shared_expert_gate.weight")->info.shape, (Shape{1, 64}));
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("message");
        const QString two = QString::fromStdString(kTwo);
        QTest::newRow("cheap gates without a tokenizer") << "base_model: base\ngate_mode: cheap_embed\nexperts:\n"
                                        "  - {source_model: a, positive_prompts: [code]}\n"
                                        "  - {source_model: b, positive_prompts: [chat]}\n"
                                     << "no tokenizer";
        QTest::newRow("cheap gates beyond the embedding") << "base_model: spoken\ngate_mode: cheap_embed\nexperts:\n"
                                        "  - {source_model: a, positive_prompts: [beyond]}\n"
                                        "  - {source_model: b, positive_prompts: [chat]}\n"
                                     << "gives the id 96, the embedding has 96 rows";
        QTest::newRow("missing model") << QString(two).replace("model: b\n", "model: bb\n") << "there is no model";
        QTest::newRow("more layers") << QString(two).replace("model: b\n", "model: deeper\n") << "3 layers";
        QTest::newRow("wider") << QString(two).replace("model: b\n", "model: wider\n") << "has the shape";
        QTest::newRow("other family") << QString(two).replace("model: b\n", "model: mistral\n") << "of type mistral";
        QTest::newRow("unknown architecture") << two + "architecture: mamba\n" << "none of";
        QTest::newRow("no shared expert") << two + "architecture: mixtral\nshared_experts: [{source_model: base}]\n" << "no shared expert";
    }

    void refuses()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, message);
        const std::size_t before = entriesIn(m_folder);
        const merge::Plan plan = planIn(m_folder, yaml.toStdString());
        QVERIFY(!plan.sound());
        QVERIFY2(QString::fromStdString(plan.problems.all().front().message).contains(message),
                 plan.problems.all().front().message.c_str());
        Progress progress;
        QVERIFY_THROWS_EXCEPTION(Error, merge::executeMerge(plan, progress, {}));
        QCOMPARE(entriesIn(m_folder), before);
    }
};

QTEST_GUILESS_MAIN(TestMoe)
#include "tst_moe.moc"
