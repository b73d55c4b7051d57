// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: an adapter extracted from two models and applied again gives back the fine-tuned model; the ranks that are
// found are those that were put in; nothing that changed is lost without a word, and nothing is left behind by a failure.
#include "tiny_llama.h"

#include "merge/extract_lora.h"
#include "merge/low_rank.h"
#include "merge/plan.h"

#include <QtTest>

#include <cmath>

using namespace crucible;
using namespace crucible::tests;
namespace fs = std::filesystem;

namespace {

const std::string kQ = "model.layers.0.self_attn.q_proj.weight";
const std::string kDown = "model.layers.1.mlp.down_proj.weight";

merge::ExtractLoraOptions optionsIn(const fs::path& folder)
{
    merge::ExtractLoraOptions options;
    options.base.model = (folder / "base").string();
    options.model.model = (folder / "tuned").string();
    options.output = folder / "adapter";
    options.threads = 2;
    return options;
}

merge::ExtractLoraResult extract(const merge::ExtractLoraOptions& options)
{
    const merge::ExtractLoraPlan plan = merge::planLoraExtraction(options);
    Progress progress;
    return merge::extractLora(plan, progress, {});
}

// Base model and adapter as one model.
void apply(const fs::path& base, const fs::path& adapter, const fs::path& output)
{
    recipe::MergeRecipe recipe;
    recipe.mergeMethod = "passthrough";
    recipe::InputModel input;
    input.model.model = base.string();
    input.model.lora = adapter.string();
    recipe::Module module;
    module.name = "default";
    module.models.push_back(input);
    recipe.modules.push_back(module);
    merge::MergeOptions options;
    options.output = output;
    const merge::Plan plan = merge::planMerge(recipe, options);
    Progress progress;
    merge::executeMerge(plan, progress, {});
}

std::map<std::string, std::int64_t> ranksOf(const merge::ExtractLoraResult& result)
{
    std::map<std::string, std::int64_t> ranks;
    for (const merge::ExtractLoraResult::Module& module : result.decomposed)
        ranks[module.name + ".weight"] = module.rank;
    return ranks;
}

class CancelAt final : public Progress {
public:
    CancelAt(CancelToken token, std::uint64_t at) : m_token(std::move(token)), m_at(at) {}
    void advance(std::uint64_t done, std::uint64_t, std::string_view, std::string_view) override
    {
        if (done >= m_at)
            m_token.request();
    }

private:
    CancelToken m_token;
    std::uint64_t m_at;
};

} // namespace

class TestExtractLora : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesBackTheModel_data()
    {
        QTest::addColumn<bool>("distribute");
        QTest::addColumn<bool>("embedLora");
        QTest::newRow("scale in both") << true << false;
        QTest::newRow("scale in A") << false << false;
        QTest::newRow("embeddings decomposed") << true << true;
    }

    void givesBackTheModel()
    {
        QFETCH(bool, distribute);
        QFETCH(bool, embedLora);
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(1);
        model.write(folder / "base");
        model.addLowRank(kQ, 3, 11, 0.1f);
        model.addLowRank(kDown, 5, 12, 0.1f);
        model.addLowRank("model.embed_tokens.weight", 2, 13, 0.1f);
        model.addLowRank("lm_head.weight", 1, 14, 0.1f);
        model.tensors["model.layers.1.input_layernorm.weight"].values[3] += 0.25f;
        model.write(folder / "tuned");

        merge::ExtractLoraOptions options = optionsIn(folder);
        options.distributeScale = distribute;
        options.embedLora = embedLora;
        const merge::ExtractLoraResult result = extract(options);
        std::map<std::string, std::int64_t> expected = {{kQ, 3}, {kDown, 5}};
        if (embedLora)
            expected.insert({{"model.embed_tokens.weight", 2}, {"lm_head.weight", 1}});
        QCOMPARE(ranksOf(result), expected);
        QCOMPARE(result.rank, std::int64_t(5));
        QCOMPARE(result.savedInFull.size(), std::size_t(embedLora ? 1 : 3));
        QVERIFY(result.leftOut.empty());
        QVERIFY(result.captured > 0.999999);

        apply(folder / "base", folder / "adapter", folder / "applied");
        const auto applied = formats::openCheckpoint(folder / "applied");
        for (const auto& [name, tensor] : model.tensors)
            QVERIFY2(largestDifference(valuesOf(*applied, name), tensor.values) < 2e-6, name.c_str());
    }

    // What PEFT needs to find everything: names, ranks and scaling that is 1 everywhere.
    void writesWhatPeftReads()
    {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(2);
        model.write(folder / "base");
        for (int layer = 0; layer < 2; ++layer)
            model.addLowRank("model.layers." + std::to_string(layer) + ".self_attn.v_proj.weight", 4, 20, 0.1f);
        model.addLowRank(kQ, 2, 21, 0.1f);
        model.tensors["model.norm.weight"].values[0] += 1;
        model.write(folder / "tuned");
        extract(optionsIn(folder));
        const Json config = readJson(folder / "adapter" / "adapter_config.json");
        QCOMPARE(config["peft_type"], Json("LORA"));
        QCOMPARE(config["task_type"], Json("CAUSAL_LM"));
        QCOMPARE(config["r"], Json(4));
        QCOMPARE(config["lora_alpha"], Json(4));
        QCOMPARE(config["lora_dropout"], Json(0.0));
        QCOMPARE(config["rank_pattern"], Json({{"model.layers.0.self_attn.q_proj", 2}}));
        QCOMPARE(config["alpha_pattern"], config["rank_pattern"]);
        // Both v_proj are in it, but only one q_proj.
        QCOMPARE(config["target_modules"], Json({"model.layers.0.self_attn.q_proj", "v_proj"}));
        QCOMPARE(config["modules_to_save"], Json({"model.norm"}));
        const auto written = formats::openCheckpoint(folder / "adapter" / "adapter_model.safetensors");
        QCOMPARE(written->tensors().size(), std::size_t(7));
        const formats::Checkpoint::Entry* a = written->find("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
        const formats::Checkpoint::Entry* b = written->find("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight");
        QVERIFY(a && b && written->find("base_model.model.model.norm.weight"));
        QCOMPARE(a->info.shape, (Shape{2, 24}));
        QCOMPARE(b->info.shape, (Shape{24, 2}));
        QVERIFY(fs::exists(folder / "adapter" / "README.md"));
    }

    // A head of its own where the base has none: saved in full, and told.
    void headThatTheBaseTies()
    {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(9);
        const TinyLlama::Tensor head = model.tensors.extract("lm_head.weight").mapped();
        model.config["tie_word_embeddings"] = true;
        model.write(folder / "base");
        model.tensors["lm_head.weight"] = head;
        model.addLowRank(kQ, 1, 91);
        model.write(folder / "tuned");
        const merge::ExtractLoraPlan plan = merge::planLoraExtraction(optionsIn(folder));
        QVERIFY(plan.sound());
        QCOMPARE(plan.problems.all().size(), std::size_t(1));
        Progress progress;
        const merge::ExtractLoraResult result = merge::extractLora(plan, progress, {});
        QCOMPARE(result.savedInFull, std::vector<std::string>{"lm_head"});
        QVERIFY(valuesOf(*formats::openCheckpoint(folder / "adapter" / "adapter_model.safetensors"),
                         "base_model.model.lm_head.weight") == head.values);
    }

    // The largest rank and the threshold cut the smallest parts of the difference, and only those.
    void cutsTheRank()
    {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(3);
        model.write(folder / "base");
        // Three orthogonal directions of norms 3, 2 and 1.
        auto& values = model.tensors[kQ].values;
        for (const int i : {0, 1, 2})
            values[static_cast<std::size_t>(i * 24 + i)] += static_cast<float>(3 - i);
        model.write(folder / "tuned");
        merge::ExtractLoraOptions options = optionsIn(folder);
        options.maxRank = 2;
        const merge::ExtractLoraResult limited = extract(options);
        QCOMPARE(limited.rank, std::int64_t(2));
        QVERIFY(std::abs(limited.captured - 13.0 / 14.0) < 1e-5);
        options.maxRank = 128;
        options.svEpsilon = 2.5;
        options.overwrite = true;
        const merge::ExtractLoraResult above = extract(options);
        QCOMPARE(above.rank, std::int64_t(1));
        QVERIFY(std::abs(above.captured - 9.0 / 14.0) < 1e-5);
    }

    // Rounding to 16 bits makes every difference one of full rank; the option sees through it.
    void seesThroughRounding()
    {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(4);
        model.write(folder / "base", DType::BF16);
        // The base as it was stored, so that only the fine-tuned model is rounded here.
        for (auto& [name, tensor] : model.tensors)
            kernels::roundThrough(DType::BF16, tensor.values);
        model.addLowRank(kQ, 3, 41, 0.2f);
        model.write(folder / "tuned", DType::BF16);
        merge::ExtractLoraOptions options = optionsIn(folder);
        QCOMPARE(ranksOf(extract(options))[kQ], std::int64_t(24));
        options.dropRoundingNoise = true;
        options.overwrite = true;
        QCOMPARE(ranksOf(extract(options))[kQ], std::int64_t(3));
    }

    void choosesModules_data()
    {
        QTest::addColumn<QStringList>("include");
        QTest::addColumn<QStringList>("exclude");
        QTest::addColumn<QStringList>("save");
        QTest::addColumn<QStringList>("decomposed");
        QTest::addColumn<QStringList>("full");
        QTest::addColumn<QStringList>("left");
        const QString q = "model.layers.0.self_attn.q_proj", down = "model.layers.1.mlp.down_proj", norm = "model.norm";
        QTest::newRow("all") << QStringList() << QStringList() << QStringList() << QStringList{q, down} << QStringList{norm}
                             << QStringList();
        QTest::newRow("include") << QStringList{"self_attn"} << QStringList() << QStringList() << QStringList{q}
                                 << QStringList() << QStringList{down, norm};
        QTest::newRow("exclude") << QStringList() << QStringList{"down_proj$", "^model.norm"} << QStringList() << QStringList{q}
                                 << QStringList() << QStringList{down, norm};
        QTest::newRow("save") << QStringList() << QStringList() << QStringList{down} << QStringList{q}
                              << QStringList{down, norm} << QStringList();
    }

    void choosesModules()
    {
        QFETCH(QStringList, include);
        QFETCH(QStringList, exclude);
        QFETCH(QStringList, save);
        QFETCH(QStringList, decomposed);
        QFETCH(QStringList, full);
        QFETCH(QStringList, left);
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(5);
        model.write(folder / "base");
        model.addLowRank(kQ, 1, 51);
        model.addLowRank(kDown, 1, 52);
        model.tensors["model.norm.weight"].values[0] += 1;
        model.write(folder / "tuned");
        merge::ExtractLoraOptions options = optionsIn(folder);
        const auto texts = [](const QStringList& list) {
            std::vector<std::string> result;
            for (const QString& text : list)
                result.push_back(text.toStdString());
            return result;
        };
        const auto sorted = [](const std::vector<std::string>& names) {
            QStringList list;
            for (const std::string& name : names)
                list << QString::fromStdString(name);
            list.sort();
            return list;
        };
        options.includePatterns = texts(include);
        options.excludePatterns = texts(exclude);
        options.saveModules = texts(save);
        const merge::ExtractLoraResult result = extract(options);
        QStringList found;
        for (const merge::ExtractLoraResult::Module& module : result.decomposed)
            found << QString::fromStdString(module.name);
        QCOMPARE(found, decomposed);
        full.sort();
        left.sort();
        QCOMPARE(sorted(result.savedInFull), full);
        QCOMPARE(sorted(result.leftOut), left);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("message");
        QTest::newRow("same models") << "same" << "do not differ";
        QTest::newRow("other shapes") << "shapes" << "the shape is";
        QTest::newRow("missing model") << "missing" << "there is no model";
        QTest::newRow("unknown module") << "module" << "no module";
        QTest::newRow("bad pattern") << "pattern" << "";
        QTest::newRow("no rank") << "rank" << "at least 1";
        QTest::newRow("not a number") << "nan" << "not finite";
        QTest::newRow("output exists") << "output" << "not empty";
    }

    void refuses()
    {
        QFETCH(QString, what);
        QFETCH(QString, message);
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(6);
        model.write(folder / "base");
        if (what == "shapes")
            model = TinyLlama(6, 2, 32);
        else if (what == "nan")
            model.tensors[kQ].values[7] = std::numeric_limits<float>::quiet_NaN();
        else if (what != "same")
            model.addLowRank(kQ, 1, 61);
        model.write(folder / "tuned");
        merge::ExtractLoraOptions options = optionsIn(folder);
        if (what == "missing")
            options.base.model = (folder / "nowhere").string();
        else if (what == "module")
            options.saveModules = {"lm_haed"};
        else if (what == "pattern")
            options.includePatterns = {"(unclosed"};
        else if (what == "rank")
            options.maxRank = 0;
        else if (what == "output")
            model.write(folder / "adapter");
        const std::size_t before = entriesIn(folder);
        try {
            extract(options);
            QFAIL("nothing was refused");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(message), error.what());
            QVERIFY(error.kind() == ErrorKind::InvalidInput);
        }
        QCOMPARE(entriesIn(folder), before);
    }

    void leavesNothingWhenCancelled()
    {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        TinyLlama model(7);
        model.write(folder / "base");
        model.addLowRank(kQ, 1, 71);
        model.write(folder / "tuned");
        const CancelToken cancel;
        CancelAt progress(cancel, 5);
        const merge::ExtractLoraPlan plan = merge::planLoraExtraction(optionsIn(folder));
        QVERIFY(plan.sound());
        try {
            merge::extractLora(plan, progress, cancel);
            QFAIL("it was not cancelled");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Cancelled);
        }
        QCOMPARE(entriesIn(folder), std::size_t(2));
    }

    // The iteration for large matrices finds what the exact decomposition finds, with any number of threads.
    void iterationAgrees_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::newRow("tall") << 600 << 310;
        QTest::newRow("wide") << 310 << 600;
    }

    void iterationAgrees()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        const auto m = static_cast<std::size_t>(rows), n = static_cast<std::size_t>(columns);
        // Singular values 20, 19, ... 1 on top of noise.
        std::mt19937 random(8);
        std::vector<float> matrix(m * n);
        std::normal_distribution<float> normal;
        for (float& value : matrix)
            value = 1e-3f * normal(random);
        for (int k = 0; k < 20; ++k)
            matrix[static_cast<std::size_t>(k) * n + static_cast<std::size_t>(k)] += static_cast<float>(20 - k);
        ThreadPool one(1), three(3);
        const merge::SingularVectors iterated = merge::decompose(matrix, m, n, 8, 1, three, {});
        QVERIFY(iterated.iterations > 0);
        const merge::SingularVectors exact = merge::decompose(matrix, m, n, std::min(m, n), 1, one, {});
        QCOMPARE(exact.iterations, 0);
        QCOMPARE(iterated.values.size(), std::size_t(8));
        for (std::size_t k = 0; k < 8; ++k)
            QVERIFY2(std::abs(iterated.values[k] - exact.values[k]) < 2e-4 * exact.values[k], qPrintable(QString::number(k)));
        QVERIFY(merge::decompose(matrix, m, n, 8, 1, one, {}).left == iterated.left);
    }
};

QTEST_GUILESS_MAIN(TestExtractLora)
#include "tst_extract_lora.moc"
