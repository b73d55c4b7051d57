// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what is written: the same text whatever was remembered, however the prompt was cut, alone and beside others, on
// any number of threads; ends where it must; and says clearly what can not be.
#include "formats/safetensors.h"
#include "generate/beam_search.h"
#include "generate/perplexity.h"
#include "generate/prompt.h"
#include "generate/session.h"
#include "tiny_model.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace crucible;
using namespace crucible::generate;
using namespace crucible::test;

namespace {

// The text by whole passes over everything, with no cache.
std::vector<TokenId> withoutCache(const LanguageModel& model, std::vector<TokenId> ids, std::size_t count)
{
    ThreadPool pool(1);
    std::vector<TokenId> written;
    while (written.size() < count) {
        model::KvCache cache = model.decoder->newCache();
        const model::Decoder::Slice slice{ids, &cache, false};
        const std::vector<float> logits = model.decoder->forward({&slice, 1}, pool);
        const auto best = static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
        if (model.isStop(best))
            break;
        written.push_back(best);
        ids.push_back(best);
    }
    return written;
}

QString refusalOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class TestSession : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    std::shared_ptr<const LanguageModel> m_model;

private Q_SLOTS:
    void initTestCase()
    {
        writeTinyModel(m_folder.filePath("m"));
        m_model = LanguageModel::load(m_folder.filePath("m").toStdString());
        QVERIFY(m_model->tokenizer && m_model->chat);
        QCOMPARE(m_model->stopTokens, (std::vector<TokenId>{2}));
        QCOMPARE(m_model->context, std::size_t(64));
    }

    void cacheChangesNothing()
    {
        const std::vector<TokenId> prompt{1, 40, 50, 60, 70};
        const std::vector<TokenId> expected = withoutCache(*m_model, prompt, 40);
        for (const int threads : {1, 3}) {
            Session session(m_model, {.threads = threads});
            QCOMPARE(session.generate(greedy(prompt, 40)).ids, expected);
        }
    }

    void remembersTheLastText()
    {
        Session session(m_model, {.threads = 1});
        const std::vector<TokenId> first{1, 40, 50, 60, 70, 80};
        const Generated turn = session.generate(greedy(first, 5));
        std::vector<TokenId> second = first;
        second.insert(second.end(), turn.ids.begin(), turn.ids.end());
        second.push_back(99);
        const Generated next = session.generate(greedy(second, 20));
        QVERIFY2(next.reusedTokens >= first.size() + 4, QByteArray::number(static_cast<qulonglong>(next.reusedTokens)).constData());
        Session fresh(m_model, {.threads = 1});
        const Generated alone = fresh.generate(greedy(second, 20));
        QCOMPARE(alone.reusedTokens, std::size_t(0));
        QCOMPARE(next.ids, alone.ids);
        // Another branch shares the beginning only.
        second[3] = 61;
        const Generated branch = session.generate(greedy(second, 20));
        QCOMPARE(branch.reusedTokens, std::size_t(3));
        fresh.forget();
        QCOMPARE(branch.ids, fresh.generate(greedy(second, 20)).ids);
        // The same prompt again: all but the last token, whose logits are needed.
        QCOMPARE(session.generate(greedy(second, 20)).reusedTokens, second.size() - 1);
    }

    void writesManyAsEachAlone()
    {
        std::vector<GenerateRequest> requests;
        for (int i = 0; i < 7; ++i) {
            GenerateRequest request;
            for (int t = 0; t < 3 + 5 * i; ++t)
                request.prompt.push_back(3 + (t * 7 + i) % 150);
            request.sampling.set("seed", 11);
            request.sampling.set("temperature", 1.5);
            request.sequence = static_cast<std::uint64_t>(i / 2);
            request.maxTokens = static_cast<std::size_t>(5 + 3 * i);
            requests.push_back(std::move(request));
        }
        Session together(m_model, {.threads = 2});
        std::vector<std::string> streamed(requests.size());
        const std::vector<Generated> all = together.generateAll(requests, [&](std::size_t i, const GeneratedToken& token) { streamed[i] += token.text; });
        for (std::size_t i = 0; i < requests.size(); ++i) {
            Session alone(m_model, {.threads = 1});
            const Generated expected = alone.generate(requests[i]);
            QCOMPARE(all[i].ids, expected.ids);
            QCOMPARE(all[i].text, expected.text);
            QCOMPARE(streamed[i], expected.text);
        }
    }

    void endsAtStopStrings()
    {
        Session session(m_model, {.threads = 1});
        const Generated whole = session.generate(greedy({1, 40, 50}, 30));
        QVERIFY(whole.text.size() > 10);
        const std::string stop = whole.text.substr(6, 3);
        GenerateRequest request = greedy({1, 40, 50}, 30);
        request.stop = {stop, "never there"};
        std::string streamed;
        const Generated stopped = session.generate(request, [&](const GeneratedToken& token) { streamed += token.text; });
        QCOMPARE(stopped.text, whole.text.substr(0, whole.text.find(stop)));
        QCOMPARE(streamed, stopped.text);
        QVERIFY(stopped.reason == StopReason::StopString);
    }

    void stopStringsNeverLeak()
    {
        StopStrings stops({"END", "E-", ""});
        QCOMPARE(stops.push("abE"), std::string("ab"));
        QCOMPARE(stops.push("N"), std::string());
        QCOMPARE(stops.push("X E"), std::string("ENX "));
        QCOMPARE(stops.push("E"), std::string("E"));
        QCOMPARE(stops.push("ND later"), std::string());
        QVERIFY(stops.found());
        QCOMPARE(stops.push("more"), std::string());
        StopStrings other({"\n\n"});
        QCOMPARE(other.push("a\n"), std::string("a"));
        QCOMPARE(other.finish(), std::string("\n"));
    }

    void endsAtItsLimits()
    {
        Session session(m_model, {.threads = 1});
        GenerateRequest request = greedy({1, 40, 50}, 5);
        request.ignoreEnd = true;
        QVERIFY(session.generate(request).reason == StopReason::Length);
        request.maxTokens = 1000;
        const Generated full = session.generate(request);
        QVERIFY(full.reason == StopReason::Context);
        QCOMPARE(full.contextUsed, std::size_t(64));
        QCOMPARE(full.ids.size(), std::size_t(61));
        request.maxTokens = 0;
        QVERIFY(session.generate(request).ids.empty());
    }

    void endsAtItsTokens()
    {
        Session session(m_model, {.threads = 1});
        GenerateRequest request = greedy({1, 40, 50}, 9);
        request.sampling.set("logit_bias", Json{{"2", 1000}});
        std::vector<GeneratedToken> tokens;
        const Generated ended = session.generate(request, [&](const GeneratedToken& token) { tokens.push_back(token); });
        QVERIFY(ended.reason == StopReason::StopToken && ended.ids.empty() && ended.text.empty());
        QVERIFY(tokens.size() == 1 && tokens[0].ends && tokens[0].id == 2);
        request.ignoreEnd = true;
        QCOMPARE(session.generate(request).ids, std::vector<TokenId>(9, 2));
    }

    void stopsWhenAsked()
    {
        Session session(m_model, {.threads = 1});
        CancelToken cancel;
        int seen = 0;
        const Generated stopped = session.generate(greedy({1, 40, 50}, 40), [&](const GeneratedToken&) {
            if (++seen == 4)
                cancel.request();
        }, {}, cancel);
        QVERIFY(stopped.reason == StopReason::Cancelled);
        QCOMPARE(stopped.ids.size(), std::size_t(4));
        // The session goes on with what it has.
        const Generated after = session.generate(greedy({1, 40, 50}, 40));
        Session fresh(m_model, {.threads = 1});
        QCOMPARE(after.ids, fresh.generate(greedy({1, 40, 50}, 40)).ids);
        CancelToken before;
        before.request();
        QVERIFY(session.generate(greedy({1, 2, 3}, 5), {}, {}, before).reason == StopReason::Cancelled);
    }

    void chunksFollowTheMachine()
    {
        ChunkSize fast(10);
        for (int i = 0; i < 10; ++i)
            fast.measured(fast.tokens(), 0.001);
        QCOMPARE(fast.tokens(), std::size_t(512));
        ChunkSize slow(10); // a token and layer takes 10 ms
        for (int i = 0; i < 10; ++i)
            slow.measured(slow.tokens(), 0.1 * static_cast<double>(slow.tokens()));
        QCOMPARE(slow.tokens(), std::size_t(16));
    }

    void tellsWhatItExpected()
    {
        Session session(m_model, {.threads = 1});
        GenerateRequest request = greedy({1, 40, 50}, 3);
        request.alternatives = 3;
        std::vector<GeneratedToken> tokens;
        session.generate(request, [&](const GeneratedToken& token) { tokens.push_back(token); });
        ThreadPool pool(1);
        model::KvCache cache = m_model->decoder->newCache();
        const std::vector<TokenId> prompt{1, 40, 50};
        const model::Decoder::Slice slice{prompt, &cache, false};
        const std::vector<float> logits = m_model->decoder->forward({&slice, 1}, pool);
        double total = 0;
        for (const float logit : logits)
            total += std::exp(static_cast<double>(logit));
        double entropy = 0;
        for (const float logit : logits)
            entropy -= std::exp(static_cast<double>(logit)) / total * (static_cast<double>(logit) - std::log(total));
        const Expectation& first = *tokens.front().expectation;
        QVERIFY(std::abs(first.entropy - entropy) < 1e-4);
        QVERIFY(std::abs(first.logprob - (static_cast<double>(logits[static_cast<std::size_t>(tokens.front().id)]) - std::log(total))) < 1e-4);
        QVERIFY(first.alternatives.size() == 3 && first.alternatives[0].id == tokens.front().id && first.alternatives[0].logprob >= first.alternatives[1].logprob);
    }

    void readsPrompts()
    {
        const auto read = [&](const char* json) { return readPrompt(*m_model, parseOrderedJson(json, "test")); };
        QCOMPARE(read(R"({"prompt": "a"})").ids, (std::vector<TokenId>{1, 3 + 'a' - ' '}));
        QCOMPARE(read(R"({"messages": [{"role": "u", "content": "Hi"}]})").text, std::string("[u] Hi\n[a] "));
        QCOMPARE(read(R"({"messages": [{"role": "u", "content": "Hi"}, {"role": "a", "content": "Well, "}], "continue_last": true})").text,
                 std::string("[u] Hi\n[a] Well, "));
        QCOMPARE(read(R"({"ids": [5, 6]})").ids, (std::vector<TokenId>{5, 6}));
        QVERIFY(refusalOf([&] { read(R"({"ids": [5], "prompt": "a"})"); }).contains("exactly one"));
        QVERIFY(refusalOf([&] { read(R"({"ids": [-5]})"); }).contains("no id"));
        QVERIFY(refusalOf([&] { read(R"({"messages": []})"); }).contains("not empty"));
        QVERIFY(refusalOf([&] { read(R"({"messages": [{"role": "u", "content": "x"}], "template": "chatmll"})"); }).contains("chatml"));
        QVERIFY(refusalOf([&] { readPrompt(*m_model, OrderedJson{{"prompt", "a\xff"}}); }).contains("UTF-8"));
    }

    void refusesWhatCanNotBe()
    {
        Session session(m_model, {.threads = 1});
        QVERIFY(refusalOf([&] { session.generate(greedy({}, 5)); }).contains("empty"));
        QVERIFY(refusalOf([&] { session.generate(greedy(std::vector<TokenId>(64, 5), 5)); }).contains("64 tokens, and the context holds 64"));
        QVERIFY(refusalOf([&] { session.generate(greedy({1, 160}, 5)); }).contains("160"));
        QVERIFY(refusalOf([&] { session.generate(greedy({1, -1}, 5)); }).contains("no token -1"));
        writeTinyModel(m_folder.filePath("plain"), false);
        const auto plain = LanguageModel::load(m_folder.filePath("plain").toStdString());
        QVERIFY(refusalOf([&] { readPrompt(*plain, OrderedJson{{"prompt", "a"}}); }).contains("no tokenizer"));
        Session ids(plain, {.threads = 1});
        QCOMPARE(ids.generate(greedy({1, 40, 50}, 10)).ids, session.generate(greedy({1, 40, 50}, 10)).ids);
        QVERIFY(!refusalOf([&] { LanguageModel::load(m_folder.filePath("nowhere").toStdString()); }).isEmpty());
    }

    // A LoRA of rank 1 on the queries of the first layer, by hand: the same logits as from a model that was merged.
    void appliesAdapters()
    {
        const auto base = formats::openCheckpoint(m_folder.filePath("m/model.safetensors").toStdString());
        const std::string name = "model.layers.0.self_attn.q_proj.weight";
        const formats::Checkpoint::Entry* entry = base->find(name);
        QVERIFY(entry && entry->info.dtype == DType::F32);
        const auto rows = static_cast<std::size_t>(entry->info.shape[0]);
        const auto columns = static_cast<std::size_t>(entry->info.shape[1]);
        std::vector<float> a(columns), b(rows);
        for (std::size_t i = 0; i < columns; ++i)
            a[i] = 0.25f * static_cast<float>(static_cast<int>(i % 7) - 3);
        for (std::size_t i = 0; i < rows; ++i)
            b[i] = 0.5f * static_cast<float>(static_cast<int>(i % 5) - 2);
        QDir().mkpath(m_folder.filePath("adapter"));
        const std::string prefix = "base_model.model.model.layers.0.self_attn.q_proj.";
        const std::vector<formats::TensorBytes> parts{
            {{prefix + "lora_A.weight", DType::F32, {1, static_cast<std::int64_t>(columns)}, columns * sizeof(float)}, std::as_bytes(std::span(a))},
            {{prefix + "lora_B.weight", DType::F32, {static_cast<std::int64_t>(rows), 1}, rows * sizeof(float)}, std::as_bytes(std::span(b))}};
        formats::writeSafetensors(m_folder.filePath("adapter/adapter_model.safetensors").toStdString(), parts);
        const auto write = [&](const char* file, const char* text) {
            QFile stream(m_folder.filePath(file));
            QVERIFY(stream.open(QIODevice::WriteOnly) && stream.write(text) > 0);
        };
        write("adapter/adapter_config.json", R"({"peft_type": "LORA", "r": 1, "lora_alpha": 2, "target_modules": ["q_proj"]})");

        // W + 2 b a
        std::vector<formats::TensorData> held;
        std::vector<formats::TensorBytes> all;
        std::vector<float> changed(rows * columns);
        for (const formats::Checkpoint::Entry& one : base->tensors()) {
            held.push_back(base->read(one));
            all.push_back({one.info, held.back().bytes});
            if (one.info.name != name)
                continue;
            std::memcpy(changed.data(), held.back().bytes.data(), changed.size() * sizeof(float));
            for (std::size_t r = 0; r < rows; ++r) {
                for (std::size_t c = 0; c < columns; ++c)
                    changed[r * columns + c] += 2 * b[r] * a[c];
            }
            all.back().bytes = std::as_bytes(std::span(changed));
        }
        writeTinyModel(m_folder.filePath("merged"));
        QVERIFY(QFile::remove(m_folder.filePath("merged/model.safetensors")));
        formats::writeSafetensors(m_folder.filePath("merged/model.safetensors").toStdString(), all);

        const auto adapted = LanguageModel::load(m_folder.filePath("m").toStdString(), m_folder.filePath("adapter").toStdString());
        const auto merged = LanguageModel::load(m_folder.filePath("merged").toStdString());
        QCOMPARE(adapted->name, std::string("m+adapter"));
        const std::vector<TokenId> ids{1, 40, 50, 60};
        Session one(adapted, {.threads = 1}), other(merged, {.threads = 1}), plain(m_model, {.threads = 1});
        const TextScore first = scoreText(one, ids, 0, {});
        const TextScore second = scoreText(other, ids, 0, {});
        QVERIFY2(std::abs(first.loss - second.loss) < 1e-6, QByteArray::number(first.loss - second.loss).constData());
        QVERIFY(std::abs(first.loss - scoreText(plain, ids, 0, {}).loss) > 1e-3);
        const ModelReference reference = splitReference("some/base+some/adapter");
        QVERIFY(reference.model == "some/base" && reference.adapter == "some/adapter");
        write("adapter/adapter_config.json", R"({"peft_type": "LORA", "r": 1, "lora_alpha": 2, "target_modules": ["other"]})");
        const std::vector<formats::TensorBytes> wrong{
            {{"base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight", DType::F32, {1, static_cast<std::int64_t>(columns)}, columns * sizeof(float)}, std::as_bytes(std::span(a))},
            {{"base_model.model.model.layers.7.self_attn.q_proj.lora_B.weight", DType::F32, {static_cast<std::int64_t>(rows), 1}, rows * sizeof(float)}, std::as_bytes(std::span(b))}};
        formats::writeSafetensors(m_folder.filePath("adapter/adapter_model.safetensors").toStdString(), wrong);
        QVERIFY(refusalOf([&] { LanguageModel::load(m_folder.filePath("m").toStdString(), m_folder.filePath("adapter").toStdString()); }).contains("fits no tensor"));
    }

    // RoPE that looks at the length of the text: past the positions of the training nothing is remembered.
    void lengthThatMatters()
    {
        const std::filesystem::path golden = goldenGgufFolder().parent_path() / "forward";
        if (goldenGgufFolder().empty() || !std::filesystem::is_directory(golden))
            QSKIP("the models that others made are not at hand");
        for (const char* name : {"llama_rope_dynamic", "phi3_longrope", "internlm2_dynamic"}) {
            const auto model = LanguageModel::load(golden / name);
            const double limit = model->decoder->config().rope.originalPositions;
            Session session(model, {.context = 512, .threads = 1});
            for (const double share : {0.4, 0.9, 1.3, 1.5, 0.8}) {
                std::vector<TokenId> prompt;
                for (int i = 0; i < static_cast<int>(limit * share); ++i)
                    prompt.push_back(3 + i * 5 % 90);
                const Generated remembered = session.generate(greedy(prompt, 6));
                Session fresh(model, {.context = 512, .threads = 1});
                QCOMPARE(remembered.ids, fresh.generate(greedy(prompt, 6)).ids);
                if (share > 1)
                    QCOMPARE(remembered.reusedTokens, std::size_t(0));
            }
        }
    }

    // Beams as wide as the vocabulary find what trying everything finds.
    void beamsFindTheBest_data()
    {
        QTest::addColumn<double>("penalty");
        QTest::addColumn<int>("early");
        QTest::newRow("plain") << 1.0 << 0;
        QTest::newRow("short ones") << -2.0 << 0;
        QTest::newRow("long ones") << 3.0 << 2;
    }

    void beamsFindTheBest()
    {
        QFETCH(const double, penalty);
        QFETCH(const int, early);
        const std::vector<TokenId> prompt{1, 40, 50};
        ThreadPool pool(1);
        const auto logprobs = [&](std::vector<TokenId> ids) {
            model::KvCache cache = m_model->decoder->newCache();
            const model::Decoder::Slice slice{ids, &cache, false};
            const std::vector<float> logits = m_model->decoder->forward({&slice, 1}, pool);
            std::vector<double> all;
            for (TokenId id = 0; id < 160; ++id)
                all.push_back(logprobOf(logits, id));
            return all;
        };
        std::vector<std::pair<double, std::vector<TokenId>>> every; // score, ids
        const std::vector<double> first = logprobs(prompt);
        for (TokenId a = 0; a < 160; ++a) {
            if (a == 2) {
                every.push_back({first[2], {}});
                continue;
            }
            std::vector<TokenId> ids = prompt;
            ids.push_back(a);
            const std::vector<double> second = logprobs(ids);
            for (TokenId b = 0; b < 160; ++b)
                every.push_back({(first[static_cast<std::size_t>(a)] + second[static_cast<std::size_t>(b)]) / std::pow(2.0, penalty),
                                 b == 2 ? std::vector<TokenId>{a} : std::vector<TokenId>{a, b}});
        }
        std::sort(every.begin(), every.end(), [](const auto& x, const auto& y) { return x.first > y.first; });
        Session session(m_model, {.threads = 1});
        const std::vector<BeamResult> found = beamSearch(session, {.prompt = prompt, .beams = 160, .results = 5, .maxTokens = 2, .lengthPenalty = penalty,
                                                                   .earlyStopping = early == 2 ? EarlyStopping::Never : EarlyStopping::No});
        QCOMPARE(found.size(), std::size_t(5));
        for (std::size_t i = 0; i < found.size(); ++i) {
            QCOMPARE(found[i].ids, every[i].second);
            QVERIFY(std::abs(found[i].score - every[i].first) < 1e-9);
        }
    }

    void oneBeamIsGreedy()
    {
        Session session(m_model, {.threads = 2});
        const std::vector<BeamResult> found = beamSearch(session, {.prompt = {1, 40, 50}, .beams = 1, .maxTokens = 20});
        const Generated expected = session.generate(greedy({1, 40, 50}, 20));
        QCOMPARE(found.front().ids, expected.ids);
        QCOMPARE(found.front().text, expected.text);
        QVERIFY(refusalOf([&] { beamSearch(session, {.prompt = {1}, .beams = 2, .results = 3}); }).contains("3 results"));
    }

    void windowsAreThoseThatArePublished()
    {
        // llama-perplexity: with 8 of a window, the 4 logits from the middle but the last score tokens 5 to 7.
        QVERIFY((perplexityWindows(19, {.mode = PerplexityMode::Chunks, .context = 8}) == std::vector<PerplexityWindow>{{0, 8, 5, false}, {8, 16, 13, false}}));
        // lm-evaluation-harness with 9 tokens and a window of 4: inputs p012, 3456, 4567 score 0123, 4567, 8.
        QVERIFY((perplexityWindows(9, {.mode = PerplexityMode::Rolling, .context = 4}) ==
                 std::vector<PerplexityWindow>{{0, 4, 0, true}, {3, 8, 4, false}, {4, 9, 8, false}}));
        QVERIFY((perplexityWindows(5, {.mode = PerplexityMode::Rolling, .context = 8}) == std::vector<PerplexityWindow>{{0, 5, 0, true}}));
        // The guide of transformers: 0-8, 4-12, 8-14.
        QVERIFY((perplexityWindows(14, {.mode = PerplexityMode::Stride, .context = 8, .stride = 4}) ==
                 std::vector<PerplexityWindow>{{0, 8, 1, false}, {4, 12, 8, false}, {8, 14, 12, false}}));
        QVERIFY(perplexityWindows(7, {.context = 8}).empty());
    }

    void perplexityIsTheMeanLoss()
    {
        Session session(m_model, {.threads = 1});
        Progress progress;
        const std::string text = "the end of it all, and then on";
        const std::vector<TokenId> ids = m_model->encodePrompt(text);
        const TextScore whole = scoreText(session, ids, 0, {});
        const PerplexityResult rolling = perplexity(session, text, {.mode = PerplexityMode::Rolling, .context = 60}, progress);
        QCOMPARE(rolling.score.scored, ids.size() - 1); // ids have BOS in front, as the first window
        QVERIFY(std::abs(rolling.score.loss - whole.loss) < 1e-9);
        QCOMPARE(rolling.words, std::size_t(8));
        QCOMPARE(rolling.score.bytes, text.size());
        QVERIFY(std::abs(rolling.wordPerplexity() - std::exp(whole.loss / 8)) < 1e-9);
        const PerplexityResult stride = perplexity(session, text, {.mode = PerplexityMode::Stride, .context = 60, .stride = 30}, progress);
        QVERIFY(std::abs(stride.score.meanLoss() - whole.meanLoss()) < 1e-9);
        QVERIFY(stride.score.standardError() > 0);
        QVERIFY(refusalOf([&] { perplexity(session, "short", {.context = 60}, progress); }).contains("not one window of 60"));
        CancelToken cancel;
        cancel.request();
        QVERIFY_THROWS_EXCEPTION(Error, perplexity(session, text, {.context = 8}, progress, cancel));
    }

    // What llama.cpp wrote.
    void goldenTexts_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("expected");
        for (const char* name : {"stories260K-f32", "stories260K-f16", "rnd256-f16"}) {
            const QString base = QString::fromLatin1(name).section('-', 0, 0);
            QTest::newRow(qPrintable(base + "-hf as " + name)) << base + "-hf" << QString::fromLatin1(name) + ".expected.json";
            if (!goldenGgufFolder().empty() && std::filesystem::exists(goldenGgufFolder() / (std::string(name) + ".gguf")))
                QTest::newRow(qPrintable(QString::fromLatin1(name) + ".gguf")) << QString::fromLatin1(name) + ".gguf" << QString::fromLatin1(name) + ".expected.json";
        }
    }

    void goldenTexts()
    {
        if (goldenGgufFolder().empty())
            QSKIP("the models that others trained are not at hand");
        QFETCH(const QString, model);
        QFETCH(const QString, expected);
        const auto loaded = LanguageModel::load(goldenGgufFolder() / model.toStdString());
        Session session(loaded, {.threads = 2});
        const Json json = readJson(goldenGgufFolder() / expected.toStdString());
        for (const Json& text : json["prompts"]) {
            const auto wanted = text["greedy_ids"].get<std::vector<TokenId>>();
            const auto gaps = text["greedy_gap"].get<std::vector<double>>();
            GenerateRequest request = greedy(text["ids"].get<std::vector<TokenId>>(), wanted.size());
            request.ignoreEnd = true;
            const Generated result = session.generate(request);
            for (std::size_t i = 0; i < wanted.size() && gaps[i] > 0.02; ++i) // nearer ones may fall either way
                QCOMPARE(result.ids[i], wanted[i]);
        }
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
