// SPDX-License-Identifier: GPL-3.0-or-later
// Small random models of many families give the logits that Hugging Face's own code gives in float64, and the same bits
// whole, in chunks, token by token, alone and beside others.
#include "formats/checkpoint.h"
#include "formats/safetensors.h"
#include "kernels/convert.h"
#include "model/decoder.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>

using namespace crucible;
namespace fs = std::filesystem;

namespace {

// All cases where they are at hand, else the three that the project carries.
fs::path goldenFolder()
{
    std::vector<fs::path> candidates{fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" / "forward"};
    if (const char* given = std::getenv("CRUCIBLE_GOLDEN"); given && *given)
        candidates.insert(candidates.begin(), fs::path(given) / "forward");
    for (const fs::path& candidate : candidates) {
        if (fs::is_directory(candidate))
            return candidate;
    }
    return fs::path(CRUCIBLE_SOURCE_DIR) / "tests" / "golden" / "forward";
}

template<class T>
std::vector<T> valuesOf(const formats::Checkpoint& checkpoint, std::string_view name)
{
    const formats::Checkpoint::Entry* entry = checkpoint.find(name);
    if (!entry)
        return {};
    const formats::TensorData data = checkpoint.read(*entry);
    std::vector<T> values(data.bytes.size() / sizeof(T));
    std::memcpy(values.data(), data.bytes.data(), values.size() * sizeof(T));
    return values;
}

struct Golden {
    std::shared_ptr<const model::Decoder> decoder;
    std::vector<std::vector<model::TokenId>> texts;
    std::vector<double> logits; // [texts, tokens, vocabulary]
    std::vector<float> hiddenStates; // [layers + 1, texts, tokens, hidden]
    std::vector<model::TokenId> greedy; // six given, the rest generated

    explicit Golden(const fs::path& folder) : decoder(model::Decoder::load(formats::ModelFolder::open(folder)))
    {
        const auto io = formats::openCheckpoint(folder / "io.safetensors");
        const std::vector<std::int64_t> ids = valuesOf<std::int64_t>(*io, "input_ids");
        const std::size_t length = ids.size() / 2;
        for (std::size_t begin = 0; begin < ids.size(); begin += length)
            texts.emplace_back(ids.begin() + static_cast<std::ptrdiff_t>(begin), ids.begin() + static_cast<std::ptrdiff_t>(begin + length));
        logits = valuesOf<double>(*io, "logits_f64");
        hiddenStates = valuesOf<float>(*io, "hidden_states_f32");
        const std::vector<std::int64_t> generated = valuesOf<std::int64_t>(*io, "greedy_ids");
        greedy.assign(generated.begin(), generated.end());
    }

    // All logits of one text that is given in pieces.
    std::vector<float> run(const std::vector<model::TokenId>& text, std::size_t chunk, int threads) const
    {
        return run(*decoder, text, chunk, threads);
    }

    static std::vector<float> run(const model::Decoder& decoder, const std::vector<model::TokenId>& text, std::size_t chunk, int threads)
    {
        ThreadPool pool(threads);
        model::KvCache cache = decoder.newCache();
        std::vector<float> all;
        for (std::size_t begin = 0; begin < text.size(); begin += chunk) {
            const model::Decoder::Slice slice{std::span(text).subspan(begin, std::min(chunk, text.size() - begin)), &cache, true};
            const std::vector<float> part = decoder.forward({&slice, 1}, pool);
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }

    bool lengthMatters() const
    {
        const model::RopeScaling scaling = decoder->config().rope.scaling;
        return scaling == model::RopeScaling::Dynamic || scaling == model::RopeScaling::LongRope;
    }
};

// The model of `from` with all its values rounded to BF16.
void writeRounded(const fs::path& from, const fs::path& to)
{
    fs::copy_file(from / "config.json", to / "config.json");
    const auto checkpoint = formats::openCheckpoint(from / "model.safetensors");
    std::vector<std::vector<std::byte>> stored;
    std::vector<formats::TensorBytes> tensors;
    for (const formats::Checkpoint::Entry& entry : checkpoint->tensors()) {
        const std::vector<float> values = valuesOf<float>(*checkpoint, entry.info.name);
        stored.emplace_back(values.size() * sizeOf(DType::BF16));
        kernels::fromFloat32(DType::BF16, values, stored.back().data());
        tensors.push_back({{entry.info.name, DType::BF16, entry.info.shape, stored.back().size()}, stored.back()});
    }
    formats::writeSafetensors(to / "model.safetensors", tensors);
}

double lengthOf(const std::vector<float>& values)
{
    double squares = 0;
    for (const float value : values)
        squares += double(value) * double(value);
    return std::sqrt(squares);
}

// What is wrong with a case, so that its logits can not be those of the model that its files describe; null where nothing is.
const char* defectOf(const QString& name)
{
    if (name == QLatin1String("gpt2"))
        return "the file lacks the biases of attn.c_attn, which the reference had";
    if (name == QLatin1String("falcon_40b"))
        return "the file lacks the biases of ln_attn, which the reference had";
    // With attn_implementation "eager", transformers 4.55 adds alibi / sqrt(d) to the mask and alibi to the scores before
    // they are divided: twice as much as the models were trained with, and as its own "sdpa" adds. (Doubling the slopes
    // here gives its numbers.)
    if (name == QLatin1String("falcon_rw_alibi"))
        return "the reference counted ALiBi twice";
    return nullptr;
}

} // namespace

class TestGoldenForward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void logits_data()
    {
        QTest::addColumn<QString>("folder");
        for (const fs::directory_entry& entry : fs::directory_iterator(goldenFolder())) {
            if (entry.is_directory())
                QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
        }
    }

    void logits()
    {
        QFETCH(const QString, folder);
        const Golden golden(folder.toStdString());
        const std::size_t perText = golden.logits.size() / golden.texts.size();

        // Both texts at once.
        ThreadPool pool(2);
        std::vector<model::KvCache> caches(golden.texts.size(), golden.decoder->newCache());
        std::vector<model::Decoder::Slice> slices;
        for (std::size_t i = 0; i < golden.texts.size(); ++i)
            slices.push_back({golden.texts[i], &caches[i], true});
        const std::vector<float> together = golden.decoder->forward(slices, pool);
        QCOMPARE(together.size(), golden.logits.size());
        double largest = 0, error = 0;
        for (std::size_t i = 0; i < together.size(); ++i) {
            largest = std::max(largest, std::abs(golden.logits[i]));
            error = std::max(error, std::abs(double(together[i]) - golden.logits[i]));
        }
        if (!defectOf(QString::fromLatin1(QTest::currentDataTag())))
            QVERIFY2(error <= 1e-4 && error <= 2e-5 * (1 + largest), QByteArray::number(error).constData());

        // Alone and in pieces.
        for (std::size_t text = 0; text < golden.texts.size(); ++text) {
            const std::vector<float> expected(together.begin() + static_cast<std::ptrdiff_t>(text * perText),
                                              together.begin() + static_cast<std::ptrdiff_t>((text + 1) * perText));
            QCOMPARE(golden.run(golden.texts[text], golden.texts[text].size(), 1), expected);
            if (golden.lengthMatters())
                continue;
            for (const std::size_t chunk : {1u, 3u, 7u})
                QVERIFY(golden.run(golden.texts[text], chunk, 2) == expected);
        }
    }

    // Activations, keys and values rounded to BF16: the same but for rounding, and the same bits whole and in pieces.
    void bfloat16_data() { logits_data(); }

    void bfloat16()
    {
        QFETCH(const QString, folder);
        const QTemporaryDir rounded;
        const fs::path path = rounded.path().toStdString();
        writeRounded(folder.toStdString(), path);
        const auto wide = model::Decoder::load(formats::ModelFolder::open(path), model::Compute::Float32);
        const auto narrow = model::Decoder::load(formats::ModelFolder::open(path), model::Compute::BFloat16);
        const Golden golden(folder.toStdString());
        const std::vector<model::TokenId>& text = golden.texts.front();
        const std::vector<float> exact = Golden::run(*wide, text, text.size(), 1);
        const std::vector<float> whole = Golden::run(*narrow, text, text.size(), 2);
        std::vector<float> difference(whole.size());
        std::transform(whole.begin(), whole.end(), exact.begin(), difference.begin(), std::minus<>());
        const double error = lengthOf(difference) / lengthOf(exact);
        QVERIFY2(error > 0 && error < 0.05, QByteArray::number(error).constData());
        if (!golden.lengthMatters()) {
            for (const std::size_t chunk : {1u, 3u, 7u})
                QVERIFY(Golden::run(*narrow, text, chunk, 1) == whole);
        }
        ThreadPool pool(1);
        model::KvCache wideCache = wide->newCache(), narrowCache = narrow->newCache();
        const model::Decoder::Slice wideSlice{text, &wideCache, false}, narrowSlice{text, &narrowCache, false};
        wide->forward({&wideSlice, 1}, pool);
        narrow->forward({&narrowSlice, 1}, pool);
        QCOMPARE(2 * narrowCache.bytes(), wideCache.bytes());
        QCOMPARE(std::uint64_t(narrowCache.bytes()), model::KvCache::bytesFor(narrow->config(), model::Compute::BFloat16, text.size()));
    }

    // What enters each layer, for the gates of mixtures and all that looks inside.
    void hiddenStates_data() { logits_data(); }

    void hiddenStates()
    {
        QFETCH(const QString, folder);
        if (const char* defect = defectOf(QString::fromLatin1(QTest::currentDataTag())))
            QSKIP(defect);
        const Golden golden(folder.toStdString());
        if (golden.hiddenStates.empty())
            QSKIP("the reference does not tell them");
        const std::size_t layers = static_cast<std::size_t>(golden.decoder->config().layers);
        const std::size_t tokens = golden.texts.front().size();
        const std::size_t hidden = golden.hiddenStates.size() / ((layers + 1) * golden.texts.size() * tokens);
        QCOMPARE(golden.hiddenStates.size(), (layers + 1) * golden.texts.size() * tokens * hidden);
        ThreadPool pool(1);
        for (std::size_t text = 0; text < golden.texts.size(); ++text) {
            const std::vector<float> states = golden.decoder->hiddenStates(golden.texts[text], pool);
            QCOMPARE(states.size(), layers * tokens * hidden);
            for (std::size_t layer = 0; layer < layers; ++layer) {
                const float* expected = golden.hiddenStates.data() + (layer * golden.texts.size() + text) * tokens * hidden;
                for (std::size_t i = 0; i < tokens * hidden; ++i) {
                    const double error = std::abs(double(states[layer * tokens * hidden + i]) - double(expected[i]));
                    QVERIFY2(error <= 2e-5 * (1 + std::abs(double(expected[i]))), QByteArray::number(error).constData());
                }
            }
        }
    }

    void greedy_data() { logits_data(); }

    void greedy()
    {
        QFETCH(const QString, folder);
        const Golden golden(folder.toStdString());
        if (golden.greedy.empty())
            QSKIP("the length of the text changes what this model says");
        if (const char* defect = defectOf(QString::fromLatin1(QTest::currentDataTag())))
            QSKIP(defect);
        constexpr std::size_t kGiven = 6;
        ThreadPool pool(2);
        model::KvCache cache = golden.decoder->newCache();
        std::vector<model::TokenId> text(golden.greedy.begin(), golden.greedy.begin() + kGiven);
        std::vector<model::TokenId> next = text;
        while (text.size() < golden.greedy.size()) {
            const model::Decoder::Slice slice{next, &cache, false};
            const std::vector<float> logits = golden.decoder->forward({&slice, 1}, pool);
            next = {static_cast<model::TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin())};
            text.push_back(next.front());
        }
        QCOMPARE(text, golden.greedy);
    }
};

QTEST_GUILESS_MAIN(TestGoldenForward)
#include "tst_golden_forward.moc"
