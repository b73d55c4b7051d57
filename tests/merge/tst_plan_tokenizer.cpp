// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: rows of embeddings come from where the recipe's tokenizer says, also from models that no slice uses.
#include "cancel_soon.h"
#include "tiny_llama.h"

#include "base/files.h"
#include "merge/plan.h"

#include <QtTest>

#include <algorithm>

using namespace crucible;
namespace fs = std::filesystem;

class TestPlanTokenizer : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path m_folder = m_temporary.path().toStdString();

    merge::Plan plan(const std::string& yaml, const fs::path& output = {})
    {
        Problems problems;
        merge::MergeOptions options;
        options.search.relativeTo = m_folder;
        options.output = output;
        options.threads = 2;
        return merge::planMerge(recipe::parseMergeRecipe(yaml, "r.yaml", problems), options);
    }

    // A model of four tokens with this vocabulary.
    void writeModelWithTokenizer(const char* name, const std::string& vocab)
    {
        tests::TinyLlama(7, 2, 24, 40, 4).write(m_folder / name);
        writeTokenizer(name, vocab);
    }
    void writeTokenizer(const char* name, const std::string& vocab)
    {
        fs::create_directories(m_folder / name);
        std::ofstream(m_folder / name / "tokenizer.json")
            << R"({"added_tokens":[],"model":{"type":"BPE","merges":[],"vocab":)" << vocab << "}}";
    }

private Q_SLOTS:
    // A tokenizer may come from a folder that is not merged and holds nothing else.
    void vocabularyOfAnotherFolder()
    {
        writeModelWithTokenizer("speaks", R"({"a":0,"b":1,"c":3})"); // no token has the id 2
        writeTokenizer("only_tokenizer", R"({"c":0,"b":1})");
        std::ofstream(m_folder / "only_tokenizer" / "config.json") << R"({"eos_token_id":1,"vocab_size":1})";
        const std::string yaml = "merge_method: passthrough\nmodels: [{model: speaks}]\n";
        const merge::Plan planned = plan(yaml + "tokenizer_source: only_tokenizer\n", m_folder / "spoken");
        QVERIFY2(planned.sound(), planned.problems.empty() ? "" : planned.problems.all()[0].toLine().c_str());
        QCOMPARE(planned.config.at("vocab_size").get<int>(), 2);
        QCOMPARE(planned.config.at("eos_token_id").get<int>(), 1);
        Progress progress;
        merge::executeMerge(planned, progress, CancelToken());
        const std::vector<float> own = tests::valuesOf(*formats::openCheckpoint(m_folder / "speaks"), "model.embed_tokens.weight");
        const std::vector<float> made = tests::valuesOf(*formats::openCheckpoint(m_folder / "spoken"), "model.embed_tokens.weight");
        QVERIFY(std::equal(made.begin(), made.begin() + 24, own.begin() + 3 * 24));
        QVERIFY(std::equal(made.begin() + 24, made.end(), own.begin() + 24, own.begin() + 2 * 24));

        // The row of an id without a token is the mean of the three that have one.
        merge::executeMerge(plan(yaml + "tokenizer_source: base\n", m_folder / "holed"), progress, CancelToken());
        const std::vector<float> holed = tests::valuesOf(*formats::openCheckpoint(m_folder / "holed"), "model.embed_tokens.weight");
        QCOMPARE(holed.size(), 4u * 24);
        for (std::size_t c = 0; c < 24; ++c)
            QVERIFY(std::abs(holed[2 * 24 + c] - (own[c] + own[24 + c] + own[3 * 24 + c]) / 3) < 1e-6f);
    }

    // Rows come from models of the recipe that are no source of the first or the last slice.
    void rowsOfModelsOutsideTheSlice()
    {
        writeModelWithTokenizer("short", R"({"a":0,"b":1})");
        writeModelWithTokenizer("long", R"({"a":0,"b":1,"c":2,"d":3})");
        tests::TinyLlama narrow(5, 2, 8, 40, 4);
        narrow.write(m_folder / "narrow");
        writeTokenizer("narrow", R"({"a":0,"b":1,"c":2,"d":3})");
        tests::TinyLlama tied(6, 2, 24, 40, 4);
        tied.tensors.erase("lm_head.weight");
        tied.config["tie_word_embeddings"] = true;
        tied.write(m_folder / "tied_long");
        writeTokenizer("tied_long", R"({"a":0,"b":1,"c":2,"d":3})");
        const auto yaml = [](const char* base) {
            return "merge_method: passthrough\nbase_model: " + std::string(base) +
                   "\nslices: [{sources: [{model: short, layer_range: [0, 2]}]}]\ntokenizer_source: union\n";
        };
        QVERIFY(!plan(yaml("narrow")).sound());
        for (const char* base : {"long", "tied_long"}) {
            const merge::Plan planned = plan(yaml(base), m_folder / "out_rows" / base);
            QVERIFY2(planned.sound(), base);
            Progress progress;
            merge::executeMerge(planned, progress, CancelToken());
            const auto made = tests::valuesOf(*formats::openCheckpoint(m_folder / "out_rows" / base), "lm_head.weight");
            const auto own = tests::valuesOf(*formats::openCheckpoint(m_folder / base),
                                             base == std::string_view("long") ? "lm_head.weight" : "model.embed_tokens.weight");
            QCOMPARE(made.size(), own.size());
            QVERIFY(std::equal(made.begin() + 2 * 24, made.end(), own.begin() + 2 * 24));
        }
    }

    // What another recipe finished is not gone on with, even where both make tensors of the same names and shapes.
    void goesOnOnlyWithTheSameRows()
    {
        writeModelWithTokenizer("rows", R"({"a":0,"b":1})");
        const auto planned = [&](const char* source) {
            Problems problems;
            merge::MergeOptions options;
            options.search.relativeTo = m_folder;
            options.output = m_folder / "resumed";
            options.outShardSize = 1;
            options.threads = 1;
            return merge::planMerge(recipe::parseMergeRecipe("merge_method: passthrough\nmodels: [{model: rows}]\ntokenizer: {source: base, "
                                                             "tokens: {a: {source: {kind: model_token, model: rows, token: " +
                                                                 std::string(source) + "}, force: true}}}\n",
                                                             "r.yaml", problems),
                                    options);
        };
        const CancelToken cancel;
        tests::CancelSoon progress(cancel);
        QVERIFY_THROWS_EXCEPTION(Error, merge::executeMerge(planned("b"), progress, cancel));
        QVERIFY(fs::exists(m_folder / "resumed.partial"));
        QVERIFY(!fs::exists(m_folder / "resumed.partial.lock"));
        Progress quiet;
        QCOMPARE(merge::executeMerge(planned("a"), quiet, CancelToken()).resumedShards, 0u);
    }
};

QTEST_GUILESS_MAIN(TestPlanTokenizer)
#include "tst_plan_tokenizer.moc"
