// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: every recipe of the golden set, planned and executed from its YAML to a folder on disk, gives what mergekit
// 0.1.4 gave: op by op with --mergekit-exact, and within the honest distance with float32 arithmetic.
#include "golden_merge.h"

#include "base/json.h"
#include "formats/checkpoint.h"
#include "kernels/convert.h"
#include "merge/plan.h"

#include <QtTest>

#include <cmath>
#include <filesystem>
#include <set>

using namespace crucible;
namespace fs = std::filesystem;

namespace {

std::vector<float> floats(const formats::Checkpoint& checkpoint, const formats::Checkpoint::Entry& entry)
{
    std::vector<float> values(static_cast<std::size_t>(entry.info.elements()));
    kernels::toFloat32(entry.info.dtype, checkpoint.read(entry).bytes.data(), values);
    return values;
}

int mantissaBits(DType dtype)
{
    return dtype == DType::BF16 ? 7 : dtype == DType::F16 ? 10 : 23;
}

std::set<std::string> vocabularyFiles()
{
    return {"model.embed_tokens.weight", "lm_head.weight"};
}

std::map<std::string, std::size_t> tokenIds(const fs::path& tokenizerJson)
{
    std::map<std::string, std::size_t> ids;
    const Json json = readJson(tokenizerJson);
    for (const auto& [token, id] : json.at("model").at("vocab").items())
        ids[token] = id.get<std::size_t>();
    for (const Json& token : json.at("added_tokens"))
        ids[token.at("content").get<std::string>()] = token.at("id").get<std::size_t>();
    return ids;
}

} // namespace

class TestGolden : public QObject {
    Q_OBJECT

    fs::path m_golden;

    merge::Plan plan(const fs::path& config, const fs::path& out, bool exact, std::uint64_t seed, const std::string& name)
    {
        Problems problems;
        const std::string text = [&] {
            QFile file(QString::fromStdString(config.string()));
            return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
        }();
        const recipe::MergeRecipe recipe = recipe::parseMergeRecipe(text, "config.yaml", problems);
        for (const Problem& problem : problems.all())
            qInfo("%s", problem.toLine().c_str());
        merge::MergeOptions options;
        options.search.relativeTo = m_golden;
        options.output = out;
        options.threads = 2;
        options.mergekitExact = exact;
        options.randomSeed = seed;
        if (name == "sharded_output")
            options.outShardSize = 70'000;
        return merge::planMerge(recipe, options);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_golden = test::goldenMergeFolder();
        QVERIFY2(!m_golden.empty(), "tests/golden/merge is missing");
    }

    void merge_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("exact");
        int cases = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(m_golden / "cases")) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("random_"))
                continue;
            ++cases;
            for (const bool exact : {false, true})
                QTest::newRow((name + (exact ? ", exact" : ", float32")).c_str()) << QString::fromStdString(name) << exact;
        }
        QVERIFY(cases >= 10);
    }

    void merge()
    {
        QFETCH(QString, name);
        QFETCH(bool, exact);
        const fs::path folder = m_golden / "cases" / name.toStdString();
        QTemporaryDir temporary;
        const fs::path out = fs::path(temporary.path().toStdString()) / "merged";
        const merge::Plan planned = plan(folder / "config.yaml", out, exact, 0, name.toStdString());
        for (const Problem& problem : planned.problems.all())
            qInfo("%s: %s", std::string(toString(problem.severity)).c_str(), problem.toLine().c_str());
        QVERIFY(planned.sound());
        Progress progress;
        merge::executeMerge(planned, progress, CancelToken());

        const auto written = formats::openCheckpoint(out);
        const auto expected = formats::openCheckpoint(folder / "expected.safetensors");
        std::shared_ptr<const formats::Checkpoint> masks;
        if (fs::exists(folder / "tie_mask.safetensors"))
            masks = formats::openCheckpoint(folder / "tie_mask.safetensors");

        // The right thing differs from mergekit's bug by default; the bug comes back only when asked for.
        const bool quirk = name.startsWith(QLatin1String("breadcrumbs_gamma_zero")) ||
                           name == QLatin1String("breadcrumbs_ties_bf16") || name == QLatin1String("arcee_fusion_bf16");
        const bool selects = name.startsWith(QLatin1String("ties")) || name.startsWith(QLatin1String("breadcrumbs")) ||
                             name.startsWith(QLatin1String("sce")) || name.startsWith(QLatin1String("arcee"));
        const Json wantedConfig = readJson(folder / "expected_config.json");
        const Json config = readJson(out / "config.json");
        QCOMPARE(config.at("num_hidden_layers").get<int>(), wantedConfig.at("num_hidden_layers").get<int>());
        QCOMPARE(config.at("vocab_size").get<int>(), wantedConfig.at("vocab_size").get<int>());
        QCOMPARE(config.at("architectures"), wantedConfig.at("architectures"));
        const std::string dtypeKey = config.contains("torch_dtype") ? "torch_dtype" : "dtype";
        QCOMPARE(config.at(dtypeKey).get<std::string>(),
                 wantedConfig.at(wantedConfig.contains("dtype") ? "dtype" : "torch_dtype").get<std::string>());

        QCOMPARE(written->tensors().size(), expected->tensors().size());
        const bool permuted = name.startsWith(QLatin1String("tokenizer_"));
        std::map<std::string, std::size_t> ourIds, theirIds;
        if (permuted) {
            ourIds = tokenIds(out / "tokenizer.json");
            theirIds = tokenIds(folder / "expected_tokenizer.json");
            QCOMPARE(ourIds.size(), theirIds.size());
        }
        test::Closeness total;
        for (const formats::Checkpoint::Entry& wanted : expected->tensors()) {
            const formats::Checkpoint::Entry* got = written->find(wanted.info.name);
            QVERIFY2(got, wanted.info.name.c_str());
            QCOMPARE(got->info.shape, wanted.info.shape);
            if (exact || !quirk)
                QCOMPARE(toString(got->info.dtype), toString(wanted.info.dtype));
            if (!exact && quirk)
                continue;
            std::vector<float> ours = floats(*written, *got);
            const std::vector<float> theirs = floats(*expected, wanted);
            if (permuted && vocabularyFiles().count(wanted.info.name)) {
                const std::size_t columns = static_cast<std::size_t>(wanted.info.shape[1]);
                std::vector<float> ordered = ours;
                for (const auto& [token, id] : theirIds) {
                    QVERIFY2(ourIds.count(token), token.c_str());
                    std::copy_n(ours.begin() + static_cast<std::ptrdiff_t>(ourIds[token] * columns), columns,
                                ordered.begin() + static_cast<std::ptrdiff_t>(id * columns));
                }
                ours = ordered;
            }
            std::vector<float> mask;
            if (masks) {
                if (const auto* entry = masks->find(wanted.info.name))
                    mask = floats(*masks, *entry);
            }
            const DType stored = wanted.info.dtype;
            const test::Closeness close = test::compareValues(ours, theirs, mask, mantissaBits(stored));
            const std::string what = wanted.info.name + ": relative " + std::to_string(close.relative) + ", different " +
                                     std::to_string(close.different) + " of " + std::to_string(close.compared) + ", far " +
                                     std::to_string(close.far) + ", excess " + std::to_string(close.maxExcess);
            total.compared += close.compared;
            total.far += close.far;
            total.beyondUlp += close.beyondUlp;
            total.different += close.different;
            if (stored == DType::F32) {
                QVERIFY2(close.maxExcess <= 0, what.c_str());
                QVERIFY2(close.relative <= 1e-6, what.c_str());
            } else if (exact) {
                // A few entries of arcee_fusion lie on the threshold, which comes out of float32 sums of logarithms.
                const bool onThreshold = name.startsWith(QLatin1String("arcee")) && close.different <= 3;
                const bool drifts = name.startsWith(QLatin1String("karcher")); // see below
                QVERIFY2(onThreshold || close.relative <= (drifts ? 1e-2 : 1e-3), what.c_str());
            } else if (name == QLatin1String("mixed_dtype_task_arithmetic")) {
                QVERIFY2(close.relative <= 5e-3, what.c_str());
            } else {
                QVERIFY2(close.relative <= (selects ? 3e-2 : 1e-2), what.c_str());
            }
        }
        if (!total.compared)
            return;
        const double compared = static_cast<double>(total.compared);
        const DType stored = expected->tensors().front().info.dtype;
        if (stored == DType::F32)
            return;
        const std::string what = "beyond one ulp " + std::to_string(total.beyondUlp) + ", far " + std::to_string(total.far) +
                                 ", different " + std::to_string(total.different) + " of " + std::to_string(total.compared);
        const bool float32Inside = name.contains(QLatin1String("f32math")) || name.startsWith(QLatin1String("slerp")) ||
                                   name == QLatin1String("slices_per_slice_params");
        if (exact) {
            // Bit for bit; slerp's own arithmetic is float32 with float64 scalars, which moves a rounding now and then.
            // karcher takes arccos of bf16 cosines: where one of them rounds otherwise, so does a share of its tensor (in
            // two small tensors of the case: 51 of 1024 entries, 315 of 512); why is not known.
            double allowed = 0;
            if (name.startsWith(QLatin1String("slerp")))
                allowed = 0.015 * compared;
            else if (name.startsWith(QLatin1String("karcher")))
                allowed = 0.01 * compared;
            else if (name.startsWith(QLatin1String("arcee")))
                allowed = 1e-4 * compared;
            QVERIFY2(static_cast<double>(total.different) <= allowed, what.c_str());
            const bool moved = name.startsWith(QLatin1String("arcee")) || name.startsWith(QLatin1String("karcher"));
            QVERIFY2(moved ? total.far <= 1e-4 * compared : total.beyondUlp == 0, what.c_str());
        } else if (float32Inside) {
            QVERIFY2(total.beyondUlp == 0 && total.different <= 0.015 * compared, what.c_str());
        } else if (selects) {
            QVERIFY2(total.far <= 1e-3 * compared, what.c_str());
        } else if (name == QLatin1String("nuslerp_bf16")) {
            // mergekit's angle is a bf16 number there: one entry (-0.2480 for -0.2520) ends 4.03 * 2^-8 off.
            QVERIFY2(total.far <= 1, what.c_str());
        } else {
            QVERIFY2(total.far <= (name.startsWith(QLatin1String("karcher")) ? 3e-5 * compared : 0.0), what.c_str());
        }
    }

    void shardsAsMergekitCutsThem()
    {
        const fs::path folder = m_golden / "cases" / "sharded_output";
        if (!fs::exists(folder))
            QSKIP("the case is not at hand");
        QTemporaryDir temporary;
        const fs::path out = fs::path(temporary.path().toStdString()) / "merged";
        Progress progress;
        merge::executeMerge(plan(folder / "config.yaml", out, false, 0, "sharded_output"), progress, CancelToken());
        const Json ours = readJson(out / "model.safetensors.index.json");
        const Json expected = readJson(folder / "expected_index.json");
        QCOMPARE(ours.at("weight_map"), expected.at("weight_map"));
        QCOMPARE(ours.at("metadata").at("total_size"), expected.at("metadata").at("total_size"));
    }

    void sameBytesOnAnyNumberOfThreads_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"ties_f32", "random_dare_ties", "random_della", "slerp_scalar", "karcher_f32"}) {
            if (fs::exists(m_golden / "cases" / name))
                QTest::newRow(name) << QString::fromLatin1(name);
        }
    }

    void sameBytesOnAnyNumberOfThreads()
    {
        QFETCH(QString, name);
        QByteArray first;
        for (const int threads : {1, 2, 5}) {
            QTemporaryDir temporary;
            const fs::path out = fs::path(temporary.path().toStdString()) / "merged";
            merge::Plan planned = plan(m_golden / "cases" / name.toStdString() / "config.yaml", out, false, 7, {});
            planned.options.threads = threads;
            Progress progress;
            merge::executeMerge(planned, progress, CancelToken());
            QFile file(QString::fromStdString((out / "model.safetensors").string()));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray bytes = file.readAll();
            if (first.isEmpty())
                first = bytes;
            QVERIFY(bytes == first);
        }
        QVERIFY(!first.isEmpty());
    }

    // What every right implementation of the random methods has in common, checked against the recorded shares.
    void random_data()
    {
        QTest::addColumn<QString>("name");
        for (const fs::directory_entry& entry : fs::directory_iterator(m_golden / "cases")) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("random_"))
                QTest::newRow(name.c_str()) << QString::fromStdString(name);
        }
    }

    void random()
    {
        QFETCH(QString, name);
        const fs::path folder = m_golden / "cases" / name.toStdString();
        const Json stats = readJson(folder / "expected_stats.json");
        for (const std::uint64_t seed : {1u, 2u}) {
            QTemporaryDir temporary;
            const fs::path out = fs::path(temporary.path().toStdString()) / "merged";
            const merge::Plan planned = plan(folder / "config.yaml", out, false, seed, {});
            QVERIFY(planned.sound());
            Progress progress;
            merge::executeMerge(planned, progress, CancelToken());
            const auto written = formats::openCheckpoint(out);
            for (const merge::PlannedTensor& tensor : planned.tensors) {
                const Json& wanted = stats.at("per_tensor").at(tensor.name);
                const auto* got = written->find(tensor.name);
                const std::vector<float> ours = floats(*written, *got);
                std::vector<float> base, tuned;
                for (const merge::PlannedInput& input : tensor.inputs) {
                    const formats::Checkpoint& checkpoint = planned.models[input.model].folder->checkpoint();
                    (input.isBase ? base : tuned) = floats(checkpoint, *checkpoint.find(input.tensor));
                }
                std::size_t nonzero = 0, kept = 0;
                double before = 0, after = 0;
                for (std::size_t i = 0; i < ours.size(); ++i) {
                    const double delta = static_cast<double>(tuned[i]) - base[i];
                    const double moved = static_cast<double>(ours[i]) - base[i];
                    if (delta == 0) {
                        QCOMPARE(ours[i], base[i]);
                        continue;
                    }
                    ++nonzero;
                    kept += moved != 0;
                    before += std::abs(delta);
                    after += std::abs(moved);
                }
                QCOMPARE(nonzero, wanted.at("nonzero_delta").get<std::size_t>());
                const double share = static_cast<double>(kept) / std::max<std::size_t>(nonzero, 1);
                const bool half = got->info.dtype != DType::F32;
                if (!half || nonzero > 1000) {
                    QVERIFY2(share >= wanted.at("kept_5sigma")[0].get<double>() - (half ? 0.02 : 0), tensor.name.c_str());
                    QVERIFY2(share <= wanted.at("kept_5sigma")[1].get<double>(), tensor.name.c_str());
                }
                if (!half && kept > 0)
                    QVERIFY2(std::abs(after / before - 1) < 2e-5, tensor.name.c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestGolden)
#include "tst_golden.moc"
