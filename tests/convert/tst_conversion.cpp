// SPDX-License-Identifier: GPL-3.0-or-later
// A model comes back from GGUF bit for bit, and computes there what it computed before: for every family that llama.cpp has.
#include "convert/random_model.h"

#include "base/files.h"
#include "base/output_claim.h"
#include "convert/convert.h"
#include "formats/bytes.h"
#include "formats/gguf_model.h"
#include "formats/gguf_writer.h"

#include <QTemporaryDir>
#include <QTest>

using namespace crucible;
using namespace crucible::test;
namespace fs = std::filesystem;

namespace {

fs::path goldenFolder(const char* part)
{
    const QString given = qEnvironmentVariable("CRUCIBLE_GOLDEN");
    return (given.isEmpty() ? fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" : fs::path(given.toStdString())) / part;
}

fs::path carriedFolder() { return fs::path(CRUCIBLE_SOURCE_DIR) / "tests" / "golden" / "forward"; }

convert::ConvertPlan planned(const fs::path& model, const fs::path& output, std::optional<DType> dtype = {})
{
    convert::ConvertOptions options;
    options.model = model;
    options.output = output;
    options.target = output.extension() == ".gguf" ? convert::Target::Gguf : convert::Target::Safetensors;
    options.dtype = dtype;
    return convert::planConversion(options);
}

fs::path converted(const fs::path& model, const fs::path& output, std::optional<DType> dtype = {})
{
    Progress progress;
    return convert::executeConversion(planned(model, output, dtype), progress, {}).output;
}

std::string bytesOf(const formats::Checkpoint& checkpoint, const formats::Checkpoint::Entry& entry)
{
    const formats::TensorData data = checkpoint.read(entry);
    return {reinterpret_cast<const char*>(data.bytes.data()), data.bytes.size()};
}

std::vector<float> floatsOf(const formats::Checkpoint& checkpoint, const formats::Checkpoint::Entry& entry)
{
    std::vector<float> values(static_cast<std::size_t>(entry.info.elements()));
    kernels::toFloat32(entry.info.dtype, checkpoint.read(entry).bytes.data(), values);
    return values;
}

// Where the two differ; empty when nowhere. Norms of Gemma lose what 1 + w can not hold.
QString difference(const fs::path& a, const fs::path& b, bool normsAreRounded)
{
    const auto one = formats::openCheckpoint(a / "model.safetensors"), other = formats::openCheckpoint(b);
    if (one->tensors().size() != other->tensors().size())
        return QStringLiteral("%1 and %2 tensors").arg(one->tensors().size()).arg(other->tensors().size());
    for (const formats::Checkpoint::Entry& entry : one->tensors()) {
        const formats::Checkpoint::Entry* same = other->find(entry.info.name);
        const bool isNorm = normsAreRounded && entry.info.name.find("norm") != std::string::npos;
        if (!same || same->info.shape != entry.info.shape)
            return QString::fromStdString(entry.info.name);
        if (isNorm ? largestDifference(floatsOf(*one, entry), floatsOf(*other, *same)) > 1.2e-7
                   : entry.info.dtype != same->info.dtype || bytesOf(*one, entry) != bytesOf(*other, *same))
            return QString::fromStdString(entry.info.name);
    }
    return {};
}

// What all families with Llama's keys share.
OrderedJson llamaLike(const char* type, const char* className, OrderedJson more)
{
    OrderedJson config{{"architectures", {className}}, {"model_type", type}, {"hidden_size", 32}, {"intermediate_size", 24}, {"num_hidden_layers", 2},
                       {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"vocab_size", 50}, {"max_position_embeddings", 64}, {"rms_norm_eps", 1e-5},
                       {"rope_theta", 20000.0}};
    if (more.is_object())
        config.update(more);
    return config;
}

struct Family {
    const char* name;
    OrderedJson config;
    bool biases = false;
};

std::vector<Family> families()
{
    const OrderedJson experts{{"num_experts", 3}, {"num_experts_per_tok", 2}, {"moe_intermediate_size", 20}, {"norm_topk_prob", true}};
    const OrderedJson gemma{{"head_dim", 12}, {"tie_word_embeddings", true}, {"sliding_window", 3}, {"query_pre_attn_scalar", 20},
                            {"attn_logit_softcapping", 5.0}, {"final_logit_softcapping", 6.0}};
    const OrderedJson gpt{{"n_layer", 2}, {"n_embd", 32}, {"n_head", 4}, {"vocab_size", 50}, {"n_positions", 64}, {"layer_norm_epsilon", 1e-5}};
    const auto gptLike = [&](const char* type, const char* className, OrderedJson more) {
        OrderedJson config{{"architectures", {className}}, {"model_type", type}};
        config.update(gpt);
        config.update(more);
        return config;
    };
    std::vector<double> longFactors{1.5, 2.5, 3.5, 4.5}, shortFactors{1, 1.1, 1.2, 1.3};
    return {
        {"llama", llamaLike("llama", "LlamaForCausalLM", {{"tie_word_embeddings", true}})},
        {"llama with biases", llamaLike("llama", "LlamaForCausalLM", {{"head_dim", 12}}), true},
        {"llama 3", llamaLike("llama", "LlamaForCausalLM",
                              {{"rope_scaling", {{"rope_type", "llama3"}, {"factor", 8.0}, {"low_freq_factor", 1.0}, {"high_freq_factor", 4.0},
                                                 {"original_max_position_embeddings", 16}}}})},
        {"llama, other factors", llamaLike("llama", "LlamaForCausalLM",
                                           {{"rope_scaling", {{"rope_type", "llama3"}, {"factor", 8.0}, {"low_freq_factor", 2.0}, {"high_freq_factor", 3.0},
                                                              {"original_max_position_embeddings", 16}}}})},
        {"llama, linear", llamaLike("llama", "LlamaForCausalLM", {{"rope_scaling", {{"type", "linear"}, {"factor", 2.5}}}})},
        {"llama, yarn", llamaLike("llama", "LlamaForCausalLM",
                                  {{"rope_scaling", {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 16}}}})},
        {"mistral", llamaLike("mistral", "MistralForCausalLM", {{"sliding_window", 3}})},
        {"mixtral", llamaLike("mixtral", "MixtralForCausalLM", {{"num_local_experts", 3}, {"num_experts_per_tok", 2}})},
        {"qwen2", llamaLike("qwen2", "Qwen2ForCausalLM", {}), true},
        {"qwen2-moe", llamaLike("qwen2_moe", "Qwen2MoeForCausalLM",
                                {{"num_experts", 3}, {"num_experts_per_tok", 2}, {"norm_topk_prob", false}, {"tie_word_embeddings", true}})},
        {"qwen3", llamaLike("qwen3", "Qwen3ForCausalLM", {{"head_dim", 12}})},
        {"qwen3-moe", [&] { OrderedJson config = llamaLike("qwen3_moe", "Qwen3MoeForCausalLM", {}); config.update(experts); return config; }()},
        {"internlm2", llamaLike("internlm2", "InternLM2ForCausalLM", {}), true},
        {"phi3", llamaLike("phi3", "Phi3ForCausalLM", {{"sliding_window", 4}, {"original_max_position_embeddings", 64}})},
        {"phi3, long", llamaLike("phi3", "Phi3ForCausalLM",
                                 {{"original_max_position_embeddings", 16},
                                  {"rope_scaling", {{"type", "longrope"}, {"long_factor", longFactors}, {"short_factor", shortFactors}}}})},
        {"phi", llamaLike("phi", "PhiForCausalLM", {{"layer_norm_eps", 1e-5}, {"partial_rotary_factor", 0.5}, {"num_key_value_heads", 4}}), true},
        {"gemma", [&] { OrderedJson config = llamaLike("gemma", "GemmaForCausalLM", {{"head_dim", 12}, {"tie_word_embeddings", true}}); return config; }()},
        {"gemma2", [&] { OrderedJson config = llamaLike("gemma2", "Gemma2ForCausalLM", {}); config.update(gemma); return config; }()},
        {"gemma3", [&] {
             OrderedJson config = llamaLike("gemma3_text", "Gemma3ForCausalLM", {{"rope_local_base_freq", 5000.0}, {"_sliding_window_pattern", 2},
                                                                                 {"rope_scaling", {{"rope_type", "linear"}, {"factor", 8.0}}}});
             config.update(gemma);
             return config;
         }()},
        {"olmo2", llamaLike("olmo2", "Olmo2ForCausalLM", {})},
        {"cohere", llamaLike("cohere", "CohereForCausalLM", {{"layer_norm_eps", 1e-5}, {"logit_scale", 0.25}, {"tie_word_embeddings", true}})},
        {"stablelm", llamaLike("stablelm", "StableLmForCausalLM", {{"layer_norm_eps", 1e-5}, {"partial_rotary_factor", 0.25}}), true},
        {"stablelm, parallel", llamaLike("stablelm", "StableLmForCausalLM",
                                         {{"layer_norm_eps", 1e-5}, {"partial_rotary_factor", 0.5}, {"use_parallel_residual", true}}), true},
        {"starcoder2", llamaLike("starcoder2", "Starcoder2ForCausalLM", {{"norm_epsilon", 1e-5}, {"sliding_window", 5}}), true},
        {"gpt2", gptLike("gpt2", "GPT2LMHeadModel", {{"tie_word_embeddings", true}}), true},
        {"gpt-neox", llamaLike("gpt_neox", "GPTNeoXForCausalLM",
                               {{"layer_norm_eps", 1e-5}, {"rotary_pct", 0.25}, {"rotary_emb_base", 30000.0}, {"num_key_value_heads", 4}}), true},
        {"gpt-neox, not parallel", llamaLike("gpt_neox", "GPTNeoXForCausalLM", {{"layer_norm_eps", 1e-5}, {"use_parallel_residual", false},
                                                                              {"num_key_value_heads", 4}}), true},
        {"bloom", gptLike("bloom", "BloomForCausalLM", {{"hidden_size", 32}, {"seq_length", 64}, {"tie_word_embeddings", true}}), true},
        {"falcon", llamaLike("falcon", "FalconForCausalLM", {{"layer_norm_epsilon", 1e-5}, {"multi_query", true}, {"tie_word_embeddings", true}}), true},
        {"falcon, two norms", llamaLike("falcon", "FalconForCausalLM", {{"layer_norm_epsilon", 1e-5}, {"new_decoder_architecture", true}, {"num_kv_heads", 2},
                                                                       {"tie_word_embeddings", true}}), true},
    };
}

} // namespace

class TestConversion : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Two runs that write one output would mix what they write.
    void oneRunWritesAnOutput()
    {
        const QTemporaryDir folder;
        for (const char* name : {"deeper/model.gguf", "deeper/model"}) {
            const fs::path out = fs::path(folder.path().toStdString()) / name;
            {
                const OutputClaim claim(out);
                QVERIFY_THROWS_EXCEPTION(Error, converted(carriedFolder() / "llama_gqa", out));
            }
            QVERIFY(!fs::exists(out.parent_path()));
            QVERIFY(fs::exists(converted(carriedFolder() / "llama_gqa", out)));
            QCOMPARE(std::distance(fs::directory_iterator(out.parent_path()), fs::directory_iterator()), 1);
            fs::remove_all(out.parent_path());
        }
    }

    void comesBackBitForBit_data()
    {
        QTest::addColumn<int>("index");
        const auto all = families();
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::newRow(all[i].name) << static_cast<int>(i);
    }

    void comesBackBitForBit()
    {
        QFETCH(const int, index);
        const Family family = families()[static_cast<std::size_t>(index)];
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        for (const DType dtype : {DType::F32, DType::BF16}) {
            const fs::path folder = root / toString(dtype);
            RandomModel(folder, family.config, dtype, family.biases);
            const fs::path file = converted(folder, folder / "model.gguf");
            const fs::path back = converted(file, folder / "back");
            const bool isGemma = std::string_view(family.name).starts_with("gemma");
            QCOMPARE(difference(folder, back, isGemma), QString());
            if (std::string_view(family.name) == "mixtral") // llama.cpp has one key for the width, dense or not
                QCOMPARE(formats::GgufModel::open(file)->facts().size("feed_forward_length"), std::int64_t(20));

            const std::vector<model::TokenId> text{3, 17, 4, 49, 0, 21, 9, 9};
            const std::vector<float> own = logitsOf(folder, text);
            float size = 1;
            for (const float value : own)
                size = std::max(size, std::abs(value));
            // Sums of the same numbers in another order where rows were sorted, 1 + w rounded where norms are stored so.
            QVERIFY2(largestDifference(own, logitsOf(file, text)) <= 4e-6 * size, QByteArray::number(largestDifference(own, logitsOf(file, text))).constData());
            QVERIFY(largestDifference(own, logitsOf(back, text)) <= 4e-6 * size);
        }
    }

    // Matrices are narrowed as the reference narrows them, vectors and routers are not.
    void narrowsMatricesAlone()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        RandomModel(root / "m", llamaLike("mixtral", "MixtralForCausalLM", {{"num_local_experts", 3}, {"num_experts_per_tok", 2}}));
        const auto model = formats::GgufModel::open(converted(root / "m", root / "m.gguf", DType::F16));
        const auto own = formats::openCheckpoint(root / "m");
        QCOMPARE(model->facts().whole("general.file_type"), std::optional<std::int64_t>(1));
        int narrowed = 0;
        for (const formats::GgufTensor& tensor : model->files().front()->ggufTensors()) {
            const bool stays = tensor.name.ends_with("_norm.weight") || tensor.name.ends_with("ffn_gate_inp.weight");
            QCOMPARE(tensor.type->name, stays ? std::string_view("F32") : std::string_view("F16"));
            narrowed += !stays;
        }
        QVERIFY(narrowed > 10);
        const auto* entry = own->find("model.layers.1.block_sparse_moe.experts.2.w2.weight");
        std::vector<float> expected = floatsOf(*own, *entry);
        kernels::roundThrough(DType::F16, expected);
        const auto* stored = model->asStored()->find("blk.1.ffn_down.2.weight");
        QVERIFY(stored);
        QCOMPARE(floatsOf(*model->asStored(), *stored), expected);
    }

    // A folder is cut into files, and names them in an index.
    void cutsIntoShards()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        RandomModel(root / "m", llamaLike("llama", "LlamaForCausalLM", {}));
        convert::ConvertOptions options;
        options.model = converted(root / "m", root / "m.gguf");
        options.output = root / "back";
        options.target = convert::Target::Safetensors;
        options.shardBytes = 8000;
        Progress progress;
        const convert::ConvertPlan plan = convert::planConversion(options);
        QVERIFY(plan.files.size() > 3);
        convert::executeConversion(plan, progress, {});
        QVERIFY(fs::exists(root / "back" / "model.safetensors.index.json"));
        QCOMPARE(difference(root / "m", root / "back", false), QString());
    }

    // Parts of a split model are one model, whichever part is named.
    void readsSplitFiles()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        RandomModel(root / "m", llamaLike("internlm2", "InternLM2ForCausalLM", {}));
        const auto whole = formats::GgufModel::open(converted(root / "m", root / "m.gguf"));
        // Every other tensor in the second file, so that what belongs together is apart.
        const formats::GgufFile& file = *whole->files().front();
        std::vector<formats::TensorInfo> halves[2];
        std::vector<std::size_t> indices[2];
        for (std::size_t i = 0; i < file.tensors().size(); ++i) {
            halves[i % 2].push_back(file.tensors()[i]);
            indices[i % 2].push_back(i);
        }
        for (int half = 0; half < 2; ++half) {
            formats::GgufHeader header("internlm2", root);
            if (half == 0) {
                for (const char* key : {"context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count", "attention.head_count_kv"})
                    header.setWhole(key, static_cast<std::uint32_t>(whole->facts().size(key)));
                header.setReal("attention.layer_norm_rms_epsilon", 1e-5);
                header.setReal("rope.freq_base", 20000);
            }
            const formats::GgufLayout layout = formats::ggufLayout(header, halves[half]);
            std::string text = layout.header;
            text.resize(static_cast<std::size_t>(layout.fileBytes));
            for (std::size_t i = 0; i < indices[half].size(); ++i) {
                const formats::TensorData data = file.read(indices[half][i]);
                std::memcpy(text.data() + layout.offsets[i], data.bytes.data(), data.bytes.size());
            }
            writeFileAtomically(root / (half == 0 ? "s-00001-of-00002.gguf" : "s-00002-of-00002.gguf"), text);
        }
        const std::vector<model::TokenId> text{3, 17, 4, 49};
        const std::vector<float> expected = logitsOf(root / "m.gguf", text);
        QCOMPARE(logitsOf(root / "s-00001-of-00002.gguf", text), expected);
        QCOMPARE(logitsOf(root / "s-00002-of-00002.gguf", text), expected);
        QCOMPARE(difference(root / "m", converted(root / "s-00002-of-00002.gguf", root / "back"), false), QString());
        fs::remove(root / "s-00002-of-00002.gguf");
        QVERIFY_THROWS_EXCEPTION(Error, formats::GgufModel::open(root / "s-00001-of-00002.gguf"));
    }

    void saysWhatIsLost_data()
    {
        QTest::addColumn<QString>("config");
        QTest::addColumn<bool>("isError");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const OrderedJson& config, bool isError, const char* says) {
            QTest::newRow(name) << QString::fromStdString(toJsonText(config)) << isError << QString::fromLatin1(says);
        };
        row("dynamic positions", llamaLike("llama", "LlamaForCausalLM", {{"rope_scaling", {{"type", "dynamic"}, {"factor", 2.0}}}}), false, "dynamic scaling");
        row("window of some layers", llamaLike("qwen2", "Qwen2ForCausalLM", {{"use_sliding_window", true}, {"sliding_window", 4}, {"max_window_layers", 1}}), false, "slide");
        row("scale that llama.cpp does not read", llamaLike("gemma2", "Gemma2ForCausalLM", {{"head_dim", 12}, {"tie_word_embeddings", true}, {"query_pre_attn_scalar", 20}}),
            false, "from the size of its heads");
        row("activation", llamaLike("llama", "LlamaForCausalLM", {{"hidden_act", "gelu"}}), true, "activation");
        row("scores by layer", {{"architectures", {"GPT2LMHeadModel"}}, {"model_type", "gpt2"}, {"n_layer", 1}, {"n_embd", 16}, {"n_head", 2}, {"vocab_size", 9},
                                {"n_positions", 8}, {"scale_attn_by_inverse_layer_idx", true}}, true, "divided by the layer");
        row("ALiBi", llamaLike("falcon", "FalconForCausalLM", {{"alibi", true}}), true, "ALiBi");
        row("experts not made one", llamaLike("qwen3_moe", "Qwen3MoeForCausalLM", {{"num_experts", 2}, {"norm_topk_prob", false}}), true, "add up to 1");
        row("yarn that config.json says in two ways", llamaLike("llama", "LlamaForCausalLM",
            {{"rope_scaling", {{"rope_type", "yarn"}, {"factor", 8.0}, {"original_max_position_embeddings", 16}}}}), false, "Hugging Face's code computes 4");
    }

    void saysWhatIsLost()
    {
        QFETCH(const QString, config);
        QFETCH(const bool, isError);
        QFETCH(const QString, says);
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        RandomModel(root / "m", parseOrderedJson(config.toStdString(), "config"));
        const convert::ConvertPlan plan = planned(root / "m", root / "m.gguf");
        QCOMPARE(plan.problems.hasErrors(), isError);
        QString all;
        for (const Problem& problem : plan.problems.all())
            all += QString::fromStdString(problem.toLine());
        QVERIFY2(all.contains(says), qPrintable(all));
        if (isError) {
            Progress progress;
            QVERIFY_THROWS_EXCEPTION(Error, convert::executeConversion(plan, progress, {}));
        }
        QVERIFY(!fs::exists(root / "m.gguf") && !fs::exists(root / "m.gguf.partial"));
    }

    void refusesFamiliesThatLlamaCppLacks()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        RandomModel(root / "m", {{"architectures", {"OPTForCausalLM"}}, {"model_type", "opt"}, {"num_hidden_layers", 1}, {"hidden_size", 16},
                                 {"num_attention_heads", 2}, {"vocab_size", 9}, {"max_position_embeddings", 8}});
        QVERIFY_THROWS_EXCEPTION(Error, planned(root / "m", root / "m.gguf"));
    }

    void refusesWrongOutputs()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        RandomModel(root / "m", llamaLike("llama", "LlamaForCausalLM", {}));
        QVERIFY(planned(root / "m", root / "m").problems.hasErrors());           // the model itself
        QVERIFY(planned(root / "m", root / "m" / "inside").problems.hasErrors());
        converted(root / "m", root / "m.gguf");
        QVERIFY(planned(root / "m", root / "m.gguf").problems.hasErrors());      // there already
        convert::ConvertOptions options;
        options.model = root / "m";
        options.output = root / "m.bin";
        QVERIFY(convert::planConversion(options).problems.hasErrors());          // no .gguf
    }

    // A conversion that is stopped leaves nothing, and keeps what was there.
    void leavesNothingWhenStopped()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        RandomModel(root / "m", llamaLike("llama", "LlamaForCausalLM", {}));
        writeFileAtomically(root / "m.gguf", "old");
        convert::ConvertOptions options;
        options.model = root / "m";
        options.output = root / "m.gguf";
        options.overwrite = true;
        class Stop : public Progress {
        public:
            void advance(std::uint64_t done, std::uint64_t, std::string_view unit, std::string_view) override
            {
                if (unit == "tensors" && done == 3)
                    token.request();
            }
            CancelToken token;
        } stop;
        QVERIFY_THROWS_EXCEPTION(Error, convert::executeConversion(convert::planConversion(options), stop, stop.token));
        QCOMPARE(readFile(root / "m.gguf"), std::string("old"));
        options.output = root / "back";
        options.target = convert::Target::Safetensors;
        QVERIFY_THROWS_EXCEPTION(Error, convert::executeConversion(convert::planConversion(options), stop, stop.token));
        QCOMPARE(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 2);
    }

    // --- against models that others computed
    void keepsTheReferencesLogits_data()
    {
        QTest::addColumn<QString>("folder");
        const fs::path golden = fs::exists(goldenFolder("forward")) ? goldenFolder("forward") : carriedFolder();
        for (const fs::directory_entry& entry : fs::directory_iterator(golden)) {
            const std::string name = entry.path().filename().string();
            const bool ofLlamaCpp = !name.starts_with("opt") && name != "gptj";
            // Without the biases that the reference had, or with positions that GGUF can not hold.
            const bool isSound = name != "gpt2" && name != "falcon_40b" && name != "falcon_rw_alibi" && !name.ends_with("_dynamic");
            if (entry.is_directory() && ofLlamaCpp && isSound)
                QTest::newRow(name.c_str()) << QString::fromStdString(entry.path().string());
        }
    }

    void keepsTheReferencesLogits()
    {
        QFETCH(const QString, folder);
        const QTemporaryDir place;
        const fs::path model = folder.toStdString();
        const fs::path file = converted(model, fs::path(place.path().toStdString()) / "m.gguf");
        const auto io = formats::openCheckpoint(model / "io.safetensors");
        const auto valuesOf = [&](const char* name) {
            const auto* entry = io->find(name);
            return bytesOf(*io, *entry);
        };
        const std::string ids = valuesOf("input_ids"), logits = valuesOf("logits_f64");
        const std::size_t count = ids.size() / sizeof(std::int64_t);
        const std::size_t perText = logits.size() / sizeof(double) / 2;
        for (std::size_t text = 0; text < 2; ++text) {
            std::vector<model::TokenId> tokens;
            for (std::size_t i = text * count / 2; i < (text + 1) * count / 2; ++i)
                tokens.push_back(static_cast<model::TokenId>(formats::loadLittleEndian<std::int64_t>(std::as_bytes(std::span(ids)).subspan(i * 8))));
            const std::vector<float> own = logitsOf(file, tokens);
            QCOMPARE(own.size(), perText);
            double error = 0;
            for (std::size_t i = 0; i < own.size(); ++i)
                error = std::max(error, std::abs(double(own[i]) - formats::loadLittleEndian<double>(std::as_bytes(std::span(logits)).subspan((text * perText + i) * 8))));
            QVERIFY2(error <= 1e-4, QByteArray::number(error).constData());
        }
    }

    // Files that were written here, with what llama.cpp computes from them.
    void givesLlamaCppsLogits_data()
    {
        QTest::addColumn<QString>("file");
        for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(CRUCIBLE_SOURCE_DIR) / "tests" / "golden" / "gguf")) {
            if (entry.path().extension() == ".gguf")
                QTest::newRow(entry.path().stem().c_str()) << QString::fromStdString(entry.path().string());
        }
    }

    void givesLlamaCppsLogits()
    {
        QFETCH(const QString, file);
        fs::path path = file.toStdString();
        const std::vector<float> own = logitsOf(path, {3, 17, 4, 49, 0, 21, 9, 9});
        const std::string expected = readFile(path.replace_extension(".logits"));
        QCOMPARE(expected.size(), own.size() * sizeof(float));
        std::vector<float> right(own.size());
        std::memcpy(right.data(), expected.data(), expected.size());
        QVERIFY2(largestDifference(own, right) <= 1e-5, QByteArray::number(largestDifference(own, right)).constData());
    }

    // Tensors byte for byte as llama.cpp's own writer made them, and the same metadata.
    void writesWhatLlamaCppsWriterWrites_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("dtype");
        QTest::newRow("f32") << "stories260K-hf" << "stories260K-f32.gguf" << static_cast<int>(DType::F32);
        QTest::newRow("f16") << "stories260K-hf" << "stories260K-f16.gguf" << static_cast<int>(DType::F16);
    }

    void writesWhatLlamaCppsWriterWrites()
    {
        QFETCH(const QString, folder);
        QFETCH(const QString, file);
        QFETCH(const int, dtype);
        if (!fs::exists(goldenFolder("gguf")))
            QSKIP("the golden GGUF files are not on this machine");
        const QTemporaryDir place;
        const fs::path written = converted(goldenFolder("gguf") / folder.toStdString(), fs::path(place.path().toStdString()) / "m.gguf", static_cast<DType>(dtype));
        const formats::GgufFile own(written), reference(goldenFolder("gguf") / file.toStdString());
        QCOMPARE(own.tensors().size(), reference.tensors().size());
        for (std::size_t i = 0; i < reference.tensors().size(); ++i) {
            const formats::TensorInfo& info = reference.tensors()[i];
            const auto same = std::ranges::find(own.tensors(), info.name, &formats::TensorInfo::name);
            QVERIFY2(same != own.tensors().end(), info.name.c_str());
            QCOMPARE(same->shape, info.shape);
            QVERIFY(same->dtype == info.dtype);
            QVERIFY2(std::ranges::equal(own.read(static_cast<std::size_t>(same - own.tensors().begin())).bytes, reference.read(i).bytes), info.name.c_str());
        }
        for (const auto& [key, value] : reference.metadata()) {
            if (key == "general.name") // ours is the folder's
                continue;
            const formats::GgufValue* same = own.find(key);
            QVERIFY2(same, key.c_str());
            QCOMPARE(same->value.index(), value.value.index());
            if (const auto* list = std::get_if<formats::GgufArray>(&value.value)) {
                QCOMPARE(std::get<formats::GgufArray>(same->value).type, list->type);
                const bool isText = !list->items.empty() && std::holds_alternative<std::string>(list->items.front().value);
                QVERIFY2(isText ? own.texts(key) == reference.texts(key) : own.numbers(key) == reference.numbers(key), key.c_str());
            } else if (const auto* text = std::get_if<std::string>(&value.value)) {
                QCOMPARE(std::get<std::string>(same->value), *text);
            } else if (const auto* real = std::get_if<double>(&value.value)) {
                QCOMPARE(std::get<double>(same->value), *real);
            } else if (const auto* flag = std::get_if<bool>(&value.value)) {
                QCOMPARE(std::get<bool>(same->value), *flag);
            } else {
                QCOMPARE(std::get<std::uint64_t>(same->value), std::get<std::uint64_t>(value.value));
            }
        }
        // Ours says one thing more: general.type, which newer versions of that writer say too.
        QCOMPARE(own.metadata().size(), reference.metadata().size() + 1);
    }
};

QTEST_GUILESS_MAIN(TestConversion)
#include "tst_conversion.moc"
