// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what each sampler leaves of a distribution: probabilities were computed by hand from the definition. And what
// holds for all: seeds, order, logits that are no numbers, settings that can not be.
#include "generate/sampler_chain.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

using namespace crucible;
using namespace crucible::generate;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Distribution = std::map<TokenId, double>;

std::vector<float> logitsOf(const std::vector<double>& probabilities)
{
    std::vector<float> logits;
    for (const double p : probabilities)
        logits.push_back(static_cast<float>(std::log(p)));
    return logits;
}

// Everything that is off by default, so that a row names what it is about.
Json off()
{
    return {{"top_k", 0}, {"top_p", 1}, {"min_p", 0}, {"temperature", 1}, {"seed", 1}};
}

// What the samplers leave, as probabilities.
Distribution leftBy(const Json& changes, std::vector<float> logits, const std::vector<TokenId>& tokens = {})
{
    Json json = off();
    json.update(changes);
    const SamplingSettings settings = SamplingSettings::fromJson(json);
    const Draws draws(1, 0);
    const SamplingStep step{tokens, 0, &draws};
    Candidates candidates;
    candidates.reset(logits);
    for (const SamplerKind* kind : settings.order()) {
        if (const auto sampler = kind->make(settings, {}))
            sampler->apply(candidates, step);
    }
    double total = 0;
    const std::span<const float> weights = candidates.weights(total);
    Distribution left;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] > 0)
            left[candidates.id(i)] = static_cast<double>(weights[i]) / total;
    }
    return left;
}

QByteArray toText(const Distribution& distribution)
{
    QByteArray text;
    for (const auto& [id, p] : distribution)
        text += QByteArray::number(id) + ": " + QByteArray::number(p) + ", ";
    return text;
}

} // namespace

struct Row {
    Json changes;
    std::vector<double> probabilities;
    std::vector<TokenId> tokens;
    Distribution expected;
};
Q_DECLARE_METATYPE(Row)

class TestSamplers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void leaves_data()
    {
        QTest::addColumn<Row>("row");
        const std::vector<double> p{0.4, 0.3, 0.2, 0.1};
        const auto add = [](const char* name, Row row) { QTest::newRow(name) << std::move(row); };
        add("nothing is on", {Json::object(), p, {}, {{0, 0.4}, {1, 0.3}, {2, 0.2}, {3, 0.1}}});
        add("top_k 1", {{{"top_k", 1}}, p, {}, {{0, 1}}});
        add("top_k 3", {{{"top_k", 3}}, p, {}, {{0, 4.0 / 9}, {1, 3.0 / 9}, {2, 2.0 / 9}}});
        add("top_k beyond the vocabulary", {{{"top_k", 100}}, p, {}, {{0, 0.4}, {1, 0.3}, {2, 0.2}, {3, 0.1}}});
        add("top_k of equals takes the first", {{{"top_k", 2}}, {0.25, 0.25, 0.25, 0.25}, {}, {{0, 0.5}, {1, 0.5}}});
        add("top_p 0 keeps one", {{{"top_p", 0}}, p, {}, {{0, 1}}});
        add("top_p inside the second", {{{"top_p", 0.6}}, p, {}, {{0, 4.0 / 7}, {1, 3.0 / 7}}});
        add("top_p needs the third", {{{"top_p", 0.75}}, p, {}, {{0, 4.0 / 9}, {1, 3.0 / 9}, {2, 2.0 / 9}}});
        add("top_p of what top_k left", {{{"top_k", 2}, {"top_p", 0.55}}, p, {}, {{0, 1}}}); // 0.4/0.7 >= 0.55
        add("min_p", {{{"min_p", 0.6}}, p, {}, {{0, 4.0 / 7}, {1, 3.0 / 7}}});
        add("min_p 1 keeps the best", {{{"min_p", 1}}, {0.1, 0.6, 0.3}, {}, {{1, 1}}});
        // Entropy 1.2799; surprises 0.9163, 1.2040, 1.6094, 2.3026: nearest is token 1, then 2, then 0.
        add("typical keeps the nearest", {{{"typical_p", 0.2}}, p, {}, {{1, 1}}});
        add("typical takes the second", {{{"typical_p", 0.45}}, p, {}, {{1, 0.6}, {2, 0.4}}});
        add("temperature 0.5 squares", {{{"temperature", 0.5}}, p, {}, {{0, 16.0 / 30}, {1, 9.0 / 30}, {2, 4.0 / 30}, {3, 1.0 / 30}}});
        add("temperature 0", {{{"temperature", 0}}, {0.1, 0.2, 0.6, 0.1}, {}, {{2, 1}}});
        // Entropy over its largest, for two equal ones: 1, so the temperature is the upper one: 2 halves all logits.
        add("dynamic temperature at full entropy", {{{"temperature", 1}, {"dynamic_temperature_range", 1}}, {0.5, 0.5}, {}, {{0, 0.5}, {1, 0.5}}});
        // The first occurred: ln 0.4 < 0 is doubled, to 0.16; sum 0.76.
        add("repetition", {{{"repetition_penalty", 2}}, p, {0, 0}, {{0, 0.16 / 0.76}, {1, 0.3 / 0.76}, {2, 0.2 / 0.76}, {3, 0.1 / 0.76}}});
        // e^-1 and e^-(2 * 0.5)
        add("presence", {{{"presence_penalty", 1}}, {0.5, 0.5}, {1, 1}, {{0, 1 / (1 + std::exp(-1.0))}, {1, std::exp(-1.0) / (1 + std::exp(-1.0))}}});
        add("frequency", {{{"frequency_penalty", 0.5}}, {0.5, 0.5}, {1, 1}, {{0, 1 / (1 + std::exp(-1.0))}, {1, std::exp(-1.0) / (1 + std::exp(-1.0))}}});
        add("penalties look back so far", {{{"presence_penalty", 5}, {"penalty_last_n", 2}}, {0.5, 0.5}, {1, 0, 0}, {{0, std::exp(-5.0) / (1 + std::exp(-5.0))}, {1, 1 / (1 + std::exp(-5.0))}}});
        add("no repeated pair", {{{"no_repeat_ngram_size", 2}}, p, {3, 0, 3}, {{1, 0.3 / 0.6}, {2, 0.2 / 0.6}, {3, 0.1 / 0.6}}});
        add("no token twice", {{{"no_repeat_ngram_size", 1}}, p, {0, 2}, {{1, 0.75}, {3, 0.25}}});
        // 1 2 3 1 2: the next 3 would repeat two: multiplier * base^0.
        add("dry", {{{"dry_multiplier", 1}, {"dry_allowed_length", 2}}, {0.25, 0.25, 0.25, 0.25}, {1, 2, 3, 1, 2},
                    {{0, 1 / (3 + std::exp(-1.0))}, {1, 1 / (3 + std::exp(-1.0))}, {2, 1 / (3 + std::exp(-1.0))}, {3, std::exp(-1.0) / (3 + std::exp(-1.0))}}});
        // 0 1 2 3 0 1 2: repeats three; 2 * 1.5^1 = 3
        add("dry grows", {{{"dry_multiplier", 2}, {"dry_base", 1.5}}, {0.25, 0.25, 0.25, 0.25}, {0, 1, 2, 3, 0, 1, 2},
                          {{0, 1 / (3 + std::exp(-3.0))}, {1, 1 / (3 + std::exp(-3.0))}, {2, 1 / (3 + std::exp(-3.0))}, {3, std::exp(-3.0) / (3 + std::exp(-3.0))}}});
        add("dry lets short ones be", {{{"dry_multiplier", 9}, {"dry_allowed_length", 3}}, {0.5, 0.5}, {0, 1, 0, 0, 1}, {{0, 0.5}, {1, 0.5}}});
        add("xtc takes the top choices but the last", {{{"xtc_probability", 1}, {"xtc_threshold", 0.15}}, p, {}, {{2, 2.0 / 3}, {3, 1.0 / 3}}});
        add("xtc needs two", {{{"xtc_probability", 1}, {"xtc_threshold", 0.35}}, p, {}, {{0, 0.4}, {1, 0.3}, {2, 0.2}, {3, 0.1}}});
        add("xtc above a half is off", {{{"xtc_probability", 1}, {"xtc_threshold", 0.6}}, p, {}, {{0, 0.4}, {1, 0.3}, {2, 0.2}, {3, 0.1}}});
        // Logits e.g. 0, 1, 2 (as probabilities): mean 1, deviation 0.8165; at 1 deviation only 2 stays above 1.18.
        const double e = std::exp(1.0);
        add("top_n_sigma", {{{"top_n_sigma", 1}}, {1, e, e * e}, {}, {{2, 1}}});
        add("top_n_sigma 1.5", {{{"top_n_sigma", 1.5}}, {1, e, e * e}, {}, {{1, 1 / (1 + e)}, {2, e / (1 + e)}}});
        // The limit begins at 2 tau = 2 bits: p >= 1/4.
        add("mirostat", {{{"mirostat", true}, {"mirostat_tau", 1}}, p, {}, {{0, 4.0 / 7}, {1, 3.0 / 7}}});
        add("mirostat keeps one", {{{"mirostat", true}, {"mirostat_tau", 0}}, p, {}, {{0, 1}}});
        add("mirostat turns others off", {{{"mirostat", true}, {"mirostat_tau", 100}, {"top_k", 1}}, {0.5, 0.5}, {}, {{0, 0.5}, {1, 0.5}}});
        add("bias", {{{"logit_bias", {{"0", -std::log(4.0)}}}}, p, {}, {{0, 1.0 / 7}, {1, 3.0 / 7}, {2, 2.0 / 7}, {3, 1.0 / 7}}});
        add("ban", {{{"logit_bias", "0=ban, 1=ban"}}, p, {}, {{2, 2.0 / 3}, {3, 1.0 / 3}}});
        add("bias in any order", {{{"samplers", "top_k"}, {"top_k", 1}, {"logit_bias", {{0, false}}}}, p, {}, {{1, 1}}});
        add("order: temperature before top_p", {{{"samplers", "temperature;top_p"}, {"temperature", 0.5}, {"top_p", 0.5}}, p, {}, {{0, 1}}});
        add("order: top_p before temperature", {{{"samplers", {"top_p", "temp"}}, {"temperature", 0.5}, {"top_p", 0.5}}, p, {}, {{0, 16.0 / 25}, {1, 9.0 / 25}}});
        add("not in the order", {{{"samplers", "temperature"}, {"top_k", 1}}, {0.5, 0.5}, {}, {{0, 0.5}, {1, 0.5}}});
    }

    void leaves()
    {
        QFETCH(const Row, row);
        const Distribution left = leftBy(row.changes, logitsOf(row.probabilities), row.tokens);
        QVERIFY2(left.size() == row.expected.size(), toText(left).constData());
        for (const auto& [id, p] : row.expected)
            QVERIFY2(left.contains(id) && std::abs(left.at(id) - p) < 1e-5, toText(left).constData());
    }

    void selectsTheLargest()
    {
        // Against sorting, over sizes around the block of the selection and with many equal values.
        for (const std::size_t size : {1u, 31u, 32u, 33u, 1000u, 5000u}) {
            std::vector<float> keys(size);
            for (std::size_t i = 0; i < size; ++i)
                keys[i] = static_cast<float>((i * 2654435761u) % 97);
            std::vector<std::uint32_t> sorted(size);
            for (std::size_t i = 0; i < size; ++i)
                sorted[i] = static_cast<std::uint32_t>(i);
            std::stable_sort(sorted.begin(), sorted.end(), [&](auto a, auto b) { return keys[a] > keys[b]; });
            for (const std::size_t k : {std::size_t(1), std::size_t(7), size / 2, size, size + 5}) {
                const std::vector<std::uint32_t> expected(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(std::min(k, size)));
                QCOMPARE(largestIndices(keys, k), expected);
            }
        }
        QCOMPARE(largestIndices(std::vector<float>{-kInfinity, 1, NAN}, 3), (std::vector<std::uint32_t>{1}));
    }

    void topPOfALargeVocabularyIsThatOfASortedOne()
    {
        std::vector<float> logits(20000);
        for (std::size_t i = 0; i < logits.size(); ++i)
            logits[i] = static_cast<float>((i * 40503u) % 20011) / 4000.0f;
        std::vector<double> weights;
        for (const float logit : logits)
            weights.push_back(std::exp(static_cast<double>(logit)));
        std::sort(weights.rbegin(), weights.rend());
        const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
        for (const double p : {0.001, 0.2, 0.9, 0.999}) {
            double sum = 0;
            std::size_t count = 0;
            while (sum < p * total)
                sum += weights[count++];
            const std::size_t left = leftBy({{"top_p", p}}, logits).size();
            QVERIFY2(left + 1 >= count && left <= count + 1, QByteArray::number(static_cast<qulonglong>(left)).constData());
        }
    }

    void choosesByTheSeed()
    {
        const std::vector<float> logits(1000, 0.0f);
        const auto text = [&](std::uint64_t seed, std::uint64_t sequence) {
            SamplerChain chain(SamplingSettings::fromJson({{"seed", seed}, {"temperature", 1}, {"top_k", 0}, {"top_p", 1}}), {}, sequence);
            std::vector<TokenId> tokens;
            for (std::uint64_t i = 0; i < 20; ++i)
                tokens.push_back(chain.choose(logits, tokens, i));
            return tokens;
        };
        QCOMPARE(text(7, 0), text(7, 0));
        QVERIFY(text(7, 0) != text(8, 0));
        QVERIFY(text(7, 0) != text(7, 1));
        // All of it, about evenly.
        std::vector<int> counts(4);
        SamplerChain chain(SamplingSettings::fromJson({{"seed", 3}, {"temperature", 1}, {"min_p", 0}}), {});
        for (std::uint64_t i = 0; i < 4000; ++i)
            ++counts[static_cast<std::size_t>(chain.choose(std::vector<float>(4, 1.0f), {}, i))];
        for (const int count : counts)
            QVERIFY2(std::abs(count - 1000) < 150, QByteArray::number(count).constData());
    }

    void holdsItsSurprise()
    {
        // Mirostat: the mean surprise of what is chosen comes near to tau.
        std::vector<float> logits(2000);
        for (std::size_t i = 0; i < logits.size(); ++i)
            logits[i] = -1.2f * std::log(static_cast<float>(i + 1));
        SamplerChain chain(SamplingSettings::fromJson({{"mirostat", true}, {"mirostat_tau", 3}, {"temperature", 1}, {"seed", 5}}), {});
        double total = 0;
        for (const float logit : logits)
            total += std::exp(static_cast<double>(logit));
        double surprise = 0;
        for (std::uint64_t i = 0; i < 2000; ++i)
            surprise += -std::log2(std::exp(static_cast<double>(logits[static_cast<std::size_t>(chain.choose(logits, {}, i))])) / total);
        QVERIFY2(std::abs(surprise / 2000 - 3) < 1, QByteArray::number(surprise / 2000).constData());
    }

    void meetsOddLogits()
    {
        const auto choose = [](std::vector<float> logits, Json changes = Json::object()) {
            Json json = off();
            json.update(changes);
            SamplerChain chain(SamplingSettings::fromJson(json), {});
            return chain.choose(logits, {}, 0);
        };
        QCOMPARE(choose({NAN, -kInfinity, 1, NAN}), 2);
        QCOMPARE(choose({0, kInfinity, 50}), 1);
        QCOMPARE(choose({0, 3, 50}, {{"temperature", 1e-30}}), 2);
        QCOMPARE(choose({-3e38f, 3e38f}, {{"temperature", 100}}), 1);
        for (const std::vector<float>& logits : {std::vector<float>{NAN, NAN}, {-kInfinity}, {}})
            QVERIFY_THROWS_EXCEPTION(Error, choose(logits));
        QVERIFY_THROWS_EXCEPTION(Error, choose({1, 2}, {{"logit_bias", "0=ban,1=ban"}}));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("said");
        QTest::newRow("unknown") << R"({"temprature": 1})" << "did you mean \"temperature\"";
        QTest::newRow("range") << R"({"top_p": 1.5})" << "top_p must be from 0 to 1, not 1.5";
        QTest::newRow("negative") << R"({"temperature": -1})" << "temperature must be";
        QTest::newRow("type") << R"({"top_k": "many"})" << "must be a number";
        QTest::newRow("fraction") << R"({"top_k": 1.5})" << "a whole number";
        QTest::newRow("order") << R"({"samplers": "top_k;nucleus"})" << "there is no sampler \"nucleus\"";
        QTest::newRow("no object") << R"([1])" << "no object";
        QTest::newRow("bias") << R"({"logit_bias": "5"})" << "is no bias";
        QTest::newRow("bias of words") << R"({"logit_bias": {"word": 1}})" << "neither the id nor the text";
        QTest::newRow("breakers") << R"({"dry_multiplier": 1, "dry_sequence_breakers": [""]})" << "not empty";
    }

    void refuses()
    {
        QFETCH(const QString, json);
        QFETCH(const QString, said);
        try {
            SamplerChain(SamplingSettings::fromJson(parseJson(json.toStdString(), "test")), {});
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains(said), error.what());
        }
    }

    void presetsAreValid()
    {
        for (const SamplingPreset& preset : samplingPresets())
            SamplerChain(SamplingSettings::fromJson(parseJson(preset.json, "preset")), {});
    }
};

QTEST_GUILESS_MAIN(TestSamplers)
#include "tst_samplers.moc"
