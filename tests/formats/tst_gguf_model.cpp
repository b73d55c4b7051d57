// SPDX-License-Identifier: GPL-3.0-or-later
// What the metadata of a GGUF model claims is checked against its tensors, and each lie is one clear error.
#include "files_support.h"

#include "formats/gguf_model.h"
#include "formats/gguf_writer.h"

#include <QTest>

using namespace crucible;
using namespace crucible::formats;
using namespace crucible::test;
namespace fs = std::filesystem;

namespace {

// A small Llama whose header can be made to lie.
struct Model {
    std::string architecture = "llama";
    std::map<std::string, std::uint32_t> sizes{{"context_length", 16}, {"embedding_length", 8}, {"block_count", 1}, {"feed_forward_length", 6},
                                               {"attention.head_count", 2}, {"attention.head_count_kv", 1}};
    std::vector<std::pair<std::string, double>> reals{{"attention.layer_norm_rms_epsilon", 1e-5}, {"rope.freq_base", 10000}};
    std::vector<TensorInfo> tensors;
    std::function<void(GgufHeader&)> more;

    Model()
    {
        add("token_embd.weight", {10, 8});
        for (const char* name : {"attn_norm", "ffn_norm"})
            add(std::string("blk.0.") + name + ".weight", {8});
        add("blk.0.attn_q.weight", {8, 8});
        add("blk.0.attn_k.weight", {4, 8});
        add("blk.0.attn_v.weight", {4, 8});
        add("blk.0.attn_output.weight", {8, 8});
        add("blk.0.ffn_gate.weight", {6, 8});
        add("blk.0.ffn_up.weight", {6, 8});
        add("blk.0.ffn_down.weight", {8, 6});
        add("output_norm.weight", {8});
    }

    void add(std::string name, Shape shape, DType dtype = DType::F32)
    {
        TensorInfo info{std::move(name), dtype, std::move(shape), 0};
        info.bytes = static_cast<std::uint64_t>(info.elements()) * sizeOf(dtype);
        tensors.push_back(std::move(info));
    }

    void reshape(std::string_view name, Shape shape)
    {
        for (TensorInfo& info : tensors) {
            if (info.name == name) {
                info.shape = std::move(shape);
                info.bytes = static_cast<std::uint64_t>(info.elements()) * sizeOf(info.dtype);
            }
        }
    }

    std::string bytes() const
    {
        GgufHeader header(architecture, "m.gguf");
        for (const auto& [key, value] : sizes)
            header.setWhole(key, value);
        for (const auto& [key, value] : reals)
            header.setReal(key, value);
        if (more)
            more(header);
        const GgufLayout layout = ggufLayout(header, tensors);
        std::string text = layout.header;
        text.resize(static_cast<std::size_t>(layout.fileBytes));
        return text;
    }
};

} // namespace

class TestGgufModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersAsAFolderWould()
    {
        const Folder folder;
        const fs::path path = folder.write("m.gguf", Model().bytes());
        const auto model = ModelFolder::open(path);
        QVERIFY(model->gguf());
        QCOMPARE(model->path(), path);
        QCOMPARE(model->config().modelType(), std::string("llama"));
        QCOMPARE(model->config().integer("num_key_value_heads"), std::optional<std::int64_t>(1));
        QCOMPARE(model->config().json()["rms_norm_eps"].get<double>(), 1e-5);
        QCOMPARE(model->config().boolean("tie_word_embeddings"), std::optional<bool>(true));
        QVERIFY(model->checkpoint().find("model.layers.0.self_attn.q_proj.weight"));
        QCOMPARE(model->layout().family, std::string("llama"));
        QVERIFY(!model->hasTokenizer());
        QVERIFY(!model->chatTemplate());
    }

    // Every row of a permuted tensor comes back to its place.
    void unsortsPairedRows()
    {
        const Folder folder;
        std::string text = Model().bytes();
        const GgufFile file(folder.write("m.gguf", text));
        const auto q = std::ranges::find(file.ggufTensors(), "blk.0.attn_q.weight", &GgufTensor::name);
        for (int row = 0; row < 8; ++row) {
            for (int column = 0; column < 8; ++column) {
                const auto value = static_cast<float>(10 * row + column);
                std::memcpy(text.data() + q->offset + static_cast<std::size_t>(row * 8 + column) * 4, &value, 4);
            }
        }
        const auto model = GgufModel::open(folder.write("n.gguf", text));
        const auto* entry = model->asHuggingFace()->find("model.layers.0.self_attn.q_proj.weight");
        const TensorData data = model->asHuggingFace()->read(*entry);
        std::vector<float> firsts;
        for (std::size_t row = 0; row < 8; ++row)
            firsts.push_back(loadLittleEndian<float>(data.bytes.subspan(row * 32)));
        QCOMPARE(firsts, (std::vector<float>{0, 20, 10, 30, 40, 60, 50, 70}));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const Model& model, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(model.bytes()) << QString::fromLatin1(says);
        };
        const auto with = [](const char* key, std::uint32_t value) {
            Model model;
            model.sizes[key] = value;
            return model;
        };
        row("2^31 layers", with("block_count", 1u << 31), "which no model has");
        Model bothWays;
        bothWays.more = [](GgufHeader& header) { header.setFlag("attention.causal", false); };
        row("attention to later tokens", bothWays, "looks at later tokens");
        row("16 million layers", with("block_count", 1u << 24), "the file has 11 tensors");
        row("no layers", with("block_count", 0), "block_count\" is 0");
        row("no heads", with("attention.head_count", 0), "head_count\" is 0");
        row("3 key heads for 2", with("attention.head_count_kv", 3), "can not share");
        row("no key heads", with("attention.head_count_kv", 0), "can not share");
        row("head of 2^31 values", with("attention.key_length", 1u << 31), "can not be");
        row("values of another size", with("attention.value_length", 3), "different sizes");
        row("no pairs to turn", with("rope.dimension_count", 3), "in pairs");
        row("more turned than there is", with("rope.dimension_count", 64), "in pairs");
        row("no context", with("context_length", 0), "context_length\" is 0");
        {
            Model model;
            model.architecture = "imaginary";
            row("unknown architecture", model, "these can: bloom");
        }
        {
            Model model;
            model.sizes.erase("block_count");
            row("no number of layers", model, "has no \"llama.block_count\"");
            model = Model();
            model.reals.clear();
            row("no epsilon", model, "layer_norm_rms_epsilon");
            model = Model();
            model.reals[1].second = -1;
            row("negative base", model, "can not be");
            model = Model();
            model.reals[1].second = std::numeric_limits<double>::quiet_NaN();
            row("base is no number", model, "no finite number");
            model = Model();
            model.more = [](GgufHeader& header) { header.setReal("rope.scaling.factor", 0); };
            row("scaling by nothing", model, "can not be");
            model = Model();
            model.more = [](GgufHeader& header) { header.setText("rope.scaling.type", "imaginary"); };
            row("unknown scaling", model, "is not known");
        }
        {
            Model model;
            model.sizes.erase("attention.head_count");
            model.more = [](GgufHeader& header) { header.setText("attention.head_count", "two"); };
            row("heads in words", model, "is no number");
            model.more = [](GgufHeader& header) { header.setReal("attention.head_count", 2.5); };
            row("two and a half heads", model, "no whole number");
            model.more = [](GgufHeader& header) { header.setWholes("attention.head_count", std::vector<std::int32_t>{2, 1}); };
            row("heads that differ", model, "differs from layer to layer");
            model.more = [](GgufHeader& header) { header.setWholes("attention.head_count", std::vector<std::int32_t>{}); };
            row("an empty list of heads", model, "is no number");
            model.more = [](GgufHeader& header) { header.setTexts("attention.head_count", std::vector<std::string>{"a"}); };
            row("a list of texts for heads", model, "is no number");
        }
        {
            Model model;
            model.tensors.erase(model.tensors.begin());
            row("no embedding", model, "\"token_embd.weight\" is missing");
            model = Model();
            model.reshape("token_embd.weight", {80});
            row("embedding is no matrix", model, "\"token_embd.weight\" is missing, or is no matrix");
            model = Model();
            model.reshape("blk.0.attn_q.weight", {6, 8});
            row("rows that are no heads", model, "6 rows");
            model = Model();
            model.add("blk.0.attn_banana.weight", {8});
            row("a tensor of another family", model, "is none that models of the architecture llama have");
            model = Model();
            model.add("blk.00.attn_q.weight", {8, 8});
            row("a number that begins with 0", model, "is none that");
            model = Model();
            model.add("blk.1.attn_norm.weight", {8});
            row("a layer too many", model, "beyond the 1");
            model = Model();
            model.add("blk.99999999999999999999.attn_norm.weight", {8});
            row("an absurd layer", model, "is none that");
            model = Model();
            model.add("rope_freqs.weight", {2});
            row("factors of 0", model, "no factor can be");
        }
        {
            Model model;
            model.sizes["expert_count"] = 2;
            model.sizes["expert_used_count"] = 1;
            model.add("blk.0.ffn_gate_inp.weight", {2, 8});
            model.add("blk.0.ffn_gate_exps.weight", {3, 6, 8});
            row("more experts than are told", model, "is none that"); // the dense MLP is there too
            std::erase_if(model.tensors, [](const TensorInfo& info) {
                return info.name == "blk.0.ffn_gate.weight" || info.name == "blk.0.ffn_up.weight" || info.name == "blk.0.ffn_down.weight";
            });
            row("another number of experts", model, "holds 3 experts, the metadata speaks of 2");
            model.reshape("blk.0.ffn_gate_exps.weight", {1 << 20, 0, 8});
            row("a million experts of nothing", model, "which no model has");
            model.sizes["expert_count"] = 4000;
            model.reshape("blk.0.ffn_gate_exps.weight", {4000, 0, 8});
            row("many experts of nothing", model, "which no model has");
        }
        {
            Model model;
            model.architecture = "gemma";
            model.tensors[1].dtype = DType::F16;
            model.tensors[1].bytes = 16;
            row("norms that are not F32", model, "norms are F32");
        }
    }

    void refuses()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, says);
        const Folder folder;
        const fs::path path = folder.write("m.gguf", text.toStdString());
        const auto error = errorOf([&] { static_cast<void>(ModelFolder::open(path)); });
        QVERIFY(error);
        QVERIFY2(error->kind() == ErrorKind::CorruptFile || error->kind() == ErrorKind::Unsupported, error->what());
        QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
    }

    void findsTheParts()
    {
        const Folder folder;
        const fs::path first = folder.write("m-00001-of-00002.gguf", ""), second = folder.write("m-00002-of-00002.gguf", "");
        QCOMPARE(ggufParts(second), (std::vector<fs::path>{first, second}));
        QCOMPARE(ggufParts("m-00001-of-0002.gguf").size(), std::size_t(1)); // no such name
        const auto error = errorOf([&] { static_cast<void>(ggufParts(folder.path() / "m-00001-of-99999.gguf")); });
        QVERIFY(error && error->kind() == ErrorKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestGgufModel)
#include "tst_gguf_model.moc"
