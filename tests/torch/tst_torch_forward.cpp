// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass by LibTorch gives what Hugging Face's own code gives, for every family, whole and in pieces, alone
// and beside others. It runs on LibTorch's processor here; on a card the same operators run elsewhere.
#include "base/error.h"
#include "model/device_module.h"
#include "model/golden_forward.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace crucible;
using namespace crucible::test;

namespace {

constexpr model::Device kTorch{model::DeviceKind::Torch, 0};

double largestDifference(std::span<const float> a, std::span<const float> b)
{
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
    return largest;
}

} // namespace

class TestTorchForward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("CRUCIBLE_MODULES", CRUCIBLE_BIN_DIR); }

    void logits_data() { addGoldenFolders(); }

    void logits()
    {
        QFETCH(const QString, folder);
        const Golden golden(folder.toStdString(), kTorch);
        const std::size_t perText = golden.logits.size() / golden.texts.size();
        const std::vector<float> together = golden.together(2);
        QByteArray error;
        const bool matches = golden.matches(together, error);
        if (!defectOf(QString::fromLatin1(QTest::currentDataTag())))
            QVERIFY2(matches, error.constData());

        for (std::size_t text = 0; text < golden.texts.size(); ++text) {
            const std::span<const float> expected = std::span(together).subspan(text * perText, perText);
            for (const std::size_t chunk : {golden.texts[text].size(), std::size_t(1), std::size_t(3)}) {
                if (golden.lengthMatters() && chunk < golden.texts[text].size())
                    continue;
                const std::vector<float> pieces = golden.run(golden.texts[text], chunk, 1);
                QCOMPARE(pieces.size(), expected.size());
                const double difference = largestDifference(pieces, expected);
                QVERIFY2(difference <= 2e-5 * (1 + golden.largestLogit()), QByteArray::number(difference).constData());
            }
        }
    }

    void hiddenStates_data() { addGoldenFolders(); }

    void hiddenStates()
    {
        QFETCH(const QString, folder);
        const Golden golden(folder.toStdString(), kTorch);
        const Golden processor(folder.toStdString());
        ThreadPool pool(1);
        const std::vector<float> expected = processor.decoder->hiddenStates(golden.texts.front(), pool);
        const std::vector<float> states = golden.decoder->hiddenStates(golden.texts.front(), pool);
        QCOMPARE(states.size(), expected.size());
        const double difference = relativeDifference(states, expected);
        QVERIFY2(difference < 1e-5, QByteArray::number(difference).constData());
    }

    void bfloat16_data() { addGoldenFolders(); }

    // Weights in BF16 meet activations in it, and keys and values are kept in it: near to what the processor's own path
    // gives.
    void bfloat16()
    {
        QFETCH(const QString, folder);
        const QTemporaryDir rounded;
        const fs::path path = rounded.path().toStdString();
        writeRounded(folder.toStdString(), path);
        const Golden golden(folder.toStdString());
        const std::vector<model::TokenId>& text = golden.texts.front();
        const auto torch = model::Decoder::load(formats::ModelFolder::open(path), model::Compute::BFloat16, kTorch);
        const auto exact = model::Decoder::load(formats::ModelFolder::open(path), model::Compute::Float32, kTorch);
        const auto own = model::Decoder::load(formats::ModelFolder::open(path), model::Compute::Float32);
        const std::vector<float> expected = Golden::run(*own, text, text.size(), 1);
        const double wide = relativeDifference(Golden::run(*exact, text, text.size(), 1), expected);
        QVERIFY2(wide < 1e-5, QByteArray::number(wide).constData());
        const double narrow = relativeDifference(Golden::run(*torch, text, text.size(), 1), expected);
        QVERIFY2(narrow > 0 && narrow < 0.05, QByteArray::number(narrow).constData());
        ThreadPool pool(1);
        model::KvCache cache = torch->newCache();
        const model::Decoder::Slice slice{text, &cache, false};
        torch->forward({&slice, 1}, pool);
        QCOMPARE(std::uint64_t(cache.bytes()),
                 model::KvCache::bytesFor(torch->config(), model::Compute::BFloat16, text.size()));
    }

    // A cache can be copied and cut, and the texts that follow know nothing of each other.
    void cachesAreIndependent()
    {
        const Golden golden(goldenFolder() / "llama_gqa", kTorch);
        const std::vector<model::TokenId>& text = golden.texts.front();
        ThreadPool pool(1);
        model::KvCache cache = golden.decoder->newCache();
        const model::Decoder::Slice begin{std::span(text).first(5), &cache, true};
        golden.decoder->forward({&begin, 1}, pool);
        model::KvCache other = cache;
        const std::vector<model::TokenId> wrong{text[0], text[1], text[2]};
        const model::Decoder::Slice elsewhere{wrong, &other, true};
        golden.decoder->forward({&elsewhere, 1}, pool);
        QCOMPARE(cache.length(), std::size_t(5));
        const model::Decoder::Slice junk{wrong, &cache, true};
        golden.decoder->forward({&junk, 1}, pool);
        cache.truncate(5);
        const model::Decoder::Slice rest{std::span(text).subspan(5), &cache, true};
        const std::vector<float> logits = golden.decoder->forward({&rest, 1}, pool);
        const std::vector<float> whole = golden.run(text, text.size(), 1);
        const std::span<const float> expected = std::span(whole).last(logits.size());
        QVERIFY(largestDifference(logits, expected) < 1e-5);
    }

    void refusals()
    {
        const auto folder = formats::ModelFolder::open(goldenFolder() / "llama_gqa");
        const auto kindOf = [](const std::function<void()>& work) {
            try {
                work();
            } catch (const Error& error) {
                return std::string(toString(error.kind())) + ": " + error.what();
            }
            return std::string();
        };
        QVERIFY(
            kindOf([&] { model::Decoder::load(folder, model::Compute::Float16, kTorch); }).starts_with("unsupported"));
        QVERIFY(kindOf([&] {
                    model::Decoder::load(folder, model::Compute::Float32, {model::DeviceKind::Cuda, 99});
                }).starts_with("not-found: there is no device cuda:99"));
        const auto decoder = model::Decoder::load(folder, model::Compute::Float32, kTorch);
        ThreadPool pool(1);
        const auto feed = [&](model::TokenId token, const CancelToken& cancel = {}) {
            model::KvCache cache = decoder->newCache();
            const model::Decoder::Slice slice{{&token, 1}, &cache, false};
            decoder->forward({&slice, 1}, pool, cancel);
        };
        QVERIFY(kindOf([&] { feed(1 << 20); }).starts_with("invalid"));
        QVERIFY(kindOf([&] { feed(-1); }).starts_with("invalid"));
        CancelToken cancel;
        cancel.request();
        QVERIFY(kindOf([&] { feed(1, cancel); }).starts_with("cancelled"));
    }

    void devicesAreListed()
    {
        const std::vector<model::DeviceInfo> all = model::devices();
        QVERIFY(all.size() >= 2);
        QVERIFY(all.front().device.isProcessor());
        QVERIFY(all.back().device == kTorch);
        for (const model::DeviceInfo& info : all) {
            QVERIFY(!info.title.empty());
            QVERIFY(model::deviceFromName(toString(info.device)) == info.device);
        }
    }
};

QTEST_GUILESS_MAIN(TestTorchForward)
#include "tst_torch_forward.moc"
