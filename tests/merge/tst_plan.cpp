// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: what is going to fail fails while planning, in words and with its place in the recipe, before a byte is
// written; what is planned is what the recipe's precedence, gradients and filters say; an output is whole or not there.
#include "cancel_soon.h"
#include "tiny_llama.h"

#include "base/files.h"
#include "base/json.h"
#include "base/output_claim.h"
#include "base/platform.h"
#include "formats/safetensors.h"
#include "kernels/convert.h"
#include "merge/plan.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace crucible;
namespace fs = std::filesystem;

namespace {

constexpr int kHidden = 8;

// A Llama of two tensors per layer would not be one; this has them all, tiny. Value of every element: `value`.
void writeModel(const fs::path& folder, int layers, float value, int vocab = 16, bool head = true, int hidden = kHidden)
{
    fs::create_directories(folder);
    std::ofstream(folder / "config.json") << toJsonText(Json{{"architectures", {"LlamaForCausalLM"}},
                                                            {"model_type", "llama"},
                                                            {"hidden_size", hidden},
                                                            {"num_hidden_layers", layers},
                                                            {"vocab_size", vocab},
                                                            {"tie_word_embeddings", !head},
                                                            {"torch_dtype", "float32"}});
    std::vector<formats::TensorInfo> infos;
    const auto add = [&](const std::string& name, Shape shape) {
        formats::TensorInfo info{name, DType::F32, std::move(shape), 0};
        info.bytes = static_cast<std::uint64_t>(info.elements()) * 4;
        infos.push_back(std::move(info));
    };
    add("model.embed_tokens.weight", {vocab, hidden});
    for (int l = 0; l < layers; ++l) {
        const std::string layer = "model.layers." + std::to_string(l) + ".";
        for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                                 "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
            add(layer + name + ".weight", {hidden, hidden});
        add(layer + "input_layernorm.weight", {hidden});
        add(layer + "post_attention_layernorm.weight", {hidden});
    }
    add("model.norm.weight", {hidden});
    if (head)
        add("lm_head.weight", {vocab, hidden});
    std::vector<std::vector<float>> values;
    std::vector<formats::TensorBytes> tensors;
    for (const formats::TensorInfo& info : infos)
        values.emplace_back(static_cast<std::size_t>(info.elements()), value);
    for (std::size_t i = 0; i < infos.size(); ++i)
        tensors.push_back({infos[i], std::as_bytes(std::span(values[i]))});
    formats::writeSafetensors(folder / "model.safetensors", tensors);
}

double paramOf(const std::vector<merge::ParamValue>& params, std::string_view name)
{
    for (const merge::ParamValue& param : params) {
        if (param.name == name && param.given)
            return param.value;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

const merge::PlannedTensor& tensorOf(const merge::Plan& plan, std::string_view name)
{
    for (const merge::PlannedTensor& tensor : plan.tensors) {
        if (tensor.name == name)
            return tensor;
    }
    qFatal("no such tensor in the plan");
}

std::size_t entriesBeside(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class TestPlan : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path m_folder;

    merge::Plan plan(const std::string& yaml, const fs::path& output = {}, bool exact = false)
    {
        Problems problems;
        const recipe::MergeRecipe recipe = recipe::parseMergeRecipe(yaml, "r.yaml", problems);
        for (const Problem& problem : problems.all())
            qInfo("%s", problem.toLine().c_str());
        merge::MergeOptions options;
        options.search.relativeTo = m_folder;
        options.output = output;
        options.threads = 2;
        options.mergekitExact = exact;
        merge::Plan planned = merge::planMerge(recipe, options);
        return planned;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = m_temporary.path().toStdString();
        writeModel(m_folder / "a", 4, 1);
        writeModel(m_folder / "b", 4, 3);
        writeModel(m_folder / "deep", 6, 2);
        writeModel(m_folder / "wide", 4, 2, 16, true, 12);
        writeModel(m_folder / "more_tokens", 4, 2, 20);
        writeModel(m_folder / "fewer_tokens", 4, 2, 12);
        writeModel(m_folder / "tied", 4, 5, 16, false);
        fs::create_directories(m_folder / "no_weights");
        std::ofstream(m_folder / "no_weights" / "config.json") << "{}";
    }

    void refused_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("message"); // part of the first error
        const auto row = [](const char* name, const char* yaml, const char* message) {
            QTest::newRow(name) << QString::fromLatin1(yaml) << QString::fromLatin1(message);
        };
        row("unknown method", "merge_method: dare-tie\nmodels: [{model: a}]\n", "no merge method");
        row("missing model", "merge_method: passthrough\nmodels: [{model: nowhere/here}]\n", "nowhere/here");
        row("no weights", "merge_method: passthrough\nmodels: [{model: no_weights}]\n", "");
        row("base needed", "merge_method: ties\nmodels: [{model: a, parameters: {weight: 1}}]\n", "base model");
        row("too many models", "merge_method: slerp\nbase_model: a\nmodels: [{model: a}, {model: b}, {model: tied}]\nparameters: {t: 0.5}\n", "takes");
        row("two sources in passthrough", "merge_method: passthrough\nmodels: [{model: a}, {model: b}]\n", "takes");
        row("required parameter", "merge_method: slerp\nbase_model: a\nmodels: [{model: a}, {model: b}]\n", "\"t\"");
        row("weight of one model", "merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: b}]\n", "\"weight\"");
        row("layers beyond the end", "merge_method: passthrough\nslices: [{sources: [{model: a, layer_range: [0, 9]}]}]\n", "has 4");
        row("depths differ", "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: a}, {model: deep}]\n", "layers");
        row("widths differ", "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: a}, {model: wide}]\n", "shape");
        row("base is larger", "merge_method: ties\nbase_model: more_tokens\nparameters: {weight: 1}\nmodels: [{model: a}]\n", "shape");
        row("stacked widths differ", "merge_method: passthrough\nslices: [{sources: [{model: a, layer_range: [0, 2]}]}, {sources: [{model: wide, layer_range: [2, 4]}]}]\n", "shape");
        row("head of another vocabulary", "merge_method: passthrough\nslices: [{sources: [{model: a, layer_range: [0, 2]}]}, {sources: [{model: more_tokens, layer_range: [2, 4]}]}]\n", "tokenizer_source");
        row("tokenizer of nobody", "merge_method: passthrough\nmodels: [{model: a}]\ntokenizer_source: nobody/here\n", "nobody/here");
        row("unknown part", "merge_method: linear\nparameters: {weight: 1}\nmodules: {vision: {models: [{model: a}]}}\n", "vision");
        row("weights that cancel", "merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: b, parameters: {weight: -1}}]\n", "");
        row("della's band", "merge_method: della\nbase_model: a\nmodels: [{model: b, parameters: {weight: 1, density: 0.1, epsilon: 0.2}}]\n", "");
    }

    void refused()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, message);
        const fs::path out = m_folder / "out_refused";
        const merge::Plan planned = plan(yaml.toStdString(), out);
        QVERIFY(!planned.sound());
        std::string first;
        for (const Problem& problem : planned.problems.all()) {
            if (problem.severity == Severity::Error && first.empty())
                first = problem.toLine();
        }
        QVERIFY2(first.find(message.toStdString()) != std::string::npos, first.c_str());
        QVERIFY(!fs::exists(out));
        Progress progress;
        QVERIFY_THROWS_EXCEPTION(Error, merge::executeMerge(planned, progress, CancelToken()));
        QVERIFY(!fs::exists(out));
        QVERIFY(!fs::exists(m_folder / "out_refused.partial"));
    }

    void outputsThatAreRefused()
    {
        const std::string yaml = "merge_method: passthrough\nmodels: [{model: a}]\n";
        QVERIFY(!plan(yaml, m_folder / "a" / "merged").sound());
        QVERIFY(!plan(yaml, m_folder / "a").sound());
        QVERIFY(!plan(yaml, m_folder).sound());
        QVERIFY(!plan(yaml, m_folder / "a" / "config.json").sound());
        QVERIFY(plan(yaml, m_folder / "fresh" / "deeper" / "merged").sound());
    }

    void precedenceIsSourceSliceModuleGlobalDefault()
    {
        const merge::Plan planned = plan("merge_method: linear\n"
                                         "slices:\n"
                                         "  - sources:\n"
                                         "      - {model: a, layer_range: [0, 2], parameters: {weight: 0.8}}\n"
                                         "      - {model: b, layer_range: [2, 4]}\n"
                                         "    parameters: {weight: 0.35}\n"
                                         "  - sources:\n"
                                         "      - {model: b, layer_range: [0, 2], parameters: {weight: [{filter: mlp, value: 2}]}}\n"
                                         "      - {model: a, layer_range: [0, 2]}\n"
                                         "parameters: {weight: 0.5}\n");
        QVERIFY(planned.sound());
        const auto& first = tensorOf(planned, "model.layers.0.mlp.up_proj.weight");
        QCOMPARE(paramOf(first.inputs[0].params, "weight"), 0.8);
        QCOMPARE(paramOf(first.inputs[1].params, "weight"), 0.35);
        QCOMPARE(first.inputs[1].tensor, std::string("model.layers.2.mlp.up_proj.weight"));
        QCOMPARE(paramOf(tensorOf(planned, "model.layers.2.mlp.up_proj.weight").inputs[0].params, "weight"), 2.0);
        QCOMPARE(paramOf(tensorOf(planned, "model.layers.2.self_attn.q_proj.weight").inputs[0].params, "weight"), 0.5);
        QCOMPARE(paramOf(tensorOf(planned, "lm_head.weight").inputs[0].params, "weight"), 0.5);
        QCOMPARE(paramOf(tensorOf(planned, "model.embed_tokens.weight").inputs[0].params, "weight"), 0.8);
        QCOMPARE(planned.config.at("num_hidden_layers").get<int>(), 4);
    }

    void gradientsRunOverEachSlice()
    {
        const merge::Plan planned = plan("merge_method: slerp\nbase_model: a\n"
                                         "slices:\n"
                                         "  - sources: [{model: a, layer_range: [0, 3]}, {model: b, layer_range: [1, 4]}]\n"
                                         "    parameters: {t: [0, 1]}\n"
                                         "  - sources: [{model: a, layer_range: [3, 4]}, {model: b, layer_range: [0, 1]}]\n"
                                         "parameters: {t: [0.2, 0.6]}\n");
        QVERIFY(planned.sound());
        const auto t = [&](const char* name) { return paramOf(tensorOf(planned, name).params, "t"); };
        QCOMPARE(t("model.layers.0.mlp.up_proj.weight"), 0.0);
        QCOMPARE(t("model.layers.1.mlp.up_proj.weight"), 0.5);
        QCOMPARE(t("model.layers.2.mlp.up_proj.weight"), 1.0);
        QCOMPARE(t("model.layers.3.mlp.up_proj.weight"), 0.6); // a slice of one layer is at the end of its gradient
        QCOMPARE(t("model.embed_tokens.weight"), 0.0);         // the first slice's, at its beginning
        QCOMPARE(t("lm_head.weight"), 0.2);                    // the last slice's, at its beginning
    }

    void aModelCanBeBlendedWithItself()
    {
        const std::string yaml = "merge_method: linear\nslices:\n  - sources:\n"
                                 "      - {model: a, layer_range: [0, 2], parameters: {weight: 1}}\n"
                                 "      - {model: a, layer_range: [2, 4], parameters: {weight: 3}}\n";
        QCOMPARE(tensorOf(plan(yaml), "model.layers.0.mlp.up_proj.weight").inputs.size(), 2u);
        QCOMPARE(tensorOf(plan(yaml, {}, true), "model.layers.0.mlp.up_proj.weight").inputs.size(), 1u);
    }

    void tiedEmbeddingsAreMadeTrue()
    {
        const merge::Plan planned = plan("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: tied}, {model: a}]\n");
        QVERIFY(planned.sound());
        QCOMPARE(tensorOf(planned, "lm_head.weight").inputs[0].tensor, std::string("model.embed_tokens.weight"));
        QCOMPARE(planned.config.at("tie_word_embeddings").get<bool>(), false);
        const merge::Plan both = plan("merge_method: passthrough\nmodels: [{model: tied}]\n");
        QCOMPARE(both.config.at("tie_word_embeddings").get<bool>(), true);
    }

    void architectureCanBeOverruled()
    {
        tests::TinyLlama unknown(3);
        unknown.config["architectures"] = Json::array({"NobodysForCausalLM"});
        unknown.write(m_folder / "unknown");
        const merge::Plan planned = plan("merge_method: passthrough\nmodels:\n"
                                         "  - model: {model: {path: unknown}, override_architecture: LlamaForCausalLM}\n");
        QVERIFY(planned.sound() && planned.problems.empty());
        QVERIFY(!planned.models[0].folder->layout().isGeneric());
        QVERIFY(planned.config.at("architectures") == OrderedJson::array({"LlamaForCausalLM"}));
    }

    void adapterOfAnotherModelIsRefused()
    {
        fs::create_directories(m_folder / "stranger");
        std::ofstream(m_folder / "stranger" / "adapter_config.json") << R"({"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ["z"]})";
        const std::vector<float> values(8, 1);
        const std::string name = "base_model.model.model.layers.0.z.lora_";
        const auto bytes = std::as_bytes(std::span(values));
        const std::vector<formats::TensorBytes> tensors = {{{name + "A.weight", DType::F32, {1, 8}, bytes.size()}, bytes},
                                                           {{name + "B.weight", DType::F32, {8, 1}, bytes.size()}, bytes}};
        formats::writeSafetensors(m_folder / "stranger" / "adapter_model.safetensors", tensors);
        const merge::Plan planned = plan("merge_method: passthrough\nmodels: [{model: a+stranger}]\n");
        QVERIFY(!planned.sound());
        const std::string told = planned.problems.all()[0].toLine();
        QVERIFY2(told.find("none of the adapter's tensors fits") != std::string::npos, told.c_str());
    }

    // An incomplete model takes part where it can, and that is said.
    void tensorThatOneModelLacksIsTold()
    {
        tests::TinyLlama whole(1), incomplete(2);
        incomplete.tensors.erase("model.layers.1.mlp.up_proj.weight");
        whole.write(m_folder / "whole");
        incomplete.write(m_folder / "incomplete");
        const merge::Plan planned = plan("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: whole}, {model: incomplete}]\n");
        QVERIFY(planned.sound());
        QVERIFY(std::ranges::any_of(planned.problems.all(), [](const Problem& problem) {
            return problem.severity == Severity::Warning && problem.message == "there is no tensor model.layers.1.mlp.up_proj.weight";
        }));
    }

    // The first slice's model has a head of its own, so the last slice's embedding is written as the head that it is there.
    void headOfATiedModelIsWritten()
    {
        const std::string slices = "merge_method: passthrough\nslices:\n"
                                   "  - sources: [{model: a, layer_range: [0, 2]}]\n"
                                   "  - sources: [{model: tied, layer_range: [2, 4]}]\n";
        const merge::Plan planned = plan(slices);
        QVERIFY(planned.sound());
        const merge::PlannedInput& head = tensorOf(planned, "lm_head.weight").inputs.at(0);
        QCOMPARE(head.tensor, std::string("model.embed_tokens.weight"));
        QCOMPARE(planned.models[head.model].ref.model, std::string("tied"));
        QCOMPARE(planned.config.at("tie_word_embeddings").get<bool>(), false);
        QCOMPARE(plan(slices, {}, true).tensors.size(), planned.tensors.size() - 1);
    }

    void oneRunWritesAnOutput()
    {
        const fs::path out = m_folder / "claims" / "deeper" / "out";
        const merge::Plan planned = plan("merge_method: passthrough\nmodels: [{model: a}]\n", out);
        Progress progress;
        {
            const OutputClaim claim(out / ""); // a separator at the end changes nothing
            QVERIFY_THROWS_EXCEPTION(Error, merge::executeMerge(planned, progress, CancelToken()));
            QCOMPARE(entriesBeside(out.parent_path()), 1u);
        }
        QVERIFY(!fs::exists(m_folder / "claims"));
        // Of a process that is no more.
        fs::path lock = out;
        lock += ".partial.lock";
        fs::create_directories(lock);
        std::ofstream(lock / "owner.json") << toJsonText(Json{{"pid", 1}, {"token", "long ago"}, {"host", platform::hostName()}});
        merge::executeMerge(planned, progress, CancelToken());
        QCOMPARE(entriesBeside(out.parent_path()), 1u);
    }

    void cutEmbeddingsSayTheirSize()
    {
        const merge::Plan planned = plan("merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: more_tokens}, {model: a}]\n");
        QVERIFY(planned.sound());
        QCOMPARE(tensorOf(planned, "model.embed_tokens.weight").shape, (Shape{16, kHidden}));
        QCOMPARE(planned.config.at("vocab_size").get<int>(), 16);
        QVERIFY(!planned.problems.empty());
    }

    void weightsOneAndZeroGiveTheModelBitForBit()
    {
        const fs::path out = m_folder / "out_one";
        Progress progress;
        merge::executeMerge(plan("merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}, {model: b, parameters: {weight: 0}}]\n", out),
                            progress, CancelToken());
        const auto merged = formats::openCheckpoint(out);
        const auto original = formats::openCheckpoint(m_folder / "a");
        for (const formats::Checkpoint::Entry& entry : original->tensors()) {
            const auto wanted = original->read(entry).bytes, got = merged->read(*merged->find(entry.info.name)).bytes;
            QVERIFY2(std::equal(wanted.begin(), wanted.end(), got.begin(), got.end()), entry.info.name.c_str());
        }
        QVERIFY(fs::exists(out / "README.md"));
        QVERIFY(fs::exists(out / "mergekit_config.yml"));
        QVERIFY(!plan("merge_method: passthrough\nmodels: [{model: a}]\n", out).sound()); // not empty any more
    }

    void cancelLeavesNothingThatLooksFinished()
    {
        const fs::path place = m_folder / "place";
        fs::create_directories(place);
        const CancelToken cancel;
        tests::CancelSoon progress(cancel);
        const merge::Plan planned = plan("merge_method: passthrough\nmodels: [{model: a}]\n", place / "out");
        QVERIFY_THROWS_EXCEPTION(Error, merge::executeMerge(planned, progress, cancel));
        QCOMPARE(entriesBeside(place), 0u);
    }

    void tensorOfSomeModels_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<bool>("inBase");
        for (const merge::MergeMethod* method : merge::mergeMethods()) {
            if (method->base == merge::BaseModel::Unused)
                continue;
            const std::string id(method->id);
            QTest::newRow((id + ", only the base has it").c_str()) << QString::fromStdString(id) << true;
            QTest::newRow((id + ", the base lacks it").c_str()) << QString::fromStdString(id) << false;
        }
    }

    // A tensor that is not in every model of an architecture that nobody knows: it is taken as it is, or the plan says that it is
    // missing. What is not there must never be read.
    void tensorOfSomeModels()
    {
        QFETCH(QString, method);
        QFETCH(bool, inBase);
        const merge::MergeMethod& chosen = *merge::findMergeMethod(method.toStdString());
        const fs::path place = m_folder / (method.toStdString() + (inBase ? "1" : "0"));
        const std::string extra = "model.layers.0.extra.weight";
        std::string models;
        for (const char* name : {"base", "first", "second"}) {
            const bool isBase = name == std::string_view("base");
            if (name == std::string_view("second") && chosen.maxModels == 1)
                continue;
            tests::TinyLlama model(static_cast<unsigned>(name[0]));
            model.config["architectures"] = Json::array({"NobodysForCausalLM"});
            if (isBase == inBase)
                model.tensors[extra] = {{24, 24}, std::vector<float>(576, 0.5f)};
            model.write(place / name);
            if (!isBase)
                models += ", {model: " + (place / name).string() + "}";
        }
        const merge::Plan planned = plan("merge_method: " + std::string(chosen.id) + "\nbase_model: " + (place / "base").string() +
                                             "\nmodels: [{model: " + (place / "base").string() + "}" + models +
                                             "]\nparameters: {weight: 1, density: 0.5, t: 0.5, gamma: 0.01, epsilon: 0.1}\n",
                                         place / "out");
        const bool possible = inBase || chosen.maxModels == 1 || chosen.base == merge::BaseModel::Optional;
        if (!possible) {
            QVERIFY(!planned.sound());
            QVERIFY(std::ranges::any_of(planned.problems.all(), [&](const Problem& problem) {
                return problem.severity == Severity::Error && problem.message.find(extra) != std::string::npos;
            }));
            return;
        }
        QVERIFY2(planned.sound(), planned.sound() ? "" : planned.problems.all().front().toLine().c_str());
        Progress progress;
        merge::executeMerge(planned, progress, CancelToken());
        const auto merged = formats::openCheckpoint(place / "out");
        for (const float value : tests::valuesOf(*merged, extra))
            QVERIFY(std::abs(value - 0.5f) < 1e-6f);
    }

    // Somebody downloads a model anew while it is merged: one error, and no output that looks finished.
    void inputThatIsCutLeavesNothing()
    {
        const fs::path place = m_folder / "cut";
        fs::create_directories(place);
        fs::copy(m_folder / "a", place / "model");
        const fs::path weights = place / "model" / "model.safetensors";
        const merge::Plan planned = plan(
            "merge_method: passthrough\nmodels: [{model: " + (place / "model").string() + "}]\n", place / "out");
        QVERIFY(planned.sound());
        fs::resize_file(weights, fs::file_size(weights) / 2);
        Progress progress;
        try {
            merge::executeMerge(planned, progress, CancelToken());
            QFAIL("it was merged");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Io);
            QVERIFY2(QString::fromUtf8(error.what()).contains("cut short"), error.what());
            QCOMPARE(error.where(), weights.string());
        }
        QCOMPARE(entriesBeside(place), 1u); // the model
    }

    // A merge that died between shards goes on after the finished ones, and ends with the same bytes.
    void finishedShardsAreKept()
    {
        const fs::path place = m_folder / "resume";
        fs::create_directories(place);
        const std::string yaml = "merge_method: linear\nparameters: {weight: 1}\nmodels: [{model: a}, {model: b}]\n";
        const auto sharded = [&](const fs::path& out) {
            merge::Plan planned = plan(yaml, out);
            merge::MergeOptions options = planned.options;
            options.outShardSize = 1000;
            return merge::planMerge(planned.recipe, options);
        };
        const merge::Plan planned = sharded(place / "out");
        QVERIFY(planned.shards.size() > 4);
        const CancelToken cancel;
        struct CancelAtThird : Progress {
            const CancelToken& token;
            const fs::path partial;
            CancelAtThird(const CancelToken& t, fs::path p) : token(t), partial(std::move(p)) {}
            void advance(std::uint64_t, std::uint64_t, std::string_view, std::string_view) override
            {
                int finished = 0;
                for (const fs::directory_entry& entry : fs::directory_iterator(partial))
                    finished += entry.path().extension() == ".safetensors";
                if (finished >= 2)
                    token.request();
            }
        } progress(cancel, place / "out.partial");
        QVERIFY_THROWS_EXCEPTION(Error, merge::executeMerge(planned, progress, cancel));
        QVERIFY(!fs::exists(place / "out"));
        QVERIFY(fs::exists(place / "out.partial"));
        Progress quiet;
        const merge::MergeResult result = merge::executeMerge(planned, quiet, CancelToken());
        QVERIFY(result.resumedShards >= 2);
        QVERIFY(!fs::exists(place / "out.partial"));
        merge::executeMerge(sharded(place / "whole"), quiet, CancelToken());
        for (const merge::PlannedShard& shard : planned.shards)
            QCOMPARE(readFile(place / "out" / shard.fileName), readFile(place / "whole" / shard.fileName));
    }

    void pytorchFilesHoldTheSame()
    {
        merge::Plan planned = plan("merge_method: passthrough\nmodels: [{model: b}]\n", m_folder / "out_bin");
        merge::MergeOptions options = planned.options;
        options.safeSerialization = false;
        Progress progress;
        merge::executeMerge(merge::planMerge(planned.recipe, options), progress, CancelToken());
        QVERIFY(fs::exists(m_folder / "out_bin" / "pytorch_model.bin"));
        const auto merged = formats::openCheckpoint(m_folder / "out_bin");
        const auto original = formats::openCheckpoint(m_folder / "b");
        QCOMPARE(merged->tensors().size(), original->tensors().size());
        for (const formats::Checkpoint::Entry& entry : original->tensors()) {
            const auto wanted = original->read(entry), got = merged->read(*merged->find(entry.info.name));
            QVERIFY(std::equal(wanted.bytes.begin(), wanted.bytes.end(), got.bytes.begin(), got.bytes.end()));
        }
    }
};

QTEST_GUILESS_MAIN(TestPlan)
#include "tst_plan.moc"
