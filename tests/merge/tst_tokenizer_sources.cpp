// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: whose tokens the output has, and what is left of a token that has no row.
#include "merge/tokenizer_models.h"
#include "merge/tokenizer_vocabulary.h"

#include <QTest>

using namespace crucible;
using namespace crucible::merge;
using recipe::TokenizerRequest;
using recipe::TokenRule;
using tests::idsOf;

namespace fs = std::filesystem;

class TestTokenizerSources : public QObject, private tests::TokenizerModels {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void unionKeepsWhatAnotherModelHasARowFor();
    void lostTokensAreNotNamed();
    void tokenizerOfAModelThatIsNotMerged();
    void readsPlainVocabularies();
};

// The base model lists a token without a row for it, a fine-tune with larger embeddings has the row.
void TestTokenizerSources::unionKeepsWhatAnotherModelHasARowFor()
{
    std::vector<TokenizerInput> inputs = {model("base", {"a", "b", "late"}, 2, {"<pad>"}),
                                          model("tuned", {"a", "b"}, 0, {"<pad>", "late"})};
    inputs[0].isBase = true;
    Problems problems;
    const auto plan = planTokenizer(TokenizerRequest(), inputs, problems);
    QVERIFY(plan);
    QCOMPARE(plan->tokens, (std::vector<std::string>{"a", "b", "<pad>", "late"}));
    QVERIFY(problems.empty()); // nothing is lost
    QCOMPARE(plan->rows[0][2].ref, (RowRef{1, 2}));
    QCOMPARE(plan->rows[1][3].ref, (RowRef{1, 3}));
    const Json json = parseJson(plan->files.at("tokenizer.json"), "out");
    QCOMPARE(idsOf(json), (std::map<std::string, std::size_t>{{"a", 0}, {"b", 1}, {"<pad>", 2}, {"late", 3}}));
    QCOMPARE(json["model"]["vocab"].size(), 2u);
    QCOMPARE(json["added_tokens"].size(), 2u);
}

void TestTokenizerSources::lostTokensAreNotNamed()
{
    std::vector<TokenizerInput> inputs = {model("base", {"a", "b"}, 2, {"<pad>", "<x>"})};
    write("base", "tokenizer_config.json", R"({"pad_token": {"content": "<pad>"}, "unk_token": "a", "extra_special_tokens": ["<x>", "b"]})");
    write("base", "special_tokens_map.json", R"({"pad_token": "<pad>", "eos_token": "b"})");
    TokenizerRequest request;
    request.source = TokenizerRequest::Source::Base;
    TokenRule rule;
    rule.token = "<x>";
    rule.kind = TokenRule::Kind::Zero;
    request.tokens.push_back(rule); // is there again
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QVERIFY(plan);
    QVERIFY(parseJson(plan->files.at("tokenizer_config.json"), "out") == Json::parse(R"({"unk_token": "a", "extra_special_tokens": ["<x>", "b"]})"));
    QVERIFY(parseJson(plan->files.at("special_tokens_map.json"), "out") == Json::parse(R"({"eos_token": "b"})"));
}

void TestTokenizerSources::tokenizerOfAModelThatIsNotMerged()
{
    std::vector<TokenizerInput> inputs = {model("a", {"x", "y"}), model("b", {"y", "x"}),
                                          model("other", {"y", "x"}, 1, {"<new>"})};
    inputs[2].tokenizerOnly = true;
    TokenizerRequest request;
    request.source = TokenizerRequest::Source::Model;
    request.model.model = "other";
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QVERIFY2(plan, problems.empty() ? "" : problems.all()[0].toLine().c_str());
    // Its own number of rows means nothing here: rows come from the merged models.
    QCOMPARE(plan->tokens, (std::vector<std::string>{"y", "x", "<new>"}));
    QCOMPARE(plan->rows[0][0].ref, (RowRef{0, 1}));
    QCOMPARE(plan->rows[1][1].ref, (RowRef{1, 1}));
    QVERIFY(plan->rows[0][2].kind == RowSource::Kind::Zero);
    QCOMPARE(problems.all().size(), 1u); // says that no model has <new>
}

// As GPT-2 and BERT have them, without a tokenizer.json.
void TestTokenizerSources::readsPlainVocabularies()
{
    write("gpt", "vocab.json", R"({"x": 0, "y": 1, "<end>": 2})");
    write("gpt", "merges.txt", "#version: 0.2\n");
    write("gpt", "added_tokens.json", R"({"<new>": 3})");
    write("gpt", "tokenizer_config.json",
          R"({"added_tokens_decoder": {"2": {"content": "<end>", "special": true}, "4": {"content": "<more>"}}})");
    write("bert", "vocab.txt", "[PAD]\r\ny\nx\n");
    const fs::path folder = fs::path(m_folder->path().toStdString());
    const auto gpt = readVocabulary(folder / "gpt"), bert = readVocabulary(folder / "bert");
    QVERIFY(gpt && bert);
    QCOMPARE(gpt->tokens.size(), 5u);
    QCOMPARE(gpt->idOf("<end>"), 2);
    QVERIFY(gpt->isAdded("<end>") && gpt->isAdded("<new>") && !gpt->isAdded("x"));
    QCOMPARE(gpt->idOf("<more>"), 4);
    QCOMPARE(bert->tokens.size(), 3u);
    QCOMPARE(bert->idOf("[PAD]"), 0);

    TokenizerInput input;
    input.ref.model = "gpt";
    input.folder = folder / "gpt";
    input.embeddingRows = 5;
    TokenizerRequest request;
    request.source = TokenizerRequest::Source::Base;
    Problems problems;
    const auto plan = planTokenizer(request, {&input, 1}, problems);
    QVERIFY2(plan && problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QVERIFY(plan->files.contains("vocab.json") && plan->files.contains("merges.txt"));

    write("bad", "vocab.json", "[1]");
    QVERIFY_THROWS_EXCEPTION(Error, readVocabulary(folder / "bad"));
}

QTEST_GUILESS_MAIN(TestTokenizerSources)
#include "tst_tokenizer_sources.moc"
