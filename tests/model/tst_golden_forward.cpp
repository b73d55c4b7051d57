// SPDX-License-Identifier: GPL-3.0-or-later
// Small random models of many families give the logits that Hugging Face's own code gives in float64, and the same bits
// whole, in chunks, token by token, alone and beside others.
#include "model/golden_forward.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <functional>

using namespace crucible;
using namespace crucible::test;

class TestGoldenForward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void logits_data() { addGoldenFolders(); }

    void logits()
    {
        QFETCH(const QString, folder);
        const Golden golden(folder.toStdString());
        const std::size_t perText = golden.logits.size() / golden.texts.size();

        // Both texts at once.
        const std::vector<float> together = golden.together(2);
        QByteArray error;
        const bool matches = golden.matches(together, error);
        if (!defectOf(QString::fromLatin1(QTest::currentDataTag())))
            QVERIFY2(matches, error.constData());

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
        const double error = relativeDifference(whole, exact);
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
