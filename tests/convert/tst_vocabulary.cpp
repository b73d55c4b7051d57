// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer gives the same ids from a folder, from the GGUF file that was made of it, and from the folder made of that.
#include "convert/random_model.h"

#include "base/files.h"
#include "convert/convert.h"
#include "text/chat_template.h"
#include "text/sentencepiece_file.h"
#include "text/split_patterns.h"
#include "text/tokenizer.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace crucible;
using namespace crucible::test;
namespace fs = std::filesystem;

namespace {

fs::path goldenFolder()
{
    const QString given = qEnvironmentVariable("CRUCIBLE_GOLDEN");
    return (given.isEmpty() ? fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" : fs::path(given.toStdString())) / "tokenizer";
}

// A model around the tokenizer files in `folder`.
void addModel(const fs::path& folder, std::size_t vocabulary)
{
    RandomModel(folder, {{"architectures", {"LlamaForCausalLM"}}, {"model_type", "llama"}, {"hidden_size", 4}, {"intermediate_size", 4},
                         {"num_hidden_layers", 1}, {"num_attention_heads", 1}, {"vocab_size", vocabulary}, {"tie_word_embeddings", true}},
                DType::F16);
}

fs::path converted(const fs::path& model, const fs::path& output, QStringList* warnings = nullptr)
{
    convert::ConvertOptions options;
    options.model = model;
    options.output = output;
    options.target = output.extension() == ".gguf" ? convert::Target::Gguf : convert::Target::Safetensors;
    const convert::ConvertPlan plan = convert::planConversion(options);
    for (const Problem& problem : plan.problems.all()) {
        if (warnings)
            *warnings << QString::fromStdString(problem.toLine());
    }
    Progress progress;
    return convert::executeConversion(plan, progress, {}).output;
}

std::string ids(const text::Tokenizer& tokenizer, std::string_view text, bool special)
{
    return fmt::format("{}", fmt::join(tokenizer.encode(text, {.addSpecial = special, .parseSpecial = true}), " "));
}

// A vocabulary of all bytes and a few merges.
Json byteLevelTokenizer(std::string_view regex, bool ignoresMerges)
{
    Json pieces = Json::object(), merges = Json::array();
    int next = 0;
    const auto piece = [&](const std::string& text) { pieces[text] = next++; };
    for (int byte = 0; byte < 256; ++byte) {
        const bool plain = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        static int shifted = 0;
        const int code = plain ? byte : 256 + shifted++ % 68;
        std::string text;
        if (code < 128) {
            text.push_back(static_cast<char>(code));
        } else {
            text.push_back(static_cast<char>(0xc0 | (code >> 6)));
            text.push_back(static_cast<char>(0x80 | (code & 0x3f)));
        }
        piece(text);
    }
    for (const auto& [left, right] : {std::pair("l", "l"), {"e", "ll"}, {"H", "ell"}, {"Hell", "o"}, {"1", "2"}, {"12", "3"}, {"Ġ", "w"}, {"Ġw", "or"}, {"o", "r"}, {"'", "s"}}) {
        merges.push_back(std::string(left) + " " + right);
        if (!pieces.contains(std::string(left) + right))
            piece(std::string(left) + right);
    }
    Json added = Json::array();
    for (const auto& [content, special] : {std::pair("<|begin|>", true), {"<|end|>", true}, {"<tool>", false}})
        added.push_back({{"id", next++}, {"content", content}, {"special", special}, {"normalized", false}, {"single_word", false}, {"lstrip", false}, {"rstrip", false}});
    const Json bytes{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}, {"trim_offsets", true}};
    const Json split{{"type", "Split"}, {"pattern", {{"Regex", std::string(regex)}}}, {"behavior", "Isolated"}, {"invert", false}};
    const int begin = next - 3;
    const Json frame{{"type", "TemplateProcessing"},
                     {"single", Json::array({{{"SpecialToken", {{"id", "<|begin|>"}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}})},
                     {"pair", Json::array()},
                     {"special_tokens", {{"<|begin|>", {{"id", "<|begin|>"}, {"ids", {begin}}, {"tokens", {"<|begin|>"}}}}}}};
    return {{"version", "1.0"}, {"added_tokens", added}, {"normalizer", nullptr},
            {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {split, bytes}}}}, {"post_processor", frame}, {"decoder", bytes},
            {"model", {{"type", "BPE"}, {"vocab", pieces}, {"merges", merges}, {"ignore_merges", ignoresMerges}}}};
}

// A BPE model of sentencepiece in `folder`: three control tokens, the bytes where asked for, and `pieces`, the first of which is
// merged first.
void writeSentencepieceModel(const fs::path& folder, std::initializer_list<const char*> pieces, bool withBytes)
{
    text::SentencepieceModel model;
    model.type = text::SentencepieceModel::Type::Bpe;
    model.byteFallback = withBytes;
    model.removeExtraWhitespaces = false;
    model.pieces = {{"<unk>", 0, text::TokenKind::Unknown}, {"<s>", 0, text::TokenKind::Control}, {"</s>", 0, text::TokenKind::Control}};
    for (int byte = 0; withBytes && byte < 256; ++byte)
        model.pieces.push_back({fmt::format("<0x{:02X}>", byte), 0, text::TokenKind::Byte});
    float score = 0;
    for (const char* piece : pieces)
        model.pieces.push_back({piece, --score, text::TokenKind::Normal});
    model.unknown = 0;
    model.bos = 1;
    model.eos = 2;
    fs::create_directories(folder);
    writeFileAtomically(folder / "tokenizer.model", text::writeSentencepieceModel(model));
}

constexpr const char* kTexts[] = {"", "Hello world", "Hello  world 123123\n\n  x", "it's 12 o'clock<|end|> <tool> 你好 ü", "<|begin|>Hello"};

} // namespace

class TestVocabulary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsByteLevelTokenizers_data()
    {
        QTest::addColumn<QByteArray>("regex");
        QTest::addColumn<bool>("ignoresMerges");
        QTest::addColumn<QString>("pre");
        const auto row = [](const char* name, std::string_view regex, bool ignores) {
            QTest::newRow(name) << QByteArray(regex.data(), static_cast<int>(regex.size())) << ignores << QString::fromLatin1(name);
        };
        row("llama-bpe", text::kLlama3Regex, true);
        row("qwen2", text::kQwen2Regex, false);
        row("gpt-2", text::kGpt2Regex, false);
        row("tekken", text::kTekkenRegex, true);
        row("gpt-4o", text::kO200kRegex, false);
    }

    void keepsByteLevelTokenizers()
    {
        QFETCH(const QByteArray, regex);
        QFETCH(const bool, ignoresMerges);
        QFETCH(const QString, pre);
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        fs::create_directories(root / "m");
        writeFileAtomically(root / "m" / "tokenizer.json", toJsonText(byteLevelTokenizer(regex.toStdString(), ignoresMerges)));
        const Json config{{"bos_token", "<|begin|>"}, {"eos_token", "<|end|>"}, {"chat_template", "{{ messages[0].content }}"}};
        writeFileAtomically(root / "m" / "tokenizer_config.json", toJsonText(config));
        const auto own = text::loadTokenizer(root / "m");
        addModel(root / "m", own->vocabularySize() + 5); // rows without a token
        QStringList warnings;
        const fs::path file = converted(root / "m", root / "m.gguf", &warnings);
        QVERIFY2(warnings.isEmpty(), qPrintable(warnings.join(QLatin1Char('\n'))));
        const formats::GgufFile gguf(file);
        QCOMPARE(QString::fromStdString(gguf.text("tokenizer.ggml.pre")), pre);
        QCOMPARE(gguf.texts("tokenizer.ggml.tokens").size(), own->vocabularySize() + 5);
        QCOMPARE(gguf.text("tokenizer.chat_template"), std::string("{{ messages[0].content }}"));
        const auto stored = text::loadTokenizer(file);
        const auto rebuilt = text::loadTokenizer(converted(file, root / "back"));
        for (const char* text : kTexts) {
            for (const bool special : {false, true}) {
                QCOMPARE(ids(*stored, text, special), ids(*own, text, special));
                QCOMPARE(ids(*rebuilt, text, special), ids(*own, text, special));
            }
        }
        QCOMPARE(rebuilt->bos(), own->bos());
        QCOMPARE(rebuilt->eos(), own->eos());
        QCOMPARE(text::ChatTemplate::load(root / "back").source(), std::string("{{ messages[0].content }}"));
    }

    // A vocabulary of bytes alone has no merges; llama.cpp wants the key all the same.
    void keepsVocabulariesWithoutMerges()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        fs::create_directories(root / "m");
        Json bytes = byteLevelTokenizer(text::kGpt2Regex, false);
        bytes["model"]["merges"] = Json::array();
        writeFileAtomically(root / "m" / "tokenizer.json", toJsonText(bytes));
        const auto own = text::loadTokenizer(root / "m");
        addModel(root / "m", own->vocabularySize());
        const fs::path file = converted(root / "m", root / "m.gguf");
        QVERIFY(formats::GgufFile(file).find("tokenizer.ggml.merges"));
        const auto rebuilt = text::loadTokenizer(converted(file, root / "back"));
        for (const char* text : kTexts) {
            QCOMPARE(ids(*text::loadTokenizer(file), text, false), ids(*own, text, false));
            QCOMPARE(ids(*rebuilt, text, false), ids(*own, text, false));
        }
    }

    // A way of cutting that llama.cpp does not know is said.
    void saysThatTextsAreCutOtherwise()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        fs::create_directories(root / "m");
        writeFileAtomically(root / "m" / "tokenizer.json", toJsonText(byteLevelTokenizer("[aeiou]+|l|[^aeioul]", false)));
        addModel(root / "m", 300);
        QStringList warnings;
        converted(root / "m", root / "m.gguf", &warnings);
        QCOMPARE(warnings.size(), 1);
        QVERIFY2(warnings.front().contains(QLatin1String("no pre-tokenizer that cuts texts as the model's own")), qPrintable(warnings.front()));
    }

    void keepsSentencepieceModels()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        writeSentencepieceModel(root / "m",
                                {"▁H", "el", "lo", "▁w", "or", "▁Hel", "▁Hello", "12", "▁", "H", "e", "l", "o", "w", "r", "d", "1", "2", "3", "x"}, true);
        const Json config{{"tokenizer_class", "LlamaTokenizer"}, {"bos_token", "<s>"}, {"eos_token", "</s>"}, {"unk_token", "<unk>"}, {"add_bos_token", true},
                          {"add_eos_token", false},
                          {"added_tokens_decoder", {{"279", {{"content", "<|turn|>"}, {"special", true}, {"normalized", false}}}}}};
        writeFileAtomically(root / "m" / "tokenizer_config.json", toJsonText(config));
        addModel(root / "m", 288);
        const auto own = text::loadTokenizer(root / "m");
        QStringList warnings;
        const fs::path file = converted(root / "m", root / "m.gguf", &warnings);
        QVERIFY2(warnings.isEmpty(), qPrintable(warnings.join(QLatin1Char('\n'))));
        const auto stored = text::loadTokenizer(file);
        const auto rebuilt = text::loadTokenizer(converted(file, root / "back"));
        QCOMPARE(stored->piece(279), std::string_view("<|turn|>"));
        QVERIFY(stored->kind(279) == text::TokenKind::Control);
        for (const char* text : {"", "Hello world", "Hello  12 3x\n", "ü 你 Hello"}) {
            for (const bool special : {false, true}) {
                QCOMPARE(ids(*stored, text, special), ids(*own, text, special));
                QCOMPARE(ids(*rebuilt, text, special), ids(*own, text, special));
            }
        }
    }

    // llama.cpp ends where a character is in none of such a vocabulary's pieces.
    void saysThatBytesAreMissing()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        writeSentencepieceModel(root / "m", {"▁a", "▁", "a", "b"}, false);
        addModel(root / "m", 7);
        QStringList warnings;
        converted(root / "m", root / "m.gguf", &warnings);
        QCOMPARE(warnings.filter(QStringLiteral("single bytes")).size(), 1);
    }

    void saysThatThereIsNoTokenizer()
    {
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        addModel(root / "m", 9);
        QStringList warnings;
        const fs::path file = converted(root / "m", root / "m.gguf", &warnings);
        QCOMPARE(warnings.size(), 1);
        QCOMPARE(formats::GgufFile(file).text("tokenizer.ggml.model"), std::string("none"));
        converted(file, root / "back");
        QVERIFY(!text::hasTokenizer(root / "back"));
    }

    // --- vocabularies of others, on texts chosen to be hard
    void keepsRealVocabularies_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("file");
        if (!fs::exists(goldenFolder()))
            QSKIP("the golden tokenizers are not on this machine");
        for (const auto& [name, file] : {std::pair("gpt-2", "tokenizer.json"), {"falcon", "tokenizer.json"}, {"deepseek-coder", "tokenizer.json"},
                                         {"synthetic-llama3-regex", "tokenizer.json"}, {"llama-spm", "tokenizer.json"}, {"tok512", "tokenizer.json"},
                                         {"tok512", "tokenizer.model"}, {"uni-nfkc", "tokenizer.model"}})
            QTest::newRow(fmt::format("{} {}", name, file).c_str()) << QString::fromLatin1(name) << QString::fromLatin1(file);
    }

    void keepsRealVocabularies()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, file);
        const fs::path golden = goldenFolder() / name.toStdString();
        const QTemporaryDir place;
        const fs::path root = place.path().toStdString();
        fs::create_directories(root / "m");
        fs::copy_file(golden / file.toStdString(), root / "m" / file.toStdString());
        const auto own = text::loadTokenizer(root / "m");
        addModel(root / "m", own->vocabularySize());
        QStringList warnings;
        const fs::path gguf = converted(root / "m", root / "m.gguf", &warnings);
        // llama.cpp does not fold runs of spaces as this model's own program does, which is said.
        const bool foldsSpaces = name == QLatin1String("tok512") && file.endsWith(QLatin1String(".model"));
        QVERIFY2(warnings.size() == (foldsSpaces ? 1 : 0), qPrintable(warnings.join(QLatin1Char('\n'))));
        const auto stored = text::loadTokenizer(gguf);
        const auto rebuilt = text::loadTokenizer(converted(gguf, root / "back"));
        int different = 0, lost = 0, all = 0;
        const Json cases = readJson(golden / "cases.json");
        for (const Json& entry : cases["cases"]) {
            const std::string text = entry["text"].get<std::string>();
            ++all;
            different += ids(*stored, text, false) != ids(*own, text, false);
            lost += ids(*rebuilt, text, false) != ids(*stored, text, false);
        }
        QVERIFY(all > 30);
        QCOMPARE(lost, 0);
        QVERIFY2(different <= (foldsSpaces ? 8 : 0), QByteArray::number(different).constData());
    }
};

QTEST_GUILESS_MAIN(TestVocabulary)
#include "tst_vocabulary.moc"
