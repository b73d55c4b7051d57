// SPDX-License-Identifier: GPL-3.0-or-later
// Models that llama.cpp wrote give llama.cpp's own logits at every position, and the same 64 greedy tokens, from the GGUF file
// and from the folder that it was made of. (Files of others: skipped where they are not at hand.)
#include "base/json.h"
#include "formats/bytes.h"
#include "base/files.h"
#include "model/decoder.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>

using namespace crucible;
namespace fs = std::filesystem;

namespace {

fs::path golden()
{
    const QString given = qEnvironmentVariable("CRUCIBLE_GOLDEN");
    return (given.isEmpty() ? fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" : fs::path(given.toStdString())) / "gguf";
}

} // namespace

class TestGgufForward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!fs::exists(golden()))
            QSKIP("the golden GGUF files are not on this machine");
    }

    void givesLlamaCppsLogits_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("expected");
        QTest::newRow("f32 file") << "stories260K-f32.gguf" << "stories260K-f32";
        QTest::newRow("f16 file") << "stories260K-f16.gguf" << "stories260K-f16.deq";
        QTest::newRow("f32 folder") << "stories260K-hf" << "stories260K-f32";
        QTest::newRow("random, f16 folder") << "rnd256-hf" << "rnd256-f16.deq";
    }

    void givesLlamaCppsLogits()
    {
        QFETCH(const QString, model);
        QFETCH(const QString, expected);
        const auto decoder = model::Decoder::load(formats::ModelFolder::open(golden() / model.toStdString()));
        const Json json = readJson(golden() / (expected.toStdString() + ".expected.json"));
        const std::string all = readFile(golden() / (expected.toStdString() + ".logits.f32"));
        ThreadPool pool(2);
        for (const Json& prompt : json["prompts"]) {
            auto text = prompt["ids"].get<std::vector<model::TokenId>>();
            model::KvCache cache = decoder->newCache();
            const model::Decoder::Slice whole{text, &cache, true};
            std::vector<float> logits = decoder->forward({&whole, 1}, pool);
            const std::size_t offset = prompt["logits_offset_floats"].get<std::size_t>() * sizeof(float);
            const std::span<const std::byte> reference = std::as_bytes(std::span(all)).subspan(offset, logits.size() * sizeof(float));
            double error = 0, largest = 0;
            for (std::size_t i = 0; i < logits.size(); ++i) {
                const double right = formats::loadLittleEndian<float>(reference.subspan(i * sizeof(float)));
                error = std::max(error, std::abs(right - double(logits[i])));
                largest = std::max(largest, std::abs(right));
            }
            QVERIFY2(error <= 1e-5 * largest, QByteArray::number(error).constData());

            const auto greedy = prompt["greedy_ids"].get<std::vector<model::TokenId>>();
            const auto gaps = prompt["greedy_gap"].get<std::vector<double>>();
            std::vector<model::TokenId> written;
            for (std::size_t step = 0; step < greedy.size(); ++step) {
                const auto width = static_cast<std::ptrdiff_t>(decoder->config().vocabulary);
                const auto last = logits.end() - width;
                written.push_back(static_cast<model::TokenId>(std::max_element(last, logits.end()) - last));
                QVERIFY2(gaps[step] > 2e-4, "the reference itself is undecided");
                const model::Decoder::Slice next{std::span(written).last(1), &cache, false};
                logits = decoder->forward({&next, 1}, pool);
            }
            QCOMPARE(written, greedy);
        }
    }

    // What can not be run yet is said before anything is computed.
    void namesTheQuantizedTensor()
    {
        try {
            model::Decoder::load(formats::ModelFolder::open(golden() / "rnd256-Q4_0.gguf"));
            QFAIL("a quantized model was loaded");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::Unsupported);
            QVERIFY2(QByteArray(error.what()).contains("is quantized to Q6_K"), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestGgufForward)
#include "tst_gguf_forward.moc"
